"""One case under several values of an input, side by side."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from support.shared import ENGINE, TEMPLATES

from bot.dialogue.comparisons import Compared, Comparisons
from bot.dialogue.forms import case_of
from bot.dialogue.state import SlotValue
from bot.engine import Needs, Ok, Range, Refused
from bot.rendering import Estimates

COMPARISONS = Comparisons(ENGINE, Estimates(ENGINE, TEMPLATES), TEMPLATES)
TODAY = date(2024, 5, 1)
Slots = Mapping[str, SlotValue]
STAY: dict[str, SlotValue] = {
    "benefit": "inpatient",
    "city": "hengyang",
    "insurance": "employee",
    "status": "retired",
    "hospital_level": "level3",
    "eligible_cost": 2_000_000,
}
RESIDENT = {name: value for name, value in STAY.items() if name != "status"} | {"insurance": "resident"}
LEAVE: dict[str, SlotValue] = {"benefit": "maternity_leave", "city": "hengyang", "event": "birth"}


def of(slots: Slots, name: str, values: Sequence[SlotValue] = (), today: date = TODAY) -> Compared:
    found = COMPARISONS.of(slots, name, values, today)
    assert isinstance(found, Compared), found
    return found


def rows(slots: Slots, name: str, values: Sequence[SlotValue] = (), today: date = TODAY) -> list[str]:
    """Return the lines of the table, and check that there is one for each row."""
    found = of(slots, name, values, today)
    head = found.sheet.text.split("\n\n")[1].splitlines()
    assert [line.split("：")[0].removeprefix("- ").removesuffix("（您现在的情况）") for line in head] == [
        row.label for row in found.rows
    ]
    return head


def without(slots: Slots, *names: str) -> dict[str, SlotValue]:
    return {name: value for name, value in slots.items() if name not in names}


def test_levels_stand_side_by_side_with_what_each_pays_more_or_less() -> None:
    assert rows(STAY, "hospital_level", ("level2", "level3", "provincial")) == [
        "- 二级医院：医保付 17664.00元，您自己付 2336.00元，比三级医院多报1221.00元",
        "- 三级医院（您现在的情况）：医保付 16443.00元，您自己付 3557.00元",
        "- 省部属医院：医保付 15088.00元，您自己付 4912.00元，比三级医院少报1355.00元",
    ]


def test_without_values_all_levels_with_a_rule_are_compared_and_those_alike_joined() -> None:
    found = of(STAY, "hospital_level")
    assert [row.label for row in found.rows] == [
        "乡镇卫生院或社区、中心卫生院",
        "一级医院",
        "二级医院",
        "三级医院、市内省属三级医院",
        "省部属医院",
    ]
    # Residents have no rule for the province's own hospitals.
    assert "省部属医院" not in of(RESIDENT, "hospital_level").sheet.text
    assert "比三级医院多报1221.00元" in found.sheet.text


def test_each_row_is_what_the_case_comes_to_by_itself() -> None:
    for name in ("hospital_level", "route", "status", "insurance", "tcm"):
        for value in COMPARISONS.values(name, case_of(STAY, TODAY)):
            found = COMPARISONS.of(STAY, name, (value,), TODAY)
            alone = ENGINE.estimate(case_of({**STAY, name: value}, TODAY))
            if isinstance(alone, Refused):
                assert isinstance(found, Refused)
                continue
            assert isinstance(found, Compared)
            assert isinstance(alone, Ok | Range)
            [row] = found.rows
            assert isinstance(row.found, Ok | Range)
            assert (row.found.amount, row.found.own) == (alone.amount, alone.own)


def test_what_was_not_said_is_where_things_stand_by_default() -> None:
    lines = rows(STAY, "route")
    assert lines[0] == "- 在参保地正常就医（您现在的情况）：医保付 16443.00元，您自己付 3557.00元"
    assert lines[2].endswith("比在参保地正常就医少报2610.00元")
    # A range has no one difference.
    assert (
        lines[3] == "- 异地急危重症没备案：医保付 14703.00元 到 16443.00元，您自己付 3557.00元 到 5297.00元"
    )


def test_without_a_present_value_rows_are_held_against_the_first() -> None:
    lines = rows(without(STAY, "status"), "status")
    assert lines[0] == "- 在职：医保付 16065.00元，您自己付 3935.00元"
    assert lines[1].endswith("，比在职多报378.00元")
    assert "您现在的情况" not in "".join(lines)


def test_neighbours_that_come_to_the_same_are_one_row() -> None:
    assert len(rows(STAY, "tcm")) == 1
    assert [line.split("：")[0] for line in rows(STAY, "route")][1] == "- 市内没办转诊、异地就医已备案"


def test_a_value_without_a_rule_that_was_asked_for_says_so() -> None:
    lines = rows(RESIDENT, "city", ("hengyang", "xiangtan"))
    assert lines[1] == "- 湘潭：没有收录这种情况的规定"
    lines = rows(STAY | {"hospital_level": "provincial"}, "insurance")
    assert lines[1] == "- 居民医保：没有收录这种情况的规定"


def test_what_has_a_rule_nowhere_is_refused() -> None:
    assert isinstance(COMPARISONS.of(RESIDENT | {"city": "xiangtan"}, "hospital_level", (), TODAY), Refused)


@pytest.mark.parametrize(
    ("lacking", "name", "missing"),
    [
        (("eligible_cost",), "hospital_level", ("eligible_cost",)),
        (("status", "hospital_level"), "hospital_level", ("status",)),
        (("status",), "insurance", ("status",)),
        (("city",), "status", ("city",)),
        (("benefit",), "hospital_level", ("benefit",)),
    ],
)
def test_what_a_comparison_lacks_besides_is_asked_for(
    lacking: tuple[str, ...], name: str, missing: tuple[str, ...]
) -> None:
    found = COMPARISONS.of(without(STAY, *lacking), name, (), TODAY)
    assert isinstance(found, Needs)
    assert found.missing == missing


def test_years_are_compared_each_by_its_own_rules() -> None:
    assert rows(STAY, "date") == [
        "- 2021年、2022年：医保付 16560.00元，您自己付 3440.00元，比2024年多报117.00元",
        "- 2023年、2024年（您现在的情况）：医保付 16443.00元，您自己付 3557.00元",
    ]
    text = of(STAY, "date").sheet.text
    assert "用的是各年自己的规定" in text
    assert "今天（" not in text


def test_the_last_day_of_february_is_compared_with_years_that_lack_it() -> None:
    found = of(STAY, "date", (), date(2024, 2, 29))
    assert [row.found.case.day for row in found.rows] == [date(2021, 2, 28), date(2023, 2, 28)]


def test_cities_without_rules_of_their_own_are_one() -> None:
    visit = STAY | {"benefit": "outpatient", "hospital_level": "level3", "eligible_cost": 50_000}
    assert [row.label for row in of(visit, "city").rows] == ["衡阳", "湘潭", "湖南其他城市"]
    at_home = of(visit | {"city": "changde"}, "city")
    assert [row.label for row in at_home.rows] == ["衡阳", "湘潭", "常德"]
    assert "- 常德（您现在的情况）" in at_home.sheet.text


def test_amounts_that_no_bill_stands_for_are_compared_in_their_unit() -> None:
    assert rows(LEAVE, "babies", (1, 2)) == ["- 1个（您现在的情况）：158天", "- 2个：173天，比1个多15天"]
    assert "自己付" not in of(LEAVE, "babies", (1, 2)).sheet.text


def test_a_comparison_names_what_else_was_taken_and_where_it_stands() -> None:
    found = of(STAY, "route")
    lines = found.sheet.text.splitlines()
    assert lines[0] == "住院，按就医方式比较（都是估算）"
    assert lines[1] == (
        "我按衡阳、职工医保、退休、住院、三级医院、目录内费用20000.00元算，用的是今天（2024-05-01）的规定。"
    )
    assert "没说的都照一样算：费用全部在医保目录内；按今年第一次住同级别医院算；" in found.sheet.text
    assert "先扣先行自付还是先扣起付线" in found.sheet.text
    assert lines[-1] == "这只是估算，以医院结算单为准。有疑问可以打 12393。"
    assert [source["document"] for source in found.sources] == [
        "湘政办发〔2022〕66号",
        "湘政办发〔2022〕66号",
        "衡医保发〔2020〕24号",
        "衡医保发〔2020〕24号",
    ]
    for source in found.sources:
        assert source["article"] in found.sheet.text


def test_the_estimate_is_that_of_the_present_value_or_else_of_the_best() -> None:
    assert of(STAY, "hospital_level").estimate["amount"] == "16443.00"
    assert of(without(STAY, "hospital_level"), "hospital_level").estimate["amount"] == "18810.00"


def test_a_draft_has_no_part_in_a_comparison() -> None:
    found = of(STAY | {"preview": "2025-pooling-draft"}, "route")
    assert "草案" not in found.sheet.text
    assert "preview" not in found.estimate


def test_years_that_were_named_stand_apart_though_they_come_to_the_same() -> None:
    days = (date(2024, 5, 1), date(2023, 5, 1), date(2022, 5, 1))
    assert [row.label for row in of(STAY, "date", days).rows] == ["2024年", "2023年", "2022年"]
    assert [row.label for row in of(STAY, "date").rows][-1] == "2023年、2024年"
