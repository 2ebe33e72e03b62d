"""Plain text gets its marks from its own shape, and not a character of it is taken for a mark."""

import html
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import TemplateNotFound

from bot.rendering import Marked
from bot.rendering.marked import Line, Paragraph, paragraphs
from bot.settings import data_folder

MARKED = Marked(data_folder("templates"), "telegram")
TAG = re.compile(r"</?b>|<blockquote expandable>|</blockquote>")
SHAPES = ("医保付：16443.00元", "一共：1.00元 到 2.00元", "要带：", "- 身份证", "1. 起付线", "【办法】", "")
HOSTILE = ("<b>", "</blockquote>", "&lt;", "a & b", "\"'", "{{ 7 * 7 }}", "{% raw %}", "😀", "\n")
SHAPED = st.lists(st.sampled_from(SHAPES + HOSTILE)).map("\n".join)


def shown(text: str) -> str:
    """Return what is read where the marks are shown."""
    return html.unescape(TAG.sub("", MARKED.html(text)))


@given(st.one_of(st.text(), SHAPED))
def test_what_is_read_is_the_text_itself(text: str) -> None:
    assert shown(text) == text


@given(st.one_of(st.text(), SHAPED))
def test_no_sign_of_markup_is_left_in_the_text(text: str) -> None:
    bare = TAG.sub("", MARKED.html(text))
    assert not set("<>\"'") & set(bare)
    assert all(re.match(r"&(?:amp|lt|gt|#34|#39);", bare[at:]) for at in range(len(bare)) if bare[at] == "&")


@given(SHAPED)
def test_what_is_opened_is_closed_in_its_order(text: str) -> None:
    opened: list[str] = []
    for tag in TAG.findall(MARKED.html(text)):
        if tag.startswith("</"):
            assert opened.pop() == tag[2:-1]
        else:
            opened.append(tag[1:-1].split()[0])
    assert opened == []


@pytest.mark.parametrize(
    "line",
    ["医保大约付：16443.00元", "您自己付：3557.00元", "医保付：1.00元 到 2.00元", "【异地就医】"],
)
def test_sums_and_titles_are_strong(line: str) -> None:
    assert MARKED.html(line) == f"<b>{line}</b>"


@pytest.mark.parametrize(
    "line",
    [
        "起付线是1600元。",
        "医保付：",
        "要带：",
        "：16443.00元",
        "付：1元",
        "医保付：1元。",
        "医保付：一元",
        "【异地】就医",
        "。甲乙：1元",
        "这一行的名字太长了不像一个数：1元",
    ],
)
def test_other_lines_are_not(line: str) -> None:
    assert MARKED.html(line) == line


def test_a_head_over_a_list_is_strong_and_its_points_are_not() -> None:
    assert MARKED.html("要带：\n- 身份证\n- 医保卡") == "<b>要带：</b>\n- 身份证\n- 医保卡"
    assert MARKED.html("步骤：\n1. 备案") == "<b>步骤：</b>\n1. 备案"
    assert MARKED.html("要带：\n身份证") == "要带：\n身份证"


def test_a_working_below_the_result_is_folded_under_its_head() -> None:
    text = "医保付：1.00元\n\n怎么算的：\n1. 起付线\n2. 支付\n\n完"
    folded = "<blockquote expandable>1. 起付线\n2. 支付</blockquote>"
    assert MARKED.html(text) == f"<b>医保付：1.00元</b>\n\n<b>怎么算的：</b>\n{folded}\n\n完"


def test_a_working_that_was_asked_for_stands_open() -> None:
    text = "怎么算的：\n1. 起付线\n2. 支付"
    assert list(paragraphs(text)) == [
        Paragraph((Line("怎么算的：", strong=True), Line("1. 起付线"), Line("2. 支付")))
    ]


def test_points_without_numbers_are_never_folded() -> None:
    assert "blockquote" not in MARKED.html("头\n\n要带：\n- 身份证\n- 医保卡")


def test_a_network_without_words_on_how_it_marks_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(TemplateNotFound):
        Marked(tmp_path, "telegram")
    with pytest.raises(TemplateNotFound):
        Marked(data_folder("templates"), "pigeon")
