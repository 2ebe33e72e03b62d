import pytest
from support.quick import is_quick

from bot.language import Wish

from .conftest import Read


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("二级和三级差多少", "hospital_level", ("level2", "level3")),
        ("二级三级哪个划算", "hospital_level", ("level2", "level3")),
        ("去三甲和二甲哪个划算", "hospital_level", ("level3", "level2")),
        ("一级二级三级医院比较一下", "hospital_level", ("level1", "level2", "level3")),
        ("二三级医院哪个报得多", "hospital_level", ("level2", "level3")),
        ("卫生院和三级差好多", "hospital_level", ("grassroots", "level3")),
        ("哪级医院报得多", "hospital_level", ()),
        ("各级医院比一比", "hospital_level", ()),
        ("跟二级比呢", "hospital_level", ("level2",)),
        ("备案和不备案差多少", "route", ("away_filed", "away_unfiled")),
        ("备不备案差好多", "route", ("away_filed", "away_unfiled")),
        ("不备案要少报多少", "route", ("away_unfiled", "away_filed")),
        ("本地和异地住院差多少", "route", ("local", "away_filed", "away_unfiled")),
        ("转诊和没转诊差多少", "route", ("local", "unreferred")),
        ("不去外地能多报多少", "route", ("local",)),
        ("两种医保差多少", "insurance", ()),
        ("职工和居民差多少", "insurance", ("employee", "resident")),
        ("居民和职工哪个报得多", "insurance", ("resident", "employee")),
        ("在职退休差几多", "status", ("employed", "retired")),
        ("退休的多报多少", "status", ("retired", "employed")),
        ("在职职工和退休职工差多少", "status", ("employed", "retired")),
        ("高血压和糖尿病比", "disease", ("hypertension", "diabetes")),
        ("衡阳和湘潭比", "city", ("hengyang", "xiangtan")),
        ("今年和去年比", "date", ("2025-11-21", "2024-11-21")),
        ("2022年和今年差多少", "date", ("2022-11-21", "2025-11-21")),
        ("我是衡阳职工，二级和三级差多少", "hospital_level", ("level2", "level3")),
    ],
)
def test_a_comparison_names_an_input_and_its_codes_as_said(
    read: Read, text: str, name: str, values: tuple[str, ...]
) -> None:
    assert read(text).wish == Wish("compare", name, values)


def test_what_is_compared_is_no_fact_of_the_case(read: Read) -> None:
    said = read("我是湘潭职工，备案和不备案差多少")
    assert (said.slots.get("route"), said.slots["city"], said.slots["insurance"]) == (
        None,
        "xiangtan",
        "employee",
    )


@pytest.mark.parametrize(
    "text",
    [
        "二级三级报销比例分别是多少",
        "职工和居民有什么区别",
        "二级和三级的起付线差多少",
        "职工医保和居民医保哪个缴费多",
        "二级医院报多少",
        "备案和不备案比例差多少",
        "三级医院报销比例多少",
        "花了两万能报多少",
        "在衡阳住院报多少",
    ],
)
def test_a_question_for_figures_of_policy_is_no_wish(read: Read, text: str) -> None:
    assert read(text).wish is None


@pytest.mark.parametrize(
    "text",
    [
        "再住一次院",
        "又住院了",
        "后来又住了一次花了8000",
        "还有一次住院",
        "再算一次住院",
        "下个月还要住院",
        "再看一次门诊",
        "第二次住院花了八千",
        "上个月又住了一次院",
        "再算一笔门诊",
        "还要再住一次院",
        "后来又住院了，花了一万二",
    ],
)
def test_another_stay_or_visit_is_a_wish(read: Read, text: str) -> None:
    assert read(text).wish == Wish("another")


@pytest.mark.parametrize(
    "text",
    [
        "再住院起付线减半吗",
        "出院后多久可以再住院",
        "第二次住院呢",
        "要是第二次住院",
        "第二次住院起付线多少",
        "住院报多少",
    ],
)
def test_a_rule_about_later_stays_is_no_wish_for_one(read: Read, text: str) -> None:
    assert read(text).wish is None


@pytest.mark.parametrize(
    "text",
    [
        "省级统筹以后呢",
        "按草案呢",
        "新政策出来以后能报多少",
        "征求意见稿通过后呢",
        "省统筹实施后怎么算",
        "按新规定算呢",
        "那省级统筹呢",
    ],
)
def test_the_draft_may_be_wished_for(read: Read, text: str) -> None:
    assert read(text).wish == Wish("draft")


@pytest.mark.parametrize("text", ["省级统筹什么时候实施", "省级统筹是什么", "新政策有哪些变化"])
def test_a_question_about_the_draft_itself_is_no_wish(read: Read, text: str) -> None:
    assert read(text).wish is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("继续刚才的", "resume"),
        ("回到刚才", "resume"),
        ("接着算", "resume"),
        ("继续", "resume"),
        ("我想接着刚才那个算", "resume"),
        ("接着刚才的住院算", "resume"),
        ("回到刚才那个住院吧", "resume"),
        ("你记得我什么", "memory"),
        ("我的信息", "memory"),
        ("记住了什么", "memory"),
        ("我的设置", "memory"),
        ("看看我的信息", "memory"),
        ("你知道我些什么", "memory"),
        ("为什么", "explain"),
        ("怎么算的", "explain"),
        ("为什么这么少", "explain"),
        ("怎么来的", "explain"),
        ("这个数怎么来的", "explain"),
        ("怎么才报这么点", "explain"),
        ("那自己付这么多是为什么", "explain"),
        ("何解报这么少", "explain"),
        ("为啥？", "explain"),
        ("看不懂", "explain"),
    ],
)
def test_short_words_about_the_talk_are_wishes(read: Read, text: str, kind: str) -> None:
    said = read(text)
    assert (said.wish and said.wish.kind, said.command) == (kind, None)


@pytest.mark.parametrize(
    "text",
    [
        "继续缴费",
        "生育津贴怎么算的",
        "为什么要交医保",
        "我的医保卡",
        "返回",
        "重新算",
        "回到老家住院",
        "2",
        "20000",
    ],
)
def test_ours_and_commands_are_no_wishes_about_the_talk(read: Read, text: str) -> None:
    assert read(text).wish is None


@pytest.mark.parametrize(
    "seed",
    [
        "二级和",
        "继续",
        "为什么",
        "又住",
        "草案",
        "第二次",
        "备案不",
        "的",
        "这么少",
        "和哪个",
        "记得",
        " ",
        "今年",
    ],
)
def test_hostile_text_is_looked_through_quickly(read: Read, seed: str) -> None:
    text = (seed * 10_000)[:10_000]
    assert is_quick(lambda: read(text), 0.05)
