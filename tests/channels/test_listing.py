"""What the commands `policy show` and `policy coverage` print."""

from datetime import date

import pytest
from support.shared import ENGINE

from bot.channels import listing


def shown(city: str, insurance: str | None, day: date) -> str:
    return "\n".join(listing.show(ENGINE, city, insurance, day))


def test_what_holds_is_shown_with_its_article_its_days_and_its_figures() -> None:
    text = shown("hengyang", "employee", date(2024, 5, 1))
    assert "湘政办发〔2022〕66号" in text
    assert "0.8 三、医保住院待遇" in text
    assert "三级医院 1100元" in text
    assert "2023-01-01.." in text


def test_what_no_longer_holds_is_not_shown() -> None:
    assert "3.16 " in shown("hengyang", "employee", date(2022, 12, 31))
    assert "3.16 " not in shown("hengyang", "employee", date(2023, 1, 1))
    assert "1.2 " in shown("xiangtan", "employee", date(2027, 9, 30))
    assert "1.2 " not in shown("xiangtan", "employee", date(2027, 10, 1))


def test_one_scheme_is_shown_without_the_other() -> None:
    assert "3.29 " not in shown("hengyang", "employee", date(2024, 5, 1))
    assert "0.8 " not in shown("hengyang", "resident", date(2024, 5, 1))
    both = shown("hengyang", None, date(2024, 5, 1))
    assert "3.29 " in both
    assert "0.8 " in both


def test_a_draft_is_shown_as_one() -> None:
    assert "[draft]" in shown("changsha", "resident", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("place", "insurance", "benefit", "year", "cell"),
    [
        ("hengyang", "employee", "inpatient", 2020, "-"),
        ("hengyang", "employee", "inpatient", 2021, "held"),
        ("hengyang", "employee", "outpatient", 2022, "-"),
        ("xiangtan", "employee", "outpatient", 2022, "from 2022-10-01"),
        ("xiangtan", "employee", "outpatient", 2027, "to 2027-09-30"),
        ("xiangtan", "employee", "outpatient", 2028, "-"),
        ("hengyang", "resident", "catastrophic_limit", 2025, "from 2025-04-11"),
        ("other cities", "employee", "inpatient", 2024, "held"),
        ("other cities", "resident", "inpatient", 2024, "-"),
        ("other cities", "resident", "inpatient", 2026, "draft"),
    ],
)
def test_the_coverage_says_held_not_held_or_draft(
    place: str, insurance: str, benefit: str, year: int, cell: str
) -> None:
    head, *rows = (line.split("\t") for line in listing.coverage(ENGINE, range(2020, 2029)))
    [row] = [row for row in rows if row[:3] == [place, insurance, benefit]]
    assert row[head.index(str(year))] == cell
