import pytest

from .conftest import Read


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("\u200b", "empty"),
        ("？？？", "nonsense"),
        ("😀😀", "nonsense"),
        ("qwerty", "nonsense"),
        ("哈哈哈哈", "nonsense"),
        ("how much do I get", "nonsense"),
        ("嘻嘻", "nonsense"),
        ("成都职工医保怎么交", "elsewhere"),
        ("武汉居民医保住院报多少", "elsewhere"),
        ("英国的医疗怎么样", "elsewhere"),
        ("杭州市医保局电话", "elsewhere"),
        ("后天会下雨吗", "foreign"),
        ("公积金能提多少", "foreign"),
        ("养老金涨了没有", "foreign"),
        ("我感冒了吃什么药好", "foreign"),
        ("车险怎么买", "foreign"),
        ("鱼怎么做菜才好吃", "foreign"),
        ("去长沙的高铁几点", "foreign"),
        ("胸口好痛", "danger"),
        ("他昏迷了", "danger"),
        ("不想活了", "danger"),
        ("喘不过气来了", "danger"),
        ("430402199001011234", "private"),
        ("我的身份证是43040219900101123X，查一下", "private"),
        ("卡号6222 0210 0111 1111", "private"),
    ],
)
def test_a_text_that_must_not_be_answered_says_why(read: Read, text: str, gate: str) -> None:
    assert read(text).gate == gate


@pytest.mark.parametrize(
    "text",
    [
        "我在广东打工住院，回老家能报多少",
        "广东的医保怎么转回湖南",
        "在深圳住院没备案报多少",
        "去年在浙江住院的发票怎么报",
        "养老金里会扣医保吗",
        "领失业金期间医保谁交",
        "低保户住院报多少",
        "突发昏迷住院花了两万能报多少",
        "救命的药能报销吗",
        "感冒看门诊能报吗",
        "被狗咬了打针医保报不报",
        "三级医院",
        "花了两万",
        "2",
        "你好",
        "衡阳",
        "退休职工",
        "湘雅医院",
        "糖尿病打胰岛素医保报吗",
        "医保卡丢了怎么办",
        "100000000000000000元",
        "2022-10-01呢",
        "2022年呢",
        "20000呢",
        "改成2万5",
    ],
)
def test_a_question_of_ours_passes_every_gate(read: Read, text: str) -> None:
    assert read(text).gate is None


def test_nothing_is_read_out_of_a_text_with_a_private_number(read: Read) -> None:
    said = read("我是衡阳职工，身份证430402199001011234，住院报多少")
    assert (said.gate, dict(said.slots), said.intents, said.bad_amount) == ("private", {}, (), None)
