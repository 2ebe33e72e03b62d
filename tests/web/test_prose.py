"""Plain text of ours as paragraphs, lists, headings and sources."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.prose import Piece, prose


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("\n \n\t\n", []),
        ("一句话。", [Piece("p", ("一句话。",))]),
        ("一。\n二。", [Piece("p", ("一。",)), Piece("p", ("二。",))]),
        ("- 甲\n- 乙\n", [Piece("ul", ("甲", "乙"))]),
        ("1. 甲\n2. 乙\n10. 丙", [Piece("ol", ("甲", "乙", "丙"))]),
        ("【怎么算的】", [Piece("head", ("怎么算的",))]),
        ("依据：衡医保发〔2020〕24号", [Piece("basis", ("依据：衡医保发〔2020〕24号",))]),
        (
            "先说：\n- 甲\n\n- 乙\n再说。\n1. 丙\n【尾】\n依据：丁",
            [
                Piece("p", ("先说：",)),
                Piece("ul", ("甲", "乙")),
                Piece("p", ("再说。",)),
                Piece("ol", ("丙",)),
                Piece("head", ("尾",)),
                Piece("basis", ("依据：丁",)),
            ],
        ),
        # What only looks like a mark is part of the words.
        ("-5 元", [Piece("p", ("-5 元",))]),
        ("3.5 万元", [Piece("p", ("3.5 万元",))]),
        ("2024年5月1日起", [Piece("p", ("2024年5月1日起",))]),
        ("【半个", [Piece("p", ("【半个",))]),
        ("看 - 这里", [Piece("p", ("看 - 这里",))]),
        ("- - 甲", [Piece("ul", ("- 甲",))]),
        ("1. 2. 甲", [Piece("ol", ("2. 甲",))]),
        ("【甲】【乙】", [Piece("head", ("甲】【乙",))]),
    ],
)
def test_lines_become_what_they_look_like(text: str, pieces: list[Piece]) -> None:
    assert list(prose(text)) == pieces


@given(st.text(st.sampled_from("甲1.- \n【】依据：<&"), max_size=60))
def test_every_line_with_words_is_one_line_and_only_its_mark_is_taken_off(text: str) -> None:
    lines = [line for line in text.split("\n") if line.strip()]
    shown = [line for piece in prose(text) for line in piece.lines]
    for line, found in zip(lines, shown, strict=True):
        assert re.fullmatch(rf"(?:- |1+\. |【)?{re.escape(found)}】?", line)


@given(st.text())
def test_every_piece_says_something_or_is_the_mark_alone(text: str) -> None:
    for piece in prose(text):
        assert piece.lines
        assert len(piece.lines) == 1 or piece.kind in {"ul", "ol"}
        assert all("\n" not in line and "\r" not in line for line in piece.lines)
