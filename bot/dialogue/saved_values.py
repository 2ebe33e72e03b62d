"""The values of inputs <-> JSON. Only what an input can hold is read back: anything else is no value."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.dialogue.state import SlotValue
from bot.policy import UNKNOWN, Between, OneOf
from bot.policy.codes import BENEFITS, INPUTS, MOST_MONEY_FEN, Input, Unknown

_MOST_COUNT = 10**12
_LONGEST_NUMBER = 60  # characters
_LONGEST_CODE = 60
_LONGEST_TEXT = 200
_MOST_LISTED = 60


class NoValueError(ValueError):
    """Something stands where the value of an input should."""


def written(value: SlotValue) -> Any:
    """Return a value as JSON has it."""
    match value:
        case Between(low=low, high=high):
            return {"between": [low, high]}
        case OneOf(codes=codes):
            return {"one_of": list(codes)}
        case Decimal():
            return {"decimal": str(value)}
        case date():
            return {"day": value.isoformat()}
        case str() | int():
            return value
        case _:
            return {"unknown": True}


def value_of(name: str, found: Any) -> SlotValue:
    """Return the value that `written` made of one of the input `name`, city, benefit and date among them.

    Raises NoValueError where that input can't have it. Whether a city is held isn't known here.
    """
    value = _read(found)
    if not _can_have(name, value):
        raise NoValueError(f"no value of {name}: {found!r}"[:200])
    return value


def slots_of(found: Any) -> dict[str, SlotValue]:
    """Return the values of several inputs; raises NoValueError as `value_of` does."""
    if not isinstance(found, dict):
        raise NoValueError("no inputs")
    return {name: value_of(name, value) for name, value in found.items()}


def written_slots(slots: Mapping[str, SlotValue]) -> dict[str, Any]:
    """Return several inputs as JSON has them."""
    return {name: written(value) for name, value in slots.items()}


def text_of(found: Any) -> str:
    """Return a short text that isn't empty; raises NoValueError for anything else."""
    if not isinstance(found, str) or not 0 < len(found) <= _LONGEST_TEXT:
        raise NoValueError("no text")
    return found


def listed(found: Any) -> list[Any]:
    """Return a list of no more than a state may hold; raises NoValueError for anything else."""
    if not isinstance(found, list) or len(found) > _MOST_LISTED:
        raise NoValueError("no list")
    return found


def texts_of(found: Any) -> tuple[str, ...]:
    """Return a list of short texts; raises NoValueError for anything else."""
    return tuple(map(text_of, listed(found)))


def _read(found: Any) -> SlotValue:
    match found:
        case str() | int():
            return found
        case {"between": [int(low), int(high)], **more} if not more:
            return Between(low, high)
        case {"one_of": [*codes], **more} if not more:
            return OneOf(tuple(codes))
        case {"decimal": str(text), **more} if not more and len(text) <= _LONGEST_NUMBER:
            return _decimal(text)
        case {"day": str(text), **more} if not more:
            return _day(text)
        case {"unknown": True, **more} if not more:
            return UNKNOWN
        case _:
            raise NoValueError(f"no value: {found!r}"[:200])


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise NoValueError("no number") from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NoValueError("no day") from error


def _can_have(name: str, value: SlotValue) -> bool:
    match name:
        case "date":
            return isinstance(value, date)
        case "city":
            return _is_code(value, None)
        case "benefit":
            return isinstance(value, str) and value in BENEFITS
        case _:
            field = INPUTS.get(name)
            return field is not None and (isinstance(value, Unknown) or _is_of(field, value))


def _is_of(field: Input, value: SlotValue) -> bool:
    match field.kind:
        case "code":
            return _is_code(value, field.codes)
        case "yes_no":
            return isinstance(value, bool)
        case "money":
            return _is_number(value, MOST_MONEY_FEN)
        case "count":
            return _is_number(value, _MOST_COUNT)
        case _:
            return _is_measure(value) or _is_number(value, _MOST_COUNT)


def _is_code(value: SlotValue, codes: tuple[str, ...] | None) -> bool:
    each = value.codes if isinstance(value, OneOf) else (value,)
    return (
        bool(each)
        and all(isinstance(code, str) and 0 < len(code) <= _LONGEST_CODE for code in each)
        and len(set(each)) == len(each)
        and (codes is None or set(codes).issuperset(each))
    )


def _is_number(value: SlotValue, most: int) -> bool:
    if isinstance(value, Between):
        return type(value.low) is int and type(value.high) is int and 0 <= value.low <= value.high <= most
    return type(value) is int and 0 <= value <= most


def _is_measure(value: SlotValue) -> bool:
    return isinstance(value, Decimal) and value.is_finite() and 0 <= value <= _MOST_COUNT
