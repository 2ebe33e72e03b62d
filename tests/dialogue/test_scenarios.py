"""Whole dialogues, as they read in tests/scenarios/*.yaml."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app import App
from bot.dialogue import Chose, Dialogue, Said
from bot.rendering import slots_json
from bot.settings import Settings

FOLDER = Path(__file__).parent.parent / "scenarios"
TURN = frozenset(
    {"say", "choose", "outcome", "intent", "has", "lacks", "slots", "no_slots", "amount", "range", "choices"}
)
TODAY = date(2024, 5, 1)


def _scenarios() -> list[Any]:
    return [
        pytest.param(scenario, id=f"{file.stem}: {scenario['name']}")
        for file in sorted(FOLDER.glob("*.yaml"))
        for scenario in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


@pytest.fixture(scope="module")
def dialogue() -> Dialogue:
    return App(Settings()).dialogue


@pytest.mark.parametrize("scenario", _scenarios())
def test_a_dialogue_goes_as_written(scenario: dict[str, Any], dialogue: Dialogue) -> None:
    unknown = scenario.keys() - {"name", "today", "preset", "turns"}
    assert not unknown, f"unknown keys {unknown}"
    today = date.fromisoformat(scenario["today"]) if "today" in scenario else TODAY
    state = dialogue.start(scenario.get("preset", {}))
    for turn in scenario["turns"]:
        event = Chose(turn["choose"]) if "choose" in turn else Said(turn["say"])
        state, reply = dialogue.step(state, event, today)
        _compare(turn, reply)


def _compare(turn: dict[str, Any], reply: Any) -> None:
    said = turn.get("say", turn.get("choose"))
    shown = f"after {said!r}: {reply.outcome}\n{reply.text}"
    unknown = turn.keys() - TURN
    assert not unknown, f"unknown keys {unknown}"
    assert "outcome" in turn, f"{said!r} expects nothing"
    assert reply.outcome == turn["outcome"], shown
    assert reply.intent == turn.get("intent", reply.intent), shown
    for piece in turn.get("has", []):
        assert piece in reply.text, f"{piece} missing {shown}"
    for piece in turn.get("lacks", []):
        assert piece not in reply.text, f"{piece} there {shown}"
    slots = slots_json(reply.slots)
    for name, value in turn.get("slots", {}).items():
        assert slots.get(name) == value, f"{name} is {slots.get(name)!r} {shown}"
    for name in turn.get("no_slots", []):
        assert name not in slots, f"{name} is {slots.get(name)!r} {shown}"
    if "amount" in turn:
        assert reply.estimate is not None, shown
        assert reply.estimate["amount"] == turn["amount"], shown
    if "range" in turn:
        assert reply.estimate is not None, shown
        assert reply.estimate["amount"] == turn["range"], shown
    for choice in turn.get("choices", []):
        assert choice in reply.choices, f"{choice} not offered {shown} {reply.choices}"


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
    app = App(Settings())
    reader: Any = _Stub(app.reader, text, {"excluded_cost": 0})
    dialogue = Dialogue(app.engine, app.estimates, app.templates, reader)
    state = dialogue.start({"city": "hengyang"})
    state, reply = dialogue.step(state, Said("退休职工三级医院住院花了两万，其中自费3000"), TODAY)
    _, reply = dialogue.step(state, Said(text), TODAY)
    assert reply.estimate is not None
    assert (reply.estimate["amount"], reply.slots["excluded_cost"]) == ("16443.00", 0)
