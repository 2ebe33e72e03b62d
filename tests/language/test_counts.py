from decimal import Decimal

import pytest

from bot.language import whole_count

from .conftest import Read


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("28年", 28),
        ("大概28年吧", 28),
        ("二十八年", 28),
        ("交了15年半", Decimal("15.5")),
        ("两年半", Decimal("2.5")),
        ("三个半月", Decimal("3.5")),
        ("3个月", 3),
        ("怀孕4个月", 4),
        ("65岁", 65),
        ("六十五周岁", 65),
        ("2次", 2),
        ("两个", 2),
        ("5", 5),
        ("十几年", None),
        ("2022年6月", None),
        ("28年前", None),
        ("两万", None),
        ("住院", None),
        ("9" * 5000, None),
    ],
)
def test_a_count_that_is_all_a_text_says(text: str, count: int | Decimal | None) -> None:
    assert whole_count(text) == count


@pytest.mark.parametrize(
    ("text", "count"), [("15年", 15), ("十五年", 15), ("25年呢", 25), ("交了20年", 20), ("1次", 1)]
)
def test_a_count_said_alone_is_read_whatever_it_counts(text: str, count: int) -> None:
    assert whole_count(text) == count


@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        ("省内25年", {"years_paid_in_province": 25}),
        ("湖南 15年", {"years_paid_in_province": 15}),
        ("交了20年，省内15年", {"years_paid": 20, "years_paid_in_province": 15}),
        ("交了20年", {"years_paid": 20}),
        ("缴费15年", {"years_paid": 15}),
        ("25年呢", {}),
    ],
)
def test_years_said_tersely_are_years_paid(read: Read, text: str, inputs: dict[str, int]) -> None:
    assert read(text).slots == inputs
