import pytest

from bot.language import Reader

from .conftest import Read


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("职工医保住院能报百分之几呢", "employee_inpatient_rate"),
        ("单位医保住院的门坎费是几多", "employee_inpatient_deductible"),
        ("合作医疗住院门槛费好多", "resident_inpatient_deductible"),
        ("新农合住院报几成啊", "resident_inpatient_rate"),
        ("居民医保一年封顶线多少", "resident_yearly_cap"),
        ("職工門診報銷多少", "employee_outpatient"),
        ("灵活就业医保一年要交几多钱", "flexible_contribution"),
        ("医保断了几个月还能用吗", "waiting_period"),
        ("退休了医保卡每月打多少钱", "account_credit"),
        ("家庭共济怎么绑定", "family_sharing"),
        ("宝宝刚出生怎么办医保", "newborn"),
        ("异地就医怎么备案啊", "away_filing"),
        ("转诊手续在哪里办", "referral"),
        ("今年第二次住院起付线减半吗", "repeat_admission"),
        ("生育津贴怎么算的", "maternity_allowance"),
        ("产假多少天", "maternity_leave"),
        ("怎么举报骗保", "fraud_report"),
        ("医惠保怎么买", "commercial_supplement"),
        ("福利院的小孩怎么参保", "welfare_child"),
        ("报销要带什么材料", "claim_documents"),
        ("我要找人工客服", "handoff"),
        ("住院花了三万八帮我算算", "estimate"),
        ("打架受伤能报吗", "accidents"),
        ("药店买药能报吗", "internet_prescription"),
        ("癌症能报多少", "drug_coverage"),
        ("恩替卡韦报多少", "drug_coverage"),
        ("痛风治疗的钱能报吗", "drug_coverage"),
        ("他汀能报几成", "drug_coverage"),
    ],
)
def test_a_plain_question_finds_its_subject(read: Read, text: str, intent: str) -> None:
    said = read(text)
    assert said.intents[0].id == intent
    assert said.confidence == said.intents[0].score
    assert said.possible


@pytest.mark.parametrize("subject", ["inpatient_rate", "inpatient_deductible", "yearly_cap", "outpatient"])
@pytest.mark.parametrize(("scheme", "other"), [("employee", "resident"), ("resident", "employee")])
def test_a_named_scheme_never_gives_way_to_the_other(
    read: Read, subject: str, scheme: str, other: str
) -> None:
    word = {"employee": "职工医保", "resident": "居民医保"}[scheme]
    about = {
        "inpatient_rate": "住院报销比例",
        "inpatient_deductible": "住院起付线",
        "yearly_cap": "一年最多报多少",
        "outpatient": "门诊报多少",
    }
    best = read(word + about[subject]).intents[0].id
    assert best == f"{scheme}_{subject}"
    assert not best.startswith(other)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("住院报销比例是多少", "inpatient_rate"),
        ("住院起付线是多少", "inpatient_deductible"),
        ("普通门诊报多少", "outpatient"),
    ],
)
def test_without_a_scheme_both_schemes_rank_on_top(read: Read, text: str, subject: str) -> None:
    top = {ranked.id for ranked in read(text).intents[:2]}
    assert top == {f"employee_{subject}", f"resident_{subject}"}


def test_intents_are_few_distinct_and_in_order(read: Read) -> None:
    for text in ("医保怎么报", "住院", "我想问一下那个门诊的事情", "药"):
        ranked = read(text).intents
        assert 0 < len(ranked) <= 5
        assert len({one.id for one in ranked}) == len(ranked)
        assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
        assert all(0 <= one.score <= 1 for one in ranked)


@pytest.mark.parametrize(
    "text",
    [
        "怎么学英语",
        "空调不制冷",
        "电视机哪个牌子好",
        "明天几点开会",
        "孩子不听话",
        "法院在哪条路",
        "今天星期几",
        "帮我订个酒店",
    ],
)
def test_a_question_on_something_else_is_never_sure(read: Read, text: str) -> None:
    said = read(text)
    assert said.gate is not None or not said.sure


@pytest.mark.parametrize(
    ("text", "intent"), [("职工门诊怎么报", "employee_outpatient"), ("退休要交多少年", "retirement_years")]
)
def test_a_short_plain_question_is_sure(read: Read, text: str, intent: str) -> None:
    said = read(text)
    assert said.intents[0].id == intent
    assert said.sure


def test_catastrophic_cover_without_a_scheme_is_asked_of_both(read: Read) -> None:
    top = {ranked.id for ranked in read("大病还能报吗").intents[:2]}
    assert top == {"employee_catastrophic", "resident_catastrophic"}


@pytest.mark.parametrize(
    "text",
    [
        "没参加大病互助",
        "没交大病互助",
        "急诊去的没备案",
        "是抢救，没备案",
        "在外地突发急病急诊住院",
        "第二次住院",
        "80小时",
        "已经备案了",
        "我是衡阳退休职工",
        "起付线交过800",
        "已经交了900块门槛费",
        "今年已经报了3万",
        "医院不是定点的",
    ],
)
def test_a_bare_fact_is_no_question_on_policy(read: Read, text: str) -> None:
    assert not read(text).sure


@pytest.mark.parametrize(
    "text", ["没交大病互助能报吗", "第二次住院起付线", "异地急诊怎么报", "职工住院起付线", "没备案报多少"]
)
def test_a_question_that_tells_a_fact_is_still_one(read: Read, text: str) -> None:
    assert read(text).sure


@pytest.mark.parametrize("text", ["今年报销政策", "报销政策"])
def test_a_question_of_several_subjects_leaves_the_choice(read: Read, text: str) -> None:
    said = read(text)
    assert said.possible
    assert not said.sure


def test_a_subject_tells_its_calculation_and_whether_it_is_answered(reader: Reader) -> None:
    assert reader.subject("employee_inpatient_rate").benefit == "inpatient"
    assert reader.subject("greeting").answer is False
    assert reader.subject("fraud_report").benefit is None
    with pytest.raises(KeyError):
        reader.subject("no_such_intent")


@pytest.mark.parametrize("text", ["本地", "低保", "报销", "门诊", "二级"])
def test_a_lone_word_names_a_thing_and_asks_nothing(read: Read, text: str) -> None:
    assert not read(text).sure
