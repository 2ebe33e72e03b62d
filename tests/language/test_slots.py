from datetime import date

import pytest

from bot.language import SlotValue

from .conftest import Read, has


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
        ("职工在职，衡阳，附二住院花2万", "hengyang"),
        ("职工退休 衡阳 附一 住院 2万", "hengyang"),
        ("衡阳,湘雅住院", "hengyang"),
        ("衡阳，省人民医院", "hengyang"),
        ("我在衡阳，不是衡阳，是湘潭", "xiangtan"),
        ("我在湘潭，不是在湘潭，在衡阳", "hengyang"),
        ("衡阳，在湘雅路社区医院", "hengyang"),
        ("住在长沙路，住院花了2万", None),
        ("衡山大道上的医院住院", None),
        ("我是衡阳街道居委会的", "hengyang"),
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
        ("退休职工，不对，是在职", "employee", "employed"),
        ("在职，哦说错了，退休了", None, "retired"),
        ("居民医保，不对，是职工医保", "employee", None),
        ("退休和在职对不对", None, None),
        ("职工和居民，不对，在职", None, "employed"),
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
    ("text", "stays", "same", "unknown"),
    [
        ("第三次住院", 2, 2, False),
        ("要是三次住院呢", 2, 2, False),
        ("第二次住院花了8000", 1, None, True),
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
