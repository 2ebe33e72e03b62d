"""Open inputs: between which amounts the result lies while they are unknown, or known within bounds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple

from bot.engine.axes import Axis, Point, axes_of
from bot.engine.exact import Line
from bot.engine.inputs import (
    TRIED_MONEY,
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
from bot.engine.tracing import noted, turns_along
from bot.policy.codes import COST_FIELDS, INPUTS, MOST_MONEY_FEN, OneOf
from bot.policy.library import Missing

_FEN_OF_YUAN = 100
# What may be spent on the turns of several open amounts, and on the corners between them.
_MOST_CORNERS = 40
_MOST_POINTS = 800


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
        point = noted(each, read)
        try:
            amounts = [
                program.run(noted(variant, read), traced=False).amount for variant in program.variants(point)
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
    codes, axes, _ = _divided(program, x, open_names(program, given))
    ways = (len(reading.ways) for reading in program.readings if reading.taken is None)
    values = (len(_values(program, x, name)) for name in codes)
    return prod(values) * prod(len(axis.few()) for axis in axes) * prod(ways)


def extreme_points(program: Program, x: dict[str, Any], names: list[str]) -> Iterator[dict[str, Any]]:
    """Yield inputs with values for the open `names`, among which the lowest and highest results lie."""
    codes, axes, idle_names = _divided(program, x, names)
    # What moves no amount may still call for a caution: each of its values is tried once.
    idle = {name: _values(program, x, name) for name in idle_names}
    base = {**x, **{name: values[0] for name, values in idle.items()}}
    for chosen in product(*(_values(program, x, name) for name in codes)):
        corner = {**base, **dict(zip(codes, chosen, strict=True))}
        # In order, so that the first input found for an amount is the least, and no fen beside a turn.
        turns = [sorted(points, key=_plain) for points in _turns(program, corner, axes)]
        for amounts in product(*turns):
            yield completed(_put(corner, axes, amounts))
        lowest = _put(corner, axes, [min(points) for points in turns])
        for name, values in idle.items():
            for value in values[1:]:
                yield completed({**lowest, name: value})


def turns_of(program: Program, given: Mapping[str, Any], name: str, read: dict[str, None]) -> set[int]:
    """Return the values (fen) of an amount that isn't given at which the result turns, and both ends.

    The names of the inputs that the turns rest on are put into `read`.
    """
    x = inputs_of(program, {**given, name: 0})
    point = next(_few_points(program, x, open_names(program, given)))

    def course(variant: dict[str, Any], line: Line) -> dict[str, Any]:
        return completed({**variant, name: line})

    return turns_along(program, completed(point), course, (0, MOST_MONEY_FEN), read)


def _turns(program: Program, x: Mapping[str, Any], axes: list[Axis]) -> list[set[Point]]:
    """Return for each axis the points at which its own course or that of another turns."""
    found = [{*axis.few(())} for axis in axes]
    # Twice: the turns of one amount depend on where the others stand, and theirs on its turns.
    for _ in range(min(len(axes), 2)):
        for at, axis in enumerate(axes):
            others = [other for other in axes if other is not axis]
            apart = [other.apart(found[i]) for i, other in enumerate(axes) if i != at]
            points: set[Point] = set()
            for amounts in product(*_thinned(others, apart, _MOST_CORNERS)):
                points |= axis.turns(_put(x, others, amounts))
            found[at] = points
    return [{*points} for points in _thinned(axes, [[*points] for points in found], _MOST_POINTS)]


def _thinned(axes: list[Axis], points: list[list[Point]], most: int) -> list[list[Point]]:
    """Return the points, but only a few of a cost where there would be too many corners.

    What is paid grows with a cost, so that its ends and kinks bound it; an earlier amount may raise it first
    and use up a limit later, so that all its turns count.
    """
    thinned = [*points]
    for at, axis in enumerate(axes):
        if prod(map(len, thinned)) > most and not {*COST_FIELDS}.isdisjoint(axis.names):
            thinned[at] = min(thinned[at], axis.few(), key=len)
    return thinned


def _put(x: Mapping[str, Any], axes: Sequence[Axis], points: Sequence[Point]) -> dict[str, Any]:
    """Return the inputs with the amounts of a point on each axis."""
    pairs = zip(axes, points, strict=True)
    return {**x, **{name: fen for axis, point in pairs for name, fen in zip(axis.names, point, strict=True)}}


def _plain(point: Point) -> tuple[bool, Point]:
    return any(fen % _FEN_OF_YUAN for fen in point), point


def _few_points(program: Program, x: dict[str, Any], names: list[str]) -> Iterator[dict[str, Any]]:
    codes, axes, idle = _divided(program, x, names)
    base = {**x, **{name: _values(program, x, name)[0] for name in idle}}
    for chosen in product(*(_values(program, x, name) for name in codes)):
        corner = {**base, **dict(zip(codes, chosen, strict=True))}
        for amounts in product(*(axis.few() for axis in axes)):
            yield _put(corner, axes, amounts)


def _divided(
    program: Program, x: Mapping[str, Any], names: Iterable[str]
) -> tuple[list[str], list[Axis], list[str]]:
    """Return of the open `names` those of codes, the axes of the amounts, and those that move no amount."""
    moving = [name for name in names if name in program.moved_by or name in COST_FIELDS]
    money = [name for name in moving if INPUTS[name].kind == "money"]
    codes = [name for name in moving if name not in money]
    return codes, axes_of(program, x, money), [name for name in names if name not in moving]


def _values(program: Program, x: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    """Return values of an open input that is no axis: all of a code, a few of an amount."""
    value = x[name]
    if isinstance(value, OneOf):
        return value.codes
    if INPUTS[name].kind != "money":
        return codes_of(name, program.benefit) or values_of(name)
    low, high = bounds(value)
    return (low, *(amount for amount in TRIED_MONEY if low < amount < high), high)
