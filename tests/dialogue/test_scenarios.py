"""Whole dialogues, as they read in tests/scenarios/*.yaml."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support import warm

from bot.channels.scenarios import USUAL_DAY, Scenario, load, play
from bot.dialogue import Chose, Dialogue, Retention, Said

FOLDER = Path(__file__).parent.parent / "scenarios"
TODAY = USUAL_DAY
SCENARIOS = [scenario for file in sorted(FOLDER.rglob("*.yaml")) for scenario in load(file)]


@pytest.fixture(scope="module")
def dialogue() -> Dialogue:
    return warm.app().dialogue


@pytest.mark.parametrize(
    "scenario", [pytest.param(each, id=f"{each.file.stem}: {each.name}") for each in SCENARIOS]
)
def test_a_dialogue_goes_as_written(scenario: Scenario, dialogue: Dialogue) -> None:
    told = [
        f"{scenario.file.name}:{found.line}: expected {found.expected}; {found.came}\n{found.text}"
        for found in play(dialogue, scenario, TODAY)
    ]
    assert not told, "\n\n".join(told)


def test_there_are_scenarios_enough_and_each_is_found_by_its_name() -> None:
    names = [(each.file.stem, each.name) for each in SCENARIOS]
    assert len(names) >= 80
    assert len(names) == len(set(names))


def test_no_choice_goes_with_the_emergency_number_and_each_is_still_open(dialogue: Dialogue) -> None:
    state, asked = dialogue.step(dialogue.start({"city": "hengyang"}), Said("退休职工住院花了两万"), TODAY)
    state, reply = dialogue.step(state, Said("我爸中风了"), TODAY)
    assert (asked.choices != (), reply.choices) == (True, ())
    _, reply = dialogue.step(state, Chose(1), TODAY)
    assert reply.outcome == "estimate"


class _Stub:
    """A reader that finds one more slot in one text."""

    def __init__(self, reader: Any, text: str, slots: dict[str, Any]) -> None:
        self._reader, self._text, self._slots = reader, text, slots

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def read(self, text: str, today: date, city: str | None = None) -> Any:
        said = self._reader.read(text, today, city)
        return replace(said, slots={**said.slots, **self._slots}) if text == self._text else said


@pytest.mark.parametrize("text", ["没有自费", "我妈没有自费"])
def test_that_nothing_was_self_paid_changes_the_result(text: str) -> None:
    app = warm.app()
    reader: Any = _Stub(app.reader, text, {"excluded_cost": 0})
    dialogue = Dialogue(app.engine, app.estimates, app.templates, reader, Retention(30, 180))
    state = dialogue.start({"city": "hengyang"})
    state, reply = dialogue.step(state, Said("退休职工三级医院住院花了两万，其中自费3000"), TODAY)
    _, reply = dialogue.step(state, Said(text), TODAY)
    assert reply.estimate is not None
    assert (reply.estimate["amount"], reply.slots["excluded_cost"]) == ("16443.00", 0)
