"""Defaults that were taken: named when another value could move the result, and only then."""

import random
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from oracle import employee_case, random_case

from bot.engine import Assumption, Ok, Range
from bot.policy.codes import COST_FIELDS, INPUTS

from .support import (
    ACCOUNT_2022,
    CATASTROPHIC_2024,
    CHRONIC_2024,
    ENGINE,
    ESTIMATES,
    LEAVE_2022,
    RESIDENT_2024,
    STAY_2022,
    STAY_2024,
    VISIT_2024,
    as_json,
    bounds,
    estimate,
    fen,
    ok,
    result,
    without,
)

Request = Mapping[str, Any]
DEFAULTED = [name for name, field in INPUTS.items() if field.default is not None]
# Read where it is given, and never asked for.
BOUNDING = {"personal_account": "benchmark"}


RESIDENT_DEFAULTS = "route prior_deductible prior_paid emergency_cost tcm designated"


def assumed(request: Request) -> dict[str, Assumption]:
    return {each.name: each for each in ENGINE.assumptions(result(request))}


@pytest.mark.parametrize(
    ("request_", "names"),
    [
        (
            STAY_2024,
            "route prior_stays_same_level prior_deductible prior_own emergency_cost designated",
        ),
        (
            {**STAY_2024, "eligible_cost": "200000"},
            "route prior_stays_same_level prior_deductible prior_own emergency_cost designated hardship",
        ),
        (
            STAY_2022,
            "route prior_stays_same_level prior_stays prior_paid emergency_cost tcm designated",
        ),
        (
            {**STAY_2022, "eligible_cost": "200000"},
            "route prior_stays_same_level prior_stays prior_paid emergency_cost tcm designated mutual_aid",
        ),
        ({**STAY_2024, "eligible_cost": "0"}, "emergency_cost"),
        ({**STAY_2024, "designated": False}, "route emergency_cost designated"),
        (VISIT_2024, "prior_deductible_level2 prior_deductible_level3 prior_paid designated"),
        ({**VISIT_2024, "hospital_level": "level1"}, "prior_paid designated"),
        ({**VISIT_2024, "city": "changsha"}, "prior_deductible_level2 prior_deductible_level3 prior_paid"),
        (CHRONIC_2024, ""),
        (CATASTROPHIC_2024, "hardship"),
        ({**CATASTROPHIC_2024, "own_cost": "8000"}, ""),
        (RESIDENT_2024, f"prior_own {RESIDENT_DEFAULTS}"),
        ({**RESIDENT_2024, "date": "2026-05-01", "prior_own": "600000"}, f"bonus {RESIDENT_DEFAULTS}"),
        (LEAVE_2022, "difficult babies"),
        ({**LEAVE_2022, "event": "termination", "months": "5"}, ""),
        (ACCOUNT_2022, "flexible pooled_only benchmark"),
        ({**ACCOUNT_2022, "benchmark": "6500"}, "flexible pooled_only"),
        ({**ACCOUNT_2022, "pooled_only": True}, ""),
        ({**ACCOUNT_2022, "city": "xiangtan", "date": "2024-05-01"}, "pooled_only benchmark"),
    ],
)
def test_the_defaults_that_matter_are_named(request_: Request, names: str) -> None:
    assert set(assumed(request_)) == set(names.split()) - set(request_)


def test_what_was_said_is_no_assumption() -> None:
    said = {name: INPUTS[name].default for name in DEFAULTED if INPUTS[name].kind in {"yes_no", "code"}}
    said |= {name: 0 for name in DEFAULTED if INPUTS[name].kind in {"money", "count"}}
    said = {name: value for name, value in said.items() if name not in COST_FIELDS}
    assert assumed({**STAY_2024, **said}) == {}


def test_parts_of_a_total_that_were_not_given_are_assumptions() -> None:
    total = {**without(STAY_2024, "eligible_cost"), "total_cost": "20000"}
    assert set(assumed(total)) - set(assumed(STAY_2024)) == {"excluded_cost", "first_pay_cost"}
    assert set(assumed({**total, "excluded_cost": "100"})) - set(assumed(STAY_2024)) == {"first_pay_cost"}
    # Nothing is left that could be a part.
    assert not set(assumed({**total, "excluded_cost": "20000"})) & {"first_pay_cost"}


def test_an_earlier_payment_that_no_limit_is_held_for_is_not_named() -> None:
    assert "prior_paid" not in assumed(STAY_2024)
    assert "prior_paid" in assumed(STAY_2022)


def test_an_emergency_before_a_stay_is_named_where_its_hours_would_be_asked() -> None:
    assert "emergency_cost" in assumed({**STAY_2024, "city": "xiangtan"})


def test_a_default_is_named_that_could_move_one_way_of_reading_the_text() -> None:
    # With the first-pay the cost stays under the deductible; without it, half a deductible would matter.
    request = {
        **STAY_2024,
        "hospital_level": "provincial",
        "route": "away_unfiled",
        "eligible_cost": "900",
        "prior_deductible": "0",
    }
    assert bounds(estimate(request)) == (0, 0, 90_000, 90_000)
    assert "prior_stays_same_level" in assumed(request)


def test_a_default_is_named_where_another_level_that_was_not_asked_would_make_it_matter() -> None:
    request = {**without(STAY_2024, "hospital_level", "status"), "eligible_cost": "150"}
    assert isinstance(estimate(request), Ok)
    assert "prior_stays_same_level" in assumed(request)


def test_the_day_is_named_only_if_it_was_not_given_and_earlier_rules_would_pay_otherwise() -> None:
    today = date(2024, 5, 1)
    undated = without(STAY_2024, "date")
    named = {each["code"] for each in as_json(undated, today)["assumptions"]}
    assert "date" in named
    assert "date" not in {each["code"] for each in as_json(STAY_2024, today)["assumptions"]}
    # Both rules pay nothing for it.
    small = {**undated, "eligible_cost": "100"}
    assert "date" not in {each["code"] for each in as_json(small, today)["assumptions"]}
    # Elsewhere nothing is held for earlier days.
    assert "date" not in {
        each["code"] for each in as_json({**undated, "city": "changsha"}, today)["assumptions"]
    }


def test_each_assumption_tells_its_default_and_what_other_values_give() -> None:
    halved = assumed(STAY_2024)["prior_stays_same_level"]
    assert halved.value == 0
    assert halved.otherwise == ((1, ok({**STAY_2024, "prior_stays_same_level": 1}).amount),)
    routes = assumed(STAY_2024)["route"]
    assert routes.value == "local"
    assert {code for code, _ in routes.otherwise} == {
        "unreferred",
        "away_filed",
        "away_unfiled",
        "away_emergency",
    }
    both = [amount for code, amount in routes.otherwise if code == "away_emergency"]
    # One reading takes the first-pay, the other does not.
    assert both == [1_436_500, 1_606_500]


def test_each_assumption_has_words_that_say_by_how_much_it_could_change_the_amount() -> None:
    texts = {each["code"]: each["text"] for each in as_json(STAY_2024)["assumptions"]}
    assert "467.5" in texts["prior_stays_same_level"]
    assert "报不了" in texts["designated"]
    assert all(texts.values())


# -- by trying -------------------------------------------------------------------------------------------

MONEY = (
    *("0.01", "1", "49.99", "100", "200", "300", "500", "1000", "1500", "2000", "16000", "20000", "90000"),
    *("100000", "300000", "571555.55", "700000", "100000000"),
)


def other_values(name: str, request: Request) -> Iterator[object]:
    field = INPUTS[name]
    if field.kind == "code":
        yield from field.codes
    elif field.kind == "yes_no":
        yield from (True, False)
    elif field.kind == "count":
        yield from (0, 1, 2)
    elif name in COST_FIELDS:
        whole = int(float(str(request["total_cost"])))
        yield from (str(whole * part // 10) for part in range(11))
        given = sum(fen(request.get(part, 0)) for part in COST_FIELDS[2:])
        yield str((fen(request["total_cost"]) - given) / 100)
    else:
        yield from MONEY


def moving_by_trying(request: Request) -> set[str]:
    """Return the defaults that some other value of them alone moves the result of."""
    own = bounds(estimate(request))
    found = set()
    names = [*DEFAULTED, *(name for benefit, name in BOUNDING.items() if benefit == request["benefit"])]
    for name in names:
        if name in request or (name in COST_FIELDS and "total_cost" not in request):
            continue
        beside = (
            {"emergency_hours": 1} if name == "emergency_cost" and "emergency_hours" not in request else {}
        )
        for value in other_values(name, request):
            other = bounds(estimate({**request, **beside, name: value}))
            if isinstance(other, tuple) and other != own:
                found.add(name)
                break
    return found


def as_given(value: object) -> object:
    """Return the value of an input as a request writes it; amounts are the whole numbers above a few."""
    return f"{value // 100}.{value % 100:02d}" if type(value) is int and value > 99 else value


HOURS = {"emergency_hours": 1}


@pytest.mark.parametrize("seed", range(6))
def test_exactly_the_defaults_that_trying_finds_are_named(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(50):
        request = random_case(rng)
        if isinstance(estimate(request), (Ok, Range)):
            assert set(assumed(request)) == moving_by_trying(request), request


@pytest.mark.parametrize("seed", range(2))
def test_the_assumptions_of_a_preview_are_told_from_what_the_draft_would_pay(seed: int) -> None:
    rng = random.Random(30 + seed)
    for _ in range(60):
        stay = without(employee_case(rng), "preview")
        route = rng.choice(("away_filed", "away_unfiled"))
        request = {**STAY_2024, **stay, "city": "hengyang", "benefit": "inpatient", "route": route}
        asked = {**request, "preview": "2025-pooling-draft", "away_where": "cross_province"}
        found = estimate(asked)
        if not isinstance(found, (Ok, Range)) or not isinstance(found.preview, Ok):
            continue
        for assumption in ENGINE.assumptions(found.preview):
            for value, amount in assumption.otherwise:
                other = result({**asked, assumption.name: as_given(value), **HOURS}).preview
                assert amount in bounds(other)[:2], (asked, assumption)


@pytest.mark.parametrize("opened", ["prior_own", "hardship", "designated", "prior_deductible"])
def test_the_defaults_beside_an_unknown_are_those_that_move_its_range(opened: str) -> None:
    request = {**STAY_2024, opened: None}
    assert set(assumed(request)) == moving_by_trying(request)


def test_every_default_that_can_be_assumed_has_words() -> None:
    for name in (*DEFAULTED, *BOUNDING.values(), "date"):
        assert ESTIMATES.assumption(Assumption(name, 0, ((1, 1),)), ok(STAY_2024))


def test_assumptions_come_in_the_order_of_the_inputs() -> None:
    names = [each.name for each in ENGINE.assumptions(ok(without(STAY_2024, "date")))]
    order = [*INPUTS, "date"]
    assert all(order.index(a) < order.index(b) for a, b in pairwise(names))
