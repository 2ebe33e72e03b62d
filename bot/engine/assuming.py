"""Which of the defaults that were taken could move a result, and to what."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.engine.compiling import Programs
from bot.engine.inputs import bounds, values_of
from bot.engine.program import Program
from bot.engine.ranges import Bounds, bounds_of
from bot.engine.result import Assumption, Case
from bot.policy.codes import COST_FIELDS, INPUTS, MOST_MONEY_FEN, UNKNOWN, Value

# What an earlier amount can change, it changes when it is an everyday one or the most.
_EARLIER = (2_000_000, MOST_MONEY_FEN)
_SOME = 100_000
_RISING = (_SOME, *_EARLIER)
Others = tuple[tuple[Value | date, int], ...]


def assumptions(programs: Programs, case: Case) -> tuple[Assumption, ...]:
    """Return the defaults of a case with all required inputs that could move its result."""
    program = _program(programs, case, case.day)
    if program is None:
        return ()
    result = bounds_of(program, case.given)
    if not isinstance(result, Bounds):
        return ()
    found: list[Assumption] = []
    for name, default in _defaulted(program, case.given):
        others: list[tuple[Value | date, int]] = []
        given = {**case.given, **_along_with(name, program, case.given)}
        alternatives = _alternatives(name, given)
        for value in alternatives:
            other = bounds_of(program, {**given, name: value})
            if isinstance(other, Bounds) and other != result:
                others.extend((value, amount) for amount in _amounts(result, other))
                if alternatives == _RISING:
                    break  # a larger one is for what a smaller one doesn't show
        if others:
            found.append(Assumption(name, default, tuple(others)))
    if case.day_assumed:
        dates = _earlier_rules(programs, case, result)
        if dates:
            found.append(Assumption("date", case.day, dates))
    return tuple(found)


def _amounts(result: Bounds, other: Bounds) -> tuple[int, ...]:
    """Return the amounts to compare with: a range goes by its upper end, one amount with both ends."""
    if result.low < result.high or other.low == other.high:
        return (other.high,)
    return (other.low, other.high)


def _program(programs: Programs, case: Case, day: date) -> Program | None:
    assert case.benefit is not None
    assert case.city is not None
    assert case.insurance is not None
    draft = case.given.get("preview")
    preview = draft if isinstance(draft, str) else None
    program = programs.find(case.benefit, case.city, case.insurance, day, preview)
    return program if isinstance(program, Program) else None


def _defaulted(program: Program, given: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    parts = COST_FIELDS[2:] if "total_cost" in given else ()
    for name, field in INPUTS.items():
        if (
            name not in given
            and field.default is not None
            and ((name in program.moved_by and name not in COST_FIELDS) or name in parts)
        ):
            yield name, field.default
        elif name not in given and name in program.bounding:
            yield name, UNKNOWN


def _alternatives(name: str, given: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return other values of a defaulted input: all codes, or some amounts that would show a difference."""
    field = INPUTS[name]
    if field.kind == "code":
        return tuple(code for code in field.codes if code != field.default)
    if field.kind == "yes_no":
        return (not field.default,)
    if field.kind == "count":
        assert isinstance(field.default, int)
        return (field.default + 1,)
    if name in COST_FIELDS:
        # Ranges are compared by their upper ends, which the largest bill with the least parts leads to.
        parts = sum(bounds(given.get(part, 0))[0] for part in COST_FIELDS[2:])
        rest = max(bounds(given["total_cost"])[1] - parts, 0)
        return (rest // 5, rest)
    return _EARLIER if name.startswith("prior_") else _RISING


def _along_with(name: str, program: Program, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return usual values for the inputs that are of use only beside `name`, where they aren't given."""
    beside = [other for other, amount in program.idle.items() if amount == name]
    return {other: values_of(other)[0] for other in beside if other not in given}


def _earlier_rules(programs: Programs, case: Case, result: Bounds) -> Others:
    """Return the first day of each earlier span of rules under which the result would differ."""
    others: list[tuple[Value | date, int]] = []
    for day in programs.library.changes:
        program = _program(programs, case, day) if day < case.day else None
        if program is not None and not program.missing(case.given):
            other = bounds_of(program, case.given)
            if isinstance(other, Bounds) and other != result:
                others.append((day, other.high))
    return tuple(others)
