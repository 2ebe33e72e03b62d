"""Results in the form that other programs read, and the words that go with them."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from support.shared import ENGINE, TEMPLATES

from bot.engine import Case, Ok, Range, Refused
from bot.engine.result import money
from bot.policy import UNKNOWN, NotHeld
from bot.policy.codes import BENEFITS, INPUTS
from bot.rendering import Estimates, slots_json

WORDS = TEMPLATES
ESTIMATES = Estimates(ENGINE, WORDS)
TODAY = date(2030, 1, 1)
STAY = {
    "benefit": "inpatient",
    "city": "hengyang",
    "date": "2022-05-01",
    "insurance": "employee",
    "status": "employed",
    "hospital_level": "level3",
    "eligible_cost": "150000",
}


def as_json(request: Mapping[str, Any]) -> dict[str, Any]:
    return ESTIMATES.as_json(ENGINE.estimate_request(request, TODAY))


def without(name: str) -> dict[str, Any]:
    return {each: value for each, value in STAY.items() if each != name}


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0.00"), (1, "0.01"), (100, "1.00"), (1_619_200, "16192.00"), (-5, "-0.05")]
)
def test_money_is_written_in_yuan_with_two_decimals(fen: int, text: str) -> None:
    assert money(fen) == text


def test_a_result_has_the_amount_its_layers_and_the_working() -> None:
    found = as_json(STAY)
    assert list(found) == [
        "outcome",
        "amount",
        "unit",
        "own",
        "layers",
        "steps",
        "sources",
        "assumptions",
        "cautions",
        "policy_version",
    ]
    assert (found["outcome"], found["amount"], found["unit"], found["own"]) == (
        "ok",
        "132677.82",
        "yuan",
        "17322.18",
    )
    assert found["layers"] == [
        {"id": "basic", "amount": "100000.00"},
        {"id": "mutual_aid", "amount": "32677.82"},
    ]
    assert found["steps"][1] == {
        "label": "起付线",
        "value": "1600.00",
        "because": "三级医院",
        "source": {"document": "衡医保发〔2020〕24号", "article": "第二十二条"},
    }
    assert found["policy_version"] == ENGINE.library.version


def test_each_article_is_named_once_among_the_sources() -> None:
    assert as_json(STAY)["sources"] == [
        {"document": "衡医保发〔2020〕24号", "article": "第二十二条"},
        {"document": "衡医保发〔2020〕24号", "article": "第四十六条至第四十九条"},
    ]


def test_a_range_has_its_ends_and_a_reading_for_each() -> None:
    found = as_json({**STAY, "eligible_cost": "20000", "route": "away_emergency"})
    assert found["outcome"] == "range"
    assert found["amount"] == ["14432.00", "16192.00"]
    assert found["own"] == ["3808.00", "5568.00"]
    assert [reading["amount"] for reading in found["readings"]] == found["amount"]
    assert len({reading["reading"] for reading in found["readings"]}) == 2
    assert "layers" not in found


def test_the_reading_of_an_unknown_input_names_it_and_its_value() -> None:
    found = as_json({**STAY, "mutual_aid": None, "prior_paid": None})
    texts = " ".join(reading["reading"] for reading in found["readings"])
    assert "大病互助" in texts
    assert "今年统筹基金已付的钱" in texts


def test_what_is_missing_comes_with_the_question_for_the_first() -> None:
    found = as_json(without("hospital_level"))
    assert found["missing"] == ["hospital_level"]
    assert found["question"] == WORDS.say("questions", "hospital_level")


def test_every_input_that_may_be_asked_has_a_question() -> None:
    named = {"city", "insurance", "benefit"} | {
        n for n, f in INPUTS.items() if n in ENGINE.library.terms.inputs
    }
    for name in named:
        assert ESTIMATES.question(name).endswith(("？", "。"))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"date": "2020-12-31"}, ["2020-12-31", "衡阳市", "住院", "2021-01-01"]),
        ({"city": "xiangtan"}, ["湘潭市", "职工医保住院"]),
        ({"city": "xiangtan", "insurance": "resident"}, ["湘潭市", "居民医保住院"]),
        ({"benefit": "chronic_outpatient", "insurance": "resident"}, ["居民医保", "慢特病"]),
        ({"benefit": "childbirth", "insurance": "employee"}, ["职工医保", "生育"]),
        ({"date": "2024-05-01", "city": "changsha", "route": "away_filed"}, ["长沙市", "异地就医"]),
        ({"date": "2024-05-01", "city": "changsha", "designated": False}, ["长沙市", "非定点"]),
        ({"date": "2024-05-01", "city": "changsha", "emergency_cost": "100"}, ["长沙市", "急诊"]),
        (
            {"benefit": "outpatient", "city": "xiangtan", "date": "2027-10-01"},
            ["湘潭市", "门诊", "2027-09-30"],
        ),
        ({"benefit": "special_drug", "city": "xiangtan"}, ["湘潭市", "特药"]),
        ({"benefit": "personal_account", "date": "2024-05-01"}, ["衡阳市", "个人账户", "2022-12-31"]),
        ({"benefit": "retirement", "city": "changsha"}, ["长沙市", "退休"]),
    ],
)
def test_a_refusal_says_what_is_not_held_and_whom_to_ask(changed: dict[str, Any], words: list[str]) -> None:
    found = as_json({**STAY, **changed})
    assert found["outcome"] == "refused"
    for word in (*words, "12393"):
        assert word in found["reason"]


def test_a_draft_that_is_not_held_is_refused_by_what_it_is() -> None:
    case = Case("inpatient", "hengyang", TODAY, TODAY, {})
    reason = ESTIMATES.as_json(Refused(case, NotHeld("preview")))["reason"]
    assert "征求意见稿" in reason
    assert "12393" in reason


def test_a_result_without_a_bill_has_no_own_part_and_no_layers() -> None:
    found = as_json({"benefit": "maternity_leave", "city": "hengyang", "event": "birth"})
    assert (found["amount"], found["unit"], found["layers"]) == ("158", "days", [])
    assert "own" not in found
    assert [step["value"] for step in found["steps"]][-1] == "158"


def test_a_preview_stands_beside_the_result_in_the_same_form() -> None:
    found = as_json(
        {**STAY, "route": "away_filed", "preview": "2025-pooling-draft", "away_where": "in_province"}
    )
    assert found.keys() - found["preview"].keys() == {"preview"}
    assert found["amount"] != found["preview"]["amount"]


@pytest.mark.parametrize("benefit", BENEFITS)
def test_every_benefit_has_a_name_to_refuse_it_by(benefit: str) -> None:
    for insurance in ("employee", "resident"):
        found = ENGINE.estimate_request({**STAY, "benefit": benefit, "insurance": insurance}, TODAY)
        if isinstance(found, Refused):
            terms = ENGINE.library.terms
            names = [terms.codes["benefit"][benefit], terms.subjects.get(benefit, "-")]
            assert any(name in ESTIMATES.as_json(found)["reason"] for name in names)


def test_what_is_wrong_is_told_field_by_field_in_chinese() -> None:
    found = as_json({**STAY, "eligible_cost": "-1", "tcm": "perhaps"})
    assert found["outcome"] == "invalid"
    assert {error["field"] for error in found["errors"]} == {"eligible_cost", "tcm"}
    assert all(error["message"].endswith("。") for error in found["errors"])
    assert set(found) == {"outcome", "errors"}


def test_every_caution_has_words() -> None:
    for code in (
        "effective_date_inferred",
        "city_rule_not_held",
        "yearly_cap_unknown",
        "level1_row_conflict",
        "tcm_not_listed",
        "first_pay_order",
        "catastrophic_cap_inferred",
        "cost_limit_reading",
        "may_be_outdated",
        "draft_only",
    ):
        assert WORDS.say("cautions", code)


def test_an_assumption_says_how_much_more_or_less_another_value_would_pay() -> None:
    texts = {each["code"]: each["text"] for each in as_json(STAY)["assumptions"]}
    lost = ENGINE.estimate_request({**STAY, "mutual_aid": False}, TODAY)
    whole = ENGINE.estimate_request(STAY, TODAY)
    assert isinstance(lost, Ok)
    assert isinstance(whole, Ok)
    assert f"{(whole.amount - lost.amount) / 100:.2f}" in texts["mutual_aid"]
    assert "少报" in texts["mutual_aid"]


def test_an_assumption_of_a_range_tells_what_it_could_change_at_the_upper_end() -> None:
    found = ENGINE.estimate_request({**STAY, "route": "away_emergency"}, TODAY)
    assert isinstance(found, Range)
    [repeat] = [a for a in ENGINE.assumptions(found) if a.name == "prior_stays_same_level"]
    most = max(amount for _, amount in repeat.otherwise)
    assert f"{(most - found.amount[1]) / 100:.2f}元" in ESTIMATES.assumption(repeat, found)


def test_every_outcome_is_plain_json() -> None:
    for changed in ({}, {"status": None}, {"city": "xiangtan"}, {"tcm": "?"}, {"prior_paid": None}):
        found = as_json({**STAY, **changed})
        assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_inputs_are_written_as_the_contract_names_them() -> None:
    slots = {
        "eligible_cost": 2_000_050,
        "tcm": True,
        "prior_stays": 2,
        "date": date(2024, 5, 1),
        "emergency_hours": Decimal("71.5"),
        "prior_paid": UNKNOWN,
        "city": "hengyang",
    }
    assert slots_json(slots) == {
        "eligible_cost": "20000.50",
        "tcm": True,
        "prior_stays": 2,
        "date": "2024-05-01",
        "emergency_hours": "71.5",
        "prior_paid": None,
        "city": "hengyang",
    }
