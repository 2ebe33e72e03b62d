"""What a result shows, as data: the same in the text, and the same after it was stored."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from bot.app import App
from bot.dialogue import Reply, Said
from bot.rendering import ComparisonSheet, ResultSheet, Sheet, sheet_json, sheet_of
from bot.settings import Settings

APP = App(Settings())
TODAY = date(2024, 5, 1)


def reply(*texts: str, preset: Mapping[str, Any] | None = None) -> Reply:
    """Return the last reply of a talk."""
    dialogue = APP.dialogue
    state = dialogue.start(preset or {"city": "hengyang"}, introduced=True)
    for text in texts:
        state, found = dialogue.step(state, Said(text), TODAY)
    return found


def sheet(*texts: str) -> Sheet:
    found = reply(*texts).sheet
    assert found is not None
    return found


TALKS: Sequence[Sequence[str]] = (
    ["退休职工三级医院住院花了两万"],
    ["居民三级医院住院总费用80000，自费一万"],
    ["职工三级医院住院花了两万", "不清楚"],
    ["算一算居民顺产能报多少，花了8000"],
    ["退休职工三级医院住院花了两万", "比较各级医院"],
    ["帮我算生育津贴，单位月平均缴费基数6000，顺产一个"],
)


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk[-1])
def test_what_is_stored_of_a_sheet_is_all_of_it(talk: Sequence[str]) -> None:
    found = reply(*talk)
    assert found.sheet is not None, found.text
    stored = json.loads(json.dumps(sheet_json(found.sheet), ensure_ascii=False))
    assert sheet_of(stored) == found.sheet


def test_the_text_of_a_reply_is_that_of_its_sheet() -> None:
    found = reply("退休职工三级医院住院花了两万")
    assert isinstance(found.sheet, ResultSheet)
    assert found.text == found.sheet.text
    assert found.text.startswith(found.sheet.head)
    assert "怎么算的" not in found.sheet.head


def test_the_head_tells_every_sum_of_the_bill() -> None:
    found = sheet("居民三级医院住院总费用80000，自费一万")
    assert isinstance(found, ResultSheet)
    for part in (*found.by_fund, *found.by_person):
        assert f"{part.fen // 100}.{part.fen % 100:02d}元" in found.head
    assert found.own is not None
    assert sum(part.fen for part in found.by_fund) == found.amount
    assert sum(part.fen for part in found.by_person) == found.own


def test_what_was_taken_stands_by_single_inputs() -> None:
    found = sheet("退休职工三级医院住院花了两万")
    assert isinstance(found, ResultSheet)
    taken = {each.name: (each.label, each.value) for each in found.taken}
    assert taken["city"] == ("参保城市", "衡阳")
    assert taken["hospital_level"] == ("医院级别", "三级医院")
    assert taken["status"][1] == "退休"
    assert taken["date"][1] == "2024-05-01"
    assert all(value in found.line for _, value in taken.values())


def test_the_hospital_that_was_named_stands_with_its_level() -> None:
    found = sheet("退休职工在南华大学附属第一医院住院花了两万")
    assert isinstance(found, ResultSheet)
    [level] = [each.value for each in found.taken if each.name == "hospital_level"]
    assert level == "南华大学附属第一医院（市内省属三级医院）"


def test_a_comparison_has_a_row_for_each_line_of_its_head() -> None:
    found = sheet("退休职工三级医院住院花了两万", "比较各级医院")
    assert isinstance(found, ComparisonSheet)
    lines = found.head.split("\n\n")[1].splitlines()
    assert len(lines) == len(found.rows)
    [now] = [row for row in found.rows if row.now]
    assert "三级医院" in now.label
    assert all(row.low <= row.high for row in found.rows)


@pytest.mark.parametrize("spoilt", [{}, {"kind": "result"}, {"kind": "other"}, [], None, "text"])
def test_what_is_no_sheet_is_refused(spoilt: object) -> None:
    with pytest.raises(ValueError, match="validation error"):
        sheet_of(spoilt)
