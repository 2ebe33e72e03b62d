"""The working of a result: every step with its reason and its article, exact to the end."""

import random
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from oracle import random_case

from bot.engine import Ok, Range, Step

from .support import (
    ACCOUNT_2022,
    CATASTROPHIC_2024,
    CHRONIC_2024,
    LEAVE_2022,
    RESIDENT_2024,
    STAY_2022,
    STAY_2024,
    VISIT_2024,
    as_json,
    bounds,
    estimate,
    ok,
    result,
    span,
    whole_cost,
    without,
)

Request = Mapping[str, Any]


def steps(request: Request) -> dict[str, Step]:
    return {step.label: step for step in result(request).steps}


def reasons(request: Request) -> str:
    return "\n".join(step.because for step in result(request).steps)


def test_a_stay_shows_each_figure_with_its_reason_and_article() -> None:
    found = as_json(STAY_2022)["steps"]
    assert [(step["label"], step["value"], step["because"]) for step in found] == [
        ("政策范围内费用", "20000.00", "您给的数"),
        ("起付线", "1600.00", "三级医院"),
        ("按比例支付", "16192.00", "三级医院、在职，余下的付88%"),
        ("统筹基金支付", "16192.00", "四舍五入到分"),
    ]
    assert {tuple(step["source"].items()) for step in found} == {
        (("document", "衡医保发〔2020〕24号"), ("article", "第二十二条"))
    }


@pytest.mark.parametrize("seed", range(4))
def test_every_step_says_what_how_much_why_and_where_it_is_written(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(80):
        request = random_case(rng)
        found = as_json(request)
        for step in found.get("steps", ()):
            assert set(step) == {"label", "value", "because", "source"}
            assert step["label"]
            assert step["because"]
            assert not step["because"].startswith(("，", "；"))
            assert "{" not in step["because"]
            assert Decimal(step["value"]) >= 0
            assert step["source"]["document"]
            assert step["source"]["article"]
            assert step["source"] in found["sources"]


@pytest.mark.parametrize("seed", range(4))
def test_the_steps_add_up(seed: int) -> None:
    rng = random.Random(10 + seed)
    for _ in range(150):
        request = random_case(rng)
        found = estimate(request)
        if not isinstance(found, (Ok, Range)):
            continue
        whole = whole_cost(request)
        if whole is None:
            assert found.own is None
            assert isinstance(found, Ok)
            assert found.layers == ()
            assert found.steps[-1].fen == found.amount
            continue
        assert (
            sum(step.fen for step in found.steps if step.because in {"四舍五入到分", "合计"})
            == bounds(found)[1]
        )
        low, high, own_low, own_high = span(found)
        assert high + own_low == low + own_high == whole
        if isinstance(found, Ok):
            assert sum(fen for _, fen in found.layers) == found.amount


def test_what_is_added_up_without_a_bill_stands_in_the_steps() -> None:
    leave = result({**LEAVE_2022, "difficult": True, "babies": 3})
    assert [step.fen // 100 for step in leave.steps] == [98, 60, 15, 30, 203]
    assert all("分" not in step.because for step in leave.steps)
    account = result(ACCOUNT_2022)
    assert [step.fen for step in account.steps] == [500_000, 10_000, 3_500, 13_500]
    limit = {"benefit": "catastrophic_limit", "city": "hengyang", "date": "2026-05-01"}
    raised = result({**limit, "consecutive_years": 6, "zero_claim_years": 1})
    assert [step.fen // 100 for step in raised.steps] == [10_000, 5_000, 400_000, 415_000]


def test_both_shortfalls_of_a_paid_record_stand_in_the_steps() -> None:
    record = {"benefit": "retirement", "city": "hengyang", "date": "2022-05-01", "sex": "female"}
    found = result({**record, "years_paid": "20.5", "years_paid_in_province": "3"})
    assert [step.fen for step in found.steps] == [450, 700, 700]
    assert bounds(found) == (700, 700)


@pytest.mark.parametrize("day", ["2022-05-01", "2024-05-01"])
def test_a_drug_that_costs_nothing_is_told_from_the_same_rule_as_a_dear_one(day: str) -> None:
    drug = {"benefit": "special_drug", "city": "hengyang", "insurance": "resident", "date": day}
    none, dear = ok({**drug, "eligible_cost": "0"}), ok({**drug, "eligible_cost": "500"})
    assert [step.label for step in none.steps] == [step.label for step in dear.steps]
    assert none.cautions == dear.cautions


def test_residents_are_told_of_the_limit_of_the_fund_and_that_hardship_may_bring_more() -> None:
    dear = {**RESIDENT_2024, "eligible_cost": "400000", "hardship": True}
    assert "150000元" in steps(dear)["居民医保年度最高支付限额"].because
    assert "没有收录" in steps(dear)["困难群众"].because
    assert "居民医保年度最高支付限额" not in steps(RESIDENT_2024)
    assert "困难群众" not in steps(RESIDENT_2024)


def test_the_first_step_of_a_total_says_what_was_taken_off_it() -> None:
    total = {**without(STAY_2024, "eligible_cost"), "total_cost": "25000", "excluded_cost": "5000"}
    first = result(total).steps[0]
    assert first.fen == 2_000_000
    assert first.because == "总费用减去目录外自费和乙类先行自付"


def test_only_the_layers_are_rounded_and_the_next_layer_goes_on_with_the_exact_value() -> None:
    # 18900.50 × 0.85 = 16065.425; 3935.075 are left, and 0.9 of them is 3541.5675.
    found = ok({**STAY_2024, "eligible_cost": "20000.50", "prior_own": "16000"})
    assert dict(found.layers) == {"basic": 1_606_543, "catastrophic": 354_157}
    assert found.amount == 1_606_543 + 354_157


def test_half_a_fen_is_rounded_up_whether_the_fen_before_is_odd_or_even() -> None:
    # 0.85 of 10.10, 10.30, 10.50 and 10.70 yuan above the deductible.
    costs = ("1110.10", "1110.30", "1110.50", "1110.70")
    assert [ok({**STAY_2024, "eligible_cost": cost}).amount for cost in costs] == [859, 876, 893, 910]


def test_a_halved_deductible_says_why() -> None:
    step = steps({**STAY_2024, "prior_stays_same_level": 1})["起付线"]
    assert step.fen == 55_000
    assert "减半" in step.because


def test_a_deductible_that_is_not_halved_after_a_stay_elsewhere_says_so() -> None:
    step = steps({**STAY_2024, "prior_stays": 2})["起付线"]
    assert step.fen == 110_000
    assert "不减半" in step.because
    assert "不减半" not in reasons(STAY_2024)
    # The rule of 2020 halves after any stay.
    assert steps({**STAY_2022, "prior_stays": 2})["起付线"].fen == 80_000


def test_a_chinese_medicine_hospital_is_told_that_its_column_is_gone() -> None:
    assert "没有给中医医院单列" in steps({**STAY_2024, "tcm": True})["中医医院"].because
    assert "中医医院" in steps({**STAY_2022, "tcm": True})["起付线"].because
    assert "中医医院" not in steps(STAY_2024)


def test_who_has_not_joined_the_mutual_aid_is_told_where_it_would_have_paid() -> None:
    dear = {**STAY_2022, "eligible_cost": "200000", "mutual_aid": False}
    assert "没有参加大病医疗互助" in reasons(dear)
    assert "没有参加大病医疗互助" not in reasons({**STAY_2022, "mutual_aid": False})
    assert "没有参加大病医疗互助" not in reasons({**dear, "mutual_aid": True})


@pytest.mark.parametrize(
    ("request_", "below"),
    [
        ({**STAY_2022, "eligible_cost": "1600"}, True),
        ({**STAY_2022, "eligible_cost": "1600.01"}, False),
        ({**STAY_2024, "eligible_cost": "1100"}, True),
        ({**STAY_2024, "eligible_cost": "1100.01"}, False),
        ({**VISIT_2024, "eligible_cost": "50"}, True),
        ({**VISIT_2024, "eligible_cost": "50.01"}, False),
        ({**VISIT_2024, "eligible_cost": "0", "hospital_level": "level1"}, False),
    ],
)
def test_a_cost_that_does_not_exceed_the_deductible_is_told_so(request_: Request, below: bool) -> None:
    assert ("没有超过起付线" in steps(request_)["起付线"].because) is below


def test_a_used_up_yearly_limit_of_the_deductible_is_told() -> None:
    assert steps({**STAY_2024, "prior_deductible": "1500"})["起付线"].fen == 50_000
    assert "有上限" in steps({**STAY_2024, "prior_deductible": "1500"})["起付线"].because
    assert "有上限" not in steps({**STAY_2024, "prior_deductible": "900"})["起付线"].because
    assert "二级医院起付线一年有上限" in reasons({**VISIT_2024, "prior_deductible_level2": "160"})
    assert "合计一年有上限" in reasons({**VISIT_2024, "prior_deductible_level3": "260"})


@pytest.mark.parametrize(
    ("request_", "label", "words"),
    [
        ({**STAY_2022, "prior_paid": "95000"}, "统筹基金年度最高支付限额", "100000元"),
        ({**VISIT_2024, "prior_paid": "1400"}, "门诊年度最高支付限额", "1500元"),
        ({**VISIT_2024, "status": "retired", "prior_paid": "1900"}, "门诊年度最高支付限额", "2000元"),
        ({**STAY_2022, "eligible_cost": "900000"}, "大病医疗互助按比例支付", "，一年最多260000元"),
        ({**CATASTROPHIC_2024, "own_cost": "600000"}, "大病保险按比例支付", "，一年最多500000元"),
        (CHRONIC_2024, "病种药品费用限额", "剩余限额"),
    ],
)
def test_a_limit_that_was_reached_is_told(request_: Request, label: str, words: str) -> None:
    assert words in steps(request_)[label].because


def test_a_limit_that_was_not_reached_is_no_step() -> None:
    assert "统筹基金年度最高支付限额" not in steps(STAY_2022)
    assert "门诊年度最高支付限额" not in steps(VISIT_2024)
    assert "病种药品费用限额" not in steps({**CHRONIC_2024, "disease_limit": "600"})


@pytest.mark.parametrize("own", ["0", "15999.99", "16000"])
def test_an_own_payment_within_the_threshold_is_told_the_threshold(own: str) -> None:
    found = ok({**CATASTROPHIC_2024, "own_cost": own})
    assert found.amount == 0
    assert found.steps[-1].because == "全年合规自付没有超过大病保险起付线（16000元）"
    assert found.cautions == ("effective_date_inferred",)


def test_the_share_of_someone_in_hardship_is_told_as_such() -> None:
    assert "困难人员，超过8000元的部分付95%" in reasons({**CATASTROPHIC_2024, "hardship": True})
    assert "超过16000元的部分付90%" in reasons(CATASTROPHIC_2024)


def test_a_first_pay_is_told_with_its_share_and_does_not_count_for_the_next_layer() -> None:
    found = steps({**STAY_2024, "route": "away_filed"})
    assert found["异地已备案先行自付"].fen == 200_000
    assert "10%" in found["异地已备案先行自付"].because
    assert found["合规自付"].fen == 2_000_000 - 200_000 - found["统筹基金支付"].fen


def test_an_emergency_that_came_too_early_is_told_to_count_as_outpatient_care() -> None:
    xiangtan = {**STAY_2024, "city": "xiangtan", "emergency_cost": "3000"}
    late, merged = {**xiangtan, "emergency_hours": "72.5"}, {**xiangtan, "emergency_hours": "72"}
    assert steps(late)["急诊抢救费用"].fen == 0
    assert "门诊" in steps(late)["急诊抢救费用"].because
    assert steps(merged)["急诊抢救费用"].fen == 300_000
    assert ok(late).amount + 300_000 * 85 // 100 == ok(merged).amount
    # Either way the person paid it, and the own payment says so.
    for each in (ok(late), ok(merged)):
        assert each.own is not None
        assert each.amount + each.own == 2_300_000


def test_what_is_not_designated_is_one_step_with_its_reason() -> None:
    found = result({**STAY_2024, "designated": False})
    assert [step.label for step in found.steps] == ["政策范围内费用", "非定点医院"]
    assert found.steps[-1].source.article == "第六条"


def test_a_range_shows_the_working_of_its_upper_end() -> None:
    found = result({**STAY_2024, "route": "away_emergency"})
    assert isinstance(found, Range)
    assert sum(step.fen for step in found.steps if step.because == "四舍五入到分") == found.amount[1]


def test_figures_that_hold_from_a_later_day_are_warned_of() -> None:
    future = estimate(STAY_2024, today=date(2024, 4, 30))
    assert isinstance(future, Ok)
    assert "may_be_outdated" in future.cautions
    present = estimate(STAY_2024, today=date(2024, 5, 1))
    assert isinstance(present, Ok)
    assert "may_be_outdated" not in present.cautions
    assert "may_be_outdated" not in ok(STAY_2024).cautions


def test_the_deductible_that_a_case_used_up_is_known() -> None:
    assert ok(STAY_2024).deductible == 110_000
    assert ok({**STAY_2024, "eligible_cost": "300"}).deductible == 30_000
    assert ok({**STAY_2024, "prior_deductible": "2000"}).deductible == 0
