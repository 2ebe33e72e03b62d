"""Open inputs: between which amounts the result lies while they are unknown, or known within bounds."""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from math import prod
from typing import Any, NamedTuple

from bot.engine.exact import Line, Watch
from bot.engine.inputs import (
    TRIED_MONEY,
    Noted,
    bounds,
    codes_of,
    completed,
    inputs_of,
    must_be_held,
    open_names,
    values_of,
)
from bot.engine.program import Program
from bot.engine.run import NoRule
from bot.policy.codes import COST_FIELDS, INPUTS, MOST_MONEY_FEN, OneOf
from bot.policy.library import Missing

_MOST_PIECES = 200
_FEN_OF_YUAN = 100


class Bounds(NamedTuple):
    """The least and the most (fen) that is paid and that the person pays, whatever is open."""

    low: int
    high: int
    own_low: int
    own_high: int


def bounds_of(
    program: Program, given: Mapping[str, Any], read: dict[str, None] | None = None
) -> Bounds | Missing:
    """Return the bounds of a case, or what it needs that isn't held.

    Exact without open inputs; with them it is made for comparing, from a few values of each. The names of
    the inputs that the outcome rests on are put into `read`, in order: the others make no difference.
    """
    x = inputs_of(program, given)
    names = open_names(program, given)
    points = (completed(point) for point in _few_points(program, x, names)) if names else (x,)
    found: list[Bounds] = []
    refused: Missing | None = None
    for each in points:
        point = _noted(each, read)
        try:
            amounts = [
                program.run(_noted(variant, read), traced=False).amount for variant in program.variants(point)
            ]
        except NoRule as error:
            refused = error.missing
            continue
        low, high, whole = min(amounts), max(amounts), program.whole(point)
        found.append(Bounds(low, high, whole - high, whole - low))
    if len(found) == 1 and refused is None:
        return found[0]
    if refused is not None and (not found or must_be_held(names)):
        return refused
    lows, highs, own_lows, own_highs = zip(*found, strict=True)
    return Bounds(min(lows), max(highs), min(own_lows), max(own_highs))


def most_runs(program: Program, given: Mapping[str, Any]) -> int:
    """Return how often `bounds_of` may run the program for a case."""
    x = inputs_of(program, given)
    moving = (name for name in open_names(program, given) if _moves(program, name))
    ways = (len(reading.ways) for reading in program.readings if reading.taken is None)
    return prod(len(_values(program, x, name)) for name in moving) * prod(ways)


def extreme_points(program: Program, x: dict[str, Any], names: list[str]) -> Iterator[dict[str, Any]]:
    """Yield inputs with values for the open `names`, among which the lowest and highest results lie."""
    moving = [name for name in names if _moves(program, name)]
    money = [name for name in moving if INPUTS[name].kind == "money"]
    codes = [name for name in moving if name not in money]
    # What moves no amount may still call for a caution: each of its values is tried once.
    idle = {name: _values(program, x, name) for name in names if name not in moving}
    base = {**x, **{name: values[0] for name, values in idle.items()}}
    for chosen in product(*(_values(program, x, name) for name in codes)):
        corner = {**base, **dict(zip(codes, chosen, strict=True))}
        # In order, so that the first input found for an amount is the least, and no fen beside a turn.
        turns = {
            name: sorted(points, key=lambda point: (point % _FEN_OF_YUAN != 0, point))
            for name, points in _turns(program, corner, money).items()
        }
        for amounts in product(*turns.values()):
            yield completed({**corner, **dict(zip(turns, amounts, strict=True))})
        lowest = {**corner, **{name: min(points) for name, points in turns.items()}}
        for name, values in idle.items():
            for value in values[1:]:
                yield completed({**lowest, name: value})


def turns_of(program: Program, given: Mapping[str, Any], name: str, read: dict[str, None]) -> set[int]:
    """Return the values (fen) of an amount that isn't given at which the result turns, and both ends.

    The names of the inputs that the turns rest on are put into `read`.
    """
    x = inputs_of(program, {**given, name: 0})
    point = next(_few_points(program, x, open_names(program, given)))
    return _own_turns(program, completed(point), name, (0, MOST_MONEY_FEN), read)


def turning_points(
    program: Program, course: Callable[[Line], Mapping[str, Any]], low: int, high: int
) -> set[int]:
    """Return the fen values from `low` to `high` next to which some comparison of a run turns, and both ends.

    `course` gives the inputs of the run for the open amount. Between two neighbouring turns the exact result
    is a straight line, so its extremes lie among them.
    """
    points = {low, high}
    at = low
    for _ in range(_MOST_PIECES):
        watch = Watch()
        try:
            program.run(course(Line(at, 1, watch)), traced=False)
        except NoRule:
            break
        if watch.nearest is None:
            break
        rise, slope = watch.nearest
        before = at + rise // slope
        # A turn between two fen is over at the second; one on a fen is seen from there.
        at -= -rise // slope
        points.update(point for point in (before, before + 1) if point < high)
        if at >= high:
            break
    return points


def _turns(program: Program, x: Mapping[str, Any], money: list[str]) -> dict[str, set[int]]:
    """Return for each open amount the values at which its own course or that of another turns."""
    ends = {name: bounds(x, name) for name in money}
    found = {name: set(ends[name]) for name in money}
    # Twice: the turns of one amount depend on where the others stand, and theirs on its turns.
    for _ in range(min(len(money), 2)):
        for name in money:
            others = [other for other in money if other != name]
            points: set[int] = set()
            for amounts in product(*(_apart(found[other]) for other in others)):
                corner = {**x, **dict(zip(others, amounts, strict=True)), name: ends[name][0]}
                points |= _own_turns(program, completed(corner), name, ends[name])
            found[name] = points
    return found


def _apart(points: set[int]) -> list[int]:
    """Return the first of each run of neighbours: one turn shows as two points, a fen apart."""
    return sorted(point for point in points if point - 1 not in points)


def _own_turns(
    program: Program, x: dict[str, Any], name: str, ends: tuple[int, int], read: dict[str, None] | None = None
) -> set[int]:
    points: set[int] = set()
    # Which ways of reading there are does not depend on amounts, so one amount shows them all.
    for variant in program.variants(_noted(x, read)):

        def course(line: Line, variant: dict[str, Any] = variant) -> dict[str, Any]:
            return _noted(completed({**variant, name: line}), read)

        points |= turning_points(program, course, *ends)
    return points


def _noted(x: dict[str, Any], read: dict[str, None] | None) -> dict[str, Any]:
    return x if read is None else Noted(x, read)


def _few_points(program: Program, x: dict[str, Any], names: list[str]) -> Iterator[dict[str, Any]]:
    moving = [name for name in names if _moves(program, name)]
    base = {**x, **{name: _values(program, x, name)[0] for name in names if name not in moving}}
    for chosen in product(*(_values(program, x, name) for name in moving)):
        yield {**base, **dict(zip(moving, chosen, strict=True))}


def _values(program: Program, x: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    """Return a few values of an open input: of an amount both ends, and everyday ones between."""
    value = x[name]
    if isinstance(value, OneOf):
        return value.codes
    if INPUTS[name].kind != "money":
        return codes_of(name, program.benefit) or values_of(name)
    low, high = bounds(x, name)
    return (low, *(amount for amount in TRIED_MONEY if low < amount < high), high)


def _moves(program: Program, name: str) -> bool:
    return name in program.moved_by or name in COST_FIELDS
