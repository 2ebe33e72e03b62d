"""Long texts go in pieces that fit, cut where the text has its joints, with nothing lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.splitting import CAPTION_UNITS, MOST_UNITS, split, units

SMALL = st.integers(2, 40)
WRITING = st.text(
    st.one_of(st.sampled_from("报多少元一二。；，： \n\n\t😀👨\u200d👩１２a<&\u3000"), st.characters())
)


def lost(text: str, pieces: list[str]) -> list[str]:
    """Return what stands in the text before, between and after the pieces."""
    gaps, at = [], 0
    for piece in pieces:
        found = text.index(piece, at)
        gaps.append(text[at:found])
        at = found + len(piece)
    return [*gaps, text[at:]]


@given(WRITING, SMALL)
def test_every_piece_fits_and_nothing_but_blanks_at_the_joints_is_lost(text: str, most: int) -> None:
    pieces = split(text, most)
    assert all(0 < units(piece) <= most for piece in pieces)
    assert all(piece == piece.strip() for piece in pieces)
    assert all(not gap.strip() for gap in lost(text, pieces))


@given(st.text(st.sampled_from("😀👍𠮷a报"), min_size=1), SMALL)
def test_no_character_is_torn(text: str, most: int) -> None:
    pieces = split(text, most)
    assert "".join(pieces) == text
    for piece in pieces:
        assert piece.encode("utf-16-le").decode("utf-16-le") == piece


@given(WRITING)
def test_what_fits_stays_one_piece(text: str) -> None:
    assert split(text) == ([text.strip()] if text.strip() else [])


@pytest.mark.parametrize(
    ("text", "length"),
    [("", 0), ("a", 1), ("报", 1), ("😀", 2), ("𠮷", 2), ("👨\u200d👩", 5), ("e\u0301", 2), ("\ud83d", 1)],
)
def test_length_is_counted_in_utf_16_units(text: str, length: int) -> None:
    assert units(text) == length


@pytest.mark.parametrize("most", [MOST_UNITS, CAPTION_UNITS])
@pytest.mark.parametrize("character", ["报", "😀", "a"])
def test_one_line_without_joints_goes_in_full_pieces(character: str, most: int) -> None:
    text = character * 10_000
    pieces = split(text, most)
    assert "".join(pieces) == text
    assert {units(piece) for piece in pieces[:-1]} == {most}
    assert len(pieces) == -(-units(text) // most)


def test_an_odd_limit_leaves_a_unit_free_rather_than_tear_an_emoji() -> None:
    assert [units(piece) for piece in split("😀" * 5, 5)] == [4, 4, 2]


@pytest.mark.parametrize(
    ("joint", "other"), [("\n\n", "\n"), ("\n", "。"), ("。", "；"), ("；", "，"), ("，", " ")]
)
def test_the_strongest_joint_is_taken(joint: str, other: str) -> None:
    text = f"{'一' * 60}{joint}{'二' * 15}{other}{'三' * 60}"
    first, second = split(text, 100)
    assert first == ("一" * 60 + joint).rstrip()
    assert second == f"{'二' * 15}{other}{'三' * 60}"


@pytest.mark.parametrize("joint", ["\n\n", "\n", "。", "；", "，", " "])
def test_a_sentence_keeps_the_sign_that_ends_it(joint: str) -> None:
    first, second = split(f"{'一' * 60}{joint}{'二' * 60}", 100)
    assert first == "一" * 60 + joint.strip()
    assert second == "二" * 60


def test_a_joint_near_the_beginning_leaves_no_scrap() -> None:
    assert split("头\n\n" + "一" * 200, 100)[0] == "头\n\n" + "一" * 97


def test_a_long_answer_is_parted_between_its_paragraphs() -> None:
    paragraphs = [f"第{number}条：" + "医保基金支付百分之八十。" * 30 for number in range(40)]
    pieces = split("\n\n".join(paragraphs))
    assert len(pieces) > 3
    assert [each for piece in pieces for each in piece.split("\n\n")] == paragraphs


@pytest.mark.parametrize("blank", ["", " ", "\n\n\n", "\u3000\t"])
def test_of_blanks_alone_nothing_is_left(blank: str) -> None:
    assert split(blank * 5000) == []


def test_blanks_of_any_length_between_words_do_no_harm() -> None:
    assert split("一" + " " * 10_000 + "二", 100) == ["一", "二"]
