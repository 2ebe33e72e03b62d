"""Whole dialogues written down: read from a file, played, and told where they go otherwise than written."""

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.channels.scenario_files import Listing, ScenarioEntry, ScenariosFile, TurnEntry, city_problem
from bot.dialogue import Chose, Dialogue, Event, Reply, Said
from bot.policy import PolicyProblem
from bot.policy.problem import Place
from bot.policy.strict_yaml import MAX_BYTES
from bot.policy.translating import read_model
from bot.rendering import slots_json

USUAL_DAY = date(2024, 5, 1)
"""The day of a scenario that names none, so that it goes the same on every day it is played."""

STANDARD_INPUT = "-"

_MENDS = {
    "the file is empty": "Write a list of scenarios; each begins with '- name:'.",
    "anchors and aliases are not allowed": "Write the value out.",
}


class ScenarioProblem(PolicyProblem):
    """A file of scenarios can't be used; the message names every place involved and the mend."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as written; what is None is not looked at.

    `event` is None where only days pass. `days_later` pass before the event. Amounts are text in yuan,
    `own` one or both ends of a range; a slot of None is one that the person said not to know.
    """

    line: int
    event: Event | None
    days_later: int = 0
    outcome: str | None = None
    status: str | None = None
    intent: str | None = None
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    slots: Mapping[str, Any] | None = None
    no_slots: tuple[str, ...] = ()
    amount: str | None = None
    own: tuple[str, ...] | None = None
    range: tuple[str, ...] | None = None
    choices: tuple[str, ...] = ()
    all_choices: tuple[str, ...] | None = None
    sources: tuple[str, ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """One dialogue as written, and where: `line` counts from 1. `preset` holds contract codes."""

    name: str
    file: Path
    line: int
    today: date | None
    preset: Mapping[str, str]
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn as it went: its number (from 1) in the scenario, the day, and the reply."""

    number: int
    turn: Turn
    day: date
    reply: Reply


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a reply is another than written: the turn's number and line, and the reply's whole text."""

    turn: int
    line: int
    expected: str
    came: str
    text: str


def load(
    file: Path, cities: Collection[str] | None = None, shown_as: Path | None = None
) -> tuple[Scenario, ...]:
    """Return the scenarios of a file. Raises ScenarioProblem for the first thing that is wrong.

    `cities` are the codes a preset may name (None: any); `shown_as` is the file's name in messages.
    """
    try:
        source = Listing(file, shown_as)
        entries = read_model(source, ScenariosFile).scenarios
        lines: dict[str, Place] = {}
        for index, entry in enumerate(entries):
            place = source.place(["scenarios", index, "name"])
            if entry.name in lines:
                what = "two scenarios of this file have the same name"
                raise PolicyProblem(what, "Give each a name of its own.", place, lines[entry.name])
            lines[entry.name] = place
            wrong = None if cities is None else city_problem(entry, cities)
            if wrong is not None:
                raise PolicyProblem(*wrong, source.place(["scenarios", index, "preset", "city"]))
    except PolicyProblem as problem:
        mend = _MENDS.get(problem.what, problem.mend)
        raise ScenarioProblem(problem.what, mend, *problem.places) from None
    return tuple(_scenario(source, index, entry) for index, entry in enumerate(entries))


def load_input(cities: Collection[str] | None = None) -> tuple[Scenario, ...]:
    """Return the scenarios that come on standard input. Raises ScenarioProblem."""
    shown_as = Path("<stdin>")
    try:
        # A standard input that is closed is none at all.
        raw = sys.stdin.buffer.read(MAX_BYTES + 1) if sys.stdin is not None else b""
    except OSError as error:
        what = f"standard input can't be read: {error.strerror}"
        raise ScenarioProblem(what, "Send a file of text to it.", Place(shown_as, 1, 1, "")) from None
    with TemporaryDirectory() as folder:
        file = Path(folder) / "scenarios.yaml"
        file.write_bytes(raw)
        return load(file, cities, shown_as)


def _scenario(source: Listing, index: int, entry: ScenarioEntry) -> Scenario:
    path = ("scenarios", index)
    return Scenario(
        name=entry.name,
        file=source.file,
        line=source.place(path).line,
        today=entry.today,
        preset={name: str(value) for name, value in entry.preset if value is not None},
        turns=tuple(
            _turn(turn, source.place((*path, "turns", number)).line)
            for number, turn in enumerate(entry.turns)
        ),
    )


def _turn(entry: TurnEntry, line: int) -> Turn:
    given = {name: getattr(entry, name) for name in entry.model_fields_set - {"say", "times", "choose"}}
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
    }
    event: Event | None = None
    if entry.choose is not None:
        event = Chose(entry.choose)
    elif entry.say is not None:
        event = Said(entry.say * (entry.times or 1))
    return Turn(line, event, **fields)


def played(dialogue: Dialogue, scenario: Scenario, today: date) -> Iterator[Exchange]:
    """Yield the exchanges of a scenario, each as soon as it is played; `today` where it names no day."""
    day = scenario.today or today
    state = dialogue.start(scenario.preset)
    for number, turn in enumerate(scenario.turns, 1):
        day += timedelta(days=turn.days_later)
        if turn.event is not None:
            state, reply = dialogue.step(state, turn.event, day)
            yield Exchange(number, turn, day, reply)


def play(dialogue: Dialogue, scenario: Scenario, today: date) -> tuple[Difference, ...]:
    """Return where the dialogue goes otherwise than the scenario says; nothing where it goes as written."""
    return tuple(each for exchange in played(dialogue, scenario, today) for each in differences(exchange))


def differences(exchange: Exchange) -> tuple[Difference, ...]:
    """Return where a reply is another than its turn says."""
    found = [
        *_named(exchange),
        *_of_text(exchange),
        *_of_slots(exchange),
        *_of_sums(exchange),
        *_offered(exchange),
    ]
    turn = exchange.turn
    return tuple(
        Difference(exchange.number, turn.line, expected, came, exchange.reply.text)
        for expected, came in found
    )


_Found = Iterator[tuple[str, str]]


def _named(exchange: Exchange) -> _Found:
    turn, reply = exchange.turn, exchange.reply
    for name, wanted, came in (
        ("outcome", turn.outcome, reply.outcome),
        ("status", turn.status, reply.status),
        ("intent", turn.intent, reply.intent),
    ):
        if wanted is not None and wanted != came:
            yield f"{name} {wanted}", f"{name} {came}" if came else f"no {name}"


def _of_text(exchange: Exchange) -> _Found:
    turn, text = exchange.turn, exchange.reply.text
    for piece in turn.has:
        if piece not in text:
            yield f"has {piece}", "it isn't in the reply"
    for piece in turn.lacks:
        if piece in text:
            yield f"lacks {piece}", "it is in the reply"
    at = 0
    for before, piece in zip(("", *turn.order), turn.order, strict=False):
        found = text.find(piece, at)
        if found < 0:
            after = f" after {before}" if before else ""
            yield f"order: {piece}{after}", "it isn't there" if piece in text else "it isn't in the reply"
            return
        at = found + len(piece)


def _of_slots(exchange: Exchange) -> _Found:
    turn, slots = exchange.turn, slots_json(exchange.reply.slots)
    for name, wanted in (turn.slots or {}).items():
        # True is 1 to Python, and no yes is a count.
        if name not in slots:
            yield f"slot {name}: {_shown(wanted)}", "it isn't set"
        elif (slots[name], type(slots[name])) != (wanted, type(wanted)):
            yield f"slot {name}: {_shown(wanted)}", f"slot {name}: {_shown(slots[name])}"
    for name in turn.no_slots:
        if name in slots:
            yield f"no slot {name}", f"slot {name}: {_shown(slots[name])}"


def _of_sums(exchange: Exchange) -> _Found:
    turn, estimate = exchange.turn, exchange.reply.estimate
    for name, key, wanted in (
        ("amount", "amount", turn.amount and (turn.amount,)),
        ("range", "amount", turn.range),
        ("own", "own", turn.own),
    ):
        if not wanted:
            continue
        if estimate is None:
            yield f"{name} {_shown(list(wanted))}", "no estimate"
            continue
        came = estimate.get(key)
        ends = tuple(came) if isinstance(came, list) else (came,)
        if ends != wanted:
            yield (
                f"{name} {_shown(list(wanted))}",
                f"{key} {_shown(came)}" if came is not None else f"no {key}",
            )


def _offered(exchange: Exchange) -> _Found:
    turn, reply = exchange.turn, exchange.reply
    offered = f"offered: {_shown(list(reply.choices))}" if reply.choices else "nothing is offered"
    for label in turn.choices:
        if label not in reply.choices:
            yield f"choice {label}", offered
    if turn.all_choices is not None and turn.all_choices != reply.choices:
        yield f"all choices {_shown(list(turn.all_choices))}", offered
    if turn.alone and reply.choices:
        yield "nothing is offered with it", offered
    cited = tuple(dict.fromkeys(source["document"] for source in reply.sources))
    for number in turn.sources:
        if number not in cited:
            yield f"source {number}", f"cited: {_shown(list(cited))}" if cited else "nothing is cited"


def _shown(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, list):
        return " / ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
