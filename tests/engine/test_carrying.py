"""A result carried over: the next case of the year starts where the last one ended."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from oracle import answer

from bot.engine import Case, Ok, Range
from bot.engine.result import money
from bot.policy import UNKNOWN, Between
from bot.policy.codes import INPUTS

from .support import ENGINE, RESIDENT_2024, STAY_2022, STAY_2024, VISIT_2024, case_of, ok, result, without

RESIDENT_VISIT = {**RESIDENT_2024, "benefit": "outpatient", "hospital_level": "grassroots"}
DRUG = {"benefit": "special_drug", "city": "hengyang", "date": "2024-05-01", "insurance": "resident"}


def chain(requests: Sequence[Mapping[str, Any]]) -> list[Ok]:
    """Return the results of cases of one year, each with what the ones before it left."""
    results: list[Ok] = []
    carried: dict[str, Any] = {}
    for request in requests:
        case = case_of(request, **carried)
        found = ENGINE.estimate(case)
        assert isinstance(found, Ok), found
        results.append(found)
        carried = ENGINE.carried(found)
        if case.given.get("prior_stays") != carried.get("prior_stays"):
            # All stays of a chain here are at the same level.
            carried |= {"prior_stays_same_level": carried["prior_stays"]}
    return results


def as_request(case: Case) -> dict[str, Any]:
    """Return a case in the words of a request, as the oracle reads it."""
    amounts = {
        name: money(value) if INPUTS[name].kind == "money" and isinstance(value, int) else value
        for name, value in case.given.items()
    }
    return {**amounts, "benefit": case.benefit, "city": case.city, "date": case.day.isoformat()}


def paid(requests: Sequence[Mapping[str, Any]]) -> list[str]:
    return [money(found.amount) for found in chain(requests)]


def test_what_a_stay_leaves_is_what_it_used() -> None:
    assert ENGINE.carried(ok(STAY_2024)) == {
        "prior_deductible": 110_000,
        "prior_paid": 1_606_500,
        "prior_own": 393_500,
        "prior_stays": 1,
    }


def test_what_was_given_with_a_stay_is_counted_on() -> None:
    before = {"prior_deductible": "800", "prior_paid": "500.10", "prior_own": "100", "prior_stays": 2}
    assert ENGINE.carried(ok({**STAY_2024, **before})) == {
        "prior_deductible": 190_000,
        "prior_paid": 1_656_510,
        "prior_own": 403_500,
        "prior_stays": 3,
    }


def test_the_route_s_first_pay_is_no_own_payment_for_the_catastrophic_layer() -> None:
    carried = ENGINE.carried(ok({**STAY_2024, "route": "away_filed"}))
    assert (carried["prior_own"], carried["prior_deductible"]) == (363_500, 110_000)


def test_a_resident_s_class_b_first_pay_counts_for_the_catastrophic_layer() -> None:
    bill = without(RESIDENT_2024, "eligible_cost") | {"total_cost": "23000", "first_pay_cost": "3000"}
    assert ENGINE.carried(ok(bill))["prior_own"] == 120_000 + 752_000 + 300_000


def test_the_own_payment_is_carried_before_the_catastrophic_layer_pays() -> None:
    assert ENGINE.carried(ok({**STAY_2024, "prior_own": "16000"}))["prior_own"] == 1_993_500


def test_only_what_the_next_case_reads_is_carried() -> None:
    assert set(ENGINE.carried(ok(STAY_2022))) == {"prior_paid", "prior_stays"}
    assert set(ENGINE.carried(ok(VISIT_2024))) == {
        "prior_deductible_level2",
        "prior_deductible_level3",
        "prior_paid",
    }
    assert set(ENGINE.carried(ok(RESIDENT_VISIT))) == {"prior_cost"}
    leave = {"benefit": "maternity_leave", "city": "hengyang", "date": "2022-05-01", "event": "birth"}
    assert ENGINE.carried(ok(leave)) == {}


@pytest.mark.parametrize("level", ["level3", "level3_provincial", "provincial"])
def test_the_deductible_of_a_visit_counts_for_its_own_level(level: str) -> None:
    second = ENGINE.carried(ok({**VISIT_2024, "prior_deductible_level3": "20"}))
    third = ENGINE.carried(ok({**VISIT_2024, "hospital_level": level, "eligible_cost": "60"}))
    assert (second["prior_deductible_level2"], second["prior_deductible_level3"]) == (5_000, 2_000)
    assert (third["prior_deductible_level2"], third["prior_deductible_level3"]) == (0, 6_000)


def test_a_stay_under_its_deductible_is_no_stay_and_all_own_payment() -> None:
    assert ENGINE.carried(ok({**STAY_2024, "eligible_cost": "1100"})) == {
        "prior_deductible": 110_000,
        "prior_paid": 0,
        "prior_own": 110_000,
        "prior_stays": 0,
    }


def test_a_stay_that_is_not_covered_leaves_nothing() -> None:
    carried = ENGINE.carried(ok({**STAY_2024, "designated": False}))
    assert set(carried.values()) == {0}


def test_a_range_leaves_amounts_between_bounds() -> None:
    found = result({**STAY_2024, "route": "away_emergency"})
    assert isinstance(found, Range)
    assert ENGINE.carried(found) == {
        "prior_deductible": 110_000,
        "prior_paid": Between(1_436_500, 1_606_500),
        "prior_own": Between(363_500, 393_500),
        "prior_stays": 1,
    }


def test_what_was_not_known_before_stays_unknown_and_an_open_deductible_is_unknown() -> None:
    found = ENGINE.estimate(case_of(STAY_2024, prior_paid=UNKNOWN, prior_stays_same_level=UNKNOWN))
    assert isinstance(found, Range)
    carried = ENGINE.carried(found)
    assert (carried["prior_paid"], carried["prior_deductible"]) == (UNKNOWN, UNKNOWN)
    # Under half the deductible less is the person's own.
    assert carried["prior_own"] == Between(346_750, 393_500)


# Worked by hand: 1100 then half of it, and 350 once 1650 of the 2000 a year are paid.
EMPLOYEE_STAYS = ["16065.00", "16532.50", "16702.50", "17000.00"]


def test_stays_at_one_level_halve_the_deductible_until_the_year_s_limit() -> None:
    assert paid([STAY_2024] * 4) == EMPLOYEE_STAYS


def test_a_resident_s_deductibles_of_a_year_stop_at_their_limit() -> None:
    stays = chain([RESIDENT_2024] * 3)
    # 1200, then the 1100 that are left, then none.
    assert [dict(found.layers)["basic"] for found in stays] == [1_128_000, 1_134_000, 1_200_000]
    assert ENGINE.carried(stays[2])["prior_deductible"] == 230_000


def test_the_fund_s_limit_of_a_year_holds_over_its_stays() -> None:
    stays = chain([{**STAY_2022, "eligible_cost": "60000"}] * 3)
    basic = [dict(found.layers)["basic"] for found in stays]
    # 88% above 1600, then above 800 to the limit of 100000.
    assert basic == [5_139_200, 4_860_800, 0]
    visits = chain([{**VISIT_2024, "eligible_cost": "2000"}] * 3)
    assert [money(found.amount) for found in visits] == ["1170.00", "330.00", "0.00"]


def test_the_deductibles_of_visits_stop_at_the_limit_of_their_level_and_of_all() -> None:
    assert [found.deductible for found in chain([{**VISIT_2024, "eligible_cost": "100"}] * 5)] == [
        5_000,
        5_000,
        5_000,
        5_000,
        0,
    ]
    third = {**VISIT_2024, "hospital_level": "level3", "eligible_cost": "200"}
    mixed = chain([{**VISIT_2024, "eligible_cost": "100"}] * 3 + [third] * 3)
    assert [found.deductible for found in mixed] == [5_000, 5_000, 5_000, 10_000, 5_000, 0]


def test_a_resident_s_visits_share_the_limit_of_a_year() -> None:
    assert paid([{**RESIDENT_VISIT, "eligible_cost": "250"}] * 4) == ["175.00", "175.00", "70.00", "0.00"]


def test_drugs_of_a_year_go_through_the_bands_once() -> None:
    # 60000 at 60%, 60000 at 50%, nothing beyond.
    assert paid([{**DRUG, "eligible_cost": "50000"}] * 4) == ["30000.00", "26000.00", "10000.00", "0.00"]


def test_the_catastrophic_threshold_is_reached_over_a_year() -> None:
    stays = chain([{**STAY_2024, "eligible_cost": "60000"}] * 3)
    # 9935.00 own; then 9467.50, of which 3402.50 lie above 16000; then all of 9297.50, at 90%.
    assert [dict(found.layers).get("catastrophic", 0) for found in stays] == [0, 306_225, 836_775]


@pytest.mark.parametrize(
    "request_",
    [
        {**STAY_2024, "eligible_cost": "70000.55"},
        {**STAY_2024, "eligible_cost": "30000.33", "route": "away_filed"},
        {**STAY_2022, "eligible_cost": "45000.01", "hospital_level": "level2"},
        {**RESIDENT_2024, "eligible_cost": "90000.99"},
        {**VISIT_2024, "eligible_cost": "333.33"},
        {**RESIDENT_VISIT, "eligible_cost": "133.35"},
    ],
)
def test_each_case_of_a_chain_pays_what_an_independent_sum_says(request_: Mapping[str, Any]) -> None:
    for found in chain([request_] * 6):
        expected = answer(as_request(found.case))
        assert expected.kind == "ok"
        assert expected.amounts == (Decimal(found.amount) / 100,), found.case
