"""How a person came to the hospital, in few words; and which hospital it was."""

import pytest

from bot.language import SlotValue

from .conftest import Read, has


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("去外地住的，冒得备案", "away_unfiled"),
        ("冒备案", "away_unfiled"),
        ("冇得备案", "away_unfiled"),
        ("没备", "away_unfiled"),
        ("没备的", "away_unfiled"),
        ("在外地住的，没备", "away_unfiled"),
        ("外地住的，备案咯", "away_filed"),
        ("外地住的，备案哒", "away_filed"),
        ("备了案的", "away_filed"),
        ("怎么备案咯", None),
        ("去哪里备案咯", None),
        ("得了感冒备案要紧吗", None),
        ("没备药", None),
        ("没去外地", "local"),
        ("冇去外地", "local"),
        ("就在本地", "local"),
        ("没出去", "local"),
        ("没有出远门", "local"),
        ("要是办了转诊呢", "local"),
        ("要是没转诊呢", "unreferred"),
    ],
)
def test_a_word_on_filing_or_staying_settles_the_route(read: Read, text: str, route: str | None) -> None:
    has(read, text, "route", route)


@pytest.mark.parametrize(
    ("text", "tcm"),
    [
        ("是普通医院", False),
        ("不是中医院", False),
        ("就是个综合医院", False),
        ("中医院", True),
        ("普通医院哪家好", None),
    ],
)
def test_an_ordinary_hospital_is_none_of_chinese_medicine(
    read: Read, text: str, tcm: SlotValue | None
) -> None:
    has(read, text, "tcm", tcm)


@pytest.mark.parametrize(
    "text",
    ["住院花了两万，不记得什么医院了", "住院花了两万，哪个医院忘记了", "住院花了两万，不晓得住的么子医院"],
)
def test_a_forgotten_hospital_leaves_its_level_open(read: Read, text: str) -> None:
    assert "hospital_level" in read(text).unknown


def test_a_question_on_which_hospital_to_choose_leaves_nothing_open(read: Read) -> None:
    assert not read("不知道哪个医院报得多").unknown
