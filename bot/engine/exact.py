"""Exact money: whole numbers, and whole numbers that vary with one unknown.

Inside a calculation money is counted in grains. A fen has as many grains as it takes for every product
and quotient of the calculation to be whole, so nothing is ever rounded before a layer's final amount.
"""


def to_fen(grains: int, grain: int) -> int:
    """Return an amount of at least 0 in fen, half-up; `grain` is the number of grains in a fen."""
    return (2 * grains + grain) // (2 * grain)


class Watch:
    """Notes how far the unknown may grow before the course of a calculation may change.

    `nearest` is the smallest such growth: a numerator and a denominator, both above 0; None if there is none.
    """

    def __init__(self) -> None:
        self.nearest: tuple[int, int] | None = None

    def note(self, rise: int, slope: int) -> None:
        """Note that a gap of `rise` closes, by `slope` for each step of the unknown."""
        if self.nearest is None or rise * self.nearest[1] < self.nearest[0] * slope:
            self.nearest = (rise, slope)


class Line:
    """An amount at the unknown's present value, and by how much it grows with each step of the unknown.

    It takes part in sums, products with whole numbers and comparisons like a whole number. A comparison of
    equals looks to the right, and tells the watch where it would turn out otherwise.
    """

    __hash__ = None  # type: ignore[assignment]
    __slots__ = ("slope", "value", "watch")

    def __init__(self, value: int, slope: int, watch: Watch) -> None:
        self.value = value
        self.slope = slope
        self.watch = watch

    def __add__(self, other: "Number") -> "Line":
        if isinstance(other, Line):
            return Line(self.value + other.value, self.slope + other.slope, self.watch)
        return Line(self.value + other, self.slope, self.watch)

    __radd__ = __add__

    def __sub__(self, other: "Number") -> "Line":
        if isinstance(other, Line):
            return Line(self.value - other.value, self.slope - other.slope, self.watch)
        return Line(self.value - other, self.slope, self.watch)

    def __rsub__(self, other: int) -> "Line":
        return Line(other - self.value, -self.slope, self.watch)

    def __mul__(self, factor: int) -> "Line":
        return Line(self.value * factor, self.slope * factor, self.watch)

    __rmul__ = __mul__

    def __floordiv__(self, divisor: int) -> "Line":
        # Without a rest: grains are chosen so that every whole number of fen divides, and so do differences.
        return Line(self.value // divisor, self.slope // divisor, self.watch)

    def _compared(self, other: "Number") -> int:
        gap = self - other
        value, slope = gap.value, gap.slope
        if value > 0 > slope:
            self.watch.note(value, -slope)
        elif value < 0 < slope:
            self.watch.note(-value, slope)
        side = value or slope
        return (side > 0) - (side < 0)

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


Number = int | Line
