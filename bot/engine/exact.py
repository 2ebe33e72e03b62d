"""Exact money: whole numbers, and whole numbers that vary with one unknown.

Inside a calculation money is counted in grains. A fen has as many grains as it takes for every product
and quotient of the calculation to be whole, so nothing is ever rounded before a layer's final amount.
"""

from fractions import Fraction
from math import floor
from typing import Union


def to_fen(grains: int, grain: int) -> int:
    """Return an amount of at least 0 in fen, half-up; `grain` is the number of grains in a fen."""
    return (2 * grains + grain) // (2 * grain)


class Watch:
    """Collects the points where the course of a calculation changes as its unknown grows."""

    def __init__(self) -> None:
        self.crossings: list[Fraction] = []


class Line:
    """An amount at the unknown's present value, and how fast it grows with it.

    It takes part in sums, products with whole numbers and comparisons like a whole number. A comparison of
    equals looks to the right, and notes on the watch where it would turn out otherwise.
    """

    __hash__ = None  # type: ignore[assignment]
    __slots__ = ("slope", "value", "watch")

    def __init__(self, value: Fraction, slope: Fraction, watch: Watch) -> None:
        self.value = value
        self.slope = slope
        self.watch = watch

    def __add__(self, other: "Number") -> "Line":
        if isinstance(other, Line):
            return Line(self.value + other.value, self.slope + other.slope, self.watch)
        return Line(self.value + other, self.slope, self.watch)

    __radd__ = __add__

    def __sub__(self, other: "Number") -> "Line":
        return self + other * -1

    def __rsub__(self, other: int) -> "Line":
        return self * -1 + other

    def __mul__(self, factor: int) -> "Line":
        return Line(self.value * factor, self.slope * factor, self.watch)

    __rmul__ = __mul__

    def __floordiv__(self, divisor: int) -> "Line":
        # Exact on purpose: grains are chosen so that whole numbers divide without a rest here, too.
        return Line(self.value / divisor, self.slope / divisor, self.watch)

    def _compared(self, other: "Number") -> int:
        gap = self - other
        if gap.slope and (gap.value > 0) != (gap.slope > 0) and gap.value:
            self.watch.crossings.append(-gap.value / gap.slope)
        for part in (gap.value, gap.slope):
            if part:
                return 1 if part > 0 else -1
        return 0

    def __lt__(self, other: "Number") -> bool:
        return self._compared(other) < 0

    def __le__(self, other: "Number") -> bool:
        return self._compared(other) <= 0

    def __gt__(self, other: "Number") -> bool:
        return self._compared(other) > 0

    def __ge__(self, other: "Number") -> bool:
        return self._compared(other) >= 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (int, Line)) and self._compared(other) == 0


Number = Union[int, Line]


def whole_points(points: list[Fraction], low: int, high: int) -> list[int]:
    """Return the whole numbers next to `points` within [low, high], with both ends."""
    found = {low, high}
    for point in points:
        for near in (floor(point), floor(point) + 1):
            if low <= near <= high:
                found.add(near)
    return sorted(found)
