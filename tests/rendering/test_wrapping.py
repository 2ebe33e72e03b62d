"""Lines fit, lose nothing, and begin and end as Chinese lines may."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.faces import FILES, Face
from bot.rendering.wrapping import wrap
from bot.settings import data_folder

FACE = Face.load(data_folder("templates") / "fonts" / FILES[0])
TEXT = st.text(st.sampled_from("医保付元的，。：；、（）“”《》〔〕0123456789.,% abI−"), max_size=200)
PLAIN = st.lists(
    st.sampled_from(
        ["医保", "付", "，", "。", "（", "）", "“", "”", "1234.56元", " ", "65%的", "2026-01-01的"]
    ),
    max_size=60,
).map("".join)


@given(TEXT, st.integers(20, 900), st.integers(12, 100))
def test_every_line_fits_and_nothing_but_blanks_is_lost(text: str, width: int, size: int) -> None:
    lines = wrap(text, FACE, size, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert line == line.strip()
        assert len(line) == 1 or FACE.width(line, size) <= width


@given(PLAIN)
def test_no_line_begins_or_ends_as_none_may_and_no_number_is_parted(text: str) -> None:
    # Wide enough for any piece that stays whole, short runs of signs apart.
    lines = wrap(re.sub(r"([，。（）“”])[，。（）“”]+", r"\1", text), FACE, 20, 400)
    for above, below in pairwise(lines):
        assert below[0] not in "，。）”"
        assert above[-1] not in "（“"
    whole = re.findall(r"[0-9][0-9.,%-]*", re.sub(r"([，。（）“”])[，。（）“”]+", r"\1", text))
    assert re.findall(r"[0-9][0-9.,%-]*", "\n".join(lines)) == whole


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ()),
        (" ", ()),
        ("医保付，您付。", ("医保", "付，您", "付。")),
        ("付了1234.56元钱", ("付了", "1234.56元", "钱")),
        ("医保按（一）付", ("医保按", "（一）付")),
        ("12345678901234567890", ("123456789", "012345678", "90")),
    ],
)
def test_a_text_is_parted_where_it_may_be(text: str, lines: tuple[str, ...]) -> None:
    assert wrap(text, FACE, 10, 35 if "，" in text else 50) == lines


def test_a_last_line_of_a_character_or_two_is_given_company() -> None:
    lines = wrap("一二三四五六七八九十" * 2 + "一", FACE, 10, 100)
    assert [len(line) for line in lines] == [8, 8, 5]
