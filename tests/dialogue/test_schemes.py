"""For which scheme a question is answered: the one that was said, the subject's own, or both."""

from collections.abc import Mapping
from datetime import date

import pytest
from support.shared import ENGINE, TEMPLATES

from bot.dialogue.answers import _OF_BOTH, _OF_RESIDENTS, _TWINS, Answers
from bot.policy import UNKNOWN
from bot.rendering import Estimates

ANSWERS = Answers(ENGINE, Estimates(ENGINE, TEMPLATES), TEMPLATES)
TODAY = date(2026, 6, 1)
HENGYANG = {"city": "hengyang"}


def answer(intent: str, slots: Mapping[str, object] = HENGYANG, today: date = TODAY) -> str:
    return ANSWERS.answer(intent, slots, today).text


@pytest.mark.parametrize(
    "intent", sorted(_OF_BOTH | _OF_RESIDENTS | {name for pair in _TWINS for name in pair})
)
def test_subjects_that_belong_to_schemes_have_an_answer_and_a_name(intent: str) -> None:
    assert TEMPLATES.has_answer(intent)
    assert intent in ENGINE.library.terms.subjects


def test_both_schemes_are_told_where_they_differ_and_none_was_said() -> None:
    text = answer("repeat_admission")
    assert text.index("【职工医保，衡阳】") < text.index("50%") < text.index("【居民医保，衡阳】")
    assert text.index("【居民医保，衡阳】") < text.index("2300元")


@pytest.mark.parametrize("insurance", [None, UNKNOWN])
def test_a_scheme_that_is_not_known_counts_as_not_said(insurance: object) -> None:
    assert answer("repeat_admission", {**HENGYANG, "insurance": insurance}) == answer("repeat_admission")


@pytest.mark.parametrize("intent", ["provincial_pooling", "drug_coverage", "away_settlement", "referral"])
def test_what_is_the_same_for_both_schemes_is_told_once(intent: str) -> None:
    text = answer(intent)
    assert "【职工医保" not in text
    assert "【居民医保" not in text
    assert text.count("依据：") == 1


def test_what_two_provisions_say_alike_is_told_once_with_both_as_sources() -> None:
    found = ANSWERS.answer("village_clinics", HENGYANG, TODAY)
    assert found.text.count("70%") == 1
    assert {"湘政办发〔2022〕66号", "衡医保发〔2020〕24号"} <= {
        source["document"] for source in found.sources
    }


def test_the_scheme_that_was_said_is_told_alone() -> None:
    assert "2300元" not in answer("repeat_admission", {**HENGYANG, "insurance": "employee"})
    assert "50%" not in answer("repeat_admission", {**HENGYANG, "insurance": "resident"})
    assert "2300元" not in answer("repeat_admission", {**HENGYANG, "status": "retired"})


def test_a_matter_of_residents_is_answered_whoever_asks() -> None:
    asked_by_employee = answer("newborn", {**HENGYANG, "insurance": "employee"})
    assert "10月1日" in asked_by_employee
    assert asked_by_employee.replace("居民医保，", "", 1) == answer("newborn")


def test_a_matter_of_employees_is_told_as_theirs_to_residents() -> None:
    found = ANSWERS.answer("account_use", {**HENGYANG, "insurance": "resident"}, TODAY)
    assert found.held
    assert "【职工医保" in found.text


def test_childbirth_goes_by_the_scheme_under_either_name() -> None:
    for intent in ("maternity_medical", "childbirth_resident"):
        assert "1300元" in answer(intent, {**HENGYANG, "insurance": "resident"})
        assert "1300元" not in answer(intent, {**HENGYANG, "insurance": "employee"})
        assert "1300元" in answer(intent)
        assert "生育保险" in answer(intent)


def test_the_subject_that_was_asked_about_comes_first() -> None:
    text = answer("resident_contribution")
    assert text.index("【居民医保") < text.index("【职工医保")


def test_a_scheme_of_which_nothing_is_held_is_said_to_be_so() -> None:
    text = answer("repeat_admission", {"city": "changsha"})
    assert "50%" in text
    assert "2300元" not in text
    assert "居民医保的这项规定我没有收录" in text
    assert "居民医保的这项规定我没有收录" in answer("waiting_period")


def test_where_places_are_silent_is_said_once_for_both_schemes() -> None:
    assert answer("accidents", {}).count("湖南其他城市") == 1
    assert "湖南其他城市居民医保的这项规定我没有收录" in answer("repeat_admission", {})


def test_the_draft_is_told_as_a_draft_with_its_day_and_its_telephone() -> None:
    text = answer("provincial_pooling")
    assert "（征求意见稿，2025-11-18公布，还没有生效）" in text
    assert "这是征求意见稿，还没有生效" in text
    assert "0731-84900223" in text
    assert "施行" not in text


def test_what_is_planned_or_reported_is_not_said_to_be_in_force() -> None:
    assert "还不是现行规定" in answer("family_doctor_reform")
    assert "施行" not in answer("family_doctor_reform")
    assert "（新闻报道，不是规定）" in answer("offices_contacts")


def test_the_inferred_day_of_the_measures_is_said_to_be_so() -> None:
    assert "（2025-04-11起施行，日期是推定的）" in answer("newborn")


def test_nothing_of_the_measures_is_told_a_day_too_early() -> None:
    for intent in ("newborn", "one_stop_settlement", "family_doctor_reform", "continuous_enrolment_reward"):
        assert not ANSWERS.answer(intent, HENGYANG, date(2025, 4, 10)).held
        assert ANSWERS.answer(intent, HENGYANG, date(2025, 4, 11)).held
