"""Bills of which the whole or a part is not known exactly: bounds that hold, and are reached."""

import random
import time
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest

from bot.engine import Case, Needs, Ok, Range, Refused, cost_error, narrowed
from bot.policy import UNKNOWN, Between
from bot.policy.codes import MOST_MONEY_FEN

from .support import (
    CHRONIC_2024,
    ENGINE,
    ESTIMATES,
    RESIDENT_2024,
    STAY_2022,
    STAY_2024,
    VISIT_2024,
    bounds,
    case_of,
    span,
    without,
)

WHOLE = 2_000_000
COSTS = ("total_cost", "excluded_cost", "first_pay_cost")
RESIDENT_2022 = {**RESIDENT_2024, "date": "2022-05-01"}


def bill(request: Mapping[str, Any], **costs: Any) -> Case:
    """Return the case of a request with the costs (fen, or open) in place of its eligible cost."""
    return case_of(without(request, "eligible_cost"), **costs)


def exact(case: Case, costs: Mapping[str, int]) -> Case:
    return Case(case.benefit, case.city, case.day, case.today, {**case.given, **costs})


def ends(value: Any) -> tuple[int, int]:
    if isinstance(value, Between):
        return value.low, value.high
    return (0, MOST_MONEY_FEN) if value is UNKNOWN else (value, value)


def settlements(rng: random.Random, costs: Mapping[str, Any], number: int) -> Iterator[dict[str, int]]:
    """Yield exact values of all costs, drawn where amounts are large and where they are small."""
    found = 0
    while found < number:
        chosen: dict[str, int] = {}
        for name, value in costs.items():
            low, high = ends(value)
            high = min(high, low + rng.choice((10, 100_000, 1_000_000, 10_000_000, MOST_MONEY_FEN)))
            chosen[name] = rng.choice((low, high, rng.randint(low, high)))
        parts = sum(chosen.get(name, 0) for name in COSTS[1:])
        if parts > chosen["total_cost"]:
            low, high = ends(costs["total_cost"])
            if not low <= parts <= high:
                continue
            chosen["total_cost"] = parts
        found += 1
        yield chosen


OPEN_BILLS: list[dict[str, Any]] = [
    {"total_cost": WHOLE, "excluded_cost": Between(100_000, 900_000)},
    {"total_cost": WHOLE, "first_pay_cost": Between(10_000, 90_099)},
    {"total_cost": WHOLE, "excluded_cost": UNKNOWN},
    {"total_cost": WHOLE, "first_pay_cost": UNKNOWN},
    {"total_cost": WHOLE, "excluded_cost": UNKNOWN, "first_pay_cost": UNKNOWN},
    {"total_cost": WHOLE, "excluded_cost": Between(0, 1_500_000), "first_pay_cost": Between(0, 900_000)},
    {"total_cost": WHOLE, "excluded_cost": Between(1_000_000, 5_000_000)},
    {"total_cost": WHOLE, "excluded_cost": 300_000, "first_pay_cost": Between(0, 5_000_000)},
    {"total_cost": Between(1_000_000, WHOLE), "excluded_cost": Between(100_000, 1_200_000)},
    {"total_cost": Between(500_000, WHOLE), "excluded_cost": 600_000, "first_pay_cost": 300_000},
    {
        "total_cost": Between(1_000_000, 40_000_000),
        "excluded_cost": Between(0, 9_000_000),
        "first_pay_cost": Between(0, 20_000_000),
    },
    {"total_cost": UNKNOWN, "excluded_cost": Between(0, 10_000_000), "first_pay_cost": UNKNOWN},
]
REQUESTS: list[dict[str, Any]] = [
    STAY_2024,
    STAY_2022,
    RESIDENT_2024,
    RESIDENT_2022,
    VISIT_2024,
    CHRONIC_2024,
    {**STAY_2024, "route": "away_unfiled", "hospital_level": "provincial"},
    {**STAY_2022, "prior_paid": None},
]


@pytest.mark.parametrize("costs", OPEN_BILLS, ids=str)
def test_a_range_holds_the_result_of_every_bill_that_may_be_and_its_ends_come_about(
    costs: dict[str, Any],
) -> None:
    rng = random.Random(str(costs))
    for request in REQUESTS:
        case = bill(request, **costs)
        found = ENGINE.estimate(case)
        assert isinstance(found, Ok | Range), (request, found)
        low, high, own_low, own_high = span(found)
        for known in settlements(rng, costs, 60):
            lowest, highest, own_least, own_most = span(ENGINE.estimate(exact(case, known)))
            assert low <= lowest <= highest <= high, (request, known)
            assert own_low <= own_least <= own_most <= own_high, (request, known)
        if isinstance(found, Range):
            assert_ends_come_about(found)


def assert_ends_come_about(found: Range) -> None:
    """Give the engine the bill under which an end is said to come about."""
    for end in (0, 1):
        reading = next(r for r in found.readings if r.amount == found.amount[end])
        known = {name: v for name, v in reading.under.items() if name in found.case.given}
        whole, *parts = ({**found.case.given, **known}.get(name, 0) for name in COSTS)
        if isinstance(whole, int):
            assert sum(p for p in parts if isinstance(p, int)) <= whole, reading.under
        case = exact(found.case, known)  # type: ignore[arg-type]
        assert found.amount[end] in span(ENGINE.estimate(case))[:2]


def test_a_part_that_is_open_makes_no_level_count_that_has_no_rule() -> None:
    request = without(RESIDENT_2024, "hospital_level")
    exactly = ENGINE.estimate(bill(request, hospital_level=UNKNOWN, total_cost=WHOLE, excluded_cost=300_000))
    part = Between(300_000, 300_100)
    found = ENGINE.estimate(bill(request, hospital_level=UNKNOWN, total_cost=WHOLE, excluded_cost=part))
    assert isinstance(exactly, Range)
    assert isinstance(found, Range)
    assert found.amount[1] == exactly.amount[1]


def test_a_rough_bill_after_a_rough_bill_is_worked_out_soon() -> None:
    costs = {
        "total_cost": Between(1_000_000, 1_999_999),
        "excluded_cost": Between(200_000, 999_999),
        "first_pay_cost": Between(20_000, 99_999),
    }
    first = ENGINE.estimate(bill(RESIDENT_2024, **costs))
    assert isinstance(first, Range)
    started = time.process_time()
    second = ENGINE.estimate(bill(RESIDENT_2024, **costs, **ENGINE.carried(first)))
    assert time.process_time() - started < 10
    assert isinstance(second, Range)
    assert second.amount[0] <= first.amount[0]


def test_a_bill_that_may_be_all_parts_may_be_paid_nothing_whatever_else_is_open() -> None:
    costs = {"total_cost": Between(1_400_000, 15_000_000), "excluded_cost": Between(100_000, 500_000)}
    found = ENGINE.estimate(
        bill({**RESIDENT_2022, "prior_deductible": None}, **costs, first_pay_cost=UNKNOWN)
    )
    assert span(found)[0] == 0


def test_only_the_ends_are_told_of_several_open_amounts_of_a_bill() -> None:
    costs = {"total_cost": Between(1_000_000, WHOLE), "excluded_cost": Between(100_000, 300_000)}
    found = ENGINE.estimate(bill(STAY_2024, **costs))
    assert isinstance(found, Range)
    assert tuple(reading.amount for reading in found.readings) == found.amount


@pytest.mark.parametrize(
    ("costs", "left"),
    [
        ({"total_cost": 9, "excluded_cost": Between(1, 20)}, {"excluded_cost": Between(1, 9)}),
        ({"total_cost": 9, "excluded_cost": Between(9, 20)}, {"excluded_cost": 9}),
        ({"total_cost": Between(1, 9), "excluded_cost": 5}, {"total_cost": Between(5, 9)}),
        (
            {"total_cost": 9, "excluded_cost": Between(2, 20), "first_pay_cost": Between(3, 20)},
            {"excluded_cost": Between(2, 6), "first_pay_cost": Between(3, 7)},
        ),
        ({"total_cost": 9, "excluded_cost": UNKNOWN}, {}),
        ({"total_cost": 9, "excluded_cost": Between(10, 20)}, {}),
        ({"excluded_cost": Between(10, 20)}, {}),
    ],
)
def test_the_bounds_of_a_bill_and_its_parts_are_drawn_in(costs: dict[str, Any], left: object) -> None:
    assert narrowed(costs) == {**costs, **left}  # type: ignore[dict-item]


def test_the_own_payment_of_a_bill_reaches_both_ends() -> None:
    costs = {"total_cost": Between(1_000_000, WHOLE), "excluded_cost": Between(100_000, 300_000)}
    found = ENGINE.estimate(bill(STAY_2024, **costs))
    owns = [
        span(ENGINE.estimate(bill(STAY_2024, total_cost=total, excluded_cost=part)))[2]
        for total, part in product((1_000_000, WHOLE), (100_000, 300_000))
    ]
    assert isinstance(found, Range)
    assert found.own == (min(owns), max(owns))


def test_a_part_between_bounds_gives_the_results_of_the_bounds() -> None:
    found = ENGINE.estimate(bill(STAY_2024, total_cost=WHOLE, excluded_cost=Between(100_000, 900_000)))
    assert isinstance(found, Range)
    assert found.amount == ((WHOLE - 900_000 - 110_000) * 85 // 100, (WHOLE - 100_000 - 110_000) * 85 // 100)


def test_a_part_that_may_exceed_the_whole_counts_up_to_the_whole() -> None:
    found = ENGINE.estimate(bill(STAY_2024, total_cost=WHOLE, excluded_cost=Between(1_000_000, 5_000_000)))
    assert span(found) == (0, 756_500, WHOLE - 756_500, WHOLE)


def test_a_whole_is_no_less_than_both_its_parts_together() -> None:
    costs = {"total_cost": Between(500_000, WHOLE), "excluded_cost": 600_000, "first_pay_cost": 300_000}
    assert span(ENGINE.estimate(bill(STAY_2024, **costs)))[2] == 900_000


def test_the_parts_of_a_range_come_to_the_whole() -> None:
    for costs in OPEN_BILLS:
        found = ENGINE.estimate(bill(STAY_2024, **costs))
        assert isinstance(found, Range)
        assert sum(part.fen for part in ENGINE.parts(found)) <= ends(costs["total_cost"])[1]
        assert all(part.fen > 0 for part in ENGINE.parts(found))


@pytest.mark.parametrize("costs", OPEN_BILLS, ids=str)
def test_an_inexact_bill_lacks_what_an_exact_one_lacks(costs: dict[str, Any]) -> None:
    found = ENGINE.estimate(bill(without(STAY_2024, "status", "hospital_level"), **costs))
    assert isinstance(found, Needs)
    assert found.missing == ("hospital_level", "status")
    assert ENGINE.range_so_far(found.case) is not None


@pytest.mark.parametrize("part", [Between(100_000, 900_000), UNKNOWN], ids=str)
def test_a_part_without_a_whole_waits_for_it(part: object) -> None:
    for request in REQUESTS:
        found = ENGINE.estimate(bill(request, first_pay_cost=part, excluded_cost=part))
        assert isinstance(found, Needs)
        assert found.missing == ("eligible_cost",)


@pytest.mark.parametrize("part", [Between(100_000, 900_000), UNKNOWN], ids=str)
def test_a_part_of_a_bill_that_a_benefit_has_no_use_for_changes_nothing(part: object) -> None:
    birth = {"benefit": "childbirth", "city": "hengyang", "date": "2022-05-01", "delivery": "vaginal"}
    birth["total_cost"] = "5000"
    plain = ENGINE.estimate(case_of(birth))
    assert not isinstance(plain, Needs | Refused)
    assert bounds(ENGINE.estimate(case_of(birth, excluded_cost=part, first_pay_cost=part))) == bounds(plain)


@pytest.mark.parametrize("costs", OPEN_BILLS, ids=str)
def test_what_an_assumed_part_could_change_is_told_beside_an_inexact_bill(costs: dict[str, Any]) -> None:
    found = ENGINE.estimate(bill(STAY_2024, **costs))
    assert isinstance(found, Range)
    told = {a.name: a for a in ENGINE.assumptions(found)}
    for name in COSTS[1:]:
        assert (name in told) == (name not in costs)
    for name in told.keys() & {*COSTS}:
        for value, amount in told[name].otherwise:
            assert isinstance(value, int)
            other = ENGINE.estimate(bill(STAY_2024, **costs, **{name: value}))
            assert span(other)[1] == amount


def test_a_share_of_an_inexact_whole_is_of_its_upper_end() -> None:
    found = ENGINE.estimate(bill(STAY_2024, total_cost=Between(WHOLE, WHOLE + 1_000_000)))
    assert isinstance(found, Range)
    [part] = [a for a in ENGINE.assumptions(found) if a.name == "excluded_cost"]
    assert part.otherwise[0][0] == (WHOLE + 1_000_000) // 5
    assert "少报约5100.00元" in ESTIMATES.assumption(part, found)


@pytest.mark.parametrize(
    ("costs", "field"),
    [
        ({"total_cost": WHOLE, "excluded_cost": Between(WHOLE + 1, 9_000_000)}, "excluded_cost"),
        ({"total_cost": WHOLE, "first_pay_cost": Between(WHOLE + 1, 9_000_000)}, "first_pay_cost"),
        ({"total_cost": Between(0, WHOLE), "excluded_cost": WHOLE + 1}, "excluded_cost"),
        ({"total_cost": Between(0, WHOLE), "excluded_cost": Between(WHOLE + 1, WHOLE + 2)}, "excluded_cost"),
        (
            {"total_cost": WHOLE, "excluded_cost": Between(WHOLE, 9_000_000), "first_pay_cost": 1},
            "first_pay_cost",
        ),
    ],
)
def test_a_part_that_is_surely_more_than_the_whole_is_wrong(costs: dict[str, Any], field: str) -> None:
    for benefit in ("inpatient", None):
        wrong = cost_error(costs, benefit)
        assert wrong is not None
        assert (wrong.field, wrong.code) == (field, "part_above_whole")
    assert cost_error(costs, "catastrophic") is None


@pytest.mark.parametrize("costs", OPEN_BILLS, ids=str)
def test_a_part_that_may_be_within_the_whole_is_not_wrong(costs: dict[str, Any]) -> None:
    assert cost_error(costs, "inpatient") is None
    assert cost_error({"excluded_cost": Between(1, 2)}, "inpatient") is None
