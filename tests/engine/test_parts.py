"""How the whole cost of a result divides into what the fund pays and what the person pays, and why."""

import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import random_case

from bot.engine import Ok, Range
from bot.policy import UNKNOWN, Between

from .support import (
    CATASTROPHIC_2024,
    CHRONIC_2024,
    ENGINE,
    LEAVE_2022,
    RESIDENT_2024,
    STAY_2022,
    STAY_2024,
    VISIT_2024,
    case_of,
    estimate,
    result,
    whole_cost,
    without,
)

FUND = {"basic", "catastrophic", "mutual_aid"}
OWN = {"excluded", "first_pay", "deductible", "co_payment", "above_limit", "not_paid"}


def parts(request: Mapping[str, Any]) -> dict[str, str]:
    """Return the parts of a result in yuan, by their ids, in order."""
    return {part.id: f"{part.fen / 100:.2f}" for part in ENGINE.parts(result(request))}


@given(st.integers(min_value=0))
def test_parts_are_the_whole_cost_each_fen_once_and_none_is_idle(seed: int) -> None:
    request = random_case(random.Random(seed))
    found = estimate(request)
    whole = whole_cost(request)
    if not isinstance(found, Ok | Range):
        return
    divided = ENGINE.parts(found)
    if whole is None:
        assert divided == ()
        return
    assert sum(part.fen for part in divided) == whole
    assert all(part.fen > 0 for part in divided)
    assert len({part.id for part in divided}) == len(divided)
    assert all(part.id in (FUND if part.by_fund else OWN) for part in divided)
    amount = found.amount if isinstance(found, Ok) else found.amount[1]
    assert sum(part.fen for part in divided if part.by_fund) == amount
    if isinstance(found, Ok):
        layers = {layer: fen for layer, fen in found.layers if fen}
        assert {part.id: part.fen for part in divided if part.by_fund} == layers


@given(st.integers(min_value=0))
def test_parts_of_a_draft_are_the_whole_cost_too(seed: int) -> None:
    request = random_case(random.Random(seed))
    found = estimate({**request, "preview": "2025-pooling-draft"})
    if isinstance(found, Ok | Range) and found.preview is not None and whole_cost(request) is not None:
        divided = ENGINE.parts(found.preview)
        assert sum(part.fen for part in divided) == whole_cost(request)
        assert all(part.fen > 0 for part in divided)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (STAY_2024, {"basic": "16065.00", "deductible": "1100.00", "co_payment": "2835.00"}),
        (
            without({**STAY_2024, "total_cost": "25000", "excluded_cost": "3000"}, "eligible_cost")
            | {"first_pay_cost": "2000"},
            {
                "basic": "16065.00",
                "excluded": "3000.00",
                "first_pay": "2000.00",
                "deductible": "1100.00",
                "co_payment": "2835.00",
            },
        ),
        (
            {**STAY_2024, "route": "away_filed"},
            {"basic": "14365.00", "first_pay": "2000.00", "deductible": "1100.00", "co_payment": "2535.00"},
        ),
        ({**STAY_2024, "eligible_cost": "1000"}, {"deductible": "1000.00"}),
        ({**STAY_2024, "designated": False}, {"not_paid": "20000.00"}),
        # The catastrophic layer pays back co-payment first, and the deductible only where that is used up.
        (
            {**STAY_2024, "prior_own": "16000"},
            {"basic": "16065.00", "catastrophic": "3541.50", "deductible": "393.50"},
        ),
        (
            {**STAY_2022, "eligible_cost": "150000"},
            {
                "basic": "100000.00",
                "mutual_aid": "32677.82",
                "deductible": "1600.00",
                "co_payment": "15722.18",
            },
        ),
        (
            {**STAY_2022, "eligible_cost": "150000", "mutual_aid": False},
            {
                "basic": "100000.00",
                "deductible": "1600.00",
                "co_payment": "13636.36",
                "above_limit": "34763.64",
            },
        ),
        (
            {**RESIDENT_2024, "eligible_cost": "300000"},
            {
                "basic": "150000.00",
                "catastrophic": "55900.00",
                "deductible": "1200.00",
                "co_payment": "44100.00",
                "above_limit": "48800.00",
            },
        ),
        ({**VISIT_2024}, {"basic": "570.00", "deductible": "50.00", "co_payment": "380.00"}),
        ({**VISIT_2024, "prior_paid": "1500"}, {"deductible": "50.00", "above_limit": "950.00"}),
        (CHRONIC_2024, {"basic": "360.00", "co_payment": "90.00", "above_limit": "150.00"}),
        (CATASTROPHIC_2024, {"catastrophic": "27000.00", "deductible": "16000.00", "co_payment": "3000.00"}),
        (
            {
                "benefit": "special_drug",
                "city": "hengyang",
                "date": "2024-05-01",
                "insurance": "resident",
                "eligible_cost": "130000",
            },
            {"basic": "66000.00", "co_payment": "54000.00", "above_limit": "10000.00"},
        ),
        (
            {
                "benefit": "childbirth",
                "city": "hengyang",
                "date": "2024-05-01",
                "delivery": "vaginal",
                "total_cost": "5000",
            },
            {"basic": "1300.00", "above_limit": "3700.00"},
        ),
        (
            {**STAY_2024, "city": "xiangtan", "emergency_cost": "3000", "emergency_hours": "73"},
            {"basic": "16065.00", "deductible": "1100.00", "co_payment": "2835.00", "not_paid": "3000.00"},
        ),
        (
            {**STAY_2024, "emergency_cost": "3000"},
            {"basic": "18615.00", "deductible": "1100.00", "co_payment": "3285.00"},
        ),
    ],
)
def test_each_part_has_its_own_reason(request_: Mapping[str, Any], expected: Mapping[str, str]) -> None:
    assert parts(request_) == expected


def test_a_result_without_a_cost_has_no_parts() -> None:
    assert parts(LEAVE_2022) == {}


def test_a_range_divides_as_its_reading_that_pays_most() -> None:
    found = result({**STAY_2024, "route": "away_emergency"})
    assert isinstance(found, Range)
    assert [(part.id, part.fen) for part in ENGINE.parts(found)] == [
        ("basic", 1_606_500),
        ("deductible", 110_000),
        ("co_payment", 283_500),
    ]


def test_a_layer_tells_by_which_share_it_paid_where_it_was_one() -> None:
    shares = {part.id: part.share for part in ENGINE.parts(result({**STAY_2024, "prior_own": "16000"}))}
    assert shares == {"basic": (17, 20), "catastrophic": (9, 10), "deductible": None}
    bands = ENGINE.parts(result({**RESIDENT_2024, "eligible_cost": "300000"}))
    assert {part.id: part.share for part in bands if part.by_fund} == {"basic": (3, 5), "catastrophic": None}


def test_a_case_in_which_an_input_is_idle_has_parts_all_the_same() -> None:
    found = result(without({**STAY_2024, "eligible_cost": "100"}, "status"))
    assert [(part.id, part.fen) for part in ENGINE.parts(found)] == [("deductible", 10_000)]


def test_what_the_person_does_not_know_leaves_parts_of_one_result() -> None:
    found = ENGINE.estimate(case_of(STAY_2024, prior_own=UNKNOWN, eligible_cost=Between(100_000, 2_000_000)))
    assert isinstance(found, Range)
    assert sum(part.fen for part in ENGINE.parts(found) if part.by_fund) == found.amount[1]
