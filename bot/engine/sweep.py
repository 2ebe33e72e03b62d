"""Where the course of a calculation changes as one open amount grows: exact, piece by piece."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from bot.engine.exact import Line, Watch, whole_points
from bot.engine.parts import NoRule
from bot.engine.program import Program

_MOST_PIECES = 200


def turning_points(
    program: Program, course: Callable[[Line], Mapping[str, Any]], low: int, high: int
) -> list[int]:
    """Return the fen values from `low` to `high` at which some comparison of the run turns, and both ends.

    `course` gives the inputs of the run for the open amount.

    Between two neighbours the exact result is a straight line, so its extremes lie among them.
    """
    points: list[Fraction] = []
    at = Fraction(low)
    while at < high and len(points) < _MOST_PIECES:
        watch = Watch()
        try:
            program.run(course(Line(at, Fraction(1), watch)), traced=False)
        except NoRule:
            break
        ahead = [at + step for step in watch.crossings if step > 0]
        if not ahead:
            break
        at = min(ahead)
        if at < high:
            points.append(at)
    return whole_points(points, low, high)
