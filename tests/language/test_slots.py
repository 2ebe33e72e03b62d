from datetime import date

import pytest

from bot.language import SlotValue

from .conftest import Read

Slots = dict[str, SlotValue]


def has(read: Read, text: str, field: str, value: SlotValue | None) -> None:
    assert read(text).slots.get(field) == value


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("衡阳职工住院", "hengyang"),
        ("我是湘潭的", "xiangtan"),
        ("耒阳农合", "hengyang"),
        ("湘乡市居民医保", "xiangtan"),
        ("衡阳县", "hengyang"),
        ("我是长沙的", "changsha"),
        ("长沙职工医保", "changsha"),
        ("岳阳居民医保", "yueyang"),
        ("我在衡阳三甲医院住院花了2万", "hengyang"),
        ("衡阳市中心医院住院", "hengyang"),
        ("我是衡阳的，去长沙住院", "hengyang"),
        ("我是湘潭人，在长沙湘雅二医院住院", "xiangtan"),
        ("韶山的居民医保到长沙看病", "xiangtan"),
        ("我在岳阳上班，衡阳的居民医保，在岳阳住院花了1万", "hengyang"),
        ("去长沙看病", None),
        ("到长沙湘雅住院", None),
        ("在长沙湘雅医院住院花了8万", None),
        ("不是湘潭，是衡阳", "hengyang"),
        ("住院能报多少", None),
        ("在外地打工，在长沙住院", None),
    ],
)
def test_the_city_is_where_the_person_is_insured(read: Read, text: str, city: str | None) -> None:
    has(read, text, "city", city)


@pytest.mark.parametrize(
    ("text", "insurance", "status"),
    [
        ("职工", "employee", None),
        ("单位医保", "employee", None),
        ("厂里买的医保", "employee", None),
        ("居民医保", "resident", None),
        ("新农合", "resident", None),
        ("我是农村的，交合作医疗", "resident", None),
        ("学生医保", "resident", None),
        ("退休职工", "employee", "retired"),
        ("在职", None, "employed"),
        ("我退休了", None, "retired"),
        ("老职工退休了", "employee", "retired"),
        ("我不是退休的", None, "employed"),
        ("我还没退休", None, "employed"),
        ("说错了，是居民医保不是职工", "resident", None),
        ("职工医保和居民医保能同时交吗", None, None),
        ("医保要交多少年才能退休", None, None),
        ("医保局几点上班", None, None),
        ("退休年限不够怎么办", None, None),
    ],
)
def test_scheme_and_status_are_taken_as_said(
    read: Read, text: str, insurance: str | None, status: str | None
) -> None:
    has(read, text, "insurance", insurance)
    has(read, text, "status", status)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("社区医院", "grassroots"),
        ("乡镇卫生院", "grassroots"),
        ("村卫生室", "grassroots"),
        ("镇上卫生院", "grassroots"),
        ("中心卫生院", "central_township"),
        ("一级医院", "level1"),
        ("一甲", "level1"),
        ("未定级", "level1"),
        ("二级", "level2"),
        ("二甲医院", "level2"),
        ("县医院", "level2"),
        ("祁东县人民医院", "level2"),
        ("三级", "level3"),
        ("3甲", "level3"),
        ("三级甲等", "level3"),
        ("三乙", "level3"),
        ("衡阳市中心医院", "level3"),
        ("南华附一", "level3_provincial"),
        ("南华大学附属第二医院", "level3_provincial"),
        ("附一", "level3_provincial"),
        ("南华医院", "level3_provincial"),
        ("湘雅", "provincial"),
        ("湘雅2医院", "provincial"),
        ("湘雅附二", "provincial"),
        ("湘雅三医院", "provincial"),
        ("中南大学湘雅医院", "provincial"),
        ("湖南省人民医院", "provincial"),
        ("省肿瘤医院", "provincial"),
        ("省中医附一", "provincial"),
        ("中医附一", "provincial"),
        ("湖南中医药大学第一附属医院", "provincial"),
        ("湘雅三医院是三甲", "provincial"),
        ("省部属医院", "provincial"),
        ("不是三级，是二级", "level2"),
        ("从县医院转到湘雅", "provincial"),
        ("三级和二级有什么区别", None),
        ("湘雅常德医院", None),
        ("大医院", None),
        ("市里住院", None),
    ],
)
def test_the_level_of_the_hospital_is_known_by_name_grade_or_kind(
    read: Read, text: str, level: str | None
) -> None:
    has(read, text, "hospital_level", level)


@pytest.mark.parametrize(
    ("text", "benefit"),
    [
        ("住院花了2万", "inpatient"),
        ("开刀花了3万", "inpatient"),
        ("住了7天", "inpatient"),
        ("门诊花了800", "outpatient"),
        ("慢特病门诊", "chronic_outpatient"),
        ("特门报多少", "chronic_outpatient"),
        ("大病保险怎么报", "catastrophic"),
        ("二次报销", "catastrophic"),
        ("住院花了20万，没交大病互助", "inpatient"),
        ("生育津贴能领多少", "maternity_allowance"),
        ("靶向药报多少", "special_drug"),
        ("两病门诊", "two_diseases"),
        ("高血压拿药", "two_diseases"),
        ("剖腹产报多少", "childbirth"),
        ("住院期间去看门诊", None),
        ("医保局在哪里", None),
    ],
)
def test_the_benefit_is_the_one_asked_about(read: Read, text: str, benefit: str | None) -> None:
    has(read, text, "benefit", benefit)


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("花了两万", {"eligible_cost": 20000}),
        ("住院费15000", {"eligible_cost": 15000}),
        ("政策范围内费用18000", {"eligible_cost": 18000}),
        ("住院总费用2万", {"total_cost": 20000}),
        (
            "总费用3万，自费5000，乙类先自付2000",
            {"total_cost": 30000, "excluded_cost": 5000, "first_pay_cost": 2000},
        ),
        ("花了两万，其中自费五千", {"total_cost": 20000, "excluded_cost": 5000}),
        ("5000是自费的，总共花了2万", {"total_cost": 20000, "excluded_cost": 5000}),
        ("总共花了三万，政策范围内两万五", {"total_cost": 30000, "excluded_cost": 5000}),
        ("医保报了8000，花了2万", {"eligible_cost": 20000}),
        ("今年已经报了3万，这次又花了5万", {"prior_paid": 30000, "eligible_cost": 50000}),
        ("起付线已付900", {"prior_deductible": 900}),
        ("交过门槛费900", {"prior_deductible": 900}),
        ("个人自付累计5万，大病保险能报多少", {"own_cost": 50000}),
        ("自己付了6万，大病保险报多少", {"own_cost": 60000}),
        ("慢特病门诊花了3000，病种限额5000", {"eligible_cost": 3000, "disease_limit": 5000}),
        ("急诊抢救费3000，住院花了2万", {"emergency_cost": 3000, "eligible_cost": 20000}),
        ("剖腹产花了9000", {"total_cost": 9000}),
        ("住院押金交了5000", {}),
        ("三级医院起付线1100吗", {}),
        ("2022年住院7天", {}),
        ("打12393问", {}),
        ("每天花500，住了10天", {}),
        ("衡阳 职工 退休 三级 20000", {"eligible_cost": 20000}),
    ],
)
def test_each_amount_goes_where_the_words_beside_it_say(read: Read, text: str, money: dict[str, int]) -> None:
    slots = read(text).slots
    found = {
        field: value
        for field, value in slots.items()
        if field.endswith(("cost", "paid", "limit", "deductible"))
    }
    assert found == {field: yuan * 100 for field, yuan in money.items()}


def test_a_vague_cost_stays_a_range(read: Read) -> None:
    has(read, "住院花了一万多", "eligible_cost", (1_000_000, 1_999_999))


@pytest.mark.parametrize(
    ("text", "stays", "same", "unknown"),
    [
        ("第二次住院", 1, None, True),
        ("第三次住院", 2, None, True),
        ("同级别医院第二次住院", 1, 1, False),
        ("今年第二次住三级医院", 1, 1, False),
        ("第二次住院，不同级别的医院", 1, 0, False),
        ("第一次住院", 0, 0, False),
        ("头一回住院", 0, 0, False),
        ("今年没住过院", 0, 0, False),
        ("又住进同一家医院", 1, 1, False),
        ("住院花了2万", None, None, False),
        ("第一次自己交医保", None, None, False),
    ],
)
def test_earlier_stays_count_and_their_level_may_be_open(
    read: Read, text: str, stays: int | None, same: int | None, unknown: bool
) -> None:
    has(read, text, "prior_stays", stays)
    has(read, text, "prior_stays_same_level", same)
    assert ("prior_stays_same_level" in read(text).unknown) is unknown


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("外地住院，已经备案", "away_filed"),
        ("去长沙住院备案了", "away_filed"),
        ("异地住院办了转诊", "away_filed"),
        ("外地住院没备案", "away_unfiled"),
        ("没备案", "away_unfiled"),
        ("未备案", "away_unfiled"),
        ("在外地突发心梗抢救没备案", "away_emergency"),
        ("出差急诊住院", "away_emergency"),
        ("没转诊", "unreferred"),
        ("没开转院单直接去市里", "unreferred"),
        ("本地医院", "local"),
        ("异地就医怎么备案", None),
        ("住院花了2万", None),
    ],
)
def test_the_route_is_taken_from_filing_and_referral(read: Read, text: str, route: str | None) -> None:
    has(read, text, "route", route)


def test_care_away_without_a_word_on_filing_leaves_the_route_open(read: Read) -> None:
    assert "route" in read("外地住院能报多少").unknown
    assert "route" not in read("外地住院没备案").unknown


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("非定点医院", "designated", False),
        ("不是定点医院", "designated", False),
        ("低保户", "hardship", True),
        ("特困供养", "hardship", True),
        ("不是低保", "hardship", False),
        ("没交大病互助", "mutual_aid", False),
        ("交了大病互助", "mutual_aid", True),
        ("中医院住院", "tcm", True),
        ("中医附一", "tcm", True),
        ("二甲医院", "tcm", None),
        ("高血压拿药", "disease", "hypertension"),
        ("顺产", "delivery", "vaginal"),
        ("2022年6月10日出院", "date", date(2022, 6, 10)),
        ("我65岁", "age", 65),
    ],
)
def test_small_facts_are_taken_as_said(read: Read, text: str, field: str, value: SlotValue | None) -> None:
    has(read, text, field, value)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("不知道医院几级", "hospital_level"),
        ("不清楚自费多少", "excluded_cost"),
        ("不晓得是职工还是居民", "insurance"),
    ],
)
def test_what_a_person_does_not_know_is_told_apart_from_what_was_not_said(
    read: Read, text: str, field: str
) -> None:
    assert field in read(text).unknown
    assert field not in read(text).slots


def test_all_that_was_said_is_taken_at_once(read: Read) -> None:
    said = read("我是衡阳的退休职工，在南华附一住院花了两万三，能报多少")
    assert dict(said.slots) == {
        "city": "hengyang",
        "insurance": "employee",
        "status": "retired",
        "hospital_level": "level3_provincial",
        "benefit": "inpatient",
        "eligible_cost": 2_300_000,
    }
    assert said.asks_amount
