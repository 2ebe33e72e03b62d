"""Each answer, for each city and day: what it says where the policy is held, and silence where it isn't."""

import re
from collections.abc import Mapping
from datetime import date

import pytest

from bot.policy import UNKNOWN, load
from bot.rendering import Facts, NothingHeld, Templates
from bot.settings import data_folder

LIBRARY = load(data_folder("policies"))
TEMPLATES = Templates(data_folder("templates"), LIBRARY.terms)
INTENTS = sorted(path.stem for path in (data_folder("templates") / "answers").glob("*.j2"))

DAYS = ("2021-06-01", "2022-06-10", "2022-11-01", "2024-05-01", "2028-01-01")
CITIES = ("hengyang", "xiangtan", "changsha")
Cases = frozenset[tuple[str, str]]


def cases(*cities: str, days: tuple[str, ...] = DAYS) -> Cases:
    return frozenset((city, day) for city in cities for day in days)


HENGYANG = cases("hengyang")
XIANGTAN = cases("xiangtan", days=("2022-11-01", "2024-05-01"))
FROM_2023 = cases(*CITIES, days=("2024-05-01", "2028-01-01"))
EVERY_CASE = cases(*CITIES)
BEFORE_ANY_RULE = EVERY_CASE - HENGYANG - FROM_2023  # outside Hengyang before the province's rule
XIANGTAN_RUN_OUT = cases("xiangtan", days=("2028-01-01",))

INPATIENT = (
    "employee_catastrophic",
    "employee_inpatient_deductible",
    "employee_inpatient_rate",
    "employee_yearly_cap",
    "hospital_levels",
    "provincial_hospitals",
    "repeat_admission",
    "tcm_hospitals",
)
OF_HENGYANG_ALONE = (
    "accidents",
    "away_emergency",
    "away_filing",
    "away_rate",
    "away_settlement",
    "referral",
    "settlement_year",
)
OF_BOTH_CITIES = ("emergency_to_inpatient", "exclusions", "manual_claim", "non_designated")

SPOKEN: dict[str, Cases] = {
    **dict.fromkeys(
        INPATIENT,
        HENGYANG | FROM_2023,
    ),
    **dict.fromkeys(
        (
            "chronic_outpatient",
            "employee_contribution",
            "flexible_contribution",
            "hardship_aid",
            "retirement_years",
            "unemployment_cover",
        ),
        FROM_2023,
    ),
    "employee_outpatient": FROM_2023 - XIANGTAN_RUN_OUT | XIANGTAN,
    **dict.fromkeys(
        OF_HENGYANG_ALONE,
        HENGYANG,
    ),
    **dict.fromkeys(OF_BOTH_CITIES, HENGYANG | XIANGTAN),
    **dict.fromkeys(
        (
            "account_use",
            "family_sharing",
            "fraud_report",
            "inpatient_outpatient_overlap",
            "internet_prescription",
        ),
        XIANGTAN,
    ),
    "account_credit": cases("xiangtan", days=("2024-05-01",)),
    "policy_sources": HENGYANG | FROM_2023 | XIANGTAN,
    "village_clinics": cases("hengyang", days=("2024-05-01", "2028-01-01")),
}
"""Where an answer must be given."""

SILENT: dict[str, Cases] = {
    **dict.fromkeys(
        (*INPATIENT, "policy_sources"),
        BEFORE_ANY_RULE - XIANGTAN,
    ),
    **dict.fromkeys(("chronic_outpatient", "hardship_aid"), EVERY_CASE - FROM_2023),
    "employee_outpatient": EVERY_CASE - FROM_2023 - XIANGTAN | XIANGTAN_RUN_OUT,
    **dict.fromkeys(
        OF_HENGYANG_ALONE,
        EVERY_CASE - HENGYANG,
    ),
    **dict.fromkeys(
        OF_BOTH_CITIES,
        EVERY_CASE - HENGYANG - XIANGTAN,
    ),
    **dict.fromkeys(("inpatient_outpatient_overlap", "internet_prescription"), EVERY_CASE - XIANGTAN),
    "account_credit": cases("hengyang", days=("2024-05-01", "2028-01-01"))
    | cases("changsha")
    | XIANGTAN_RUN_OUT,
    "village_clinics": EVERY_CASE - FROM_2023,
}
"""Where the sources hold nothing, so that no answer may be given; other cities' figures are never lent."""

SAID_OF_PERSON: tuple[Mapping[str, object], ...] = (
    {},
    {"status": "retired"},
    {"hospital_level": "provincial", "status": "employed"},
    {"hospital_level": "central_township", "tcm": True},
    {"hardship": True, "route": "away_unfiled"},
    {"hospital_level": UNKNOWN, "status": UNKNOWN, "eligible_cost": 2_000_000},
)


def say(
    intent: str,
    city: str,
    day: str,
    slots: Mapping[str, object] | None = None,
    insurance: str = "employee",
) -> str:
    return TEMPLATES.answer(
        intent, Facts(LIBRARY, city, insurance, date.fromisoformat(day)), slots if slots is not None else {}
    )


def spoken() -> list[tuple[str, str, str]]:
    return [(intent, *case) for intent, where in sorted(SPOKEN.items()) for case in sorted(where)]


def silent() -> list[tuple[str, str, str]]:
    return [(intent, *case) for intent, where in sorted(SILENT.items()) for case in sorted(where)]


def test_every_answer_is_expected_somewhere() -> None:
    assert set(INTENTS) == set(SPOKEN)


@pytest.mark.parametrize(("intent", "city", "day"), silent())
def test_nothing_is_answered_where_nothing_is_held(intent: str, city: str, day: str) -> None:
    with pytest.raises(NothingHeld):
        say(intent, city, day)


@pytest.mark.parametrize(("intent", "city", "day"), spoken())
def test_an_answer_reads_well(intent: str, city: str, day: str) -> None:
    for slots in SAID_OF_PERSON:
        text = say(intent, city, day, slots)
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
            for day in days:
                facts = Facts(LIBRARY, city, insurance, date.fromisoformat(day))
                try:
                    TEMPLATES.answer(intent, facts, {})
                except NothingHeld:
                    continue
                assert facts.used, "an answer without a source"


FIGURES: list[tuple[str, str, str, list[str]]] = [
    (
        "employee_inpatient_rate",
        "hengyang",
        "2024-05-01",
        ["85%", "87%", "80%", "82%", "93%", "95%", "6家"],
    ),
    ("employee_inpatient_rate", "hengyang", "2022-06-10", ["三级医院：在职88%，退休90%", "92%", "94%"]),
    ("employee_inpatient_rate", "changsha", "2024-05-01", ["三级医院：在职85%，退休87%"]),
    (
        "employee_inpatient_deductible",
        "hengyang",
        "2024-05-01",
        [
            "三级医院：1100元",
            "二级医院：800元",
            "一级医院：500元",
            "社区：200元",
            "1600元",
            "50%",
            "2000元",
            "同级别",
        ],
    ),
    (
        "employee_inpatient_deductible",
        "hengyang",
        "2022-06-10",
        [
            "1600元，中医医院1400元",
            "800元，中医医院700元",
            "600元，中医医院500元",
            "社区：400元",
            "50%",
            "任何级别",
        ],
    ),
    ("employee_yearly_cap", "hengyang", "2022-06-10", ["10万元", "94%", "26万元"]),
    ("employee_yearly_cap", "hengyang", "2024-05-01", ["空的", "1500元", "2000元", "50万元", "不封顶"]),
    (
        "employee_outpatient",
        "hengyang",
        "2024-05-01",
        [
            "没有起付线，报70%",
            "每次50元，一年合计最多200元，报60%",
            "每次100元，一年合计最多300元",
            "1500元",
            "2000元",
        ],
    ),
    (
        "employee_outpatient",
        "xiangtan",
        "2022-10-01",
        ["二级医院：起付线一年200元，报60%", "三级医院：起付线一年300元，报60%", "1500元", "2000元", "管5年"],
    ),
    ("employee_outpatient", "xiangtan", "2027-09-30", ["1500元"]),
    ("employee_catastrophic", "hengyang", "2022-12-31", ["94%", "26万元", "192元", "10万元"]),
    (
        "employee_catastrophic",
        "hengyang",
        "2023-01-01",
        ["超过16000元的部分", "90%", "50万元", "8000元", "95%", "不封顶"],
    ),
    ("employee_contribution", "xiangtan", "2024-05-01", ["2%", "8%", "60%", "300%", "不含生育保险"]),
    ("flexible_contribution", "changsha", "2024-05-01", ["缴费基准值 × 60% × 8%"]),
    ("unemployment_cover", "hengyang", "2024-05-01", ["60%", "单位的8%加上个人的2%", "失业保险基金"]),
    ("account_credit", "xiangtan", "2023-01-01", ["2%", "每月75元", "单建统筹"]),
    ("account_use", "xiangtan", "2024-05-01", ["配偶、父母、子女", "健身"]),
    ("chronic_outpatient", "hengyang", "2024-05-01", ["80%", "85%"]),
    ("away_rate", "hengyang", "2024-05-01", ["10%", "15%", "1100元", "85%", "87%", "湘雅"]),
    ("away_rate", "hengyang", "2022-06-10", ["10%", "15%", "1600元", "88%", "90%"]),
    ("away_settlement", "hengyang", "2024-05-01", ["第二年3月31日以前"]),
    ("away_filing", "hengyang", "2024-05-01", ["10%", "15%", "2775个"]),
    ("away_emergency", "hengyang", "2024-05-01", ["15%", "10%", "入院3天内（按工作日算）"]),
    ("referral", "hengyang", "2024-05-01", ["自己先承担10%", "15%"]),
    ("repeat_admission", "hengyang", "2022-06-10", ["任何级别的医院", "50%"]),
    ("repeat_admission", "hengyang", "2024-05-01", ["同级别医院", "50%", "2000元"]),
    (
        "provincial_hospitals",
        "hengyang",
        "2024-05-01",
        ["1600元", "80%", "82%", "6家", "1个百分点到5个百分点", "10%"],
    ),
    ("provincial_hospitals", "hengyang", "2022-06-10", ["1600元", "88%", "90%", "10%", "15%"]),
    ("tcm_hospitals", "hengyang", "2022-06-10", ["中医1400元，普通1600元", "中医700元", "中医500元"]),
    ("tcm_hospitals", "hengyang", "2024-05-01", ["没有给中医医院单列", "起付线1100元"]),
    ("emergency_to_inpatient", "xiangtan", "2024-05-01", ["在72小时内转住院"]),
    ("non_designated", "hengyang", "2024-05-01", ["入院3天内（按工作日算）"]),
    ("hardship_aid", "hengyang", "2024-05-01", ["8000元", "95%", "不封顶", "16000元", "90%", "50万元"]),
    ("internet_prescription", "xiangtan", "2024-05-01", ["一级70%，二级60%，三级60%"]),
    ("village_clinics", "hengyang", "2024-05-01", ["2337家", "70%"]),
]


@pytest.mark.parametrize(("intent", "city", "day", "figures"), FIGURES)
def test_an_answer_tells_its_figures(intent: str, city: str, day: str, figures: list[str]) -> None:
    text = say(intent, city, day)
    assert [figure for figure in figures if figure not in text] == [], text


NOT_TOLD = [
    ("employee_yearly_cap", "hengyang", "2024-05-01", ["10万元", "26万元"]),
    ("employee_catastrophic", "hengyang", "2024-05-01", ["192", "94%"]),
    ("employee_outpatient", "xiangtan", "2024-05-01", ["每次"]),
    ("employee_inpatient_rate", "hengyang", "2022-06-10", ["省部属", "85%", "93%"]),
    ("provincial_hospitals", "xiangtan", "2024-05-01", ["10%", "15%"]),
    ("emergency_to_inpatient", "hengyang", "2024-05-01", ["72"]),
    ("away_filing", "hengyang", "2022-06-10", ["日报"]),
]


@pytest.mark.parametrize(("intent", "city", "day", "figures"), NOT_TOLD)
def test_a_figure_of_another_time_or_place_is_not_told(
    intent: str, city: str, day: str, figures: list[str]
) -> None:
    text = say(intent, city, day)
    assert [figure for figure in figures if figure in text] == [], text


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


def test_a_level_the_person_does_not_know_changes_nothing() -> None:
    known = say("employee_inpatient_rate", "hengyang", "2024-05-01")
    assert say("employee_inpatient_rate", "hengyang", "2024-05-01", {"hospital_level": UNKNOWN}) == known


def test_outpatient_care_in_xiangtan_begins_and_ends_with_its_rule() -> None:
    for day in ("2022-09-30", "2027-10-01"):
        with pytest.raises(NothingHeld):
            say("employee_outpatient", "xiangtan", day)


def test_the_six_hospitals_are_named_and_a_stay_there_is_away_from_hengyang() -> None:
    text = say("provincial_hospitals", "hengyang", "2024-05-01")
    assert len(re.findall(r"^- .*医院$", text, re.MULTILINE)) == 6
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
        "away_rate",
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
