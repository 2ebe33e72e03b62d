"""Events and messages <-> the text that is stored."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.dialogue import Said, Sent
from bot.language import masked
from bot.rendering import Sheet, sheet_json, sheet_of
from bot.service import logs
from bot.service.protocol import (
    Amending,
    Closed,
    Event,
    Hurried,
    Link,
    Message,
    Pressed,
    Rated,
    Unreadable,
)

RATED_LIKE = '{"rated":%'
"""What the text of a rating is like, in SQL; that of no other event is."""
_LONGEST = 5000
"""Characters that are kept of a message; no question needs that many."""
_LONGEST_ERROR = 200
_LOOKED_AT = 3
"""So many times as much is looked at as is kept, for masks are shorter than what they stand for."""
_LONGEST_PASSWORD = 64
"""Characters; of a longer one enough is left to be known as a password."""

_log = logs.get(__name__)


def reduced(event: Event) -> Event:
    """Return an event with nothing that must not be kept: no private numbers, no more than can be read."""
    if isinstance(event, Said):
        return Said(_fit(event.text, _LONGEST))
    if isinstance(event, Sent):
        return Sent(event.kind, _fit(event.text, _LONGEST))
    if isinstance(event, Unreadable):
        return Unreadable(event.size, _fit(event.error, _LONGEST_ERROR))
    return event


def _fit(text: str, longest: int) -> str:
    # Masking takes its time, and other messages wait meanwhile.
    if len(text) > longest * _LOOKED_AT:
        text = _whole(text[: longest * _LOOKED_AT])
    # Half of a pair of UTF-16 is no character, and a database refuses it.
    return masked(text.encode("utf-8", "replace").decode())[:longest]


def _whole(text: str) -> str:
    """Return a text without what may be the half of a number or password that was cut at its end."""
    end = len(text)
    while end > max(0, len(text) - _LONGEST_PASSWORD) and "!" <= text[end - 1] <= "~":
        end -= 1
    while end > 0 and _may_be_of_number(text[end - 1]):
        end -= 1
    return text[:end]


def _may_be_of_number(character: str) -> bool:
    kind = unicodedata.category(character)
    # Blanks, dashes and what can't be seen may stand between digits, of whatever writing.
    return character.isnumeric() or kind[0] in "NZCM" or kind == "Pd" or character in "幺+()（）"


def event_text(event: Event, ref: str | None = None) -> str | None:
    """Return an event as text, with what the channel calls it; None for one that can't be read."""
    found: dict[str, Any]
    match event:
        case Said(text):
            found = {"said": text}
        case Sent(kind, text):
            found = {"sent": kind, "text": text}
        case Pressed(number, form, on):
            found = {"pressed": number, "form": form} | ({} if on is None else {"on": on})
        case Amending(name):
            found = {"amends": name}
        case Rated(message, good):
            found = {"rated": message, "good": good}
        case Hurried():
            found = {"hurried": True}
        case Unreadable():
            return None
    return _json(found if ref is None else {**found, "ref": ref})


def event_of(text: str) -> tuple[Event, str | None]:
    """Return the event that `event_text` made the text of, and what the channel calls it."""
    found = json.loads(text)
    ref = found.get("ref")
    if "said" in found:
        return Said(found["said"]), ref
    if "sent" in found:
        return Sent(found["sent"], found["text"]), ref
    if "pressed" in found:
        return Pressed(found["pressed"], found["form"], found.get("on")), ref
    if "amends" in found:
        return Amending(found["amends"]), ref
    if "rated" in found:
        return Rated(found["rated"], found["good"]), ref
    return Hurried(), ref


def message_text(message: Message, *, asks: bool = False, tapped: str | None = None) -> str:
    """Return a message as text, without its number, by which its own form goes, and what it edits.

    `asks`: its last block is a question and nothing else; `tapped`: it came of a press on what the
    channel calls so.
    """
    closes = message.closes
    some = {
        "asks": asks or None,
        "tapped": tapped,
        "closes": None if closes is None else [closes.ref, closes.id, closes.ratable],
        "form": message.form or None,
        "options": message.options or None,
        "answers": message.answers,
        "ratable": message.ratable or None,
        "links": [[link.label, link.path] for link in message.links] or None,
        "typed": message.typed,
        "sheet": None if message.sheet is None else _sheet_written(message.sheet, message.blocks),
    }
    found = {"blocks": message.blocks, "version": message.policy_version}
    return _json(found | {name: value for name, value in some.items() if value is not None})


def _sheet_written(sheet: Sheet, blocks: Sequence[str]) -> list[Any]:
    """Return a sheet as JSON takes it, without its text where that is one of the blocks."""
    written = sheet_json(sheet)
    if sheet.text not in blocks:
        return [None, written]
    del written["text"]
    return [blocks.index(sheet.text), written]


def _sheet_read(found: Any, message: Message) -> Sheet | None:
    """Return the sheet of a message; None for one that another version wrote, for its words say the same."""
    try:
        place, written = found
        return sheet_of(written if place is None else {**written, "text": message.blocks[place]})
    except (ValueError, TypeError, LookupError) as error:
        # Its own words would tell what it holds.
        _log.warning(
            "a stored sheet can't be read, its words go alone", message=message.id, reason=logs.where(error)
        )
        return None


def message_of(text: str, id: int, before: str | None) -> Message:  # noqa: A002
    """Return the message that `message_text` made the text of; it edits the one `before`, or closes it."""
    found = json.loads(text)
    closes = _closed(found["closes"], before) if "closes" in found else None
    message = Message(
        id,
        tuple(found["blocks"]),
        tuple(found.get("options", ())),
        found.get("form", id),
        links=tuple(Link(*each) for each in found.get("links", ())),
        edits=None if "closes" in found else before,
        closes=closes,
        answers=found.get("answers"),
        ratable=found.get("ratable", False),
        policy_version=found["version"],
        typed=found.get("typed"),
    )
    if "sheet" in found:
        message = replace(message, sheet=_sheet_read(found["sheet"], message))
    return message


@dataclass(frozen=True, slots=True)
class Asked:
    """A message kept as text: its blocks before the last, and whether that one is a question alone.

    `tapped` is what the channel calls the message on which a press led to this one.
    """

    head: tuple[str, ...]
    asks: bool
    ratable: bool
    tapped: str | None


def asked_of(text: str) -> Asked:
    """Return what of a message that `message_text` made the text of is needed to go on from it."""
    found = json.loads(text)
    return Asked(
        tuple(found["blocks"][:-1]),
        found.get("asks", False),
        found.get("ratable", False),
        found.get("tapped"),
    )


def _closed(kept: list[Any], before: str | None) -> Closed | None:
    """Return what is closed; its name may have come only after it was known that it is to be closed."""
    ref, id, ratable = kept  # noqa: A001
    name = before if ref is None else ref
    return None if name is None else Closed(name, id, ratable)


def _json(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))
