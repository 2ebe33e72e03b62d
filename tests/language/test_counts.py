from decimal import Decimal

import pytest

from bot.language import whole_count


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
