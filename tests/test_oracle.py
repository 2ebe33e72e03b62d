"""The oracle against the hand-worked cases, their arithmetic, and what must hold for every request."""

import ast
import operator
import random
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from oracle import (
    AWAY_ROUTES,
    BENEFITS,
    OTHER_CITIES,
    REFUSED,
    Answer,
    MissingInputError,
    answer,
    random_case,
    round_to_fen,
)

FOLDER = Path(__file__).parent / "engine" / "cases"
Case = dict[str, Any]
Request = dict[str, object]


def load_cases() -> list[Case]:
    return [
        case for path in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(path.read_text("utf-8"))
    ]


def name_of(case: Case) -> str:
    return f"{case['inputs']['benefit']}: {case['name']}"


CASES = [case for case in load_cases() if case["inputs"]["benefit"] in BENEFITS]


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
    assert list(found.amounts) == as_list(expect["amount"])
    assert list(found.owns) == as_list(expect["own"])
    assert found.cautions >= set(expect.get("cautions", ()))
    assert not found.cautions & set(expect.get("not_cautions", ()))
    if "layers" in expect:
        paying = {layer: amount for layer, amount in found.layers.items() if amount}
        assert paying == {layer: Decimal(amount) for layer, amount in expect["layers"].items()}


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
    figures = as_list(expect.get("amount", [])) + as_list(expect.get("own", []))
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


def whole_cost(request: Request) -> Decimal:
    names = ("own_cost", "total_cost", "eligible_cost")
    cost = next(Decimal(str(request[name])) for name in names if name in request)
    return cost + Decimal(str(request.get("emergency_cost", 0)))


def of_benefit(request: Request, *benefits: str) -> bool:
    return request["benefit"] in benefits


@given(requests)
def test_what_is_paid_and_what_is_owed_make_up_the_cost(request: Request) -> None:
    found = answer(request)
    for paid, owed in zip(found.amounts, reversed(found.owns), strict=True):
        assert paid + owed == whole_cost(request)
        assert paid >= 0
        assert owed >= 0


@given(requests)
def test_the_layers_make_up_the_amount_to_the_fen(request: Request) -> None:
    found = answer(request)
    if found.kind == "ok":
        assert sum(found.layers.values()) == found.amounts[0]
    assert all(figure == figure.quantize(FEN) for figure in (*found.amounts, *found.owns))


@given(requests)
def test_a_range_runs_upwards_and_only_an_away_stay_has_one(request: Request) -> None:
    found = answer(request)
    if found.kind == "range":
        assert found.amounts[0] < found.amounts[1]
        assert found.owns[0] < found.owns[1]
        assert request.get("route") in AWAY_ROUTES


@given(requests, st.decimals(min_value=FEN, max_value=100_000, places=2))
def test_more_cost_never_pays_less(request: Request, more: Decimal) -> None:
    name = next(name for name in ("own_cost", "total_cost", "eligible_cost") if name in request)
    dearer = answer({**request, name: str(Decimal(str(request[name])) + more)})
    found = answer(request)
    assert [low <= high for low, high in zip(bounds(found), bounds(dearer), strict=True)] == [True, True]


def bounds(found: Answer) -> tuple[Decimal, Decimal]:
    return (found.amounts[0], found.amounts[-1]) if found.amounts else (Decimal(0), Decimal(0))


@given(requests)
def test_a_retired_person_never_gets_less_than_an_employed_one(request: Request) -> None:
    employed = bounds(answer({**request, "status": "employed"}))
    retired = bounds(answer({**request, "status": "retired"}))
    # Two layers are rounded apart, so their sum may fall a fen short of an equal sum.
    assert all(more >= less - FEN for less, more in zip(employed, retired, strict=True))


@given(requests)
def test_hardship_never_pays_less(request: Request) -> None:
    plain = bounds(answer({**request, "hardship": False}))
    hard = bounds(answer({**request, "hardship": True}))
    if Decimal(str(request.get("prior_own", 0))) <= 8000:
        assert all(more >= less for less, more in zip(plain, hard, strict=True))


@given(requests)
def test_the_yearly_limits_hold(request: Request) -> None:
    found = answer(request)
    paid_before = Decimal(str(request.get("prior_paid", 0)))
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
    if day < "2021" or (city in OTHER_CITIES and day < "2023"):
        assert found == REFUSED
    if of_benefit(request, "outpatient") and city == "xiangtan":
        assert (found.kind == "refused") == (not "2022-10-01" <= day <= "2027-09-30")


@given(requests)
def test_the_province_rules_are_always_marked_as_inferred(request: Request) -> None:
    found = answer(request)
    assert "effective_date_inferred" not in found.cautions or str(request["date"]) >= "2023"
    if "city_rule_not_held" in found.cautions:
        assert request["city"] != "hengyang"
        assert "effective_date_inferred" in found.cautions


def test_random_requests_meet_every_kind_of_answer_every_layer_and_every_caution() -> None:
    rng = random.Random(20240501)
    found = [answer(random_case(rng)) for _ in range(4000)]
    assert {one.kind for one in found} == {"ok", "range", "refused"}
    assert {name for one in found for name in one.layers} == {"basic", "catastrophic", "mutual_aid"}
    assert {code for one in found for code in one.cautions} == {
        "city_rule_not_held",
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
