"""How people tell it: dictated, round about, several things at once."""

from datetime import date
from decimal import Decimal

import pytest

from bot.language import SlotValue

from .conftest import Read, has

AWAY = ("away_filed", "away_unfiled", "away_emergency")


def yuan(amount: int) -> int:
    return amount * 100


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("总共花了3万，自费5000", {"total_cost": 30000, "excluded_cost": 5000}),
        ("总共花了3万，自费5000，医保报了8000", {"total_cost": 30000, "excluded_cost": 5000}),
        ("一共用了三万二，里头自费药有四千", {"total_cost": 32000, "excluded_cost": 4000}),
        ("住院费两万三千五百块", {"eligible_cost": 23500}),
        ("花了2.3万", {"eligible_cost": 23000}),
        ("花了2w3", {"eligible_cost": 23000}),
        ("搞掉了万把块钱", {"eligible_cost": (8000, 15000)}),
        ("大概两万", {}),
        ("大概花了两万", {"eligible_cost": 20000}),
        ("住院花了差不多一万五左右", {"eligible_cost": 15000}),
        ("住院花了两三万", {"eligible_cost": (20000, 30000)}),
        ("住院花了快两万", {"eligible_cost": (18000, 20000)}),
        ("药费8000，手术费2万，总共2万8", {"total_cost": 28000}),
        ("总费用45000元，其中目录外8000元", {"total_cost": 45000, "excluded_cost": 8000}),
        (
            "总费用45000，目录外自费8000，乙类自付3000",
            {"total_cost": 45000, "excluded_cost": 8000, "first_pay_cost": 3000},
        ),
        ("结算单上总金额38000，政策范围内30000", {"total_cost": 38000, "excluded_cost": 8000}),
        ("政策范围内费用是2万8", {"eligible_cost": 28000}),
        ("住院花了3万，其中进口材料8000", {"total_cost": 30000, "excluded_cost": 8000}),
        ("住院花了3万，有5000是不能报的", {"total_cost": 30000, "excluded_cost": 5000}),
        ("住院花了3万，5000块报不了", {"total_cost": 30000, "excluded_cost": 5000}),
        ("花了两万块，押金交了5000", {"eligible_cost": 20000}),
        ("我交了5000押金，住院一共花了两万", {"eligible_cost": 20000}),
        ("住院花了2万，医保局说报1万2，对吗", {"eligible_cost": 20000}),
        ("住院花了2万，报了1万2，自己出了8000", {"eligible_cost": 20000}),
        ("今年医保已经给我报了10万，这次又花了6万", {"prior_paid": 100000, "eligible_cost": 60000}),
        ("统筹已经支付了8万，这次住院花了5万", {"prior_paid": 80000, "eligible_cost": 50000}),
        ("今年门诊起付线已经扣了200，这回看病花了600", {"prior_deductible": 200, "eligible_cost": 600}),
        ("2023年住院花了3万", {"eligible_cost": 30000}),
        ("电话13812345678，住院花了3万", {"eligible_cost": 30000}),
        ("住院号是20231234，花了1万", {"eligible_cost": 10000}),
        ("0734-8812345打不通，住院花了9000", {"eligible_cost": 9000}),
        ("3床12号，住院花了9000", {"eligible_cost": 9000}),
        ("在169医院住院花了3万", {"eligible_cost": 30000}),
        ("415医院花了4500", {"eligible_cost": 4500}),
        ("湘雅2医院花了8万", {"eligible_cost": 80000}),
        ("120送去的，急诊花了2000，住院花了3万", {"emergency_cost": 2000, "eligible_cost": 30000}),
        ("抢救费用5000，后来住院又用了4万", {"emergency_cost": 5000, "eligible_cost": 40000}),
        ("65岁，住院花了12000", {"eligible_cost": 12000}),
        ("住了15天，花了1万8", {"eligible_cost": 18000}),
        ("住院15天一共12000块", {"total_cost": 12000}),
        ("化疗6次，每次8000，总共48000", {"total_cost": 48000}),
        ("工资5000，住院花了2万", {"eligible_cost": 20000}),
        ("养老金每月3200，住院花了2万", {"eligible_cost": 20000}),
        ("今年自己已经付了3万，大病保险能报多少", {"own_cost": 30000}),
        ("大病保险，全年合规自付8万5", {"own_cost": 85000}),
        ("特药花了6万能报多少", {"eligible_cost": 60000}),
        ("生孩子总共花了1万2", {"total_cost": 12000}),
        ("顺产用了6500", {"total_cost": 6500}),
        ("之前自己付了2万，这次住院花了5万", {"eligible_cost": 50000}),
        ("起付线1100，住院花了2万", {"eligible_cost": 20000}),
        ("报销80%，住院花了2万", {"eligible_cost": 20000}),
        ("住院花了20,000.50元", {"eligible_cost": 20000.5}),
        ("住院花了一万零五十", {"eligible_cost": 10050}),
        ("花了不是2万是3万，住院", {"eligible_cost": 30000}),
        ("住院花了2万，不对，是3万", {"eligible_cost": 30000}),
        ("住院花了两万，说错了，三万", {"eligible_cost": 30000}),
        ("花了12000，哦不对是15000", {"eligible_cost": 15000}),
        ("花了2万，啊不对，应该是3万", {"eligible_cost": 30000}),
        ("花了2万，呃说错了是3万", {"eligible_cost": 30000}),
        ("花了2万，哎呀，我记错了，是3万", {"eligible_cost": 30000}),
        ("先在县医院住院花3000，后转到南华附一花2万", {"eligible_cost": 20000}),
        ("2023年5月住院花1万，2024年6月住院花2万", {"eligible_cost": 20000}),
        ("去年住院花2万今年又住院花3万", {"eligible_cost": 30000}),
        ("今年住院花了3万，去年花了2万", {"eligible_cost": 30000}),
        ("住院花了2万，其中转到ICU花了5000", {"eligible_cost": 20000}),
        ("血压180，花了8600", {"eligible_cost": 8600}),
        ("血压180，住院", {}),
        ("三级医院350床，花了8600", {"eligible_cost": 8600}),
        ("住院在415花2万", {"eligible_cost": 20000}),
        ("没有自费", {"excluded_cost": 0}),
        ("没自费", {"excluded_cost": 0}),
        ("住院花了2万，没有自费的", {"total_cost": 20000, "excluded_cost": 0}),
        ("住院花了2万，有没有自费不清楚", {"eligible_cost": 20000}),
        ("住院花了2万，没有自费吗", {"eligible_cost": 20000}),
    ],
)
def test_amounts_are_told_apart(read: Read, text: str, money: dict[str, object]) -> None:
    slots = read(text).slots
    found = {
        name: value
        for name, value in slots.items()
        if name.endswith(("cost", "paid", "limit", "deductible")) and name != "years_paid"
    }
    assert found.keys() == money.keys()
    for name, wanted in money.items():
        value = found[name]
        if isinstance(wanted, tuple):
            assert isinstance(value, tuple)
            assert [round(end / 100) for end in value] == list(wanted)  # type: ignore[operator]
        else:
            assert value == int(Decimal(str(wanted)) * 100)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("我工资5000", "wage", yuan(5000)),
        ("每月工资6500，医保要扣多少", "wage", yuan(6500)),
        ("一个月拿4500", "wage", yuan(4500)),
        ("月薪一万二", "wage", yuan(12000)),
        ("退休工资3000，个人账户每月返多少", "pension", yuan(3000)),
        ("养老金一个月拿3200", "pension", yuan(3200)),
        ("退休金是2800", "pension", yuan(2800)),
        ("单位工资总额50万一个月", "payroll", yuan(500000)),
        ("缴费基准值6000", "benchmark", yuan(6000)),
        ("单位月平均缴费基数7000，产假津贴多少", "monthly_base", yuan(7000)),
        ("我65岁了", "age", 65),
        ("我今年六十八岁", "age", 68),
        ("我今年72了，住院报多少", "age", 72),
        ("女职工到55岁才能退休吗", "age", None),
        ("医保交了28年", "years_paid", 28),
        ("职工医保一共交了二十三年", "years_paid", 23),
        ("缴费满了25年", "years_paid", 25),
        ("交了15年半", "years_paid", Decimal("15.5")),
        ("要交满25年吗", "years_paid", None),
        ("养老保险交了20年", "years_paid", None),
        ("交了28年，其中在湖南交了10年", "years_paid", 28),
        ("交了28年，其中在湖南交了10年", "years_paid_in_province", 10),
        ("在广东交了10年，在湖南交了8年", "years_paid_in_province", 8),
        ("居民医保连续交了5年", "consecutive_years", 5),
        ("连续参保6年", "consecutive_years", 6),
        ("连续参保6年，有3年没报销过", "zero_claim_years", 3),
        ("我是女干部", "post", "cadre"),
        ("我是女干部", "sex", "female"),
        ("我爸是村干部，住院花了2万", "post", None),
        ("乡干部说住院能报", "post", None),
        ("干部说可以报", "post", None),
        ("退休前是工人", "post", "worker"),
        ("在工人医院住院", "post", None),
        ("农民工住院报多少", "post", None),
        ("灵活就业的怎么交", "flexible", True),
        ("只建统筹没有个人账户", "pooled_only", True),
        ("生了个双胞胎", "babies", 2),
        ("生了三胞胎，产假多少天", "babies", 3),
        ("不是双胞胎", "babies", None),
        ("生二胎有没有津贴", "babies", None),
        ("难产，产假多少天", "difficult", True),
        ("没有难产", "difficult", False),
        ("怀孕三个月流产了", "months", 3),
        ("怀孕三个半月流产", "months", Decimal("3.5")),
        ("怀了5个月引产", "months", 5),
        ("4个月的时候小产了", "months", 4),
        ("怀孕三个月流产了", "event", "termination"),
        ("刚生了孩子，津贴多少", "event", "birth"),
        ("剖腹产报多少", "event", "birth"),
        ("顺产转剖", "delivery", "caesarean"),
        ("顺转剖花了9000", "delivery", "caesarean"),
        ("刨腹产", "delivery", "caesarean"),
        ("不是剖的，是顺产", "delivery", "vaginal"),
        ("我是男的", "sex", "male"),
        ("老婆是女职工", "sex", "female"),
        ("糖尿病拿药", "disease", "diabetes"),
        ("打胰岛素的", "disease", "diabetes"),
        ("高血压和糖尿病都有", "disease", None),
    ],
)
def test_small_facts_in_free_sentences(read: Read, text: str, field: str, value: SlotValue | None) -> None:
    has(read, text, field, value)


@pytest.mark.parametrize(
    ("text", "hardship"),
    [
        ("我是低保户", True),
        ("吃低保的", True),
        ("我们家是特困户", True),
        ("五保老人住院", True),
        ("返贫致贫人口", True),
        ("不是低保户", False),
        ("没有低保", False),
        ("以前是脱贫户", None),
        ("家里困难", None),
        ("困难群众有什么照顾", None),
        ("特困企业的女职工", None),
    ],
)
def test_hardship_is_what_the_rule_means_by_it(read: Read, text: str, hardship: bool | None) -> None:
    has(read, text, "hardship", hardship)


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("我是衡阳县的", "hengyang"),
        ("耒阳的", "hengyang"),
        ("常宁农村的", "hengyang"),
        ("我是祁东人", "hengyang"),
        ("衡南县居民医保", "hengyang"),
        ("南岳区的退休职工", "hengyang"),
        ("湘乡人", "xiangtan"),
        ("湘潭县的农合", "xiangtan"),
        ("韶山职工", "xiangtan"),
        ("浏阳的职工", "changsha"),
        ("宁乡居民医保", "changsha"),
        ("醴陵人", "zhuzhou"),
        ("邵东的农合", "shaoyang"),
        ("平江农村的", "yueyang"),
        ("汉寿居民", "changde"),
        ("慈利的", "zhangjiajie"),
        ("安化职工医保", "yiyang"),
        ("桂阳人", "chenzhou"),
        ("祁阳居民", "yongzhou"),
        ("溆浦的农合", "huaihua"),
        ("涟源人", "loudi"),
        ("凤凰县居民医保", "xiangxi"),
        ("双通道药怎么报", None),
        ("广东安排的转诊", None),
        ("不知道县医院能不能报", None),
        ("重新化疗要花多少", None),
        ("湖南县城的医院", None),
        ("我不是湘潭的，是衡阳的", "hengyang"),
        ("原来在长沙，现在医保转回衡阳了", "hengyang"),
    ],
)
def test_counties_belong_to_their_city(read: Read, text: str, city: str | None) -> None:
    has(read, text, "city", city)


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("我是衡阳的，去广州住院备了案", "away_filed"),
        ("在深圳住院，备案办好了", "away_filed"),
        ("去外地住院没来得及备案", "away_unfiled"),
        ("在外面打工突然生病抢救，没备案", "away_emergency"),
        ("旅游的时候心梗急诊住院", "away_emergency"),
        ("外地住院，备案了，不是急诊", "away_filed"),
        ("衡阳的医保在长沙住院3万", AWAY),
        ("衡阳职工在浏阳住院", AWAY),
        ("上海华山医院住院，衡阳职工", AWAY),
        ("在广州中山大学附属第一医院住院，我是衡阳的", AWAY),
        ("去医保定点医院住院", None),
        ("没办转诊手续，直接去了市里", "unreferred"),
        ("衡阳县人在衡阳市中心医院住院", None),
        ("在本地医院住的", "local"),
        ("没去外地，就在衡阳住的院", None),
        ("北京路那个医院住院", None),
        ("我突然头晕，在县医院住院花了2万。异地就医怎么备案", None),
        ("在外地突然头晕住院，怎么备案", "away_emergency"),
        ("在上海街的诊所看病", None),
        ("在广州大道旁的医院住院", None),
        ("在北京住院，路费花了2000", AWAY),
    ],
)
def test_routes_as_people_tell_them(read: Read, text: str, route: SlotValue | None) -> None:
    has(read, text, "route", route)


@pytest.mark.parametrize(
    ("text", "insurance", "status"),
    [
        ("不是退休，还在上班，职工医保", "employee", "employed"),
        ("我是退休工人", "employee", "retired"),
        ("老公在厂里上班，厂里买的医保", "employee", "employed"),
        ("我不是职工，我是农村的", "resident", None),
        ("不是居民医保，是职工医保", "employee", None),
        ("我崽是大学生，交的学生医保", "resident", None),
        ("还没退休，在职的", None, "employed"),
        ("办了退休的", None, "retired"),
        ("城乡居民的那个医保", "resident", None),
        ("灵活就业的", "employee", None),
        ("内退在家", None, None),
    ],
)
def test_schemes_and_statuses_with_denials(
    read: Read, text: str, insurance: str | None, status: str | None
) -> None:
    has(read, text, "insurance", insurance)
    has(read, text, "status", status)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("不是三级，是二级", "level2"),
        ("不是二甲是三甲", "level3"),
        ("三级医院，不是二级", "level3"),
        ("先在二级住，后来转到三级", "level3"),
        ("乡下卫生院", "grassroots"),
        ("街道社区医院", "grassroots"),
        ("镇中心卫生院", "central_township"),
        ("没有定级的医院", "level1"),
        ("省部属医院", "provincial"),
        ("二级残疾，三级医院住院", "level3"),
    ],
)
def test_levels_with_denials_and_transfers(read: Read, text: str, level: str | None) -> None:
    has(read, text, "hospital_level", level)


@pytest.mark.parametrize(
    ("text", "benefit"),
    [
        ("特药怎么报，花了5万", "special_drug"),
        ("靶向药一个月1万5能报多少", "special_drug"),
        ("两病门诊用药花了300", "two_diseases"),
        ("高血压的药花了200", "two_diseases"),
        ("生育津贴怎么算", "maternity_allowance"),
        ("在医院住了十天花了2万", "inpatient"),
        ("做了个胆结石手术，花了12000", "inpatient"),
        ("挂号看病花了200，门诊的", "outpatient"),
        ("在诊所看病花了80", "outpatient"),
        ("尿毒症透析，特殊病种门诊花了3000", "chronic_outpatient"),
        ("大病二次报销，自付5万", "catastrophic"),
        ("顺产花了5000能报多少", "childbirth"),
        ("住进南华附一花了3万", "inpatient"),
        ("居民医保，生孩子住院花了5000", "childbirth"),
        ("职工生孩子住院花了5000", "inpatient"),
    ],
)
def test_benefits_as_people_tell_them(read: Read, text: str, benefit: str | None) -> None:
    has(read, text, "benefit", benefit)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("去年住的院，花了2万", date(2024, 12, 31)),
        ("2022年6月住院花了2万", date(2022, 6, 30)),
        ("二零二二年十二月出院", date(2022, 12, 31)),
        ("今年3月5号出院", date(2025, 3, 5)),
        ("昨天出院", date(2025, 11, 20)),
        ("2023年5月住院花1万，2024年6月住院花2万", date(2024, 6, 30)),
        ("去年住院花2万今年又住院花3万", date(2025, 11, 21)),
        ("今年6月住院花3万，去年10月住院花2万", date(2025, 6, 30)),
        ("2024年在县医院住院花1万，后来又住院花2万", date(2024, 12, 31)),
        ("上个月住院", date(2025, 10, 31)),
        ("12月28住院，1月5号出院", date(2025, 1, 5)),
        ("1958年生的，住院花了2万", None),
        ("交了23年医保", None),
    ],
)
def test_days_as_people_tell_them(read: Read, text: str, day: date | None) -> None:
    has(read, text, "date", day)


@pytest.mark.parametrize(
    "text",
    [
        "我的社保号430405199001011234住院花了2万",
        "身份证430405 19900101 1234",
        "卡号6217001234567890123",
    ],
)
def test_numbers_of_persons_and_cards_are_no_facts(read: Read, text: str) -> None:
    said = read(text)
    assert said.gate == "private"
    assert not said.slots


def test_a_long_story_is_read_whole(read: Read) -> None:
    said = read(
        "我是耒阳的，今年68岁，原来在厂里上班退休了的，上个月在南华附一做手术住了12天，"
        "一共花了三万六，里面自费的有四千多，医保报了一万九，我想问下对不对，能报多少"
    )
    assert dict(said.slots) == {
        "city": "hengyang",
        "insurance": "employee",
        "status": "retired",
        "hospital_level": "level3_provincial",
        "benefit": "inpatient",
        "date": date(2025, 10, 31),
        "age": 68,
        "total_cost": yuan(36000),
        "excluded_cost": (yuan(4000), yuan(5000) - 1),
    }


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("衡阳 职工 三级 2万 备案", "away_filed"),
        ("去长沙住院花了2万 备案", "away_filed"),
        ("去长沙住院花了2万备案", "away_filed"),
        ("衡阳职工 三级 2万 异地备案", "away_filed"),
        ("衡阳职工 三级 2万 异地就医备案 能报多少", "away_filed"),
        ("衡阳 职工 三级 备案", "away_filed"),
        ("去长沙住院花了2万 没备案", "away_unfiled"),
        ("备案", None),
        ("衡阳职工 三级 2万 异地就医备案怎么办", None),
        ("住院花了2万要备案吗", None),
        ("衡阳职工 三级 2万 转诊", None),
        ("急诊", None),
        ("三级医院异地就医备案", AWAY),
    ],
)
def test_a_mere_word_for_filing_beside_a_case_means_it_was_filed(
    read: Read, text: str, route: SlotValue | None
) -> None:
    has(read, text, "route", route)


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("第二次 同级", (1, 1)),
        ("第二次，同级别", (1, 1)),
        ("第三次 同级", (2, 2)),
        ("同级别", (1, 1)),
        ("上次同级", (1, 1)),
        ("上次也是三级", (1, 1)),
        ("是三级", (None, None)),
        ("都是三级", (1, 1)),
        ("不同级别", (None, None)),
        ("第二次", (1, None)),
    ],
)
def test_the_level_of_the_stay_before_is_told_tersely(
    read: Read, text: str, stays: tuple[int | None, int | None]
) -> None:
    slots = read(text).slots
    assert (slots.get("prior_stays"), slots.get("prior_stays_same_level")) == stays


def test_stays_all_at_one_level_tell_that_level_too(read: Read) -> None:
    has(read, "都是三级", "hospital_level", "level3")


def test_a_case_told_whole_that_asks_nothing_is_to_be_worked_out(read: Read) -> None:
    said = read("衡阳 退休职工 三级医院 住院 目录内费用 20000 去长沙住的，备案了")
    assert said.asks_amount
    assert said.intents[0].id == "estimate"
    asked = read("衡阳职工 三级 2万 异地就医备案怎么办")
    assert asked.intents[0].id != "estimate"


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("住哒半个月", "benefit", "inpatient"),
        ("住咖院", "benefit", "inpatient"),
        ("住噶院", "benefit", "inpatient"),
        ("住了两个星期", "benefit", "inpatient"),
        ("在长沙住了半年", "benefit", None),
        ("花咖一万八", "eligible_cost", yuan(18_000)),
        ("花噶哒一万八", "eligible_cost", yuan(18_000)),
        ("用咖一万八", "eligible_cost", yuan(18_000)),
        ("基层花了500", "hospital_level", "grassroots"),
        ("基层干部住院", "hospital_level", None),
        ("农村那个合作医疗", "insurance", "resident"),
        ("农村那个合作医疗，冇得职工", "insurance", "resident"),
        ("是退休工人", "insurance", "employee"),
        ("是退休工人", "status", "retired"),
        ("居民医保的退休工人", "insurance", "resident"),
        ("退休哦不在职", "status", "employed"),
        ("退休 哦不 在职", "status", "employed"),
        ("还是三级", "hospital_level", "level3"),
    ],
)
def test_villagers_words_tell_facts(read: Read, text: str, field: str, value: SlotValue | None) -> None:
    has(read, text, field, value)


def test_still_the_same_amount_or_level_is_a_fact_and_no_question(read: Read) -> None:
    assert read("还是两万").bare_amount == yuan(20_000)
    assert not read("还是三级").sure
