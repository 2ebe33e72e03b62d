"""Where the course of a calculation turns while one amount grows."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.engine.exact import Line, Watch
from bot.engine.inputs import Noted
from bot.engine.program import Program
from bot.engine.run import NoRule

_MOST_PIECES = 200


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


def turns_along(
    program: Program,
    x: dict[str, Any],
    course: Callable[[dict[str, Any], Line], dict[str, Any]],
    ends: tuple[int, int],
    read: dict[str, None] | None = None,
) -> set[int]:
    """Return the turns between `ends` and both of these, whichever way the text is read.

    `course` puts the open amount into the inputs `x`, which tell the ways of reading. The names of the inputs
    that the turns rest on are put into `read`.
    """
    points: set[int] = {*ends}
    # Which ways of reading there are does not depend on amounts, so one amount shows them all.
    for variant in program.variants(noted(x, read)):

        def put(line: Line, variant: dict[str, Any] = variant) -> dict[str, Any]:
            return noted(course(variant, line), read)

        points |= turning_points(program, put, *ends)
    return points


def noted(x: dict[str, Any], read: dict[str, None] | None) -> dict[str, Any]:
    """Return inputs that note in `read` which of them are looked at; the same ones where it is None."""
    return x if read is None else Noted(x, read)
