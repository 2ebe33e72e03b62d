"""What a calculation can come to: one amount, a range, a question, a refusal, or unusable input."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from bot.policy.codes import Value
from bot.policy.library import Missing, Provision


@dataclass(frozen=True, slots=True)
class Source:
    """Where a step stands: the provision, and what using its figures on that day calls for."""

    provision: Provision
    cautions: tuple[str, ...]

    @property
    def document(self) -> str:
        return self.provision.document.number

    @property
    def article(self) -> str:
        return self.provision.entry.article


class Step(NamedTuple):
    """One step of the working. `fen` is rounded for showing; the calculation goes on with the exact value."""

    label: str
    fen: int
    because: str
    source: Source


@dataclass(frozen=True, slots=True)
class Case:
    """A checked request. `given` holds inputs by name (money in fen); UNKNOWN ones are open on purpose."""

    benefit: str | None
    city: str | None
    day: date
    today: date
    given: Mapping[str, Value]
    day_assumed: bool = False

    @property
    def insurance(self) -> str | None:
        value = self.given.get("insurance")
        return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class Reading:
    """One of several results, and the values under which it comes about. Amounts in fen."""

    amount: int
    own: int
    under: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Assumption:
    """A default that was taken and could move the result, and what some other values would give (fen)."""

    name: str
    value: Value | date
    otherwise: tuple[tuple[Value | date, int], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the whole cost, in fen, and whether the fund pays it or the person.

    `id` is that of the layer, or the reason for which the person pays; `share` is the one share (numerator
    and denominator) by which a layer paid, if it was one.
    """

    id: str
    fen: int
    by_fund: bool
    share: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Ok:
    """One definite result, in hundredths of `unit` (fen for yuan). `own` is None where there is no cost.

    `deductible` is the deductible used up by this case, `preview` what a draft would make of it.
    """

    case: Case
    amount: int
    own: int | None
    unit: str
    layers: tuple[tuple[str, int], ...]
    steps: tuple[Step, ...]
    cautions: tuple[str, ...]
    deductible: int
    preview: "Ok | Range | None" = None

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the steps stand, each once, in order."""
        return tuple({step.source.provision.ref: step.source for step in self.steps}.values())


@dataclass(frozen=True, slots=True)
class Range:
    """Several results are possible: two readings of the text, or inputs the person does not know."""

    case: Case
    amount: tuple[int, int]
    own: tuple[int, int] | None
    unit: str
    readings: tuple[Reading, ...]
    steps: tuple[Step, ...]  # of the reading that pays most
    sources: tuple[Source, ...]  # of all readings
    cautions: tuple[str, ...]
    preview: "Ok | Range | None" = None


@dataclass(frozen=True, slots=True)
class Needs:
    """Required inputs that can still move the result, the most telling first."""

    case: Case
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing held covers the case; `missing` says which topic and why."""

    case: Case
    missing: Missing


@dataclass(frozen=True, slots=True)
class InputError:
    """One unusable field. `code` names what is wrong; the words are found elsewhere."""

    field: str
    code: str


@dataclass(frozen=True, slots=True)
class Invalid:
    """Unusable input."""

    errors: tuple[InputError, ...]


Estimate = Ok | Range | Needs | Refused


def money(fen: int) -> str:
    """Return fen as yuan with two decimals."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def written(hundredths: int, unit: str) -> str:
    """Return an amount of `unit` as programs read it: two decimals for yuan, no idle zeros for the rest."""
    if unit.startswith("yuan"):
        return money(hundredths)
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)
