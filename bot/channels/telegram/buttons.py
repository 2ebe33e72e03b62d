"""What a button carries: a few bytes that say which choice of which form, or which reply was good."""

import re

from bot.service.protocol import Pressed, Rated

_MOST_BYTES = 64
_LARGEST = 2**63 - 1
"""No number of a message is larger; a database would refuse it."""
_CHOICE = re.compile(r"c:([0-9]{1,19}):([0-9]{1,3})")
_RATING = re.compile(r"r:([0-9]{1,19}):([01])")


def choice(form: int, number: int) -> str:
    """Return what the button of a choice, counted from 1, of a form carries."""
    return _packed(f"c:{form}:{number}")


def rating(message: int, *, good: bool) -> str:
    """Return what a button to rate a reply carries."""
    return _packed(f"r:{message}:{int(good)}")


def pressed(data: str) -> Pressed | Rated | None:
    """Return what was pressed; None for what no button of ours carries."""
    if (found := _CHOICE.fullmatch(data)) and int(found[1]) <= _LARGEST:
        return Pressed(int(found[2]), int(found[1]))
    if (found := _RATING.fullmatch(data)) and int(found[1]) <= _LARGEST:
        return Rated(int(found[1]), found[2] == "1")
    return None


def _packed(data: str) -> str:
    if not 1 <= len(data.encode()) <= _MOST_BYTES:
        raise ValueError(f"a button carries 1 to {_MOST_BYTES} bytes, not {len(data.encode())}")
    return data
