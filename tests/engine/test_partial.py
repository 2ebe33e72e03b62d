"""Cases that are not complete: what is asked, what is not, and between which amounts the result lies."""

import random
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest
from oracle import ASKS_THE_SCHEME, BENEFITS, REQUIRED, answer, random_case

from bot.engine import Needs, Ok, Range, Refused
from bot.engine.inputs import TRIED_MONEY
from bot.policy import UNKNOWN, Between
from bot.policy.codes import INPUTS, LEVELS, MOST_MONEY_FEN, WHO_GIVES_BIRTH, WHO_PAYS

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
    case_of,
    estimate,
    ok,
    result,
    span,
    without,
)

Request = Mapping[str, Any]
ORDER = ("city", "insurance", "hospital_level", "status", "eligible_cost")


def missing(request: Request) -> tuple[str, ...]:
    found = estimate(request)
    return found.missing if isinstance(found, Needs) else ()


# -- what is asked ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", [STAY_2024, STAY_2022, VISIT_2024])
def test_the_place_is_asked_first_then_scheme_level_status_and_cost(request_: Request) -> None:
    assert missing(without(request_, *ORDER)) == ORDER


def test_what_has_no_fixed_place_is_asked_last() -> None:
    asked = missing({"benefit": "chronic_outpatient", "date": "2024-05-01"})
    assert asked == ("city", "status", "eligible_cost", "disease_limit")
    assert missing(without(CATASTROPHIC_2024, "city", "insurance", "own_cost")) == (
        "city",
        "insurance",
        "own_cost",
    )


@pytest.mark.parametrize("name", ORDER)
def test_one_missing_input_is_asked_alone(name: str) -> None:
    assert missing(without(STAY_2024, name)) == (name,)


def test_nothing_but_the_benefit_is_asked_before_it_is_known() -> None:
    assert missing({}) == ("benefit",)


def test_a_scheme_that_the_benefit_has_by_nature_is_not_asked() -> None:
    assert missing(without(CHRONIC_2024, "status")) == ("status",)


@pytest.mark.parametrize("cost", ["0", "0.00", "1100"])
def test_a_cost_that_no_status_gets_anything_of_needs_no_status(cost: str) -> None:
    assert ok({**without(STAY_2024, "status"), "eligible_cost": cost}).amount == 0


def test_a_fen_above_the_deductible_that_rounds_alike_needs_no_status() -> None:
    # 0.85 and 0.87 of a fen are a fen each, and so is every other rate.
    assert ok({**without(STAY_2024, "status"), "eligible_cost": "1100.01"}).amount == 1
    assert missing({**without(STAY_2024, "status"), "eligible_cost": "1101"}) == ("status",)


def test_a_cost_below_every_deductible_needs_no_level() -> None:
    request = without(STAY_2024, "status", "hospital_level")
    assert ok({**request, "eligible_cost": "200"}).amount == 0
    assert missing({**request, "eligible_cost": "200.01"}) == ("hospital_level",)
    assert missing({**request, "eligible_cost": "250"}) == ("hospital_level", "status")


def test_a_hospital_that_is_not_designated_needs_only_the_cost() -> None:
    request = {**without(STAY_2024, "status", "hospital_level"), "designated": False}
    assert bounds(estimate(request)) == (0, 0, 2_000_000, 2_000_000)
    assert missing(without(request, "eligible_cost")) == ("eligible_cost",)


def test_a_hospital_that_may_not_be_designated_still_needs_the_status() -> None:
    assert missing({**without(STAY_2024, "status"), "designated": None}) == ("status",)


def test_a_used_up_limit_makes_level_and_status_idle() -> None:
    assert ok({**without(VISIT_2024, "status", "hospital_level"), "prior_paid": "2000"}).amount == 0
    # A last fen is left for one who is retired, whatever the level, if the visit costs enough.
    request = {**without(VISIT_2024, "status", "eligible_cost", "hospital_level"), "prior_paid": "1999.99"}
    assert missing(request) == ("hospital_level", "status", "eligible_cost")


def test_a_level_that_matters_to_small_costs_alone_is_asked_before_the_cost_is_known() -> None:
    request = {**without(VISIT_2024, "eligible_cost", "hospital_level"), "prior_paid": "1499.99"}
    assert missing(request) == ("hospital_level", "eligible_cost")


def test_the_hours_of_an_emergency_are_asked_where_a_rule_names_them_and_only_with_a_cost() -> None:
    xiangtan = {**STAY_2024, "city": "xiangtan"}
    assert isinstance(estimate(xiangtan), Ok)
    assert isinstance(estimate({**xiangtan, "emergency_cost": "0"}), Ok)
    assert missing({**xiangtan, "emergency_cost": "3000"}) == ("emergency_hours",)
    assert isinstance(estimate({**xiangtan, "emergency_cost": "3000", "emergency_hours": "72"}), Ok)
    assert isinstance(estimate({**STAY_2024, "emergency_cost": "3000"}), Ok)
    assert missing(without({**xiangtan, "emergency_cost": "3000"}, *ORDER)) == (*ORDER, "emergency_hours")


def test_the_place_is_asked_even_where_no_amount_depends_on_it() -> None:
    assert missing({**without(STAY_2024, "city"), "eligible_cost": "0"}) == ("city",)
    assert missing(without(CHRONIC_2024, "city")) == ("city",)


def test_years_that_a_step_tells_are_asked_even_where_they_cannot_move_the_result() -> None:
    case = {
        "benefit": "retirement",
        "city": "hengyang",
        "insurance": "employee",
        "sex": "male",
        "date": "2024-05-01",
    }
    assert missing({**case, "years_paid": "20"}) == ("years_paid_in_province",)
    assert missing({**case, "years_paid_in_province": "12"}) == ("years_paid",)


def test_the_place_is_not_asked_where_no_rule_holds_anywhere() -> None:
    assert isinstance(estimate({**without(STAY_2024, "city"), "date": "2020-12-31"}), Refused)
    assert isinstance(estimate({**without(RESIDENT_2024, "city"), "date": "2020-12-31"}), Refused)
    assert isinstance(estimate({"benefit": "retirement", "date": "2020-12-31"}), Refused)
    assert isinstance(estimate({"benefit": "catastrophic_limit", "date": "2025-04-10"}), Refused)


@pytest.mark.parametrize(
    "request_",
    [
        {**without(STAY_2024, "status", "hospital_level"), "city": "xiangtan", "date": "2022-05-01"},
        {**without(STAY_2024, "status", "eligible_cost"), "city": "changsha", "route": "away_filed"},
        {**without(RESIDENT_2024, "eligible_cost"), "hospital_level": "provincial"},
        {**without(RESIDENT_2024, "eligible_cost"), "city": "xiangtan"},
        {**without(RESIDENT_2024, "eligible_cost"), "benefit": "outpatient", "hospital_level": "level2"},
        {**without(VISIT_2024, "eligible_cost", "status"), "city": "xiangtan", "date": "2027-10-01"},
        {"benefit": "chronic_outpatient", "insurance": "resident"},
        {"benefit": "childbirth", "city": "xiangtan"},
        {"benefit": "childbirth", "insurance": "employee"},
        {"benefit": "two_diseases", "insurance": "employee"},
        {"benefit": "contribution", "city": "changsha", "date": "2022-12-31"},
        {"benefit": "personal_account", "city": "hengyang", "date": "2023-01-01"},
        {"benefit": "retirement", "city": "changsha"},
    ],
)
def test_what_no_value_can_lead_to_a_rule_for_is_refused(request_: Request) -> None:
    found = as_json(request_)
    assert found["outcome"] == "refused"
    assert "12393" in found["reason"]


def test_a_city_rule_that_has_run_out_is_named_as_the_reason() -> None:
    found = as_json({**VISIT_2024, "city": "xiangtan", "date": "2027-10-01"})
    assert found["outcome"] == "refused"
    assert {"document": "潭政办发〔2022〕36号", "article": "第四条"} in found["sources"]


def test_a_question_comes_with_what_is_missing() -> None:
    found = as_json(without(STAY_2024, "status", "eligible_cost"))
    assert found["missing"] == ["status", "eligible_cost"]
    assert found["question"] == ESTIMATES.question("status")


def required(request: Request) -> list[str]:
    benefit = str(request["benefit"])
    names = ["city", *(["insurance"] if benefit in ASKS_THE_SCHEME else []), *REQUIRED[benefit]]
    return [name for name in names if name in request]


WHO = {"contribution": WHO_PAYS, "maternity_subsidy": WHO_GIVES_BIRTH}


def values_of(name: str, request: Request) -> Iterator[object]:
    given = request[name]
    if name == "city":
        yield from ENGINE.kinds_of_city
    elif name == "who":
        yield from WHO[str(request["benefit"])]
    elif INPUTS[name].kind == "money":
        yield from ("0", "0.01", "199.99", "200", "300", "850.55", "4000", "90000", "90000000", given)
    elif name == "emergency_hours":
        yield from ("0", "71.5", "72", "72.1", "1000")
    elif INPUTS[name].kind in {"count", "decimal"}:
        yield from (0, 1, 2, 4, 5, 7, 10, 25, 30, 45, 46, 10_000, given)
    else:
        yield from INPUTS[name].codes


@pytest.mark.parametrize("seed", range(6))
def test_hiding_an_input_leads_to_its_question_or_to_the_result_that_every_value_gives(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(60):
        request = random_case(rng)
        for name in required(request):
            hidden = without(request, name)
            found = estimate(hidden)
            results = {bounds(estimate({**hidden, name: value})) for value in values_of(name, request)}
            if isinstance(found, Needs):
                assert name in found.missing, request
                # Another value of it may ask for what this request had no use for.
                assert not set(found.missing) & set(hidden), request
                # The city decides whose law it is, whatever the amount; years lacking have a step each.
                always = name in {"city", "years_paid", "years_paid_in_province"}
                assert always or len(results) > 1 or INPUTS[name].kind == "money", (hidden, name)
            else:
                assert results == {bounds(found)}, (hidden, name)


@pytest.mark.parametrize("seed", range(3))
def test_hiding_several_inputs_asks_at_least_for_those_that_matter_alone(seed: int) -> None:
    rng = random.Random(100 + seed)
    for _ in range(40):
        request = random_case(rng)
        names = required(request)
        names = rng.sample(names, k=min(len(names), 2))
        asked = missing(without(request, *names))
        alone = {name for name in names if missing(without(request, name))}
        if isinstance(estimate(request), (Ok, Range)):
            assert set(asked) >= alone, (request, names)
        order = [name for name in asked if name in ORDER]
        assert order == sorted(order, key=ORDER.index)


# -- what is open ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in INPUTS if n.startswith("prior_")])
def test_an_earlier_amount_that_is_not_known_and_cannot_matter_leaves_one_result(name: str) -> None:
    request = {**CHRONIC_2024, name: None}
    assert bounds(estimate(request)) == bounds(estimate(CHRONIC_2024))


@pytest.mark.parametrize("name", ["hospital_level", "status", "eligible_cost", "city", "insurance"])
def test_an_unknown_that_no_range_is_given_for_counts_as_absent(name: str) -> None:
    assert missing({**STAY_2024, name: None}) == (name,)


def test_unknown_defaults_that_no_range_is_given_for_take_the_default() -> None:
    request = {**STAY_2024, "route": None, "emergency_cost": None, "date": None}
    assert bounds(estimate(request)) == bounds(estimate(without(STAY_2024, "date")))


DRUG_2022 = {
    "benefit": "special_drug",
    "city": "hengyang",
    "date": "2022-05-01",
    "insurance": "resident",
    "eligible_cost": "90000.05",
}
DIABETES_2022 = {**without(DRUG_2022, "insurance"), "benefit": "two_diseases", "disease": "diabetes"}
STEPS = (0, 1, 50, 99, 100, 300, 1_100, 3_935, 12_065, 16_000, 83_935, 100_000, 496_065, 571_556, 10**6)
OPEN: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    (STAY_2024, ("prior_deductible",)),
    (STAY_2024, ("prior_own",)),
    (STAY_2024, ("prior_paid",)),
    (STAY_2024, ("hardship",)),
    ({**STAY_2024, "eligible_cost": "400000"}, ("hardship",)),
    ({**STAY_2024, "eligible_cost": "400000"}, ("prior_own",)),
    ({**STAY_2024, "eligible_cost": "400000"}, ("prior_own", "hardship")),
    ({**STAY_2024, "eligible_cost": "400000"}, ("prior_own", "prior_deductible", "prior_stays_same_level")),
    ({**STAY_2024, "prior_own": "15000"}, ("prior_deductible", "hardship")),
    (STAY_2024, ("prior_stays_same_level",)),
    (STAY_2024, ("prior_stays", "tcm")),
    (STAY_2024, ("designated",)),
    ({**STAY_2024, "route": "away_emergency"}, ("designated",)),
    ({**STAY_2024, "route": "away_filed", "hospital_level": "provincial"}, ("prior_own", "prior_stays")),
    ({**STAY_2024, "eligible_cost": "1000"}, ("prior_stays_same_level", "prior_deductible")),
    (STAY_2022, ("prior_paid",)),
    (STAY_2022, ("tcm",)),
    (STAY_2022, ("prior_stays",)),
    (STAY_2022, ("prior_stays_same_level",)),
    ({**STAY_2022, "eligible_cost": "400000"}, ("mutual_aid",)),
    ({**STAY_2022, "eligible_cost": "400000"}, ("mutual_aid", "prior_paid", "tcm", "designated")),
    (VISIT_2024, ("prior_paid",)),
    (VISIT_2024, ("prior_deductible_level2",)),
    (VISIT_2024, ("prior_deductible_level3", "prior_deductible_level2")),
    ({**VISIT_2024, "city": "xiangtan", "eligible_cost": "2700"}, ("prior_deductible_level2", "prior_paid")),
    ({**VISIT_2024, "city": "xiangtan", "hospital_level": "level3"}, ("prior_deductible_level3",)),
    (CATASTROPHIC_2024, ("hardship",)),
    (RESIDENT_2024, ("prior_own",)),
    (RESIDENT_2024, ("tcm", "prior_deductible")),
    ({**RESIDENT_2024, "eligible_cost": "400000"}, ("prior_own", "prior_paid")),
    ({**RESIDENT_2024, "date": "2026-05-01", "eligible_cost": "400000"}, ("prior_own",)),
    ({**RESIDENT_2024, "hospital_level": "central_township", "tcm": True}, ("designated", "prior_paid")),
    (DRUG_2022, ("prior_cost",)),
    ({**DRUG_2022, "benefit": "outpatient", "hospital_level": "grassroots"}, ("prior_cost",)),
    (DIABETES_2022, ("prior_paid",)),
    (LEAVE_2022, ("difficult",)),
    ({**LEAVE_2022, "benefit": "maternity_allowance", "monthly_base": "6000.01"}, ("difficult",)),
    (ACCOUNT_2022, ("pooled_only",)),
]


def known_values(name: str) -> tuple[object, ...]:
    field = INPUTS[name]
    if field.kind == "yes_no":
        return (False, True)
    if field.kind == "count":
        return (0, 1, 2, 9)
    return (*map(str, STEPS), "16000.55", "60000", "99999.99", "120000", "100000000")


def called(case: tuple[dict[str, Any], tuple[str, ...]]) -> str:
    request, names = case
    return f"{request['benefit']} {request['date'][:4]} {'+'.join(names)}"


@pytest.mark.parametrize("case", OPEN, ids=called)
def test_a_range_holds_every_result_that_the_unknown_inputs_allow_and_its_ends_come_about(
    case: tuple[dict[str, Any], tuple[str, ...]],
) -> None:
    request, names = case
    opened = {**request, **dict.fromkeys(names)}
    found = result(opened)
    low, high, *owns = span(found)
    within = []
    for chosen in product(*(known_values(name) for name in names)):
        known = {**request, **dict(zip(names, chosen, strict=True))}
        by_engine = span(result(known))
        by_oracle = answer(known)
        assert [int(amount * 100) for amount in (by_oracle.amounts[0], by_oracle.amounts[-1])] == [
            *by_engine[:2]
        ]
        assert low <= by_engine[0] <= by_engine[1] <= high, known
        if owns:
            assert owns[0] <= by_engine[2] <= by_engine[3] <= owns[1], known
        within.append(by_engine)
    if isinstance(found, Range):
        assert_ends_come_about(found, opened)
    else:
        assert set(within) == {span(found)}


def assert_ends_come_about(found: Range, request: Request) -> None:
    """Give the engine the values under which an end is said to come about."""
    for end in (0, 1):
        reading = next(r for r in found.readings if r.amount == found.amount[end])
        known = {name: value for name, value in reading.under.items() if name in INPUTS}
        case = case_of(without(request, *known), **known)
        settled = span(ENGINE.estimate(case))
        assert found.amount[end] in settled[:2]
        assert not settled[2:] or reading.own in settled[2:]


@pytest.mark.parametrize("seed", range(4))
def test_the_range_of_a_random_case_holds_what_the_oracle_finds_for_random_values(seed: int) -> None:
    rng = random.Random(200 + seed)
    for _ in range(40):
        request = random_case(rng)
        benefit = str(request["benefit"])
        names = [name for name in INPUTS if name in request and is_openable(name)]
        names = names or ["prior_paid"]
        names = rng.sample(names, k=min(len(names), 2))
        opened = estimate({**request, **dict.fromkeys(names)})
        if isinstance(opened, Refused):
            # One of the values would lead to no rule: a default is not known to hold, so none is given.
            choices = product(*(known_values(name) for name in names))
            each_known = [{**request, **dict(zip(names, chosen, strict=True))} for chosen in choices]
            assert any(BENEFITS[benefit](each).kind == "refused" for each in each_known), (request, names)
            continue
        for _ in range(10):
            known = {**request, **{name: rng.choice(known_values(name)) for name in names}}
            by_oracle = BENEFITS[benefit](known)
            if by_oracle.kind == "refused":
                continue
            assert isinstance(opened, (Ok, Range)), (request, names)
            low, high, *owns = span(opened)
            assert low <= int(by_oracle.amounts[0] * 100), (known, names)
            assert int(by_oracle.amounts[-1] * 100) <= high, (known, names)
            assert len(owns) == 2 * bool(by_oracle.owns)
            if owns:
                assert owns[0] <= int(by_oracle.owns[0] * 100), (known, names)
                assert int(by_oracle.owns[-1] * 100) <= owns[1], (known, names)


def is_openable(name: str) -> bool:
    return name.startswith("prior_") or INPUTS[name].kind == "yes_no"


def test_an_unknown_earlier_payment_warns_of_the_limit_that_is_not_held() -> None:
    assert "yearly_cap_unknown" in result({**STAY_2024, "prior_paid": None}).cautions
    assert "yearly_cap_unknown" not in result(STAY_2024).cautions


@pytest.mark.parametrize(
    ("low", "high"), [(0, 4_000_000), (110_000, 110_100), (1_900_000, 2_100_000), (10_000_000, 60_000_000)]
)
def test_an_amount_between_two_bounds_gives_the_results_of_the_bounds(low: int, high: int) -> None:
    request = without(STAY_2024, "eligible_cost")
    found = ENGINE.estimate(case_of(request, eligible_cost=Between(low, high)))
    ends = [ENGINE.estimate(case_of(request, eligible_cost=end)) for end in (low, high)]
    assert isinstance(found, Range)
    assert found.amount == tuple(end.amount for end in ends if isinstance(end, Ok))
    assert found.own == tuple(end.own for end in ends if isinstance(end, Ok))


def test_bounds_of_a_total_never_lie_below_its_parts() -> None:
    request = {**without(STAY_2024, "eligible_cost"), "total_cost": "9000", "excluded_cost": "5000"}
    found = ENGINE.estimate(case_of(request, total_cost=Between(0, 1_000_000)))
    assert isinstance(found, Range)
    assert found.amount == (0, (500_000 - 110_000) * 85 // 100)
    assert found.own is not None
    assert found.own[0] == 500_000


def test_bounds_and_a_missing_input_are_asked_for_where_it_matters_within_them() -> None:
    request = without(STAY_2024, "eligible_cost", "status")
    within = case_of(request, eligible_cost=Between(0, 110_000))
    above = case_of(request, eligible_cost=Between(0, 120_000))
    assert span(ENGINE.estimate(within)) == (0, 0, 0, 110_000)
    assert bounds(ENGINE.estimate(above)) == "Needs"


def test_a_level_that_the_person_does_not_know_gives_the_range_over_all_levels() -> None:
    found = ENGINE.estimate(case_of(without(STAY_2024, "hospital_level"), hospital_level=UNKNOWN))
    amounts = [ok({**STAY_2024, "hospital_level": level}).amount for level in LEVELS]
    assert isinstance(found, Range)
    assert found.amount == (min(amounts), max(amounts))


def test_every_reading_of_a_range_says_what_it_depends_on() -> None:
    ranges = [{**request, **dict.fromkeys(names)} for request, names in OPEN]
    ranges += [
        {**STAY_2024, "route": "away_emergency"},
        {**STAY_2024, "route": "away_filed", "hospital_level": "provincial"},
        {**STAY_2024, "route": "away_emergency", "designated": False},
    ]
    for request in ranges:
        found = as_json(request)
        if found["outcome"] != "range":
            continue
        assert [reading["amount"] for reading in found["readings"]][:: len(found["readings"]) - 1] == (
            found["amount"]
        )
        assert all(reading["reading"] for reading in found["readings"])
        assert len({reading["amount"] for reading in found["readings"]}) == len(found["readings"])


def test_a_few_readings_are_all_told() -> None:
    request = {**STAY_2024, "eligible_cost": "400000", "hardship": None, "prior_stays_same_level": None}
    found = result(request)
    assert isinstance(found, Range)
    assert [reading.amount for reading in found.readings] == sorted(
        ok({**request, "hardship": hardship, "prior_stays_same_level": stays}).amount
        for hardship in (False, True)
        for stays in (0, 1)
    )


def test_a_reading_does_not_name_what_has_no_part_in_the_case() -> None:
    found = result(
        {**STAY_2024, "hardship": None, "prior_own": "20000", "prior_cost": None, "difficult": None}
    )
    assert isinstance(found, Range)
    assert all(set(reading.under) == {"hardship"} for reading in found.readings)


def test_all_that_may_be_unknown_at_once_is_still_answered_with_the_widest_range() -> None:
    names = [name for name in INPUTS if is_openable(name)]
    for request in (STAY_2024, STAY_2022, VISIT_2024):
        found = result({**request, **dict.fromkeys(names)})
        assert span(found)[0] == 0
        for name in names:
            alone = span(result({**request, name: None}))
            assert span(found)[1] >= alone[1]
            assert span(found)[2] <= alone[2]


# -- the range so far ------------------------------------------------------------------------------------


def test_the_range_so_far_holds_the_result_of_whatever_is_missing() -> None:
    case = case_of(without(STAY_2024, "hospital_level", "status"))
    amounts = [
        ok({**STAY_2024, "hospital_level": level, "status": status}).amount
        for level in LEVELS
        for status in ("employed", "retired")
    ]
    assert ENGINE.range_so_far(case) == (min(amounts), max(amounts))


def test_the_range_so_far_of_a_complete_case_is_its_result() -> None:
    amount = ok(STAY_2024).amount
    assert ENGINE.range_so_far(case_of(STAY_2024)) == (amount, amount)


def test_there_is_no_range_so_far_where_no_rule_can_hold() -> None:
    assert ENGINE.range_so_far(case_of({**RESIDENT_2024, "hospital_level": "provincial"})) is None
    assert ENGINE.range_so_far(case_of({**RESIDENT_2024, "city": "xiangtan"})) is None


def test_the_range_so_far_reaches_from_nothing_to_the_most_that_was_tried() -> None:
    found = ENGINE.range_so_far(case_of(without(VISIT_2024, "eligible_cost")))
    assert found == (0, 150_000)
    assert MOST_MONEY_FEN in TRIED_MONEY
