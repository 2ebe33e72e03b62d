from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.dates import find_date

TODAY = date(2025, 11, 21)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2022年6月10日出院", date(2022, 6, 10)),
        ("2022-06-10", date(2022, 6, 10)),
        ("2022/6/1住院", date(2022, 6, 1)),
        ("2022.6.10出院", date(2022, 6, 10)),
        ("二零二二年六月十号", date(2022, 6, 10)),
        ("22年6月10号", date(2022, 6, 10)),
        ("去年6月10号", date(2024, 6, 10)),
        ("6月10号出院", date(2025, 6, 10)),
        ("12月25号出院", date(2024, 12, 25)),
        ("22年6月", date(2022, 6, 30)),
        ("2024年2月", date(2024, 2, 29)),
        ("2025年11月", TODAY),
        ("前年6月", date(2023, 6, 30)),
        ("2023年住院", date(2023, 12, 31)),
        ("二〇二三年", date(2023, 12, 31)),
        ("23年住院", date(2023, 12, 31)),
        ("去年", date(2024, 12, 31)),
        ("前年住的院", date(2023, 12, 31)),
        ("2025年住院", TODAY),
        ("今年住院", TODAY),
        ("上个月", date(2025, 10, 31)),
        ("这个月出院", TODAY),
        ("昨天", date(2025, 11, 20)),
        ("前天", date(2025, 11, 19)),
        ("今天", TODAY),
    ],
)
def test_a_day_a_month_or_a_year_is_resolved(text: str, day: date) -> None:
    assert find_date(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2022年12月住院，2023年1月出院", date(2023, 1, 31)),
        ("2022年12月住院2023年1月出院", date(2023, 1, 31)),
        ("2022年12月住院，2023年出院", date(2023, 12, 31)),
        ("去年12月28号住院，今年1月5号出院", date(2025, 1, 5)),
        ("去年12月入的院，1月10日出的院", date(2025, 1, 10)),
        ("2022年12月28日住院，1月5日出院", date(2023, 1, 5)),
        ("2022-12-28入院，2023-01-05出院", date(2023, 1, 5)),
        ("2023年1月5日出院，2022年12月28日入院", date(2023, 1, 5)),
        ("出院日期是2023年1月5日，入院2022年12月28日", date(2023, 1, 5)),
        ("2022年3月1日住院，10日出院", date(2022, 3, 10)),
        ("2022年3月28日住院，2日出院", date(2022, 4, 2)),
        ("2022年12月28日到2023年1月5日住院", date(2023, 1, 5)),
        ("3月1日到10日住院", date(2025, 3, 10)),
        ("去年住院今年出院", TODAY),
        ("上个月住院，昨天出院", date(2025, 11, 20)),
        ("2022年12月住院", date(2022, 12, 31)),
        ("2022年6月10日住院，出院后怎么报销", date(2022, 6, 10)),
    ],
)
def test_the_day_of_discharge_decides(text: str, day: date) -> None:
    assert find_date(text, TODAY) == day


@pytest.mark.parametrize(
    "text",
    [
        "2023年2月30日",
        "2月30日",
        "2022年12月住院，2023年2月30日出院",
        "2022-13-01",
        "交了23年医保",
        "我1965年出生",
        "怀孕3个月",
        "男30年女25年",
        "住院7天",
        "2015年退休的",
        "今年已经报了3000",
        "每年3月31日前",
        "三级医院",
        "花了20230元",
        "",
        "1.5万",
    ],
)
def test_no_day_is_made_up(text: str) -> None:
    assert find_date(text, TODAY) is None


@pytest.mark.parametrize(
    "text",
    [
        "15年",
        "20年",
        "25年呢",
        "那25年呢",
        "23年",
        "30年吧",
        "退休 20年",
        "缴费15年",
        "省内25年",
        "总共20年 省内15年",
    ],
)
def test_a_count_of_years_is_no_year_of_care(text: str) -> None:
    assert find_date(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("22年6月", date(2022, 6, 30)),
        ("22年住院花了2万", date(2022, 12, 31)),
        ("22年,住院花了2万", date(2022, 12, 31)),
        ("那22年住院呢", date(2022, 11, 21)),
        ("退休职工 22年住院", date(2022, 12, 31)),
        ("省内20年,23年住院", date(2023, 12, 31)),
    ],
)
def test_two_figures_beside_care_are_a_year(text: str, day: date) -> None:
    assert find_date(text, TODAY) == day


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2049, 12, 31)))
def test_a_whole_date_comes_back_in_every_spelling(day: date) -> None:
    for text in (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
    ):
        assert find_date(text, TODAY) == day


@given(st.text(alphabet="0123456789年月日号去前今上个-/.二零三十 ", max_size=40), st.dates())
def test_any_run_of_date_characters_is_read_or_passed_over(text: str, today: date) -> None:
    find_date(text, today)
