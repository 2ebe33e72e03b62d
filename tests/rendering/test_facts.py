"""What templates may ask of a provision besides its figures."""

from datetime import date
from typing import Any

import pytest
from support.shared import LIBRARY

from bot.rendering.facts import Facts, NothingHeld, View


def provision(topic: str, day: str, city: str = "hengyang") -> View:
    return Facts(LIBRARY, city, "employee", date.fromisoformat(day)).rule(topic)


def test_a_figure_that_the_text_leaves_blank_is_not_there() -> None:
    assert provision("inpatient/limit", "2022-06-10").has("limit")
    assert not provision("inpatient/limit", "2024-05-01").has("limit")
    assert not provision("inpatient/limit", "2024-05-01").has("no_such_figure")


def test_a_template_can_tell_what_a_table_goes_by() -> None:
    assert provision("inpatient/deductible", "2022-06-10").goes_by("deductible", "tcm")
    assert not provision("inpatient/deductible", "2024-05-01").goes_by("deductible", "tcm")
    assert not provision("inpatient/deductible", "2024-05-01").goes_by("no_such_figure", "tcm")


def test_a_zero_can_be_told_in_words() -> None:
    limits: Any = provision("outpatient/figures", "2024-05-01").level_limit
    assert limits.grassroots.nothing
    assert not limits.level3.nothing


def test_a_limit_that_does_not_exist_is_no_zero() -> None:
    limits: Any = provision("catastrophic/figures", "2024-05-01").limit
    assert limits.yes == "不封顶"
    assert not limits.yes.nothing


def test_a_document_is_named_by_title_and_number() -> None:
    rate = provision("inpatient/rate", "2024-05-01")
    assert rate.document == "《湖南省职工基本医疗保险实施办法》（湘政办发〔2022〕66号）"
    assert "不是文件原文" in rate.read_in


def test_a_topic_that_is_not_held_is_told_with_its_name() -> None:
    with pytest.raises(NothingHeld) as caught:
        provision("outpatient/figures", "2022-06-10")
    assert caught.value.missing.topic == "outpatient/figures"
