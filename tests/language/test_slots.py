from datetime import date
from decimal import Decimal

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
        ("衡阳南华附一", "hengyang"),
        ("如果在长沙住院呢", None),
        ("衡阳南华附一住院花了2万", "hengyang"),
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
        ("三级", "level3"),
        ("3甲", "level3"),
        ("三级甲等", "level3"),
        ("三乙", "level3"),
        ("衡阳市中心医院", "level3"),
        ("南华附一", "level3_provincial"),
        ("南华大学附属第二医院", "level3_provincial"),
        ("衡阳附一", "level3_provincial"),
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
        ("社区看病花了50", "outpatient"),
        ("在卫生院看病花了80", "outpatient"),
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
        ("花了2万，医保报了8000，对不对", {"eligible_cost": 20000}),
        ("医保报了8000，对不对", {}),
        ("起付线已付900", {"prior_deductible": 900}),
        ("之前付过起付线900", {"prior_deductible": 900}),
        ("已经交了900块门槛费", {"prior_deductible": 900}),
        ("门槛费交过800", {"prior_deductible": 800}),
        ("今年已经付了200起付线", {"prior_deductible": 200}),
        ("今年付过起付线900，这次住院花了2万", {"prior_deductible": 900, "eligible_cost": 20000}),
        ("住院花了2万，这次起付线收了1100", {"eligible_cost": 20000}),
        ("今年已经付了200起付线，门诊花了800", {"prior_deductible": 200, "eligible_cost": 800}),
        ("2万自费3000乙类1000", {"total_cost": 20000, "excluded_cost": 3000, "first_pay_cost": 1000}),
        ("总共2万，3000自费，1000乙类", {"total_cost": 20000, "excluded_cost": 3000, "first_pay_cost": 1000}),
        ("第一次2万，第二次1万5", {"eligible_cost": 15000}),
        ("这次花了3万，上次花了2万", {"eligible_cost": 30000}),
        ("今年住了两次院，一次花了2万，一次花了3万", {"eligible_cost": 30000}),
        ("住院一年能报5000吗", {}),
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


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("二级医院门诊已经付了200起付线", "prior_deductible_level2"),
        ("三甲医院门诊起付线交过200，这次花了500", "prior_deductible_level3"),
        ("门诊起付线交过200，这次花了500", "prior_deductible"),
        ("三甲医院住院起付线交过200", "prior_deductible"),
    ],
)
def test_an_outpatient_deductible_goes_by_the_level_it_was_paid_at(read: Read, text: str, field: str) -> None:
    paid = {name: value for name, value in read(text).slots.items() if name.startswith("prior_deductible")}
    assert paid == {field: 20_000}


@pytest.mark.parametrize(
    ("text", "also"),
    [
        ("第一次2万，第二次1万5", (2_000_000,)),
        ("第一次住院花了2万，第二次住院花了1万5，能报多少", (2_000_000,)),
        ("这次花了3万，上次花了2万", (2_000_000,)),
        ("门诊花了500，住院花了2万", (2_000_000,)),
        ("住院花了2万", ()),
        ("总费用3万，自费5000", ()),
        ("总共花了三万，政策范围内两万五", ()),
        ("今年已经报了3万，这次又花了5万", ()),
    ],
)
def test_other_whole_costs_are_kept_aside(read: Read, text: str, also: tuple[int, ...]) -> None:
    assert read(text).also == also


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("急诊抢救80小时", 80),
        ("急诊72个小时后住院", 72),
        ("急诊七十二小时", 72),
        ("急诊隔了三天才住院", 72),
        ("抢救了一天半", 36),
        ("急诊留观两天后转住院", 48),
        ("急诊1.5小时", Decimal("1.5")),
        ("急诊三个半小时", Decimal("3.5")),
        ("抢救了半天", 12),
        ("80小时", 80),
        ("72个小时", 72),
        ("隔了三天", 72),
        ("一天半", 36),
        ("大概三天吧", 72),
        ("急诊后住院7天", None),
        ("急诊住了7天院", None),
        ("急诊超过72小时", None),
        ("急诊几个小时", None),
        ("住院7天", None),
        ("上班8小时", None),
    ],
)
def test_the_length_of_an_emergency_is_told_in_hours(
    read: Read, text: str, hours: int | Decimal | None
) -> None:
    has(read, text, "emergency_hours", hours)


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
        ("第一次2万，第二次1万5", 1, None, True),
        ("今年已经住过一次院了", 1, None, True),
        ("第二次门诊花了300", None, None, False),
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
        ("在外地突发急病急诊住院", "away_emergency"),
        ("急诊去的没备案", "away_emergency"),
        ("是抢救，没备案", "away_emergency"),
        ("在外地急诊住院，已经备案", "away_filed"),
        ("外地住院，不是急诊，没备案", "away_unfiled"),
        ("我是衡阳的，在广州住院没备案", "away_unfiled"),
        ("没转诊", "unreferred"),
        ("没开转院单直接去市里", "unreferred"),
        ("本地医院", "local"),
        ("异地就医怎么备案", None),
        ("住院花了2万", None),
    ],
)
def test_the_route_is_taken_from_filing_and_referral(read: Read, text: str, route: str | None) -> None:
    has(read, text, "route", route)


@pytest.mark.parametrize(
    "text",
    [
        "外地住院能报多少",
        "我是衡阳的，在广州住院花了3万",
        "郴州职工，在深圳住院",
        "衡阳职工在长沙住院花了2万",
        "我是衡阳人，长沙住院花了2万",
        "我在岳阳上班，衡阳的居民医保，在岳阳住院花了1万",
        "去深圳打工住院",
        "衡阳职工，去长沙湘雅住院花了5万",
    ],
)
def test_care_away_without_a_word_on_filing_leaves_the_possible_routes(read: Read, text: str) -> None:
    said = read(text)
    assert said.slots["route"] == ("away_filed", "away_unfiled", "away_emergency")
    assert "route" not in said.unknown


@pytest.mark.parametrize(
    "text", ["外地住院，不是急诊", "外地住院，不知道有没有备案", "备没备案不清楚，在外地住院"]
)
def test_what_is_said_of_the_filing_leaves_fewer_routes(read: Read, text: str) -> None:
    has(read, text, "route", ("away_filed", "away_unfiled"))


@pytest.mark.parametrize(
    "text",
    [
        "衡阳人在衡阳住院",
        "在长沙住院花了2万",
        "我是衡阳的，不是在长沙住院",
        "在广州打工，回衡阳住院花了2万",
        "衡阳职工，在长沙工作过，衡阳市中心医院住院",
        "不是异地住院",
    ],
)
def test_care_at_home_is_no_care_away(read: Read, text: str) -> None:
    has(read, text, "route", None)


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
