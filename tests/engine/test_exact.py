"""Exact arithmetic with one unknown, against trying every value."""

import random
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.exact import Line, Number, Watch, to_fen
from bot.engine.inputs import completed, inputs_of
from bot.engine.program import Program
from bot.engine.ranges import extreme_points
from bot.engine.tracing import turning_points

from .support import (
    CATASTROPHIC_2024,
    ENGINE,
    STAY_2022,
    STAY_2024,
    VISIT_2024,
    case_of,
)

whole = st.integers(min_value=-(10**12), max_value=10**12)


@given(st.integers(min_value=0, max_value=10**15), st.integers(min_value=1, max_value=10**9))
def test_half_a_fen_is_rounded_up_and_nothing_else(grains: int, grain: int) -> None:
    fen = to_fen(grains, grain)
    assert Fraction(fen) - Fraction(1, 2) <= Fraction(grains, grain) < Fraction(fen) + Fraction(1, 2)


def at(line: Number, steps: int) -> int:
    """Return what an amount is after the unknown has grown by `steps`."""
    return line.value + line.slope * steps if isinstance(line, Line) else line


@given(whole, whole, whole, whole, whole, st.integers(min_value=0, max_value=1000))
def test_a_line_takes_part_in_arithmetic_like_the_number_it_stands_for(
    a: int, b: int, c: int, d: int, k: int, steps: int
) -> None:
    watch = Watch()
    one, two = Line(a, b, watch), Line(c, d, watch)
    x, y = at(one, steps), at(two, steps)
    for line, number in (
        (one + two, x + y),
        (one - two, x - y),
        (one + k, x + k),
        (k + one, k + x),
        (one - k, x - k),
        (k - one, k - x),
        (one * k, x * k),
        (k * one, k * x),
        ((one * 6) // 3, x * 2),
    ):
        assert at(line, steps) == number


@given(whole, st.integers(min_value=-50, max_value=50), whole, st.integers(min_value=-50, max_value=50))
def test_a_comparison_is_that_of_the_values_and_looks_ahead_where_they_are_equal(
    a: int, b: int, c: int, d: int
) -> None:
    one, two = Line(a, b, Watch()), Line(c, d, Watch())
    ahead = (Fraction(a) + b * Fraction(1, 10**6), Fraction(c) + d * Fraction(1, 10**6))
    x, y = (a, c) if a != c else ahead
    assert (one < two) is (x < y)
    assert (one <= two) is (x <= y)
    assert (one > two) is (x > y)
    assert (one >= two) is (x >= y)
    assert (one == two) is (x == y)
    assert (one != two) is (x != y)


@given(
    st.integers(min_value=-300, max_value=300),
    st.integers(min_value=-7, max_value=7),
    st.integers(min_value=-300, max_value=300),
)
def test_the_watch_knows_how_far_a_comparison_stays_as_it_is(value: int, slope: int, other: int) -> None:
    watch = Watch()
    less = Line(value, slope, watch) < other
    sides = [value + slope * steps < other for steps in range(700)]
    if watch.nearest is None:
        assert len(set(sides[1:])) <= 1
    else:
        rise, by = watch.nearest
        until = -(-rise // by)
        assert all(side is less for side in sides[:until])
        # It is over where the values meet, which may be between two whole numbers.
        assert sides[until] is not less or rise % by == 0
        assert sides[until + 1] is not less


def test_the_watch_keeps_the_nearest_turn() -> None:
    watch = Watch()
    line = Line(0, 2, watch)
    assert line < 7
    assert line < 3
    assert line < 100
    assert watch.nearest == (3, 2)


CASES: list[tuple[dict[str, Any], str, int, int]] = [
    (STAY_2024, "eligible_cost", 0, 300_000),
    ({**STAY_2024, "prior_own": "15000"}, "eligible_cost", 0, 2_000_000),
    ({**STAY_2024, "route": "away_unfiled", "prior_stays_same_level": 1}, "eligible_cost", 0, 200_000),
    ({**STAY_2024, "eligible_cost": "400000"}, "prior_own", 0, 60_000_000),
    ({**STAY_2024, "eligible_cost": "1000"}, "prior_deductible", 0, 300_000),
    ({**STAY_2024, "eligible_cost": "120000"}, "prior_deductible", 0, 300_000),
    (STAY_2022, "eligible_cost", 0, 60_000_000),
    (STAY_2022, "prior_paid", 0, 12_000_000),
    ({**STAY_2022, "eligible_cost": "400000"}, "prior_paid", 0, 12_000_000),
    (VISIT_2024, "eligible_cost", 0, 400_000),
    (VISIT_2024, "prior_paid", 0, 200_000),
    (VISIT_2024, "prior_deductible_level2", 0, 40_000),
    ({**VISIT_2024, "prior_deductible_level2": "120"}, "prior_deductible_level3", 0, 40_000),
    (CATASTROPHIC_2024, "own_cost", 0, 60_000_000),
    ({**CATASTROPHIC_2024, "hardship": True}, "own_cost", 0, 3_000_000),
]


def name_of(case: tuple[dict[str, Any], str, int, int]) -> str:
    return f"{case[0]['benefit']} {case[0]['date'][:4]} {case[1]}"


def paid(program: Program, x: dict[str, Any]) -> int:
    """Return what all layers pay, in grains: settled and not yet rounded."""
    settled = program.run(x, traced=False).settled
    assert isinstance(settled, int)
    return settled


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_between_two_turning_points_the_exact_result_is_a_straight_line(
    case: tuple[dict[str, Any], str, int, int],
) -> None:
    request, name, low, high = case
    program, course = course_of(request, name)
    points = sorted(turning_points(program, course, low, high))
    assert points[0] == low
    assert points[-1] == high
    rng = random.Random(1)
    for left, right in pairwise(points):
        at_left, at_right = paid(program, course(left)), paid(program, course(right))
        for point in {rng.randint(left, right) for _ in range(40)} | {left + 1, right - 1}:
            if left <= point <= right:
                # Three points on one line: no division, so nothing is lost.
                rise = (paid(program, course(point)) - at_left) * (right - left)
                assert rise == (at_right - at_left) * (point - left), (name, left, point, right)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_no_value_between_pays_less_or_more_than_the_turning_points(
    case: tuple[dict[str, Any], str, int, int],
) -> None:
    request, name, low, high = case
    program, course = course_of(request, name)
    found = [
        program.run(course(point), traced=False).amount
        for point in turning_points(program, course, low, high)
    ]
    step = max(1, (high - low) // 3_000)
    tried = [program.run(course(point), traced=False).amount for point in range(low, high + 1, step)]
    assert min(found) <= min(tried)
    assert max(found) >= max(tried)


TOGETHER: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    (VISIT_2024, ("prior_deductible_level2", "prior_deductible_level3", "prior_paid")),
    ({**VISIT_2024, "city": "xiangtan"}, ("prior_deductible_level3", "prior_paid")),
    ({**STAY_2024, "prior_stays_same_level": 1}, ("prior_own", "prior_deductible")),
    ({**STAY_2024, "eligible_cost": "90000", "hardship": True}, ("prior_own", "prior_deductible")),
    ({**STAY_2024, "eligible_cost": "9000000"}, ("prior_own", "prior_deductible")),
]


@pytest.mark.parametrize("case", TOGETHER, ids=lambda case: f"{case[0]['city']} {'+'.join(case[1])}")
def test_no_values_of_several_open_amounts_pay_less_or_more_than_their_extreme_points(
    case: tuple[dict[str, Any], tuple[str, ...]],
) -> None:
    request, names = case
    opened = case_of({**request, **dict.fromkeys(names)})
    program, _ = course_of(request, names[0])
    points = list(extreme_points(program, inputs_of(program, opened.given), list(names)))
    found = [program.run(point, traced=False).amount for point in points]
    values = {name: sorted({point[name] for point in points}) for name in names}
    rng = random.Random(5)
    for _ in range(5_000):
        chosen = {name: near(rng, values[name]) for name in names}
        amount = program.run(completed({**points[0], **chosen}), traced=False).amount
        assert min(found) <= amount <= max(found), chosen


def near(rng: random.Random, values: list[int]) -> int:
    """Draw a value at, next to or between those where something turns."""
    at = rng.randrange(len(values) - 1)
    return max(0, rng.choice((values[at] + rng.randint(-2, 2), rng.randint(values[at], values[at + 1]))))


def course_of(request: dict[str, Any], name: str) -> tuple[Program, Callable[[Number], dict[str, Any]]]:
    case = case_of(request)
    assert case.benefit is not None
    assert case.city is not None
    program = ENGINE.program(case.benefit, case.city, "employee", case.day)
    assert isinstance(program, Program)
    x = program.variants(inputs_of(program, case.given))[0]
    return program, lambda value: completed({**x, name: value})
