"""Open amounts as axes along which a case moves: an amount by itself, or a bill with its parts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar, Protocol

from bot.engine.exact import Line
from bot.engine.inputs import TRIED_MONEY, bounds, completed
from bot.engine.program import Program
from bot.engine.tracing import turns_along
from bot.policy.codes import COST_FIELDS

_WITHIN, _TOTAL, _EXCLUDED, _FIRST_PAY = COST_FIELDS
Point = tuple[int, ...]


class Axis(Protocol):
    """An open amount, or several that depend on each other."""

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs that a point has a value (fen) for, in its order."""

    def few(self, tried: Sequence[int] = TRIED_MONEY) -> list[Point]:
        """Return a few points: the ends, and those of the `tried` amounts that lie between."""

    def turns(self, x: Mapping[str, Any]) -> set[Point]:
        """Return the points at which the result turns while all else is as in `x`, and the ends."""

    def apart(self, points: set[Point]) -> list[Point]:
        """Return the first of each run of neighbours: one turn shows as two points, a fen apart."""


def axes_of(program: Program, x: Mapping[str, Any], names: Iterable[str]) -> list[Axis]:
    """Return the axes of the open amounts `names` of the inputs `x`."""
    axes: list[Axis] = []
    billed = program.takes == _WITHIN and _TOTAL in x
    for name in names:
        if not billed or name not in COST_FIELDS:
            axes.append(_Amount(program, name, bounds(x[name])))
        elif not any(isinstance(axis, _Bill) for axis in axes):
            axes.append(_Bill.of(program, x))
    return axes


@dataclass(frozen=True)
class _Amount:
    program: Program
    name: str
    ends: tuple[int, int]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def few(self, tried: Sequence[int] = TRIED_MONEY) -> list[Point]:
        return [(amount,) for amount in _few(*self.ends, tried)]

    def turns(self, x: Mapping[str, Any]) -> set[Point]:
        def course(variant: dict[str, Any], line: Line) -> dict[str, Any]:
            return completed({**variant, self.name: line})

        at_least = completed({**x, self.name: self.ends[0]})
        return {(point,) for point in turns_along(self.program, at_least, course, self.ends)}

    def apart(self, points: set[Point]) -> list[Point]:
        return [(point,) for point in _apart(point for (point,) in points)]


@dataclass(frozen=True)
class _Bill:
    """A whole and its parts, of which some are open: the parts together are no more than the whole.

    What is paid depends on what is left within scope, and on the first-pay part where it `moves` amounts; the
    rest decides only what the person pays besides.
    """

    program: Program
    whole: tuple[int, int]
    excluded: tuple[int, int]
    first_pay: tuple[int, int]
    moves: bool
    names: ClassVar[tuple[str, ...]] = (_TOTAL, _EXCLUDED, _FIRST_PAY)

    @classmethod
    def of(cls, program: Program, x: Mapping[str, Any]) -> "_Bill":
        whole, excluded, first_pay = (bounds(x.get(name, 0)) for name in cls.names)
        parts = excluded[0] + first_pay[0]
        # A whole is no less than its parts.
        whole = (max(whole[0], parts), max(whole[1], parts))
        first_pay = (first_pay[0], min(first_pay[1], whole[1] - excluded[0]))
        excluded = (excluded[0], min(excluded[1], whole[1] - first_pay[0]))
        return cls(program, whole, excluded, first_pay, _FIRST_PAY in program.moved_by)

    def few(self, tried: Sequence[int] = TRIED_MONEY) -> list[Point]:
        points: dict[Point, None] = {}
        low, high = self.first_pay
        # Where a bill at its bounds is all parts, nothing is left within scope.
        all_parts = {whole - excluded for whole, excluded in product(self.whole, self.excluded)}
        for first_pay in self._fixed({low, high} | {each for each in all_parts if low < each < high}):
            low, high = self._within(first_pay)
            for within in _few(low, high, (*sorted(self._kinks(first_pay)), *tried)):
                points |= dict.fromkeys(sorted(self._points(within, first_pay)))
        return list(points)

    def turns(self, x: Mapping[str, Any]) -> set[Point]:
        found: set[Point] = set()
        for first_pay in self._fixed(self._first_pays(x)):
            low, high = self._within(first_pay)
            withins = {kink for kink in self._kinks(first_pay) if low < kink < high}
            withins |= self._turns_within(x, first_pay, low, high)
            found.update(point for within in withins for point in self._points(within, first_pay))
        return found

    def apart(self, points: set[Point]) -> list[Point]:
        # What is paid is the same however the rest divides.
        kept: dict[tuple[int, int], Point] = {}
        for whole, excluded, first_pay in sorted(points):
            key = (first_pay if self.moves else 0, whole - excluded - first_pay)
            kept.setdefault(key, (whole, excluded, first_pay))
        first_pays = _apart(first_pay for first_pay, _ in kept)
        return [point for at, point in sorted(kept.items()) if at[0] in first_pays and self._leads(at, kept)]

    @staticmethod
    def _leads(at: tuple[int, int], kept: Mapping[tuple[int, int], Point]) -> bool:
        return (at[0], at[1] - 1) not in kept

    def _fixed(self, first_pays: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Yield between which bounds the first-pay part lies: one value each where it moves amounts."""
        if self.moves:
            yield from ((first_pay, first_pay) for first_pay in sorted(first_pays))
        else:
            yield self.first_pay

    def _within(self, first_pay: tuple[int, int]) -> tuple[int, int]:
        """Return the least and the most that may be within scope."""
        least = self.whole[0] - self.excluded[1] - first_pay[1]
        return max(least, 0), self.whole[1] - self.excluded[0] - first_pay[0]

    def _kinks(self, first_pay: tuple[int, int]) -> set[int]:
        """Return what is within scope where the whole, or the part left out, leaves one of its bounds."""
        ends = zip(self.whole, self.excluded, first_pay, strict=True)
        return {whole - excluded - paid for whole, excluded, paid in ends}

    def _points(self, within: int, first_pay: tuple[int, int]) -> set[Point]:
        """Return the least and the largest bill that leave so much within scope."""
        least = max(self.whole[0], within + self.excluded[0] + first_pay[0])
        most = min(self.whole[1], within + self.excluded[1] + first_pay[1])
        points: set[Point] = set()
        for whole in (least, most):
            excluded = max(self.excluded[0], whole - within - first_pay[1])
            points.add((whole, excluded, whole - within - excluded))
        return points

    def _turns_within(
        self, x: Mapping[str, Any], first_pay: tuple[int, int], low: int, high: int
    ) -> set[int]:
        def course(variant: dict[str, Any], line: Line) -> dict[str, Any]:
            return {**variant, _WITHIN: line}

        point = min(self._points(low, first_pay))
        at_least = completed({**x, **dict(zip(self.names, point, strict=True))})
        return turns_along(self.program, at_least, course, (low, high))

    def _first_pays(self, x: Mapping[str, Any]) -> set[int]:
        """Return the ends of the first-pay part, and its turns beside the bounds of the others."""
        found = {*self.first_pay}
        if not self.moves or self.first_pay[0] == self.first_pay[1]:
            return found
        for whole, excluded in product(self.whole, self.excluded):
            low, high = self.first_pay[0], min(self.first_pay[1], whole - excluded)
            if low < high:
                corner = completed({**x, _TOTAL: whole, _EXCLUDED: excluded, _FIRST_PAY: low})

                def course(variant: dict[str, Any], line: Line) -> dict[str, Any]:
                    return completed({**variant, _FIRST_PAY: line})

                found |= turns_along(self.program, corner, course, (low, high))
        return found


def _few(low: int, high: int, tried: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys((low, *(amount for amount in tried if low < amount < high), high)))


def _apart(points: Iterable[int]) -> list[int]:
    every = {*points}
    return sorted(point for point in every if point - 1 not in every)
