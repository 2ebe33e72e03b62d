"""Whole dialogues, as they read in tests/scenarios/*.yaml."""

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
