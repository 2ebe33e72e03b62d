"""JSON Lines in, JSON Lines out: one object a line, whatever the line holds."""

import json
from decimal import Decimal
from typing import Any

_LONGEST_INT = 400  # digits; any longer number is far out of range, and costly to convert


class BadLineError(Exception):
    """A line that can't be read as an object; `code` names why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def _whole(text: str) -> Decimal | int:
    # Far too large either way; the check of the request says so.
    return int(text) if len(text) <= _LONGEST_INT else Decimal("-1e500" if text[0] == "-" else "1e500")


def _no_constant(text: str) -> None:
    raise ValueError(text)


def read_object(line: str) -> dict[str, Any]:
    """Return the object of one line; numbers stay exact. Raises BadLineError."""
    try:
        value = json.loads(line, parse_float=Decimal, parse_int=_whole, parse_constant=_no_constant)
    except (ValueError, RecursionError, ArithmeticError):
        raise BadLineError("not_json") from None
    if not isinstance(value, dict):
        raise BadLineError("not_an_object")
    return value


def written(value: Any) -> str:
    """Return `value` as one line of JSON, characters as they are."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> float:
    # Only an echoed id can still hold a number that was read exactly.
    assert isinstance(value, Decimal)
    return float(value)
