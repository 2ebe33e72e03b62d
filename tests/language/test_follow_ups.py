"""Short texts that change one fact of what was worked out, or correct it."""

from datetime import date

import pytest

from bot.language import Reader, SlotValue

from .conftest import Read, has

AWAY = ("away_filed", "away_unfiled")


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("那退休的呢", "status", "retired"),
        ("没退休呢", "status", "employed"),
        ("那上班的呢", "status", "employed"),
        ("在职的呢", "status", "employed"),
        ("居民呢", "insurance", "resident"),
        ("那职工的呢", "insurance", "employee"),
        ("门诊报多少，单位的", "insurance", "employee"),
        ("醫保門診報消幾多啊 單位的", "insurance", "employee"),
        ("二级医院呢", "hospital_level", "level2"),
        ("换成二级呢", "hospital_level", "level2"),
        ("去三甲呢", "hospital_level", "level3"),
        ("卫生院呢", "hospital_level", "grassroots"),
        ("省部属医院呢", "hospital_level", "provincial"),
        ("湘潭呢", "city", "xiangtan"),
        ("去年呢", "date", date(2024, 11, 21)),
        ("前年呢", "date", date(2023, 11, 21)),
        ("那2022年呢", "date", date(2022, 11, 21)),
        ("换成2022年", "date", date(2022, 11, 21)),
        ("如果不备案呢", "route", "away_unfiled"),
        ("要是没备案", "route", "away_unfiled"),
        ("备了案呢", "route", "away_filed"),
        ("如果备案呢", "route", "away_filed"),
        ("那备案的呢", "route", "away_filed"),
        ("在本地住呢", "route", "local"),
        ("不去外地呢", "route", "local"),
        ("如果转诊了呢", "route", "local"),
        ("没转诊呢", "route", "unreferred"),
        ("急诊呢", "route", None),
        ("要是在外地急诊呢", "route", "away_emergency"),
        ("要是去长沙呢", "route", AWAY),
        ("去广州住院呢", "route", AWAY),
        ("要是去长沙呢", "city", None),
        ("要是中医院呢", "tcm", True),
        ("如果是低保呢", "hardship", True),
        ("困难群众", "hardship", True),
        ("要是困难人员呢", "hardship", True),
        ("不是低保呢", "hardship", False),
        ("糖尿病呢", "disease", "diabetes"),
        ("剖腹产呢", "delivery", "caesarean"),
        ("双胞胎呢", "babies", 2),
        ("没有交大病互助呢", "mutual_aid", False),
        ("非定点呢", "designated", False),
        ("要是花了五万呢", "eligible_cost", 5_000_000),
        ("其中三千自费呢", "excluded_cost", 300_000),
        ("不对，是二级", "hospital_level", "level2"),
        ("不是三级是二级", "hospital_level", "level2"),
        ("更正，是二级", "hospital_level", "level2"),
        ("刚才说错了，退休的", "status", "retired"),
        ("我搞错了是居民医保", "insurance", "resident"),
        ("不是职工是居民", "insurance", "resident"),
        ("错了错了，花了一万八", "eligible_cost", 1_800_000),
        ("哦不，是湘潭的", "city", "xiangtan"),
        ("说错了 衡阳的", "city", "hengyang"),
    ],
)
def test_a_what_if_or_a_correction_gives_its_slot(
    read: Read, text: str, field: str, value: SlotValue | None
) -> None:
    has(read, text, field, value)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("五万呢", 5_000_000),
        ("那一万八呢", 1_800_000),
        ("五万的话", 5_000_000),
        ("要是五万块呢", 5_000_000),
        ("要是花了五万呢", 5_000_000),
        ("假如是五万", 5_000_000),
        ("更正：8000", 800_000),
        ("哦不，8000", 800_000),
        ("搞错了，是8000", 800_000),
        ("打错了，是三万五", 3_500_000),
    ],
)
def test_an_amount_is_the_whole_text_whatever_leads_to_it(read: Read, text: str, fen: int) -> None:
    assert read(text).bare_amount == fen


@pytest.mark.parametrize(
    ("text", "before"),
    [("第二次住院呢", 1), ("要是第二次住院", 1), ("那第三次住院的话", 2), ("如果是第2次呢", 1)],
)
def test_a_later_stay_asked_about_is_at_the_same_level(read: Read, text: str, before: int) -> None:
    said = read(text)
    assert (said.slots["prior_stays"], said.slots["prior_stays_same_level"]) == (before, before)
    assert not said.unknown


def test_a_later_stay_that_is_told_leaves_the_level_open(read: Read) -> None:
    assert read("第二次住院花了8000").unknown == {"prior_stays_same_level"}


def test_the_same_day_of_another_year_is_meant_even_on_a_leap_day(reader: Reader) -> None:
    assert reader.read("去年呢", date(2024, 2, 29)).slots["date"] == date(2023, 2, 28)


def test_a_stay_in_another_year_is_taken_at_its_end(read: Read) -> None:
    has(read, "去年住院花了2万", "date", date(2024, 12, 31))


@pytest.mark.parametrize(
    ("text", "total", "excluded"),
    [
        ("花了两万，两成自费", 2_000_000, 400_000),
        ("花了两万其中30%自费", 2_000_000, 600_000),
        ("如果花三万，自费占两成", 3_000_000, 600_000),
        ("总费用12345元，百分之十是自费", 1_234_500, 123_450),
    ],
)
def test_a_share_of_the_bill_lies_outside_to_the_fen(
    read: Read, text: str, total: int, excluded: int
) -> None:
    said = read(text).slots
    assert (said["total_cost"], said["excluded_cost"]) == (total, excluded)


@pytest.mark.parametrize(
    "text", ["两成自费", "自费比例30%", "花了一百元零三分，33%自费", "花了一两万，两成自费"]
)
def test_a_share_without_a_whole_or_an_exact_part_is_left(read: Read, text: str) -> None:
    assert "excluded_cost" not in read(text).slots


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("没上班", None),
        ("我妈没上班", None),
        ("不工作了", None),
        ("不在职", "retired"),
        ("没退休", "employed"),
    ],
)
def test_who_is_out_of_work_is_not_thereby_retired(read: Read, text: str, status: str | None) -> None:
    has(read, text, "status", status)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("灵活就业", "flexible"),
        ("灵活就业的医保一个月交多少", "flexible"),
        ("带账户的灵活就业", "flexible_with_account"),
        ("灵活就业只交住院的", "flexible_inpatient_only"),
        ("失业了医保怎么交", "unemployed"),
        ("用人单位", "employer"),
        ("用人单位交多少", "employer"),
        ("单位要交多少", "employer"),
        ("我自己要交多少，企业职工", "employee"),
        ("大病互助一年交多少", "mutual_aid"),
        ("没有交大病互助", None),
        ("单位给我交的医保，三级医院住院报多少", None),
        ("为啥自己要出这么多", None),
        ("灵活就业生孩子能领生育补助吗", "flexible_woman"),
        ("失业的，生孩子有补助金吗", "unemployed_woman"),
        ("老公是职工，我没参保，生育补助多少", "uninsured_wife_of_male_employee"),
        ("特困企业的女职工生育补助", "hardship_company_woman"),
        ("灵活就业的，三级医院住院，报多少", None),
    ],
)
def test_who_pays_or_gives_birth_is_heard_in_free_words(read: Read, text: str, who: str | None) -> None:
    has(read, text, "who", who)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("奖励额度5000", "bonus", 500_000),
        ("大病保险奖励额度有8000块", "bonus", 800_000),
        ("今年门诊已经花了500", "prior_cost", 50_000),
        ("之前门诊花了300，这次花了200", "prior_cost", 30_000),
        ("之前门诊花了300，这次花了200", "eligible_cost", 20_000),
        ("今年门诊花了500", "prior_cost", None),
        ("在省内异地住院", "away_where", "in_province"),
        ("跨省住院", "away_where", "cross_province"),
        ("在外省看病", "away_where", "cross_province"),
        ("没出省", "away_where", "in_province"),
        ("长期住在外地", "away_long_term", True),
        ("办了异地安置", "away_long_term", True),
        ("我是临时外出", "away_long_term", False),
        ("去长沙住院", "away_long_term", None),
    ],
)
def test_facts_of_few_benefits_are_heard(read: Read, text: str, field: str, value: SlotValue | None) -> None:
    has(read, text, field, value)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("去年十月份接我过去长沙住，上个月住院花了2万", date(2025, 10, 31)),
        ("今年三月份我去了湘潭，上个月住院花了2万三级", date(2025, 10, 31)),
        ("2022年5月退的休，2024年6月住院花了2万", date(2024, 6, 30)),
        ("2024年5月，在衡阳，住院花了2万", date(2024, 5, 31)),
    ],
)
def test_the_day_beside_the_care_is_the_stays(read: Read, text: str, day: date) -> None:
    has(read, text, "date", day)
