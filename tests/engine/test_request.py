"""Requests of any kind, hostile ones too: each gets one of the five outcomes, in Chinese."""

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine import Invalid, Ok
from bot.policy.codes import BENEFITS, INPUTS, LEVELS, ROUTES

from .support import (
    CATASTROPHIC_2024,
    CHRONIC_2024,
    ENGINE,
    STAY_2024,
    VISIT_2024,
    as_json,
    bounds,
    estimate,
    without,
)

OUTCOMES = {"ok", "range", "needs", "refused", "invalid"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def errors(request: Mapping[str, Any]) -> dict[str, str]:
    found = estimate(request)
    return {error.field: error.code for error in found.errors} if isinstance(found, Invalid) else {}


def assert_answered(request: Mapping[str, Any], today: date = date(2030, 1, 1)) -> None:
    found = as_json(request, today)
    assert found["outcome"] in OUTCOMES
    assert json.loads(json.dumps(found, ensure_ascii=False, allow_nan=False)) == found
    assert not has_float(found)
    messages = [error["message"] for error in found.get("errors", ())]
    messages += [found[name] for name in ("reason", "question") if name in found]
    messages += [each["text"] for name in ("assumptions", "cautions") for each in found.get(name, ())]
    assert all(CHINESE.search(message) for message in messages)
    assert (found["outcome"] == "invalid") == bool(found.get("errors"))


def has_float(value: object) -> bool:
    if isinstance(value, dict):
        return any(has_float(each) for each in value.values())
    if isinstance(value, list):
        return any(has_float(each) for each in value)
    return isinstance(value, float)


HOSTILE: list[Any] = [
    *(0, -1, 10**400, -(10**400), 10**12, True, False),
    *(Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity"), Decimal("-0")),
    *(Decimal("1e999999999"), Decimal("-1e999999999"), Decimal("1e-999999999"), Decimal("0e999999999")),
    *(Decimal("0.001"), Decimal("-0.01"), Decimal("100.000"), Decimal("1E+3")),
    *("", " ", "1e999999999", "NaN", "nan", "inf", "-0.01", "0.001", "1_000", "1,000", "１２３", "٣", "0x10"),
    *("9" * 5000, "-" + "9" * 5000, "0." + "0" * 5000 + "1", "1" * 41 + ".5", "+5", " 5 ", "5.", ".5", "--5"),
    *("'; drop table sessions; --", "<script>alert(1)</script>", "\x00", "\ud800", "💊" * 1000, "hengyang\n"),
    *([], [1], {}, {"a": [{}]}, [[[[]]]], float("nan"), float("inf"), 1.5, b"5", object()),
]


@pytest.mark.parametrize("name", [*INPUTS, "city", "date", "benefit", "unheard_of"])
def test_no_value_of_a_field_breaks_anything(name: str) -> None:
    for base in (STAY_2024, VISIT_2024, {"benefit": "chronic_outpatient"}):
        for value in HOSTILE:
            assert_answered({**base, name: value})


numbers = st.one_of(
    st.integers(),
    st.integers(min_value=-(10**500), max_value=10**500),
    st.decimals(),
    st.from_regex(r"[+-]?[0-9]{0,12}\.?[0-9]{0,4}(e[0-9]{1,9})?", fullmatch=True),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=40)),
    lambda each: st.one_of(
        st.lists(each, max_size=3), st.dictionaries(st.text(max_size=8), each, max_size=3)
    ),
    max_leaves=5,
)
codes = st.sampled_from(
    [*LEVELS, *ROUTES, "employee", "resident", "employed", "retired", "hengyang", "changsha"]
)
names = st.one_of(st.sampled_from([*INPUTS, "city", "date", "benefit"]), st.text(max_size=30))
fields = st.dictionaries(names, st.one_of(values, codes, st.sampled_from(BENEFITS)), max_size=12)


@given(fields, st.sampled_from([STAY_2024, VISIT_2024, CHRONIC_2024, CATASTROPHIC_2024, {}]), st.booleans())
def test_any_request_gets_one_of_the_five_outcomes(
    request_: dict[str, Any], base: dict[str, Any], over: bool
) -> None:
    assert_answered({**base, **request_} if over else {**request_, **base})


@given(st.dates(), st.dates())
def test_any_day_is_answered(day: date, today: date) -> None:
    for base in (STAY_2024, VISIT_2024):
        assert_answered({**base, "date": day.isoformat()}, today)
        assert_answered(without(base, "date"), today)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2024-02-29"])
def test_the_ends_of_the_calendar_are_days(day: str) -> None:
    assert_answered({**STAY_2024, "date": day})
    assert errors({**STAY_2024, "date": day}) == {}


@pytest.mark.parametrize(
    "day",
    ["2023-02-30", "2023-02-29", "20240501", "2024-W18-3", "2024-5-1", "0000-01-01", "10000-01-01", 20240501],
)
def test_what_is_no_day_is_told_so(day: object) -> None:
    assert errors({**STAY_2024, "date": day}) == {"date": "not_a_day"}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("-0.01", "negative"),
        (-1, "negative"),
        (Decimal("-1e999999999"), "negative"),
        (-(10**400), "negative"),
        ("0.001", "too_fine"),
        (Decimal("1e-999999999"), "too_fine"),
        ("100000000.01", "too_large"),
        (10**400, "too_large"),
        ("9" * 5000, "too_large"),
        (Decimal("1e999999999"), "too_large"),
        ("1e999999999", "not_a_number"),
        (Decimal("NaN"), "not_a_number"),
        ("NaN", "not_a_number"),
        (True, "not_a_number"),
        (False, "not_a_number"),
        (1.5, "not_a_number"),
        ([20000], "not_a_number"),
        ({}, "not_a_number"),
        ("两万", "not_a_number"),
        ("１２３", "not_a_number"),
        ("", "not_a_number"),
    ],
)
def test_what_is_no_amount_is_told_what_is_wrong_with_it(value: object, code: str) -> None:
    assert errors({**STAY_2024, "eligible_cost": value}) == {"eligible_cost": code}
    assert errors({**STAY_2024, "prior_own": value}) == {"prior_own": code}


@pytest.mark.parametrize(
    "value", ["20000", " 20000 ", 20000, "20000.0", "+20000", Decimal("2E+4"), "20000.000"]
)
def test_an_amount_may_be_written_in_several_ways(value: object) -> None:
    assert bounds(estimate({**STAY_2024, "eligible_cost": value})) == bounds(estimate(STAY_2024))


def test_the_largest_amount_is_a_hundred_million() -> None:
    assert isinstance(estimate({**STAY_2024, "eligible_cost": "100000000.00"}), Ok)


@pytest.mark.parametrize("value", ["yes", 1, 0, "1", "是", [], ""])
def test_what_is_no_yes_or_no_is_told_so(value: object) -> None:
    assert errors({**STAY_2024, "tcm": value}) == {"tcm": "not_yes_no"}


@pytest.mark.parametrize("value", ["true", "True", " TRUE ", True])
def test_yes_may_be_a_word(value: object) -> None:
    assert errors({**STAY_2024, "tcm": value}) == {}


@pytest.mark.parametrize(("value", "code"), [("1.5", "not_whole"), ("10001", "too_large"), (-1, "negative")])
def test_a_count_is_a_whole_number(value: object, code: str) -> None:
    assert errors({**STAY_2024, "prior_stays": value}) == {"prior_stays": code}


@pytest.mark.parametrize(
    "field",
    [
        "<b>x</b>",
        "430102199001011234",
        "a430102199001011234",
        "43010219900101123X",
        "姓名",
        "x\ny",
        "x y",
        "",
        "x" * 41,
        "__class__.mro",
    ],
)
def test_a_field_name_that_is_not_fit_to_repeat_is_never_repeated(field: str) -> None:
    found = as_json({**STAY_2024, field: "1"})
    assert [error["field"] for error in found["errors"]] == ["?"]
    if field:
        assert field not in json.dumps(found, ensure_ascii=False)


def test_an_unknown_field_is_told_by_its_name() -> None:
    assert errors({**STAY_2024, "hospitallevel": "level3"}) == {"hospitallevel": "unknown_field"}
    assert errors({**STAY_2024, "prior_deductible_level4": 0}) == {"prior_deductible_level4": "unknown_field"}


def test_what_was_sent_is_not_repeated_in_a_message() -> None:
    secret = "440102199001011234"
    for name in (*INPUTS, "city", "date", "benefit"):
        assert secret not in json.dumps(as_json({name: f"{secret}x"}), ensure_ascii=False)


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = errors({**STAY_2024, "status": "gone", "tcm": "maybe", "eligible_cost": "-1", "city": "wuhan"})
    assert found == {
        "status": "unknown_code",
        "tcm": "not_yes_no",
        "eligible_cost": "negative",
        "city": "unknown_code",
    }


@pytest.mark.parametrize("part", ["total_cost", "excluded_cost", "first_pay_cost"])
def test_a_cost_is_given_in_one_way_only(part: str) -> None:
    assert errors({**STAY_2024, part: "100"}) == {part: "both_costs"}


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"excluded_cost": "100.01"}, "excluded_cost"),
        ({"first_pay_cost": "100.01"}, "first_pay_cost"),
        ({"excluded_cost": "60", "first_pay_cost": "40.01"}, "first_pay_cost"),
    ],
)
def test_a_part_is_no_more_than_the_whole(parts: dict[str, str], field: str) -> None:
    request = {**without(STAY_2024, "eligible_cost"), "total_cost": "100", **parts}
    assert errors(request) == {field: "part_above_whole"}


def test_parts_may_make_up_the_whole() -> None:
    request = {**without(STAY_2024, "eligible_cost"), "total_cost": "100", "excluded_cost": "60"}
    assert bounds(estimate({**request, "first_pay_cost": "40"})) == (0, 0, 10_000, 10_000)


IDLE = {
    "emergency_hours": "100",
    "disease_limit": "1",
    "own_cost": "7",
    "bonus": "5",
    "months": "3.5",
    "wage": "9000",
    "age": 60,
    "delivery": "vaginal",
    "prior_cost": "900",
    "babies": 2,
    "years_paid": "20",
}
IDLE_FOR_VISITS = {
    **IDLE,
    "emergency_cost": "3000",
    "route": "away_filed",
    "tcm": True,
    "hardship": True,
    "mutual_aid": False,
    "prior_own": "20000",
    "prior_stays": 2,
    "prior_deductible": "900",
}


@pytest.mark.parametrize(
    ("request_", "idle"),
    [
        (STAY_2024, {**IDLE, "mutual_aid": False, "prior_deductible_level2": "200"}),
        (VISIT_2024, IDLE_FOR_VISITS),
        ({**VISIT_2024, "city": "xiangtan"}, IDLE_FOR_VISITS),
        (
            CHRONIC_2024,
            {**without(IDLE_FOR_VISITS, "disease_limit"), "prior_paid": "2000", "designated": False},
        ),
        (CATASTROPHIC_2024, {**without(IDLE_FOR_VISITS, "own_cost", "hardship"), "status": "retired"}),
        (CATASTROPHIC_2024, {"total_cost": "5", "excluded_cost": "9"}),
        (CATASTROPHIC_2024, {"eligible_cost": "5", "total_cost": "7"}),
    ],
)
def test_a_field_that_does_not_apply_changes_nothing(request_: dict[str, Any], idle: dict[str, Any]) -> None:
    found, plain = as_json({**request_, **idle}), as_json(request_)
    for name in ("outcome", "amount", "own", "layers", "steps", "cautions"):
        assert found.get(name) == plain.get(name)


def test_a_field_that_does_not_apply_may_be_unknown() -> None:
    idle = dict.fromkeys(without(INPUTS, *VISIT_2024, "designated", "prior_paid", "total_cost"))
    idle = {name: None for name in idle if not name.startswith("prior_deductible_level")}
    assert bounds(estimate({**VISIT_2024, **idle})) == bounds(estimate(VISIT_2024))


def test_wrong_fields_of_a_part_of_a_request_are_named() -> None:
    assert ENGINE.wrong_fields({"city": "hengyang", "date": "2024-05-01"}) == ()
    assert ENGINE.wrong_fields({"city": "wuhan", "date": "2024-13-01"}) == ("city", "date")


def test_a_huge_request_is_refused() -> None:
    request = {f"field_{'x' * (number % 50)}": "9" * 100_000 for number in range(50)}
    request |= dict.fromkeys(
        ("eligible_cost", "prior_own", "city", "date", "tcm", "prior_stays"), "9" * 1_000_000
    )
    assert isinstance(estimate(request), Invalid)
