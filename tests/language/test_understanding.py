import re
from datetime import date
from functools import partial
from types import ModuleType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.quick import is_quick

from bot.language import (
    amounts,
    benefits,
    births,
    careers,
    commands,
    costs,
    counts,
    dangers,
    dates,
    doubts,
    english,
    facts,
    gates,
    homes,
    hospitals,
    hours,
    matching,
    normalise,
    numerals,
    payers,
    private,
    questions,
    registry,
    routes,
    stays,
    telephones,
    understanding,
    wishes,
)

from .conftest import READER, TODAY, Read

MODULES = (
    amounts,
    benefits,
    births,
    careers,
    commands,
    costs,
    counts,
    dangers,
    dates,
    doubts,
    english,
    facts,
    gates,
    homes,
    hospitals,
    hours,
    matching,
    normalise,
    numerals,
    payers,
    private,
    questions,
    registry,
    routes,
    stays,
    telephones,
    understanding,
    wishes,
)
HOSTILE = [
    *"1一十万两几多年月,.- 的了住院没不第长湘雅附三职退花报自",
    "12",
    "1,",
    "1.",
    "一万",
    "1,234",
    "2022年",
    "第二次",
    "没有",
    "交了",
    "在衡阳",
    "1-",
    "1 ",
    "负",
    "1e9",
    "块5",
    "¥ ",
    "单位给",
    "农村那个",
    "已经办了",
    "吃药",
    "\u200b",
    "醫",
    "如果",
    "不对,",
    "隔了",
    "1月1日",
    "之前",
]


@given(st.text(max_size=300), st.dates())
@example("{{ 7*7 }}{% for a in b %}", TODAY)
@example("<script>alert('医保')</script>", TODAY)
@example("9" * 5000, TODAY)
@example("医保" * 2500, TODAY)
@example("1e999999999元", TODAY)
@example("\ud800\udfff", TODAY)
@example("明年12月", date(9999, 12, 31))
@example("大前天上个月", date(1, 1, 1))
@settings(max_examples=300, deadline=None)
def test_no_text_raises(text: str, today: date) -> None:
    said = READER.read(text, today)
    assert len(said.text) <= 2_000
    assert 0 <= said.confidence <= 1
    assert len(said.intents) <= 5


WORDS = (
    "衡阳 长沙 职工 居民 退休 在职 三级 湘雅 附一 住院 门诊 花了 两万三 一万多 -5 自费 总费用 没备案 "
    "外地 第二次 不是 去年 2月30日 ， 。 医保 报多少 低保 😀"
)
PIECES = st.sampled_from(WORDS.split())


@given(st.lists(PIECES, max_size=14).map("".join))
@settings(max_examples=300, deadline=None)
def test_no_mixture_of_our_words_raises_and_unknown_is_apart_from_slots(text: str) -> None:
    said = READER.read(text, TODAY)
    assert said.unknown.isdisjoint(said.slots)


def patterns(module: ModuleType) -> list[re.Pattern[str]]:
    found = []
    for value in tuple(vars(module).values()):
        value = tuple(value.values()) if isinstance(value, dict) else value
        for item in value if isinstance(value, tuple) else (value,):
            found += [
                part
                for part in (item if isinstance(item, tuple) else (item,))
                if isinstance(part, re.Pattern)
            ]
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_pattern_stays_quick_on_hostile_text(module: ModuleType) -> None:
    for pattern in patterns(module):
        for seed in HOSTILE:
            text = (seed * 10_000)[:10_000]
            assert is_quick(partial(pattern.findall, text), 0.05), (pattern.pattern[:80], seed)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("住院花了两万能报多少", True),
        ("帮我算算", True),
        ("自己要出多少钱", True),
        ("三级医院住院花了两万三", True),
        ("住院能报多少", False),
        ("职工医保报销比例是多少", False),
        ("花了两万怎么办手续", False),
        ("起付线多少", False),
    ],
)
def test_wanting_a_sum_is_told_from_wanting_a_figure(read: Read, text: str, asks: bool) -> None:
    assert read(text).asks_amount is asks


@pytest.mark.parametrize(
    ("text", "bare", "bad"),
    [
        ("20000", 2_000_000, None),
        ("2万3", 2_300_000, None),
        ("大概两万", 2_000_000, None),
        ("一万多", (1_000_000, 1_999_999), None),
        ("-5", None, "negative"),
        ("1.234", None, "too_fine"),
        ("1000000000000元", None, "too_large"),
        ("住院花了-5元", None, "negative"),
        ("住院", None, None),
        ("我花了两万住院", None, None),
        ("2022年", None, None),
        ("不对，是两万五", 2_500_000, None),
        ("改成2万5", 2_500_000, None),
        ("不对是2千", 200_000, None),
        ("如果30万呢", 30_000_000, None),
        ("是25000", 2_500_000, None),
        ("那要是五万呢", 5_000_000, None),
        ("应该是三万", 3_000_000, None),
        ("如果是三万的话", 3_000_000, None),
        ("说错了，是三万", 3_000_000, None),
        ("不是三万", None, None),
        ("不是2万是3万", 3_000_000, None),
        ("如果住院花三万呢", None, None),
        ("那2022呢", None, None),
        ("改成二级", None, None),
    ],
)
def test_an_amount_alone_and_an_amount_amiss_are_reported(
    read: Read, text: str, bare: int | tuple[int, int] | None, bad: str | None
) -> None:
    said = read(text)
    assert (said.bare_amount, said.bad_amount) == (bare, bad)


@pytest.mark.parametrize("text", ["如果30万呢", "那要是五万呢", "改成2万5"])
def test_a_corrected_amount_is_left_for_the_dialogue_to_place(read: Read, text: str) -> None:
    said = read(text)
    assert (said.gate, dict(said.slots), said.intents) == (None, {}, ())


def test_talk_is_both_a_command_and_an_intent(read: Read) -> None:
    said = read("你好")
    assert (said.command, said.intents[0].id, said.confidence) == ("greeting", "greeting", 1.0)


def test_a_bare_number_has_no_subject(read: Read) -> None:
    assert read("123456").intents == ()


def test_what_was_understood_cannot_be_changed_afterwards(read: Read) -> None:
    with pytest.raises(TypeError):
        read("衡阳").slots["city"] = "xiangtan"  # type: ignore[index]


@pytest.mark.parametrize("text", ["退休人员三甲医院住院报销比例是多少啊", "在职的住院报销比例"])
def test_a_status_tells_that_employees_are_meant(read: Read, text: str) -> None:
    ranked = [intent.id for intent in read(text).intents]
    assert ranked[0] == "employee_inpatient_rate"
    assert "resident_inpatient_rate" not in ranked[:3]


@pytest.mark.parametrize(
    "text",
    [
        "{{ config }} 住院花了{% for i in range(99999) %}x{% endfor %}",
        "住院<b onclick=5000>花了",
        "住院花了${{9999}}",
    ],
)
def test_a_figure_in_code_is_no_cost(read: Read, text: str) -> None:
    said = read(text)
    assert "eligible_cost" not in said.slots
    assert said.bare_amount is None


def test_a_figure_beside_code_is_still_a_cost(read: Read) -> None:
    assert read("住院<b>花了5000</b>能报多少").slots["eligible_cost"] == 500_000


@pytest.mark.parametrize("text", ["住院" * 2500, "住院，" * 300, "报销多少" * 20])
def test_the_same_words_again_and_again_ask_nothing(read: Read, text: str) -> None:
    said = read(text)
    assert not said.sure
    assert not said.possible


def test_a_long_story_that_repeats_itself_still_asks(read: Read) -> None:
    text = "我妈住院花了两万，" * 3 + "她是居民医保，在县医院住的，出院那天单子上写了很多自费的药，能报多少"
    assert read(text).possible
