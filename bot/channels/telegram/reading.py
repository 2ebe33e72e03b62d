"""An update of Telegram -> what it means for us, trusting nothing in it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from telegram import CallbackQuery, Chat, MaybeInaccessibleMessage, Message, MessageEntity, Update, User
from telegram.constants import ChatType

from bot.channels.telegram.buttons import pressed
from bot.dialogue import Kind, Said, Sent
from bot.language import MENU
from bot.service.protocol import Arrival, Event, Pressed, Rated, Unreadable

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query")
_KINDS: dict[str, Kind] = {
    "photo": "photo",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "voice": "voice",
    "audio": "audio",
    "document": "document",
    "sticker": "sticker",
    "contact": "contact",
    "venue": "location",
    "location": "location",
    "poll": "poll",
    "dice": "other",
    "game": "other",
    "story": "other",
    "paid_media": "other",
    "checklist": "other",
}
"""What may come in place of text, by the name of its field; a venue has a location too."""
_COMMANDS = frozenset({*MENU, "back", "change", "delete", "human", "restart", "stop"})
"""The commands that the dialogue knows, its menu's and their other names."""
_ALBUMS = 1000
"""So many of the last pictures sent together are remembered; those of one album come within a second."""


@dataclass(frozen=True, slots=True)
class Press:
    """A press of a button: Telegram wants its `query` answered; `arrival` is None where it does nothing.

    It does nothing where the button is none of ours, or is one of a group's in an answer to `another` person.
    """

    query: str
    arrival: Arrival | None
    another: bool = False


@dataclass(frozen=True, slots=True)
class Inline:
    """A question from within another chat by a person, to be answered at once; nothing of it is kept."""

    query: str
    person: str
    text: str


Read = Arrival | Press | Inline | None
"""None: nothing for us, such as talk of a group that isn't addressed to the bot."""


class Reading:
    """Reads updates for a bot with this user name and number."""

    def __init__(self, username: str, number: int) -> None:
        self._mention = f"@{username}".lower()
        self._number = number
        self._albums: dict[str, int] = {}

    def read(self, raw: Any) -> Read:
        """Return what an update means; one that can't be read is an arrival that says so."""
        try:
            return self._read(Update.de_json(raw, None))
        except Exception as error:
            # Whatever is wrong with it, the next ones must get their turn.
            return unreadable(raw, error)

    def _read(self, update: Update) -> Read:
        number = _whole(update.update_id)
        if (press := update.callback_query) is not None:
            return self._pressed(number, press)
        if (inline := update.inline_query) is not None:
            return Inline(_text(inline.id), str(_whole(inline.from_user.id)), _text(inline.query))
        if (edited := update.edited_message) is not None:
            return self._edited(number, edited)
        return None if update.message is None else self._said(number, update.message)

    def _pressed(self, number: int, press: CallbackQuery) -> Press:
        name, on = _text(press.id), press.message
        event = pressed(_text(press.data or ""))
        if event is None or on is None:
            return Press(name, None)
        if isinstance(event, Pressed):
            event = replace(event, on=str(_whole(on.message_id)))
        if _is_private(on.chat):
            return Press(name, _arrival(number, on.chat, press.from_user, event, None))
        asked = _question(on)
        if asked is not None and asked.from_user != press.from_user:
            return Press(name, None, another=True)
        # What is answered to the question itself shows whose it is, and stays in its topic.
        ref = None if isinstance(event, Rated) else str(_whole((asked or on).message_id))
        return Press(name, _arrival(number, on.chat, press.from_user, event, ref))

    def _said(self, number: int, message: Message) -> Arrival | None:
        event = self._event(message)
        if event is None or not self._is_for_us(message):
            return None
        assert message.from_user is not None
        ref = None if _is_private(message.chat) else str(_whole(message.message_id))
        arrival = _arrival(number, message.chat, message.from_user, event, ref)
        if message.media_group_id is None or not isinstance(event, Sent):
            return arrival
        return self._of_album(arrival, event, _text(message.media_group_id))

    def _of_album(self, arrival: Arrival, event: Sent, album: str) -> Arrival:
        """Return one of several pictures sent together, which come one by one: all are the same update."""
        first = self._albums.setdefault(album, arrival.place)
        if len(self._albums) > _ALBUMS:
            del self._albums[next(iter(self._albums))]
        # Most often the first has words for all; what is written on others must not be lost.
        if event.text and arrival.place != first:
            return arrival
        return replace(arrival, update=f"album {arrival.chat} {album}")

    def _edited(self, number: int, message: Message) -> Arrival | None:
        # A place that moves comes as an edited message every few seconds.
        if (message.text or message.caption) is None or not self._is_for_us(message):
            return None
        assert message.from_user is not None
        ref = None if _is_private(message.chat) else str(_whole(message.message_id))
        return _arrival(number, message.chat, message.from_user, Sent("edited"), ref)

    def _event(self, message: Message) -> Said | Sent | None:
        """Return what was written or sent; None for what only tells of the chat, such as who joined."""
        if message.text is not None:
            return Said(self._without_mention(message, _text(message.text)))
        for name, kind in _KINDS.items():
            if getattr(message, name):
                return Sent(kind, self._without_mention(message, _text(message.caption or "")))
        return None

    def _is_for_us(self, message: Message) -> bool:
        """Whether a person addresses the bot: in a group by a command, its name, or a reply to it."""
        person = message.from_user
        # An administrator who hides comes as a bot as well: nobody can be told from another there.
        if person is None or person.is_bot or message.is_automatic_forward:
            return False
        if message.via_bot is not None and message.via_bot.id == self._number:
            return False
        if _is_private(message.chat):
            return True
        replied = message.reply_to_message
        if replied is not None and replied.from_user is not None and replied.from_user.id == self._number:
            return True
        return any(self._names_us(*each) or self._is_our_command(*each) for each in _entities(message))

    def _names_us(self, entity: MessageEntity, text: str) -> bool:
        if entity.type == MessageEntity.MENTION:
            return text.lower() == self._mention
        if entity.type == MessageEntity.TEXT_MENTION:
            return entity.user is not None and entity.user.id == self._number
        return False

    def _is_our_command(self, entity: MessageEntity, text: str) -> bool:
        if entity.type != MessageEntity.BOT_COMMAND or entity.offset != 0:
            return False
        # In a group of several bots a bare command may be meant for any of them.
        return text[1:].lower() in _COMMANDS or text.lower().endswith(self._mention)

    def _without_mention(self, message: Message, text: str) -> str:
        if _is_private(message.chat):
            return text
        names = [entity for entity, part in _entities(message) if self._names_us(entity, part)]
        # From the last to the first, so that the places of those before stay true.
        for name in sorted(names, key=lambda entity: entity.offset, reverse=True):
            text = _without(text, name)
        return text.strip()


def _question(answer: MaybeInaccessibleMessage) -> Message | None:
    """Return what a person wrote that a message of the bot's answers, as far as Telegram tells."""
    replied = answer.reply_to_message if isinstance(answer, Message) else None
    return replied if replied is not None and _is_persons(replied) else None


def _is_persons(message: Message) -> bool:
    # In a topic what replies to nothing comes as a reply to the topic's beginning.
    return message.from_user is not None and not message.from_user.is_bot and not message.forum_topic_created


def _entities(message: Message) -> Iterable[tuple[MessageEntity, str]]:
    """Return what is marked in the text or the caption, and its own text."""
    return (message.parse_caption_entities() if message.text is None else message.parse_entities()).items()


def _without(text: str, entity: MessageEntity) -> str:
    """Return the text without a part whose place is counted in UTF-16 units, as Telegram does."""
    units = text.encode("utf-16-le")
    before = units[: 2 * entity.offset].decode("utf-16-le")
    after = units[2 * (entity.offset + entity.length) :].decode("utf-16-le")
    if before[-1:].isspace():
        return before + after.lstrip(" ")
    # What stood apart must not grow into one word or number.
    return f"{before}{' ' if before and not after[:1].isspace() else ''}{after}"


def unreadable(raw: Any, error: Exception) -> Arrival:
    """Return an arrival for an update of which only its number, its size and what is wrong may be kept."""
    try:
        text = json.dumps(raw, ensure_ascii=True, default=repr).encode()
    except (RecursionError, ValueError):
        # What is nested almost too deep to be read is too deep to be written.
        text = b""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    name = str(number) if type(number) is int else hashlib.blake2b(text, digest_size=16).hexdigest()
    return Arrival(name, "", Unreadable(len(text), type(error).__name__))


def _arrival(number: int, chat: Chat, person: User, event: Event, ref: str | None) -> Arrival:
    return Arrival(str(number), _talk(chat, person), event, number, ref)


def _talk(chat: Chat, person: User) -> str:
    """Return the name of a talk: a chat of two, or one person in a group."""
    number = _whole(chat.id)
    return str(number) if _is_private(chat) else f"{number}:{_whole(person.id)}"


def _is_private(chat: Chat) -> bool:
    return chat.type == ChatType.PRIVATE


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError("no number")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value
