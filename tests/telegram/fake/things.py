"""People, rooms and messages as this server keeps them, and as the Bot API writes them in JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .keyboards import Button, Keyboard, keyboard_of
from .photos import Photo
from .text import Entity

GROUPS = ("group", "supergroup")


@dataclass(frozen=True)
class User:
    """A person or a bot of Telegram."""

    id: int
    first_name: str
    language_code: str | None = None
    username: str | None = None
    last_name: str | None = None
    is_bot: bool = False

    def as_json(self) -> dict[str, Any]:
        known = {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        return {name: value for name, value in known.items() if value is not None}


@dataclass(frozen=True)
class Content:
    """What an edit replaces: the text or the caption, the picture, the markup."""

    text: str | None = None
    entities: tuple[Entity, ...] = ()
    photo: Photo | None = None
    caption: str | None = None
    markup: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        known: dict[str, Any] = {}
        if self.text is not None:
            known["text"] = self.text
            known["entities"] = [dict(entity) for entity in self.entities]
        if self.photo is not None:
            known["photo"] = self.photo.as_json()
        if self.caption is not None:
            known["caption"] = self.caption
            known["caption_entities"] = [dict(entity) for entity in self.entities]
        if self.markup and "inline_keyboard" in self.markup:
            known["reply_markup"] = dict(self.markup)
        return {name: value for name, value in known.items() if value not in ([], None)}


@dataclass(frozen=True)
class Message:
    """A message as it stands at one moment; an edit makes a new one under the same id.

    `date` and `edited` are seconds since 1970; `history` holds what stood before each edit, oldest first;
    `extra` holds what else a person sent (`voice`, `sticker`, …), as the Bot API writes it.
    """

    id: int
    sender: User
    date: int
    content: Content
    history: tuple[Content, ...] = ()
    edited: int | None = None
    deleted: bool = False
    reply_to: int | None = None
    via_bot: User | None = None
    inline_id: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str | None:
        return self.content.text

    @property
    def caption(self) -> str | None:
        return self.content.caption

    @property
    def words(self) -> str:
        """The text or the caption, whichever it has."""
        return self.content.text or self.content.caption or ""

    @property
    def entities(self) -> tuple[Entity, ...]:
        """The entities of the text or the caption, in UTF-16 units."""
        return self.content.entities

    @property
    def photo(self) -> bytes | None:
        return self.content.photo.data if self.content.photo else None

    @property
    def keyboard(self) -> Keyboard:
        return keyboard_of(dict(self.content.markup or {}))

    @property
    def buttons(self) -> tuple[Button, ...]:
        return tuple(button for row in self.keyboard for button in row)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(button.text for button in self.buttons)


@dataclass
class Room:
    """A chat: its messages by id in the order they came, who is in it, and whether the bot may write."""

    id: int
    kind: str
    title: str
    username: str | None = None
    people: list[User] = field(default_factory=list)
    private_mode: bool = False
    blocked: bool = False
    log: dict[int, Message] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)
    sent_at: list[float] = field(default_factory=list)
    held_back_until: float = 0.0

    def as_json(self) -> dict[str, Any]:
        known: dict[str, Any] = {"id": self.id, "type": self.kind}
        if self.kind == "private":
            person = self.people[0]
            known |= {"first_name": person.first_name, "last_name": person.last_name}
            known["username"] = person.username
        else:
            known |= {"title": self.title, "username": self.username}
        return {name: value for name, value in known.items() if value is not None}

    def message_json(self, message: Message, *, with_reply: bool = True) -> dict[str, Any]:
        written: dict[str, Any] = {
            "message_id": message.id,
            "from": message.sender.as_json(),
            "chat": self.as_json(),
            "date": message.date,
        }
        if message.edited is not None:
            written["edit_date"] = message.edited
        if message.via_bot is not None:
            written["via_bot"] = message.via_bot.as_json()
        earlier = self.log.get(message.reply_to) if message.reply_to is not None else None
        if with_reply and earlier is not None and not earlier.deleted:
            written["reply_to_message"] = self.message_json(earlier, with_reply=False)
        return written | message.content.as_json() | dict(message.extra)
