"""Each answer, for each city and day: what it says where the policy is held, and silence where it isn't."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from bot.policy import UNKNOWN
from bot.rendering import Facts, NothingHeld

from .support import (
    INTENTS,
    LIBRARY,
    SAID_OF_PERSON,
    SPOKEN_FOR_EMPLOYEES,
    SPOKEN_FOR_RESIDENTS,
    TEMPLATES,
    expected,
    of,
    say,
)


def test_every_answer_is_expected_somewhere() -> None:
    assert set(INTENTS) == SPOKEN_FOR_EMPLOYEES.keys() | SPOKEN_FOR_RESIDENTS.keys()


@pytest.mark.parametrize(("intent", "city", "day", "insurance"), expected(spoken=False))
def test_nothing_is_answered_where_nothing_is_held(intent: str, city: str, day: str, insurance: str) -> None:
    with pytest.raises(NothingHeld):
        say(intent, city, day, insurance=insurance)


@pytest.mark.parametrize(("intent", "city", "day", "insurance"), expected(spoken=True))
def test_an_answer_reads_well(intent: str, city: str, day: str, insurance: str) -> None:
    for slots in SAID_OF_PERSON:
        text = say(intent, city, day, slots, insurance)
        before_list, *rest = re.split(r"^- ", text, maxsplit=1, flags=re.MULTILINE)
        if rest:
            assert len(re.findall(r"[。？]", before_list)) <= 3, before_list
        lines = text.splitlines()
        assert len(lines) <= 12, text
        assert all(line.strip() for line in lines), "an empty line between"
        assert all(line.endswith(("。", "：")) or line.startswith("- ") for line in lines), text
        assert not re.search(r"[<>{}!！]|None|True|False|，。|。。|，，|：。", text), text
        assert text.count("（") == text.count("）")


@pytest.mark.parametrize("intent", INTENTS)
def test_an_answer_is_given_or_refused_on_every_day(intent: str) -> None:
    days = [change.isoformat() for change in LIBRARY.changes]
    for city in LIBRARY.cities:
        for insurance in ("employee", "resident"):
            if intent not in of(insurance):
                continue
            for day in days:
                facts = Facts(LIBRARY, city, insurance, date.fromisoformat(day))
                try:
                    TEMPLATES.answer(intent, facts, {})
                except NothingHeld:
                    continue
                assert facts.used, "an answer without a source"


LAST_DAYS_WITHOUT = [
    (
        "2020-12-31",
        "hengyang",
        "employee",
        ["employee_inpatient_rate", "retirement_years", "maternity_leave"],
    ),
    (
        "2020-12-31",
        "hengyang",
        "resident",
        ["resident_inpatient_rate", "two_diseases", "resident_catastrophic"],
    ),
    ("2022-12-31", "changsha", "employee", ["employee_contribution", "employee_inpatient_rate"]),
    ("2022-12-31", "xiangtan", "employee", ["account_credit", "flexible_contribution"]),
    ("2025-04-10", "changsha", "employee", ["account_use", "family_sharing", "flexible_enrolment"]),
    ("2025-04-10", "hengyang", "employee", ["family_sharing", "one_stop_settlement", "drug_coverage"]),
    ("2025-04-10", "hengyang", "resident", ["newborn", "welfare_child", "continuous_enrolment_reward"]),
    ("2025-11-17", "hengyang", "employee", ["provincial_pooling"]),
]


@pytest.mark.parametrize(("last", "city", "insurance", "intents"), LAST_DAYS_WITHOUT)
def test_an_answer_begins_on_the_day_its_rule_does(
    last: str, city: str, insurance: str, intents: list[str]
) -> None:
    first = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    for intent in intents:
        with pytest.raises(NothingHeld):
            say(intent, city, last, insurance=insurance)
        assert say(intent, city, first, insurance=insurance)


def test_the_old_account_credit_of_hengyang_ends_with_2022() -> None:
    assert "3.4%" in say("account_credit", "hengyang", "2022-12-31")
    with pytest.raises(NothingHeld):
        say("account_credit", "hengyang", "2023-01-01")


FIRST_LINE = [
    ("employee_inpatient_rate", {"hospital_level": "level3", "status": "retired"}, "三级医院，退休的报87%"),
    ("employee_inpatient_rate", {"hospital_level": "level2"}, "在职90%，退休92%"),
    ("employee_inpatient_rate", {"status": "retired"}, "退休的报82%到95%"),
    ("employee_inpatient_deductible", {"hospital_level": "level2"}, "二级医院，起付线是800元"),
    ("employee_outpatient", {"hospital_level": "level2"}, "起付线每次50元，一年合计最多200元"),
    ("employee_outpatient", {"status": "retired"}, "2000元（退休）"),
    ("employee_catastrophic", {"hardship": True}, "超过8000元的部分，大病保险再报95%"),
    ("hospital_levels", {"hospital_level": "level1"}, "一级医院：起付线500元，在职报92%，退休报94%"),
    ("provincial_hospitals", {"status": "retired"}, "退休的报82%"),
    ("chronic_outpatient", {"status": "retired"}, "退休的报85%"),
    ("away_rate", {"route": "away_unfiled"}, "自己先承担15%"),
    ("away_rate", {"route": "away_filed"}, "自己先承担10%"),
]


@pytest.mark.parametrize(("intent", "slots", "told"), FIRST_LINE)
def test_what_the_person_said_is_answered_first(intent: str, slots: Mapping[str, object], told: str) -> None:
    assert told in say(intent, "hengyang", "2024-05-01", slots).splitlines()[0]


RESIDENT_FIRST_LINE = [
    ("resident_inpatient_rate", {"hospital_level": "level2"}, "二级医院，报75%，中医医院80%"),
    ("resident_inpatient_rate", {"hospital_level": "level3", "tcm": True}, "中医医院，报65%"),
    ("resident_inpatient_rate", {"hospital_level": "central_township"}, "报80%，还是按乡镇卫生院报90%"),
    ("resident_inpatient_rate", {"hospital_level": "provincial"}, "我没有收录"),
    ("resident_inpatient_deductible", {"hospital_level": "level3_provincial"}, "起付线每次1500元"),
    ("resident_inpatient_deductible", {"hospital_level": "central_township"}, "起付线每次400元"),
    ("resident_inpatient_deductible", {"hospital_level": "provincial"}, "我没有收录"),
    ("resident_outpatient", {"hospital_level": "level3"}, "文件没写"),
    ("two_diseases", {"disease": "diabetes"}, "糖尿病在门诊拿药没有起付线（门槛），报70%，一年最多报600元"),
    ("childbirth_resident", {"delivery": "caesarean"}, "最多1600元"),
    ("hospital_levels", {"hospital_level": "level1"}, "一级医院：起付线400元，报80%"),
    ("hospital_levels", {"hospital_level": "provincial"}, "我没有收录"),
]


@pytest.mark.parametrize(("intent", "slots", "told"), RESIDENT_FIRST_LINE)
def test_what_a_resident_said_is_answered_first(intent: str, slots: Mapping[str, object], told: str) -> None:
    assert told in say(intent, "hengyang", "2024-05-01", slots, "resident").splitlines()[0]


def test_the_title_of_the_report_is_never_repeated() -> None:
    for intent, city, day, insurance in expected(spoken=True):
        assert not re.search("翻倍|加倍", say(intent, city, day, insurance=insurance))


def test_no_waiting_period_of_residents_is_ever_told() -> None:
    for intent in ("newborn", "resident_enrolment", "resident_contribution", "college_student"):
        assert "个月以后" not in say(intent, "hengyang", "2026-06-01", insurance="resident")
    with pytest.raises(NothingHeld):
        say("waiting_period", "hengyang", "2026-06-01", insurance="resident")


def test_a_level_the_person_does_not_know_changes_nothing() -> None:
    known = say("employee_inpatient_rate", "hengyang", "2024-05-01")
    assert say("employee_inpatient_rate", "hengyang", "2024-05-01", {"hospital_level": UNKNOWN}) == known


def test_outpatient_care_in_xiangtan_begins_and_ends_with_its_rule() -> None:
    for day in ("2022-09-30", "2027-10-01"):
        with pytest.raises(NothingHeld):
            say("employee_outpatient", "xiangtan", day)


def test_the_six_hospitals_are_named_and_a_stay_there_is_away_from_hengyang() -> None:
    text = say("provincial_hospitals", "hengyang", "2024-05-01")
    (hospitals,) = re.findall(r"^- (.*医院)$", text, re.MULTILINE)
    assert len(hospitals.split("、")) == 6
    assert "在长沙" in text
    assert "没写" in text


def test_what_is_no_longer_in_force_is_not_told_as_if_it_were() -> None:
    assert "现在由谁付" not in say("accidents", "hengyang", "2022-06-10")
    assert "现在由谁付" in say("accidents", "hengyang", "2024-05-01")


@pytest.mark.parametrize(
    "intent",
    [
        "away_emergency",
        "away_filing",
        "away_settlement",
        "emergency_to_inpatient",
        "exclusions",
        "manual_claim",
        "non_designated",
        "referral",
        "settlement_year",
    ],
)
def test_residents_of_hengyang_hear_what_holds_for_all_and_nothing_of_employees(intent: str) -> None:
    text = say(intent, "hengyang", "2024-05-01", insurance="resident")
    assert not re.search("职工|在职|退休报|起付线（门槛）", text), text
