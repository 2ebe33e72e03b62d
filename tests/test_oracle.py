"""The oracle against the hand-worked cases, their arithmetic, and what must hold for every request."""

import ast
import operator
import random
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import (
    AWAY_ROUTES,
    BENEFITS,
    OTHER_CITIES,
    REFUSED,
    SCHEMES,
    Answer,
    MissingInputError,
    answer,
    random_case,
    round_to_fen,
)
from support.shared import CASES

Case = dict[str, Any]
Request = dict[str, object]


def name_of(case: Case) -> str:
    return f"{case['inputs']['benefit']}: {case['name']}"


def as_list(value: str | list[str]) -> list[Decimal]:
    return [Decimal(figure) for figure in ([value] if isinstance(value, str) else value)]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_oracle_agrees_with_the_hand_worked_case(case: Case) -> None:
    expect = case["expect"]
    if expect["outcome"] == "needs":
        with pytest.raises(MissingInputError) as caught:
            answer(case["inputs"])
        assert caught.value.fields == expect["missing"]
        return
    found = answer(case["inputs"])
    assert found.kind == expect["outcome"]
    if found.kind == "refused":
        return
    assert_figures(found, expect)
    if "preview" in expect:
        assert found.preview is not None
        assert found.preview.kind == expect["preview"]["outcome"]
        assert_figures(found.preview, expect["preview"])
        assert found.preview.cautions == {"draft_only"}
    assert found.cautions >= set(expect.get("cautions", ()))
    assert not found.cautions & set(expect.get("not_cautions", ()))
    if "layers" in expect:
        paying = {layer: amount for layer, amount in found.layers.items() if amount}
        assert paying == {layer: Decimal(amount) for layer, amount in expect["layers"].items()}


def assert_figures(found: Answer, expect: dict[str, Any]) -> None:
    assert list(found.amounts) == as_list(expect["amount"])
    assert list(found.owns) == as_list(expect.get("own", []))
    assert found.unit == expect.get("unit", "yuan")


OPERATIONS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def exact(expression: str) -> Fraction:
    def value(node: ast.expr) -> Fraction:
        if isinstance(node, ast.Constant):
            return Fraction(ast.get_source_segment(expression, node) or "")
        if isinstance(node, ast.BinOp):
            return OPERATIONS[type(node.op)](value(node.left), value(node.right))
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Name)
        return {"min": min, "max": max}[node.func.id](*map(value, node.args))

    return value(ast.parse(expression, mode="eval").body)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_arithmetic_of_a_case_is_right_and_ends_in_what_it_expects(case: Case) -> None:
    results = {Decimal(0)}
    for line in case["working"]:
        left, sign, right = re.split("(=|≈)", line)
        assert sign == "=" or right == str(round_to_fen(exact(left))), line
        assert sign == "≈" or exact(left) == Fraction(right), line
        results.add(Decimal(right))
    expect = case["expect"]
    told = (expect, expect.get("preview", {}))
    figures = [figure for one in told for name in ("amount", "own") for figure in as_list(one.get(name, []))]
    figures += [Decimal(figure) for figure in expect.get("layers", {}).values()]
    given_costs = {
        Decimal(case["inputs"].get(name, 0)) for name in ("eligible_cost", "own_cost", "total_cost")
    }
    assert set(figures) <= results | given_costs


def test_no_two_cases_of_a_benefit_share_a_name_or_the_inputs() -> None:
    names = [name_of(case) for case in CASES]
    assert len(set(names)) == len(names)
    inputs = [tuple(sorted(case["inputs"].items())) for case in CASES]
    twice = [names[position] for position, found in enumerate(inputs) if inputs.index(found) < position]
    assert twice == []


requests = st.integers(min_value=0).map(lambda seed: random_case(random.Random(seed)))
FEN = Decimal("0.01")
COSTS = ("own_cost", "total_cost", "eligible_cost")
PRIVATE = ("contribution", "personal_account", "catastrophic_limit")


def amount_of(request: Request, name: str) -> Decimal:
    return Decimal(str(request.get(name, 0)))


def whole_cost(request: Request) -> Decimal:
    cost = amount_of(request, next(name for name in COSTS if name in request))
    return cost + (amount_of(request, "emergency_cost") if of_benefit(request, "inpatient") else 0)


def of_benefit(request: Request, *benefits: str) -> bool:
    return request["benefit"] in benefits


def of_resident(request: Request) -> bool:
    return request.get("insurance") == "resident" or of_benefit(request, "two_diseases", "childbirth")


def bounds(found: Answer) -> tuple[Decimal, Decimal]:
    return (found.amounts[0], found.amounts[-1]) if found.amounts else (Decimal(0), Decimal(0))


def never_less(less: Request, more: Request, slack: Decimal = Decimal(0)) -> bool:
    return all(
        high >= low - slack for low, high in zip(bounds(answer(less)), bounds(answer(more)), strict=True)
    )


# -- what holds for every request -------------------------------------------------------------------------


@given(requests)
def test_what_is_paid_and_what_is_owed_make_up_the_cost(request: Request) -> None:
    found = answer(request)
    for one in (found, found.preview or found):
        assert all(paid >= 0 for paid in one.amounts)
        for paid, owed in zip(one.amounts, reversed(one.owns), strict=bool(one.owns)):
            assert paid + owed == whole_cost(request)
            assert owed >= 0


@given(requests)
def test_the_layers_make_up_the_amount_to_the_fen(request: Request) -> None:
    found = answer(request)
    if found.kind == "ok" and found.owns:
        assert sum(found.layers.values()) == found.amounts[0]
    assert all(figure == figure.quantize(FEN) for figure in (*found.amounts, *found.owns))


@given(requests)
def test_a_range_runs_upwards_and_has_its_reason(request: Request) -> None:
    found = answer(request)
    if found.kind == "range":
        assert found.amounts[0] < found.amounts[1]
        assert found.owns[0] < found.owns[1]
        away = of_benefit(request, "inpatient") and request.get("route") in AWAY_ROUTES
        two_limits = of_resident(request) and "2023" <= str(request["date"]) <= "2025-04-10"
        assert away or two_limits or request.get("hospital_level") == "central_township"


@settings(deadline=None)
@given(requests, st.decimals(min_value=FEN, max_value=100_000, places=2))
def test_more_cost_never_pays_less(request: Request, more: Decimal) -> None:
    for name in {*COSTS, "wage", "payroll", "monthly_base", "average_cost", "pension"} & set(request):
        assert never_less(request, {**request, name: str(amount_of(request, name) + more)})


@settings(deadline=None)
@given(requests)
def test_a_retired_person_never_gets_less_than_an_employed_one(request: Request) -> None:
    if not of_benefit(request, "personal_account"):
        # Two layers are rounded apart, so their sum may fall a fen short of an equal sum.
        assert never_less({**request, "status": "employed"}, {**request, "status": "retired"}, slack=FEN)


@given(requests)
def test_hardship_never_pays_less(request: Request) -> None:
    if amount_of(request, "prior_own") <= 8000 or of_resident(request):
        assert never_less({**request, "hardship": False}, {**request, "hardship": True})


@given(requests)
def test_the_yearly_limits_hold(request: Request) -> None:
    found, paid_before = answer(request), amount_of(request, "prior_paid")
    if of_resident(request):
        limits = {"outpatient": 420, "two_diseases": 600, "childbirth": 1600, "special_drug": 66_000}
        assert bounds(found)[1] <= limits.get(str(request["benefit"]), 10**9)
        assert found.layers.get("catastrophic", 0) <= 480_000
        if of_benefit(request, "inpatient"):
            assert found.layers.get("basic", 0) + min(paid_before, Decimal(150_000)) <= 150_000
        return
    if of_benefit(request, "outpatient") and found.amounts:
        limit = Decimal(1500 if request["status"] == "employed" else 2000)
        assert found.amounts[0] + min(paid_before, limit) <= limit
    if of_benefit(request, "inpatient") and str(request["date"]) < "2023":
        assert found.layers.get("basic", 0) + min(paid_before, Decimal(100_000)) <= 100_000
        assert found.layers.get("mutual_aid", 0) <= 260_000
        assert "catastrophic" not in found.layers
    if of_benefit(request, "inpatient", "catastrophic") and not request.get("hardship", False):
        assert found.layers.get("catastrophic", 0) <= 500_000


@given(requests)
def test_a_place_without_a_rule_is_refused(request: Request) -> None:
    found = answer(request)
    day, city = str(request["date"]), request["city"]
    of_employees = ("inpatient", "outpatient", "chronic_outpatient", "catastrophic")
    only_in_hengyang = of_resident(request) or not of_benefit(request, *of_employees, *PRIVATE)
    if day < "2021" or (city in OTHER_CITIES and day < "2023") or (only_in_hengyang and city != "hengyang"):
        assert found == REFUSED
    if of_benefit(request, "outpatient") and city == "xiangtan" and not of_resident(request):
        assert (found.kind == "refused") == (not "2022-10-01" <= day <= "2027-09-30")
    if of_benefit(request, "personal_account") and city == "xiangtan":
        assert (found.kind == "refused") == (not "2023-01-01" <= day <= "2027-09-30")


@given(requests)
def test_inferred_and_old_figures_are_marked(request: Request) -> None:
    found = answer(request)
    assert "effective_date_inferred" not in found.cautions or str(request["date"]) >= "2023"
    assert "draft_only" not in found.cautions
    if "city_rule_not_held" in found.cautions:
        assert request["city"] != "hengyang"
        assert "effective_date_inferred" in found.cautions
    if found.kind != "refused" and of_resident(request) and request.get("designated", True):
        assert "may_be_outdated" in found.cautions or str(request["date"]) < "2023"


@settings(deadline=None)
@given(requests)
def test_hiding_the_scheme_asks_for_it_or_answers_as_both_do(request: Request) -> None:
    if not of_benefit(request, "inpatient", "outpatient", "catastrophic", "special_drug"):
        return
    complete = {"status": "employed", "emergency_hours": "1", **request}
    hidden = {name: value for name, value in complete.items() if name != "insurance"}
    both = [answer({**complete, "insurance": scheme}) for scheme in SCHEMES]
    if len({(one.kind, one.amounts, one.owns) for one in both}) == 1:
        assert answer(hidden).amounts == both[0].amounts
    else:
        with pytest.raises(MissingInputError, match=r"^insurance$"):
            answer(hidden)


# -- what holds for residents and for a person -------------------------------------------------------------

money = st.decimals(min_value=0, max_value=200_000, places=2)
SPLIT: dict[str, dict[str, object]] = {
    "outpatient": {"insurance": "resident", "hospital_level": "grassroots"},
    "special_drug": {"insurance": "employee"},
    "two_diseases": {"disease": "diabetes"},
}


@given(st.sampled_from(list(SPLIT)), money, money)
def test_a_bill_in_two_parts_pays_what_it_pays_in_one(benefit: str, first: Decimal, second: Decimal) -> None:
    base: Request = {"benefit": benefit, "city": "hengyang", "date": "2024-05-01", **SPLIT[benefit]}
    before = bounds(answer({**base, "eligible_cost": str(first)}))[0]
    prior = {"prior_cost": str(first), "prior_paid": str(before)}
    after = bounds(answer({**base, **prior, "eligible_cost": str(second)}))[0]
    assert abs(before + after - bounds(answer({**base, "eligible_cost": str(first + second)}))[0]) <= FEN


@settings(deadline=None)
@given(requests)
def test_a_stay_of_a_resident_pays_by_its_hospital_and_route(request: Request) -> None:
    if of_resident(request) and of_benefit(request, "inpatient"):
        # At the yearly limit a better rate leaves less own payment; the cost above does not count further.
        if whole_cost(request) + amount_of(request, "prior_paid") <= 150_000:
            assert never_less({**request, "tcm": False}, {**request, "tcm": True}, slack=FEN)
        ways = ("away_unfiled", "away_filed", "local")
        for worse, better in pairwise(ways):
            if request.get("designated", True):
                assert never_less({**request, "route": worse}, {**request, "route": better}, slack=FEN)


@settings(deadline=None)
@given(requests)
def test_the_draft_never_enters_a_result_and_stands_beside_it(request: Request) -> None:
    law = {name: value for name, value in request.items() if name != "preview"}
    found, plain = answer(request), answer(law)
    assert plain.preview is None
    assert (found.kind, found.amounts, found.owns) == (plain.kind, plain.amounts, plain.owns)
    if "preview" not in request or found.kind == "refused":
        assert found.preview is None
        return
    assert found.preview is not None
    assert found.preview.cautions == {"draft_only"}
    if request.get("route", "local") in ("local", "unreferred"):
        assert found.preview.amounts == found.amounts
    near, far = (
        answer({**request, "away_where": where}).preview or REFUSED
        for where in ("in_province", "cross_province")
    )
    near_basic, far_basic = (one.layers.get("basic", Decimal(0)) for one in (near, far))
    assert near_basic >= far_basic - FEN
    # Where both have used up the basic layer, who is left with more gets more from the catastrophic one.
    if near_basic != far_basic or near.kind == "range":
        assert bounds(near)[0] >= bounds(far)[0] - FEN


@given(money, money, st.sampled_from(["2022-05-01", "2024-05-01"]))
def test_the_contribution_of_an_employee_keeps_its_bounds(
    wage: Decimal, benchmark: Decimal, day: str
) -> None:
    place = {"benefit": "contribution", "city": "hengyang", "date": day}
    found = answer({**place, "who": "employee", "wage": str(wage), "benchmark": str(benchmark)})
    assert benchmark * 12 / 1000 - FEN < found.amounts[0] < benchmark * 60 / 1000 + FEN
    assert found.unit == "yuan/month"


@given(st.integers(0, 40), st.integers(0, 40))
def test_years_lacking_are_enough_and_not_one_too_many(paid: int, in_province: int) -> None:
    base: Request = {"benefit": "retirement", "city": "hengyang", "date": "2024-05-01", "sex": "male"}

    def lacking(more: int) -> Decimal:
        years = {"years_paid": paid + more, "years_paid_in_province": in_province + more}
        return answer({**base, **years}).amounts[0]

    years = int(lacking(0))
    assert lacking(years) == 0
    assert years == 0 or lacking(years - 1) == 1


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_raised_limit_of_the_year_is_what_the_catastrophic_layer_stops_at(years: int, zero: int) -> None:
    base: Request = {"city": "hengyang", "date": "2026-05-01"}
    counted = {"consecutive_years": years, "zero_claim_years": zero}
    limit = answer({**base, "benefit": "catastrophic_limit", **counted}).amounts[0]
    raised = {"bonus": str(limit - 400_000), "own_cost": "900000", "insurance": "resident"}
    assert answer({**base, "benefit": "catastrophic", **raised}).amounts == (limit,)
    assert 400_000 <= limit <= 480_000


@given(requests)
def test_the_allowance_is_a_thirtieth_of_the_base_a_day(request: Request) -> None:
    if of_benefit(request, "maternity_allowance") and answer(request).amounts:
        days = answer({**request, "benefit": "maternity_leave"})
        assert days.unit == "days"
        exactly = days.amounts[0] * amount_of(request, "monthly_base") / 30
        assert abs(answer(request).amounts[0] - exactly) <= FEN / 2


def test_random_requests_meet_every_benefit_kind_layer_unit_and_caution() -> None:
    rng = random.Random(20240501)
    drawn = [random_case(rng) for _ in range(5000)]
    found = [answer(request) for request in drawn]
    assert {request["benefit"] for request in drawn} == set(BENEFITS)
    assert {one.kind for one in found} == {"ok", "range", "refused"}
    assert {name for one in found for name in one.layers} == {"basic", "catastrophic", "mutual_aid"}
    assert {one.unit for one in found} == {"yuan", "yuan/month", "yuan/year", "days", "years"}
    assert {one.preview.kind for one in found if one.preview} == {"ok", "range"}
    assert {code for one in found for code in one.cautions} == {
        "catastrophic_cap_inferred",
        "city_rule_not_held",
        "cost_limit_reading",
        "effective_date_inferred",
        "first_pay_order",
        "level1_row_conflict",
        "may_be_outdated",
        "tcm_not_listed",
        "yearly_cap_unknown",
    }
    paying = sum(bounds(one)[1] > 0 for one in found)
    assert paying > len(found) / 2


def test_a_random_request_is_the_same_for_the_same_seed() -> None:
    assert random_case(random.Random(7)) == random_case(random.Random(7))
