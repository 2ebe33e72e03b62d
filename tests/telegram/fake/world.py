"""Everything the server knows: the bot, people, rooms, open queries, and the record of what happened.

Threads of tests and the server's own thread share it: whoever reads or writes holds `changed`.
"""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from .errors import ApiError, bad_request
from .photos import Photo
from .things import GROUPS, Content, Message, Room, User


@dataclass(frozen=True)
class Request:
    """One request and its answer; `time` is seconds since 1970, `seconds` how long the answer took.

    `status` is 0 where no answer ever went out, as after a cut connection.
    """

    method: str
    fields: dict[str, Any]
    files: dict[str, bytes]
    time: float
    seconds: float
    status: int
    response: dict[str, Any]

    @property
    def ok(self) -> bool:
        return self.response.get("ok") is True


@dataclass(frozen=True)
class CallbackAnswer:
    """What the person sees after a press: a notice, an alert, or nothing."""

    text: str = ""
    show_alert: bool = False
    url: str = ""


@dataclass(frozen=True)
class InlineAnswer:
    """The results an inline query got, as the bot wrote them."""

    results: tuple[dict[str, Any], ...]
    cache_time: int = 300
    is_personal: bool = False
    next_offset: str = ""
    button: dict[str, Any] | None = None


@dataclass
class OpenQuery:
    """A press or an inline query; `answer` is None until the bot answers, `expired` once it is too late."""

    id: str
    answer: CallbackAnswer | InlineAnswer | None = None
    expired: bool = False


@dataclass
class World:
    token: str
    bot: User
    clock: Callable[[], float] = time.time
    changed: threading.Condition = field(default_factory=threading.Condition)
    rooms: dict[int, Room] = field(default_factory=dict)
    queries: dict[str, OpenQuery] = field(default_factory=dict)
    inline_messages: dict[str, tuple[int, int]] = field(default_factory=dict)
    photos: dict[str, Photo] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    descriptions: dict[tuple[str, str], str] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    logged_out: bool = False
    flood_limit: int | None = None
    flood_retry_after: int = 1

    def __post_init__(self) -> None:
        self._message_ids = itertools.count(1)
        self._query_ids = itertools.count(4_382_017_000_000_000_001)

    def today(self) -> int:
        return int(self.clock())

    def next_message_id(self, room: Room) -> int:
        """Private chats and small groups share the bot's own counter; a supergroup has one of its own."""
        if room.kind == "supergroup":
            return max(room.log, default=0) + 1
        return next(self._message_ids)

    def new_query(self) -> OpenQuery:
        query = OpenQuery(str(next(self._query_ids)))
        self.queries[query.id] = query
        return query

    def room(self, chat_id: int | str) -> Room:
        """The room a request names by id or @username; raises 400 'chat not found'."""
        if isinstance(chat_id, str):
            name = chat_id.removeprefix("@").lower()
            for room in self.rooms.values():
                if room.kind != "private" and (room.username or "").lower() == name and name:
                    return room
            raise bad_request("chat not found")
        if chat_id not in self.rooms:
            raise bad_request("chat not found")
        return self.rooms[chat_id]

    def writable(self, chat_id: int | str) -> Room:
        """The room, if the bot may write there now; raises 403 where it may not."""
        room = self.room(chat_id)
        if room.blocked:
            kicked = f"bot was kicked from the {room.kind} chat"
            raise ApiError(
                403, f"Forbidden: {kicked if room.kind in GROUPS else 'bot was blocked by the user'}"
            )
        return room

    def post(self, room: Room, message: Message) -> Message:
        """Put a message, new or changed, into its room and wake who waits for it."""
        room.log[message.id] = message
        self.changed.notify_all()
        return message

    def edit(self, room: Room, message: Message, content: Content, *, at: int | None = None) -> Message:
        edited = replace(
            message, content=content, history=(*message.history, message.content), edited=at or self.today()
        )
        return self.post(room, edited)
