"""JSON Lines in, JSON Lines out: one object a line, whatever the line holds."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_LONGEST_INT = 400  # digits; any longer number is far out of range, and costly to convert
_BLANKS = re.compile(r"[ \t\r\n]*")
# Half a character can't be encoded, and some readers take these others for the end of a line.
_ESCAPED = re.compile("[\ud800-\udfff\x85\u2028\u2029]")
_NAME = re.compile(r"[A-Za-z_]{1,40}[0-9]?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line: the field, `line` for the whole, and a code that the words are found by."""

    field: str
    code: str


@dataclass(frozen=True, slots=True)
class Line:
    """The fields of one line, and its id as it was written, None if it has none."""

    fields: dict[str, Any]
    id: str | None


class BadLineError(Exception):
    """A line that is not one sound object. `id` is written `null` where it can't be read."""

    def __init__(self, faults: list[Fault], id_written: str | None) -> None:
        self.faults = list(dict.fromkeys(faults))
        self.id = id_written or "null"
        super().__init__(self.faults)


def read_line(text: str) -> Line:
    """Return what one line holds; numbers stay exact. Raises BadLineError."""
    faults: list[Fault] = []
    decoder = _decoder(faults)
    fields: dict[str, Any] = {}
    ids: list[str | None] = []
    try:
        for name, value, as_written, sound in _members(text, decoder, faults):
            if name in fields or (name == "id" and ids):
                faults.append(Fault(fit_name(name), "twice"))
            if name == "id":
                ids.append(as_written if sound else None)
            else:
                fields[name] = value
    except (ValueError, RecursionError):
        faults.append(Fault("line", "not_json"))
    own_id = ids[0] if len(ids) == 1 else None
    if faults:
        raise BadLineError(faults, own_id)
    return Line(fields, own_id)


def fit_name(name: str) -> str:
    """Return the name of a field if it is fit to repeat; what was typed in its place may be private."""
    return name if _NAME.fullmatch(name) else "?"


def written(value: dict[str, Any], id_written: str | None = None) -> str:
    """Return `value` as one line of JSON, characters as they are; with its id, letter by letter, if given."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if id_written is not None:
        text = f'{{"id": {id_written}, {text[1:]}'
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _members(
    text: str, decoder: json.JSONDecoder, faults: list[Fault]
) -> Iterator[tuple[str, Any, str, bool]]:
    """Yield each member of the object: name, value, the value as written, and whether that is sound.

    Raises ValueError where the text stops being JSON; what came before it has been yielded by then.
    """
    at = _next(text, 0)
    if text[at : at + 1] != "{":
        decoder.decode(text)
        if not faults:
            faults.append(Fault("line", "not_an_object"))
        return
    at = _next(text, at + 1)
    more = text[at : at + 1] != "}"
    while more:
        name, at = decoder.raw_decode(text, at)
        at = _next(text, at)
        if not isinstance(name, str) or text[at : at + 1] != ":":
            raise ValueError("no name")
        start = _next(text, at + 1)
        before = len(faults)
        value, end = decoder.raw_decode(text, start)
        at = _next(text, end)
        if text[at : at + 1] not in (",", "}"):
            # Not even the value can be trusted: it may go on after what was read of it.
            raise ValueError("no end")
        yield name, value, text[start:end], len(faults) == before
        more = text[at] == ","
        if more:
            at = _next(text, at + 1)
    if text[at : at + 1] != "}" or _next(text, at + 1) != len(text):
        raise ValueError("no end")


def _next(text: str, at: int) -> int:
    """Return where the next character after blanks is."""
    match = _BLANKS.match(text, at)
    assert match is not None
    return match.end()


def _decoder(faults: list[Fault]) -> json.JSONDecoder:
    """Return a decoder that goes on after names given twice and NaN, and notes them as faults."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in found:
                faults.append(Fault(fit_name(name), "twice"))
            found[name] = value
        return found

    def no_number(text: str) -> None:
        faults.append(Fault("line", "not_json"))

    return json.JSONDecoder(
        object_pairs_hook=once, parse_float=_exact, parse_int=_whole, parse_constant=no_number
    )


def _whole(text: str) -> Decimal | int:
    return int(text) if len(text) <= _LONGEST_INT else _far_out(text)


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        # An exponent beyond all bounds.
        return Decimal("1e-500") if "e-" in text.lower() else _far_out(text)


def _far_out(text: str) -> Decimal:
    """Return a number as far out of range as the one written; the check of the request says so."""
    return Decimal("-1e500" if text[0] == "-" else "1e500")
