"""What is heard in a message, however long or odd."""

import re
from functools import partial

import pytest
from support.quick import is_quick

from bot.dialogue import hearing

_HOSTILE = (
    "对",
    "是的",
    "好像是",
    "不知道",
    "不是",
    "医保",
    "在衡阳",
    "不在长沙",
    "报",
    "三级",
    "起付线",
    "一",
    "忘记录",
    "删了",
)


@pytest.mark.parametrize("seed", _HOSTILE)
def test_every_pattern_stays_quick_on_hostile_text(seed: str) -> None:
    text = (seed * 2_000)[:2_000]
    for value in vars(hearing).values():
        if isinstance(value, re.Pattern):
            assert is_quick(partial(looked_for, value, text), 0.05), value.pattern[:80]
    assert is_quick(lambda: hearing._is_home(text, "衡阳"), 0.05)


def looked_for(pattern: re.Pattern[str], text: str) -> None:
    for _ in pattern.finditer(text):
        pass
    pattern.fullmatch(text)


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("我医保在衡阳", True),
        ("我在衡阳参保", True),
        ("医保参加在衡阳", True),
        ("我搞错了,医保在衡阳", True),
        ("我医保不在长沙,在衡阳", True),
        ("户口在衡阳", True),
        ("农合是在衡阳交的", True),
        ("我在衡阳交的居民医保", True),
        ("在衡阳住院", False),
        ("我用医保在衡阳住院", False),
        ("医保在衡阳能用吗", False),
        ("不在长沙住院,在衡阳住院", False),
        ("去衡阳看病", False),
    ],
)
def test_where_one_is_insured_is_told_from_where_one_was_treated(text: str, home: bool) -> None:
    assert hearing._is_home(text, "衡阳") is home
