"""What a dialogue remembers, what can happen to it, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from bot.policy import Value

SlotValue = Value | date

Outcome = Literal["answer", "estimate", "question", "clarify", "unknown", "refused", "command"]


@dataclass(frozen=True, slots=True)
class Said:
    """The person wrote something."""

    text: str


@dataclass(frozen=True, slots=True)
class Chose:
    """The person took one of the choices of the last reply, counted from 1."""

    number: int


Event = Said | Chose


@dataclass(frozen=True, slots=True)
class Option:
    """A choice: what is read, and the inputs it sets or the subject it names."""

    label: str
    sets: Mapping[str, SlotValue] = field(default_factory=dict)
    intent: str | None = None
    asks: str | None = None
    does: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Everything remembered between two messages; a value, never changed in place.

    `slots` hold inputs by name (money in fen). `pending` is the input asked for, `done` whether the
    calculation has its result, `earlier` the states before each answer, for going back. `hospitals` are the
    registered names of the one spoken of, several until the city tells which; `hospital_unknown`: it is none
    of those registered.
    """

    preset: Mapping[str, SlotValue] = field(default_factory=dict)
    slots: Mapping[str, SlotValue] = field(default_factory=dict)
    calculating: bool = False
    done: bool = False
    pending: str | None = None
    tries: int = 0
    scheme_assumed: bool = False
    hospitals: tuple[str, ...] = ()
    hospital_unknown: bool = False
    explained: bool = False  # whether the terms of a result have been explained
    options: tuple[Option, ...] = ()
    earlier: "tuple[State, ...]" = ()
    answered: str | None = None  # the subject last answered from policy, and for what
    about: Mapping[str, SlotValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: what is read, and what it stands for."""

    outcome: Outcome
    text: str
    intent: str | None = None
    confidence: float = 0.0
    choices: tuple[str, ...] = ()
    sources: tuple[Mapping[str, str], ...] = ()
    slots: Mapping[str, SlotValue] = field(default_factory=dict)
    estimate: Mapping[str, Any] | None = None
    candidates: tuple[str, ...] = ()
    alone: bool = False  # nothing is asked or offered with it, whatever is still open
