"""An update of Telegram -> what it means for us. Reads what is sent by hand, trusting nothing in it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.telegram.buttons import pressed
from bot.dialogue import Said
from bot.service.protocol import Arrival, Pressed, Rated, Unreadable

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query")


@dataclass(frozen=True, slots=True)
class Press:
    """A press of a button: Telegram wants its `query` answered; `arrival` None where it is none of ours."""

    query: str
    arrival: Arrival | None


@dataclass(frozen=True, slots=True)
class Inline:
    """A question from within another chat, to be answered at once; nothing of it is kept."""

    query: str
    text: str


Read = Arrival | Press | Inline | None
"""None: nothing for us, such as talk of a group that isn't addressed to the bot."""


class Reading:
    """Reads updates for the bot with this name and number."""

    def __init__(self, username: str, number: int) -> None:
        self._mention = f"@{username}".lower()
        self._number = number

    def read(self, update: Any) -> Read:
        """Return what an update means; one that can't be read is an arrival that says so."""
        try:
            return self._read(update)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return unreadable(update, error)

    def _read(self, update: Mapping[str, Any]) -> Read:
        number = _whole(update["update_id"])
        if (query := update.get("callback_query")) is not None:
            return self._pressed(number, query)
        if (query := update.get("inline_query")) is not None:
            return Inline(_text(query["id"]), _text(query["query"]))
        message = update.get("message") or update.get("edited_message")
        return None if message is None else self._said(number, message)

    def _pressed(self, number: int, query: Mapping[str, Any]) -> Press:
        name = _text(query["id"])
        event = pressed(_text(query.get("data", "")))
        if event is None or query.get("message") is None:
            return Press(name, None)
        chat = _chat(query["message"]["chat"], query["from"])
        return Press(name, _arrival(number, chat, event))

    def _said(self, number: int, message: Mapping[str, Any]) -> Arrival | None:
        chat = message["chat"]
        text = message.get("text")
        if text is None:
            return None
        said = _text(text)
        if chat["type"] != "private":
            if not self._addressed(said, message):
                return None
            said = _without(said, self._mention)
        return _arrival(number, _chat(chat, message["from"]), Said(said))

    def _addressed(self, text: str, message: Mapping[str, Any]) -> bool:
        """Whether a message of a group is meant for the bot: a command, its name, or a reply to it."""
        replied = (message.get("reply_to_message") or {}).get("from") or {}
        if replied.get("id") == self._number or self._mention in text.lower():
            return True
        return text.startswith("/") and "@" not in text.split()[0]


def unreadable(update: Any, error: Exception) -> Arrival:
    """Return an arrival for an update of which only its number, its size and what is wrong may be kept."""
    raw = json.dumps(update, ensure_ascii=True, default=str).encode()
    number = update.get("update_id") if isinstance(update, dict) else None
    name = str(number) if type(number) is int else hashlib.blake2b(raw, digest_size=16).hexdigest()
    return Arrival(name, "", Unreadable(len(raw), type(error).__name__))


def _arrival(number: int, chat: str, event: Said | Pressed | Rated) -> Arrival:
    return Arrival(str(number), chat, event, number)


def _chat(chat: Mapping[str, Any], person: Mapping[str, Any]) -> str:
    """Return the name of a talk: a chat of two, or one person in a group."""
    number = _whole(chat["id"])
    return str(number) if chat["type"] == "private" else f"{number}:{_whole(person['id'])}"


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError("no number")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _without(text: str, mention: str) -> str:
    place = text.lower().find(mention)
    return text if place < 0 else f"{text[:place]} {text[place + len(mention) :]}".strip()
