"""The whole server as tests hold it."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from .errors import ApiError
from .faults import Fault, Faults, refusal
from .people import Chat
from .server import Server
from .things import Room, User
from .updates import Queued, Updates
from .waiting import PATIENCE, wait_until
from .webhook import Post, Webhook
from .world import InlineAnswer, Request, World

TOKEN = "6201234567:AAFakeTokenForTests-0123456789abcdefg"


class FakeTelegram:
    """A strict Bot API server on 127.0.0.1, and the people who talk to its bot.

    Leaving the context ends the server and fails the test if a request broke the Bot API's own rules:
    see `violations`. Methods that wait do so in the calling thread; in a coroutine that shares its loop
    with the bot call them by `asyncio.to_thread`.
    """

    def __init__(
        self,
        token: str = TOKEN,
        username: str = "baoduoshao_bot",
        first_name: str = "报多少",
        clock: Callable[[], float] = time.time,
    ) -> None:
        bot = User(int(token.split(":")[0]), first_name, username=username, is_bot=True)
        self.world = World(token, bot, clock)
        self.updates = Updates(self.world.changed)
        self.webhook = Webhook(self.world, self.updates)
        self.faults = Faults()
        self._server = Server(self.world, self.updates, self.webhook, self.faults)
        self._groups = itertools.count(1)
        self._chats: dict[int, Chat] = {}

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        if kind is None and self.violations:
            listed = "\n".join(f"  {what}" for what in self.violations)
            raise AssertionError(f"requests broke the rules of the Bot API:\n{listed}")

    @property
    def url(self) -> str:
        """The base of the API: a client appends `/bot<token>/<method>`."""
        return self._server.url

    @property
    def token(self) -> str:
        return self.world.token

    @property
    def bot(self) -> User:
        return self.world.bot

    @property
    def violations(self) -> list[str]:
        """Requests that no bot should make: unknown methods and fields, wrong types, missing fields."""
        with self.world.changed:
            return [*self.world.violations]

    def take_violations(self) -> list[str]:
        """The violations so far, forgotten by this: for a test that makes them on purpose."""
        with self.world.changed:
            taken, self.world.violations = self.world.violations, []
            return taken

    @property
    def requests(self) -> list[Request]:
        """Every request in the order of the answers."""
        with self.world.changed:
            return [*self.world.requests]

    def calls(self, method: str) -> list[Request]:
        """The requests of one method."""
        return [request for request in self.requests if request.method.lower() == method.lower()]

    @property
    def refusals(self) -> list[Request]:
        """The requests that were answered with an error."""
        return [request for request in self.requests if not request.ok]

    @property
    def made(self) -> list[Any]:
        """Every update made so far, delivered or not."""
        with self.world.changed:
            return [*self.updates.made]

    @property
    def pending(self) -> int:
        """How many updates the bot has not acknowledged."""
        with self.world.changed:
            return len(self.updates.queue)

    @property
    def posts(self) -> list[Post]:
        """Every attempt to post an update to the webhook."""
        with self.world.changed:
            return [*self.webhook.posts]

    @property
    def commands(self) -> dict[tuple[str, str], list[dict[str, str]]]:
        """The commands set, by scope ('default', 'chat:5', …) and language code ('' for all)."""
        with self.world.changed:
            return {**self.world.commands}

    @property
    def descriptions(self) -> dict[tuple[str, str], str]:
        """What was set, by 'description' or 'short_description' and language code."""
        with self.world.changed:
            return {**self.world.descriptions}

    def user(
        self,
        id: int,  # noqa: A002
        first_name: str = "王阿姨",
        language_code: str | None = "zh-hans",
        *,
        username: str | None = None,
        last_name: str | None = None,
    ) -> User:
        return User(id, first_name, language_code, username, last_name)

    def private(self, user: User) -> Chat:
        """The person's own chat with the bot, open for the bot to write; the same one every time."""
        return self._chat(Room(user.id, "private", user.first_name, people=[user]))

    def group(
        self,
        people: Sequence[User],
        title: str = "家里人",
        *,
        supergroup: bool = True,
        username: str | None = None,
        privacy: bool = False,
    ) -> Chat:
        """A new group with the bot in it; with `privacy` the bot sees only what is addressed to it."""
        number = next(self._groups)
        chat_id = -1_001_500_000_000 - number if supergroup else -4_000_000 - number
        kind = "supergroup" if supergroup else "group"
        return self._chat(Room(chat_id, kind, title, username, [*people], private_mode=privacy))

    def _chat(self, room: Room) -> Chat:
        with self.world.changed:
            if room.id not in self._chats:
                self.world.rooms[room.id] = room
                self._chats[room.id] = Chat(self.world, self.updates, room)
            return self._chats[room.id]

    def inline(self, user: User, query: str, offset: str = "", *, timeout: float = PATIENCE) -> InlineAnswer:
        """Type '@bot query' in some chat and wait for the results."""
        with self.world.changed:
            opened = self.world.new_query()
            asked = {"id": opened.id, "from": user.as_json(), "query": query, "offset": offset}
            self.updates.put("inline_query", {**asked, "chat_type": "sender"}, lane=user.id)

        def answer() -> InlineAnswer | None:
            return opened.answer if isinstance(opened.answer, InlineAnswer) else None

        return wait_until(self.world.changed, answer, timeout, lambda: f"no results came for {query!r}")

    @property
    def next_update_id(self) -> int:
        """The id of the next update; it may be set, up or down."""
        return self.updates.next_id

    @next_update_id.setter
    def next_update_id(self, number: int) -> None:
        with self.world.changed:
            self.updates.next_id = number

    def raw(self, update: Any) -> Any:
        """Queue an update exactly as given, whatever it is; an object without `update_id` gets the next."""
        with self.world.changed:
            if isinstance(update, dict) and "update_id" not in update:
                update = {"update_id": self.updates.next_id, **update}
            self.updates.put_raw(update)
            return update

    def deliver_again(self, update: Any) -> None:
        """Deliver an update of `made` once more under its old id, as Telegram may."""
        self.updates.put_raw(update, again=True)

    @contextmanager
    def holding(self) -> Iterator[list[Queued]]:
        """Hold updates back; on leaving they are queued in the order the list then has."""
        with self.world.changed:
            held: list[Queued] = []
            self.updates.held = held
        try:
            yield held
        finally:
            with self.world.changed:
                self.updates.held = None
                self.updates.queue.extend(held)
            self.updates.wake()

    @property
    def latency(self) -> float:
        """Seconds every request takes before it is carried out."""
        return self._server.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self._server.latency = seconds

    def limits_flood(self, messages_a_second: int | None, retry_after: int = 1) -> None:
        """Answer 429 to a chat that gets more messages than this, until `retry_after` seconds have passed."""
        with self.world.changed:
            self.world.flood_limit = messages_a_second
            self.world.flood_retry_after = retry_after

    def fails_next(
        self,
        method: str = "*",
        times: int = 1,
        status: int = 500,
        description: str | None = None,
        *,
        retry_after: int | None = None,
        chat: Chat | None = None,
        page: bytes | None = None,
    ) -> None:
        """Refuse the next requests of a method ('*': any), or of one chat only, before they take effect.

        `page`: a body that is no JSON, as a proxy in front of Telegram sends with a 502.
        """
        error: ApiError = refusal(status, description, retry_after)
        self._add(Fault("fail", method, times, chat.id if chat else None, error=error, page=page))

    def accepts_and_hangs(self, method: str = "*", times: int = 1, *, chat: Chat | None = None) -> None:
        """Carry out the next requests, but never answer them."""
        self._add(Fault("hang", method, times, chat.id if chat else None, takes_effect=True))

    def accepts_and_cuts(self, method: str = "*", times: int = 1, *, chat: Chat | None = None) -> None:
        """Carry out the next requests, but close the line in the middle of the answer."""
        self._add(Fault("cut", method, times, chat.id if chat else None, takes_effect=True))

    def cuts_next(self, method: str = "*", times: int = 1, *, chat: Chat | None = None) -> None:
        """Close the line on the next requests; nothing is carried out."""
        self._add(Fault("cut", method, times, chat.id if chat else None))

    def _add(self, fault: Fault) -> None:
        with self.world.changed:
            self.faults.waiting.append(fault)

    def wait_until(self, ready: Callable[[Self], bool], timeout: float = PATIENCE) -> None:
        """Wait until `ready(fake)` holds; asked again after every request, update and post."""
        wait_until(
            self.world.changed,
            lambda: ready(self) or None,
            timeout,
            lambda: f"it does not hold; the last requests: {[r.method for r in self.requests[-5:]]}",
        )

    def transcript(self) -> str:
        """All chats, drawn one after the other."""
        chats = [*self._chats.values()]
        return "\n".join(f"── {chat.title} ──\n{chat.transcript()}" for chat in chats)
