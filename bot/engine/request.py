"""A request in the contract's vocabulary -> a checked Case, or what is wrong with it field by field.

Hostile on purpose: any value may be of any type and any size.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bot.engine.inputs import bounds, codes_of
from bot.engine.result import Case, InputError, Invalid
from bot.policy.codes import (
    BENEFITS,
    BILLED,
    COST_FIELDS,
    INPUTS,
    MOST_MONEY_FEN,
    UNKNOWN,
    Input,
    Value,
)

# Long enough for any allowed number, short enough that converting can't hurt.
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?", re.ASCII)
_ENDLESS = re.compile(r"([+-]?)[0-9]{41,}(?:\.[0-9]*)?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# A field name is repeated only if it looks like one; a number, such as that of an identity card, does not.
_FIELD = re.compile(r"[A-Za-z_]{1,40}[0-9]?", re.ASCII)
_YES_NO = {"true": True, "false": False}
_MOST_COUNT = 10_000
UNNAMED = "?"  # stands for a field name that isn't fit to repeat


class _Unusable(Exception):
    def __init__(self, code: str) -> None:
        self.code = code


def read_request(request: Mapping[str, Any], cities: Mapping[str, object], today: date) -> Case | Invalid:
    """Check `request` (without its `id`). `null` means: not known, for earlier amounts and yes/no inputs."""
    errors: list[InputError] = []
    given: dict[str, Value] = {}
    named: dict[str, str] = {}
    day: date | None = None
    for field, raw in request.items():
        name = field if isinstance(field, str) else UNNAMED
        try:
            if name in {"benefit", "city"}:
                if raw is not None:
                    named[name] = _one_of(raw, BENEFITS if name == "benefit" else cities)
            elif name == "date":
                day = None if raw is None else _day(raw)
            elif name in INPUTS:
                value = read_value(INPUTS[name], raw)
                if value is not None:
                    given[name] = value
            else:
                raise _Unusable("unknown_field")
        except _Unusable as error:
            errors.append(InputError(name if _FIELD.fullmatch(name) else UNNAMED, error.code))
    if not errors:
        errors = _misfits(given, named.get("benefit"))
    if errors:
        return Invalid(tuple(errors))
    return Case(named.get("benefit"), named.get("city"), day or today, today, given, day_assumed=day is None)


def read_value(field: Input, raw: Any) -> Value | None:
    """Return the value of one input, UNKNOWN, or None for 'not given'. Raises for anything unusable."""
    if raw is None:
        open_to_range = field.kind == "yes_no" or field.name.startswith("prior_")
        return UNKNOWN if open_to_range else None
    match field.kind:
        case "code":
            return _one_of(raw, field.codes)
        case "yes_no":
            if isinstance(raw, bool):
                return raw
            if isinstance(raw, str) and raw.strip().lower() in _YES_NO:
                return _YES_NO[raw.strip().lower()]
            raise _Unusable("not_yes_no")
        case "money":
            return _money(raw)
        case _:
            return _measure(raw, whole=field.kind == "count")


def _one_of(raw: Any, codes: Any) -> str:
    if not isinstance(raw, str):
        raise _Unusable("not_a_code")
    code = raw.strip()
    if len(code) > 60 or code not in codes:
        raise _Unusable("unknown_code")
    return code


def _number(raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, (int, str, Decimal)):
        raise _Unusable("not_a_number")
    if isinstance(raw, str):
        text = raw.strip()
        if not _NUMBER.fullmatch(text):
            endless = _ENDLESS.fullmatch(text)
            if endless is None:
                raise _Unusable("not_a_number")
            raise _Unusable("negative" if endless[1] == "-" else "too_large")
        number = Decimal(text)
    else:
        number = Decimal(raw) if isinstance(raw, int) and raw.bit_length() < 200 else raw  # type: ignore[assignment]
        if isinstance(number, int):
            raise _Unusable("negative" if number < 0 else "too_large")
    if not number.is_finite():
        raise _Unusable("not_a_number")
    if number < 0:
        raise _Unusable("negative")
    # Compared before any arithmetic: an exponent of a thousand million must not be worked out.
    if number > 10**12:
        raise _Unusable("too_large")
    return number


def _money(raw: Any) -> int:
    """Return an amount of yuan in fen."""
    number = _number(raw)
    if number.as_tuple().exponent < -2 and number != number.quantize(Decimal("0.01")):  # type: ignore[operator]
        raise _Unusable("too_fine")
    fen = int(number * 100)
    if fen > MOST_MONEY_FEN:
        raise _Unusable("too_large")
    return fen


def _measure(raw: Any, *, whole: bool) -> int | Decimal:
    """Return a number of times, years, months or hours."""
    number = _number(raw)
    if whole and number != number.to_integral_value():
        raise _Unusable("not_whole")
    if number > _MOST_COUNT:
        raise _Unusable("too_large")
    return int(number) if whole else number


def _day(raw: Any) -> date:
    if isinstance(raw, str) and _DAY.fullmatch(raw.strip()):
        try:
            return date.fromisoformat(raw.strip())
        except ValueError:
            pass
    raise _Unusable("not_a_day")


def _misfits(given: Mapping[str, Value], benefit: str | None) -> list[InputError]:
    """Return what is usable by itself, but not together."""
    if "who" in given and given["who"] not in codes_of("who", benefit):
        return [InputError("who", "unknown_code")]
    wrong = cost_error(given, benefit)
    return [] if wrong is None else [wrong]


def cost_error(given: Mapping[str, object], benefit: object) -> InputError | None:
    """Return what is wrong with the costs of a case taken together; nothing where the benefit has no bill."""
    if benefit is not None and benefit not in BILLED:
        return None
    parts = [name for name in COST_FIELDS[1:] if name in given]
    if "eligible_cost" in given and parts:
        return InputError(parts[0], "both_costs")
    if "total_cost" not in given:
        return None
    # Of what is open, the values that fit best count: some bill must be possible.
    most = bounds(given["total_cost"])[1]
    excluded, first_pay = (bounds(given.get(name, 0))[0] for name in COST_FIELDS[2:])
    if excluded + first_pay > most:
        name = "excluded_cost" if excluded > most or first_pay == 0 else "first_pay_cost"
        return InputError(name, "part_above_whole")
    return None
