"""What a dialogue remembers, what can happen to it, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from bot.policy import Value
from bot.rendering import Sheet

SlotValue = Value | date

Outcome = Literal["answer", "estimate", "question", "clarify", "unknown", "refused", "command"]

Status = Literal[
    "answered",  # from policy
    "explained",  # a term, or how a result came about
    "estimated",
    "compared",
    "asked",
    "asked_again",  # what came was no answer
    "stuck",  # nor what came after; a way out was offered
    "clarified",  # 'did you mean'
    "rephrase",  # not understood, examples given
    "handed_over",
    "not_held",  # understood, but no rule is held
    "steered",  # cancel, back, greeting and the like
    "no_such_choice",
    "bad_amount",
    "unreadable",
    "not_text",  # a picture, a voice message and the like
    "private",
    "danger",
    "despair",
    "foreign",
    "elsewhere",
]
STATUSES: frozenset[str] = frozenset(get_args(Status))
"""All that can come of a message: the vocabulary of logs and figures."""


@dataclass(frozen=True, slots=True)
class Said:
    """The person wrote something."""

    text: str


@dataclass(frozen=True, slots=True)
class Chose:
    """The person took one of the choices of the last reply, counted from 1; `outdated`: of an earlier one."""

    number: int
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class Amend:
    """The person wants to tell an input of the calculation anew."""

    name: str


Kind = Literal[
    "photo",
    "video",
    "voice",
    "audio",
    "document",
    "sticker",
    "contact",
    "location",
    "poll",
    "edited",
    "other",
]
KINDS: frozenset[str] = frozenset(get_args(Kind))
"""All that can be sent besides a text; `edited` is a change to a message sent before."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The person sent something that isn't text; `text` is what was written beside it."""

    kind: Kind
    text: str = ""


Event = Said | Chose | Amend | Sent


@dataclass(frozen=True, slots=True)
class Option:
    """A choice: what is read, and what it does.

    It sets inputs, names a subject, asks for an input, or does one of `compare:INPUT`, `another`, `resume`,
    `undo`, `result`, `calc` and `remember`, which keeps what it sets for later questions.
    """

    label: str
    sets: Mapping[str, SlotValue] = field(default_factory=dict)
    intent: str | None = None
    asks: str | None = None
    does: str | None = None


REMEMBER = "remember"
"""What a choice does that sets something for later questions; its label is taken as a press alone."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A wish to see the results for several values of an input beside each other; all where none is named."""

    name: str
    values: tuple[SlotValue, ...] = ()


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
    asked: tuple[str, ...] = ()  # the inputs asked for since the calculation began
    tries: int = 0
    scheme_assumed: bool = False
    hospitals: tuple[str, ...] = ()
    hospital_unknown: bool = False
    stays: tuple[str, ...] = ()  # the levels of the earlier stays of the year that were worked out here
    stays_year: int | None = None
    comparing: Comparison | None = None  # as soon as what it needs is known
    options: tuple[Option, ...] = ()
    clarifying: bool = False  # the options are subjects, whatever input is pending
    earlier: "tuple[State, ...]" = ()
    parked: "State | None" = None  # another calculation to go back to
    answered: str | None = None  # the subject last answered from policy, and for what
    about: Mapping[str, SlotValue] = field(default_factory=dict)
    lost: int = 0  # messages in a row that weren't understood
    day: date | None = None  # of the last message
    explained: bool = False  # whether the terms of a result have been explained
    introduced: bool = False  # whether the person was told who speaks


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: what is read, and what it stands for.

    `lead` is what of the text stands before what the status says, such as a warning.
    `asked` is the input asked for, `notice` what a chat must be told before its first reply, `forgets`
    whether the person wants to be forgotten, wherever something is kept. `sheet` is the result of which the
    text tells.
    """

    outcome: Outcome
    text: str
    status: Status
    intent: str | None = None
    confidence: float = 0.0
    choices: tuple[str, ...] = ()
    sources: tuple[Mapping[str, str], ...] = ()
    slots: Mapping[str, SlotValue] = field(default_factory=dict)
    estimate: Mapping[str, Any] | None = None
    candidates: tuple[str, ...] = ()
    lead: str = ""
    alone: bool = False  # nothing is asked or offered with it, whatever is still open
    asked: str | None = None
    notice: str = ""
    forgets: bool = False
    sheet: Sheet | None = None


Next = tuple[State, Reply]
