"""A result as it reads: a bill laid out, what was assumed, and what can be done from there."""

import re
from collections.abc import Mapping
from datetime import date

import pytest
from support.shared import ENGINE, TEMPLATES

from bot.dialogue.forms import case_of
from bot.dialogue.results import Results
from bot.dialogue.state import Option, SlotValue
from bot.engine import Ok, Range
from bot.policy import UNKNOWN, Between
from bot.rendering import Estimates

RESULTS = Results(ENGINE, Estimates(ENGINE, TEMPLATES), TEMPLATES)
TODAY = date(2024, 5, 1)
STAY: dict[str, SlotValue] = {
    "benefit": "inpatient",
    "city": "hengyang",
    "insurance": "employee",
    "status": "retired",
    "hospital_level": "level3",
    "eligible_cost": 2_000_000,
}
BILL = {name: value for name, value in STAY.items() if name != "eligible_cost"} | {
    "total_cost": 2_500_000,
    "excluded_cost": 300_000,
    "first_pay_cost": 200_000,
}
RESIDENT = {name: value for name, value in STAY.items() if name != "status"} | {"insurance": "resident"}
VISIT = STAY | {"benefit": "outpatient", "hospital_level": "level2", "eligible_cost": 100_000}
LEAVE: dict[str, SlotValue] = {"benefit": "maternity_leave", "city": "hengyang", "event": "birth"}
DRAFT = {"preview": "2025-pooling-draft"}


def found(slots: Mapping[str, SlotValue], today: date = TODAY) -> Ok | Range:
    estimate = ENGINE.estimate(case_of(slots, today))
    assert isinstance(estimate, Ok | Range), estimate
    return estimate


def told(slots: Mapping[str, SlotValue], today: date = TODAY, *, explain: bool = False) -> str:
    estimate = found(slots, today)
    return RESULTS.sheet(estimate, ENGINE.assumptions(estimate), scheme_assumed=False, explain=explain).text


def offered(slots: Mapping[str, SlotValue], today: date = TODAY) -> tuple[Option, ...]:
    estimate = found(slots, today)
    return RESULTS.next_options(estimate, ENGINE.assumptions(estimate))


def block(text: str, heading: str) -> list[str]:
    """Return the lines of a list below its heading."""
    lines = text.splitlines()
    start = lines.index(heading) + 1
    end = next((at for at in range(start, len(lines)) if not lines[at].startswith("- ")), len(lines))
    return lines[start:end]


def test_a_result_reads_in_one_order() -> None:
    text = told(STAY, explain=True)
    pieces = [
        "我按衡阳、职工医保、退休、住院、三级医院、目录内费用20000.00元算，用的是今天（2024-05-01）的规定。",
        "您大约自己付：3557.00元",
        "医保大约付：16443.00元",
        "医保付：",
        "您自己付：\n",
        "怎么算的：",
        "起付线就是门槛",
        "您没说的，我这样算：",
        "提醒：",
        "依据：湘政办发〔2022〕66号",
        "这只是估算，以医院结算单为准。有疑问可以打 12393。",
    ]
    places = [text.index(piece) for piece in pieces]
    assert places[0] == 0
    assert places == sorted(places)


@pytest.mark.parametrize("slots", [STAY, BILL, RESIDENT, VISIT, LEAVE, STAY | {"route": "away_emergency"}])
def test_no_line_of_a_result_is_said_twice(slots: Mapping[str, SlotValue]) -> None:
    lines = [line for line in told(slots, explain=True).splitlines() if line]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("slots", [STAY, BILL, RESIDENT, VISIT, LEAVE])
def test_no_more_than_three_sentences_stand_before_a_list(slots: Mapping[str, SlotValue]) -> None:
    before = told(slots).split("\n- ")[0].split("\n1. ")[0]
    assert before.count("。") <= 3


def test_the_parts_of_a_bill_have_an_amount_and_a_reason_each() -> None:
    text = told(BILL)
    assert block(text, "医保付：") == ["- 统筹基金 16443.00元：能报的部分付87%"]
    assert block(text, "您自己付：") == [
        "- 目录外自费 3000.00元：不在医保目录里的药品和项目",
        "- 先行自付 2000.00元：报销之前先由您承担的部分",
        "- 起付线 1100.00元：先由您自己付的门槛",
        "- 按比例自付 2457.00元：目录内、按比例由您承担的部分",
    ]


def test_later_layers_have_their_own_rows() -> None:
    text = told(STAY | {"prior_own": 1_600_000})
    assert block(text, "医保付：")[1] == "- 大病保险 3201.30元：一年里自己付得太多，超过门槛的部分再付90%"
    older = told(STAY | {"date": date(2022, 5, 1), "eligible_cost": 15_000_000})
    assert "- 统筹基金 100000.00元：能报的部分付90%，付到上限为止" in older
    assert "：超过统筹基金上限的部分再付94%" in older


def test_what_the_catastrophic_layer_pays_back_is_no_longer_in_the_share() -> None:
    text = told(STAY | {"eligible_cost": 20_000_000})
    assert "按比例由您承担的部分，已经减掉大病保险付的" in text


def test_what_is_not_paid_at_all_says_where_the_reason_stands() -> None:
    text = told(STAY | {"designated": False})
    assert block(text, "您自己付：") == ["- 不能报的费用 20000.00元：按规定不报，原因见下面“怎么算的”"]
    assert "医保付：" not in text.splitlines()
    assert "医保大约付：0.00元" in text


def test_a_result_without_a_bill_has_one_amount_and_no_parts() -> None:
    text = told(LEAVE)
    assert "算出来是：158天" in text
    assert "自己付" not in text
    assert "以医保经办机构核定的为准" in text


def test_a_range_shows_the_parts_of_what_pays_most() -> None:
    text = told(STAY | {"route": "away_emergency"})
    assert "您大约自己付：3557.00元 到 5297.00元\n医保大约付：14703.00元 到 16443.00元" in text
    assert block(text, "医保付（按多的一种）：") == ["- 统筹基金 16443.00元：能报的部分付87%"]


def test_a_cost_given_alone_is_named_as_assumed_with_what_a_part_outside_would_change() -> None:
    # A fifth of 20000 less, at 87%.
    line = "- 您说的费用按全部在医保目录内算；若其中两成不在目录内，少报约3480.00元"
    assert line in block(told(STAY), "您没说的，我这样算：")
    bill = {name: value for name, value in BILL.items() if name != "excluded_cost"}
    # A fifth of what is left of the bill after its first-pay.
    assert "- 按没有目录外自费算；若其中两成不在目录内，少报约4002.00元" in told(bill)
    assert "两成" not in told(BILL)


def test_a_cost_given_alone_is_named_where_a_part_outside_would_change_nothing() -> None:
    text = told(STAY | {"eligible_cost": 50_000})
    assert "- 您说的费用按全部在医保目录内算" in text.splitlines()


def test_every_default_that_was_taken_says_what_it_could_change() -> None:
    lines = block(told(STAY), "您没说的，我这样算：")
    assert len(lines) == 6
    assert all(re.search(r"[多少]报约?(最多)?\d|报不了", line) for line in lines), lines


def test_a_default_changes_days_where_days_are_counted() -> None:
    lines = block(told(LEAVE), "您没说的，我这样算：")
    assert lines == ["- 按顺利生产算，不是的话最多会多15天", "- 按生一个孩子算，不是的话最多会多15天"]
    account: dict[str, SlotValue] = {
        "benefit": "personal_account",
        "city": "xiangtan",
        "status": "employed",
        "wage": 500_000,
    }
    assert "- 按有个人账户算，不是的话就没有" in told(account).splitlines()


def test_terms_are_explained_only_when_asked_for() -> None:
    assert "统筹基金就是大家一起交、用来报销的那笔钱。" in told(STAY, explain=True)
    assert "就是" not in told(STAY)


def test_bands_that_pay_nothing_are_no_share() -> None:
    drug: dict[str, SlotValue] = {
        "benefit": "special_drug",
        "city": "hengyang",
        "insurance": "resident",
        "eligible_cost": 13_000_000,
    }
    text = told(drug)
    assert "从60%到50%" in text
    assert "- 超过上限的部分 10000.00元：超过规定的上限，不再报" in text


def test_an_unknown_earlier_amount_has_sensible_ends() -> None:
    visit = RESIDENT | {"benefit": "outpatient", "hospital_level": "grassroots", "eligible_cost": 30_000}
    text = told(visit | {"prior_cost": UNKNOWN})
    assert "- 0.00元：今年之前的费用：600.00元或更多" in text
    assert "100000000" not in text


def test_a_range_names_only_what_decides_and_no_fen_beside_a_turn() -> None:
    text = told(STAY | {"prior_deductible": UNKNOWN, "prior_own": UNKNOWN})
    assert "今年已付的住院起付线：2000.00元；今年之前的合规自付：16000.00元" in text
    township = told(RESIDENT | {"hospital_level": "central_township"})
    assert "- 15680.00元：中心卫生院的比例照一级医院" in township.splitlines()


def test_a_cost_between_bounds_is_named_as_within_scope_by_its_upper_bound() -> None:
    text = told(STAY | {"eligible_cost": Between(1_500_000, 2_000_000)})
    assert "- 您说的费用按全部在医保目录内算；若其中两成不在目录内，少报约3480.00元" in text.splitlines()


def test_each_default_is_offered_for_change_with_one_tap_first() -> None:
    options = offered(STAY)
    assert [(option.label, dict(option.sets), option.asks, option.does) for option in options] == [
        ("异地就医已备案", {"route": "away_filed"}, None, None),
        ("异地就医没备案", {"route": "away_unfiled"}, None, None),
        ("今年在同级别医院住过", {"prior_stays_same_level": 1, "prior_stays": 1}, None, None),
        ("有一部分是自费", {}, "excluded_cost", None),
        ("比较各级医院", {}, None, "compare:hospital_level"),
        ("再算一次住院（接着这次）", {}, None, "another"),
    ]


@pytest.mark.parametrize("slots", [STAY, BILL, RESIDENT, VISIT, LEAVE, STAY | {"date": date(2022, 5, 1)}])
def test_a_choice_leads_to_another_result_or_to_one_more_question(slots: Mapping[str, SlotValue]) -> None:
    options = offered(slots)
    assert len([option for option in options if option.does is None]) <= 4
    for option in options:
        if option.sets:
            assert found({**slots, **option.sets}).amount != found(slots).amount, option
        else:
            assert option.asks or option.does


def test_levels_are_compared_only_where_they_matter() -> None:
    def does(slots: Mapping[str, SlotValue]) -> list[str | None]:
        return [option.does for option in offered(slots) if option.does]

    disease = RESIDENT | {"benefit": "two_diseases", "disease": "diabetes", "eligible_cost": 100_000}
    assert does(VISIT) == ["compare:hospital_level", "another"]
    assert does(disease) == ["another"]
    assert does(LEAVE) == []
    # Nothing is paid under the deductible of any level.
    assert does(STAY | {"eligible_cost": 10_000}) == ["another"]


def test_what_cannot_change_anything_is_no_choice() -> None:
    assert not [
        option for option in offered(STAY | {"eligible_cost": 50_000}) if option.asks == "excluded_cost"
    ]


def test_a_draft_stands_below_today_s_amounts_and_is_marked_as_no_law() -> None:
    away = STAY | DRAFT | {"route": "away_filed", "away_where": "cross_province"}
    text = told(away)
    pieces = [
        "医保大约付：14703.00元",
        "【征求意见稿，还没有生效，只作参考】",
        # 20 points less than 87% of 18900, where today takes 10% off first.
        "照草案按跨省异地算，医保付12663.00元，您自己付7337.00元，比今天的规定少报2040.00元。",
        "今天的规定有“异地已备案先行自付” 2000.00元；草案是“草案的异地就医比例”，比例下调20个百分点。",
        "征求意见稿，2025-11-18公布，还没有生效",
        "怎么算的：",
    ]
    places = [text.index(piece) for piece in pieces]
    assert places == sorted(places)
    assert "按不是异地长期居住备案算，不是的话最多会多报3780.00元" in text


def test_a_draft_that_hangs_on_what_was_not_said_is_a_range_and_asks_by_choices() -> None:
    away = STAY | DRAFT | {"route": "away_filed"}
    text = told(away)
    assert (
        "照草案算，医保付12663.00元 到 14553.00元，您自己付5447.00元 到 7337.00元，比今天的规定少报" in text
    )
    assert "- 医保付12663.00元：省内还是跨省：跨省异地" in text
    assert [dict(option.sets) for option in offered(away)[:3]] == [
        {"away_where": "in_province"},
        {"away_where": "cross_province"},
        {"away_long_term": True},
    ]


def test_a_draft_that_pays_more_says_so() -> None:
    text = told(STAY | DRAFT | {"route": "away_filed", "away_where": "in_province", "away_long_term": True})
    assert "比今天的规定多报1740.00元" in text


def test_a_draft_on_other_matters_changes_no_days() -> None:
    assert "照草案算和今天的规定一样：算出来是158天。" in told(LEAVE | DRAFT)


def test_a_draft_that_changes_nothing_says_so_in_words() -> None:
    text = told(STAY | DRAFT)
    assert (
        "照草案算和今天的规定一样：医保付16443.00元，您自己付3557.00元。草案要改的地方，这次用不上。" in text
    )
    assert "征求意见稿，2025-11-18公布，还没有生效" in text
    assert "2025-pooling-draft" not in text


def test_the_drafts_held_are_known_by_name() -> None:
    assert ENGINE.library.drafts == ("2025-pooling-draft",)


@pytest.mark.parametrize("cost", [100_000, 2_000_000, 20_000_000, 90_000_000])
def test_the_rows_a_person_pays_make_up_what_the_person_pays(cost: int) -> None:
    text = told(STAY | {"eligible_cost": cost})
    own = re.search(r"您大约自己付：(\d+)\.(\d\d)元", text)
    assert own is not None
    rows = [re.findall(r" (\d+)\.(\d\d)元：", line)[0] for line in block(text, "您自己付：")]
    assert sum(int("".join(row)) for row in rows) == int(own[1] + own[2])


def test_what_was_nothing_is_not_read_back() -> None:
    nothing: dict[str, SlotValue] = {
        "prior_deductible_level2": 0,
        "prior_deductible_level3": 0,
        "prior_paid": 0,
    }
    assert told(VISIT | nothing).splitlines()[0] == told(VISIT).splitlines()[0]
    of_parts = told(BILL | {"excluded_cost": 0}).splitlines()[0]
    assert "总费用25000.00元" in of_parts
    assert "自费" not in of_parts
    assert "0.00元、" not in of_parts.replace("000.00元、", "")
    assert "今年统筹基金已付1.00元" in told(VISIT | {"prior_paid": 100}).splitlines()[0]


def test_what_was_left_open_can_be_settled_by_one_tap() -> None:
    levels = offered(STAY | {"hospital_level": UNKNOWN})[:3]
    assert [option.label for option in levels] == ["三级医院", "二级医院", "一级医院"]
    assert [option.sets for option in levels[:2]] == [
        {"hospital_level": "level3"},
        {"hospital_level": "level2"},
    ]
    stays = offered(STAY | {"prior_stays": 1, "prior_stays_same_level": UNKNOWN})[:2]
    assert [option.sets for option in stays] == [{"prior_stays_same_level": 0}, {"prior_stays_same_level": 1}]
    assert stays[0].label == "今年没在同级别医院住过"
