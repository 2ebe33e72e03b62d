"""What a file of scenarios may hold: its keys, the form of each value, and what must go together."""

import re
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints, model_validator

from bot.dialogue.state import STATUSES, Outcome
from bot.policy.codes import BENEFITS, INPUTS, INSURANCES
from bot.policy.fields import STRICT, Day, Misfit, Name, Text, as_list, once
from bot.policy.problem import Place, brief, did_you_mean
from bot.policy.strict_yaml import Source

UNKNOWN_SLOT = "unknown"
"""What stands for an input that the person said not to know."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONEY = re.compile(r"-?[0-9]{1,12}\.[0-9]{2}")
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?")
_OUTCOMES: tuple[str, ...] = get_args(Outcome)
_SLOTS = (*INPUTS, "city", "date", "benefit")
_MOST_DAYS = 36_500
_MOST_CHARACTERS = 1_000_000


def _read_day(value: Any) -> Any:
    """Return a day that stands in quotes as a day; whatever else is left as it is."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise Misfit(f"there is no day {value}", "Look at the calendar.") from None
    return value


def _read_outcome(value: str) -> str:
    if value not in _OUTCOMES:
        mend = f"Write one of {', '.join(_OUTCOMES)}.{did_you_mean(value, _OUTCOMES)}"
        raise Misfit(f"'{brief(value)}' is no outcome", mend)
    return value


def _read_status(value: str) -> str:
    if value not in STATUSES:
        mend = f"Write one of {', '.join(sorted(STATUSES))}.{did_you_mean(value, STATUSES)}"
        raise Misfit(f"'{brief(value)}' is no status", mend)
    return value


def _read_money(value: str) -> str:
    if not _MONEY.fullmatch(value):
        raise Misfit(f"'{brief(value)}' is no amount", 'Write yuan with two decimals, like "16443.00".')
    return value


def _read_sum(value: str) -> str:
    # Days and years have as many decimals as they need.
    if not _NUMBER.fullmatch(value):
        mend = 'Write yuan with two decimals, like "16443.00", days or years like "158".'
        raise Misfit(f"'{brief(value)}' is no amount", mend)
    return value


def _read_pair(amounts: list[str]) -> list[str]:
    if len(amounts) != 2:
        raise Misfit("a range has two ends", 'Write the lowest and the highest: ["7743.00", "16442.99"].')
    return amounts


def _read_own(amounts: list[str]) -> list[str]:
    return amounts if len(amounts) == 1 else _read_pair(amounts)


def _read_order(pieces: list[str]) -> list[str]:
    if len(pieces) < 2:
        raise Misfit("one piece alone is in no order", "Write two pieces or more, or use has.")
    return pieces


def _read_true(value: bool) -> bool:
    if not value:
        raise Misfit("false says nothing here", "Write true, or remove the key.")
    return value


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _read_whole(value: Any) -> Any:
    if _is_whole(value):
        return value
    raise Misfit("a whole number is expected here", "Write it in digits, without quotes.")


def _read_days(value: int) -> int:
    if not 1 <= value <= _MOST_DAYS:
        raise Misfit(f"{value} days can't pass", f"Write a number from 1 to {_MOST_DAYS}.")
    return value


def _read_times(value: int) -> int:
    if not 2 <= value <= _MOST_CHARACTERS:
        raise Misfit(f"a text can't stand there {value} times", f"Write 2 to {_MOST_CHARACTERS}.")
    return value


def _read_slot_name(name: str) -> str:
    if name not in _SLOTS:
        mend = f"Write the name of an input, such as hospital_level.{did_you_mean(name, _SLOTS)}"
        raise Misfit(f"no slot is called '{brief(name)}'", mend)
    return name


def _read_slots(slots: dict[str, Any]) -> dict[str, Any]:
    return {name: _read_slot(name, value) for name, value in slots.items()}


def _read_slot(name: str, value: Any) -> Any:
    """Return the value of a slot as a reply tells it. Raises Misfit for one that no reply could tell."""
    if value == UNKNOWN_SLOT:
        return None
    if isinstance(value, date):
        value = value.isoformat()
    fits, wanted = _kind_of_slot(name)
    several = name in INPUTS and INPUTS[name].kind in {"code", "money"} and isinstance(value, list)
    if not (all(fits(each) for each in value) and len(value) > 1 if several else fits(value)):
        given = "this" if isinstance(value, dict | list) else f"'{brief(value)}'"
        raise Misfit(f"{given} is no value of {name}", f"Write {wanted}.", (name,))
    return value


def _kind_of_slot(name: str) -> tuple[Any, str]:
    """Return what tells whether a value fits a slot, and what to write in it."""
    if name == "city":
        return lambda value: isinstance(value, str), "the code of a city, such as hengyang"
    if name == "date":
        return lambda value: isinstance(value, str) and bool(_DAY.fullmatch(value)), "a day like 2023-01-01"
    if name == "benefit":
        return lambda value: value in BENEFITS, f"one of {', '.join(BENEFITS)}"
    match INPUTS[name].kind:
        case "code":
            codes = INPUTS[name].codes
            return lambda value: isinstance(value, str) and value in codes, f"one of {', '.join(codes)}"
        case "yes_no":
            return lambda value: isinstance(value, bool), "true or false"
        case "count":
            return _is_whole, "a whole number"
        case "money":
            return (
                lambda value: isinstance(value, str) and bool(_MONEY.fullmatch(value)),
                'yuan with two decimals, like "20000.00"',
            )
        case _:
            return (
                lambda value: _is_whole(value) or (isinstance(value, str) and bool(_NUMBER.fullmatch(value))),
                'a whole number, or one with a point in quotes, like "12.5"',
            )


Piece = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Money = Annotated[str, AfterValidator(_read_money)]
Whole = Annotated[int, BeforeValidator(_read_whole)]
FreeDay = Annotated[Day, BeforeValidator(_read_day)]
Sum = Annotated[str, AfterValidator(_read_sum)]
SlotName = Annotated[str, AfterValidator(_read_slot_name)]
Pieces = Annotated[list[Piece], AfterValidator(once), Field(min_length=1)]


class Preset(BaseModel):
    """What is known of the person before the first word."""

    model_config = STRICT

    city: Name | None = None
    insurance: Name | None = None
    date: FreeDay | None = None

    @model_validator(mode="after")
    def _known(self) -> "Preset":
        if self.insurance is not None and self.insurance not in INSURANCES:
            raise Misfit(
                f"'{self.insurance}' is no insurance", f"Write {' or '.join(INSURANCES)}.", ("insurance",)
            )
        return self


class TurnEntry(BaseModel):
    """One thing said or chosen, days that pass before it, and what is expected of the reply."""

    model_config = STRICT

    say: Annotated[str, StringConstraints(max_length=100_000)] | None = None
    times: Annotated[Whole, AfterValidator(_read_times)] | None = None
    choose: Whole | None = None
    days_later: Annotated[Whole, AfterValidator(_read_days)] | None = None
    outcome: Annotated[str, AfterValidator(_read_outcome)] | None = None
    status: Annotated[str, AfterValidator(_read_status)] | None = None
    intent: Name | None = None
    has: Pieces | None = None
    lacks: Pieces | None = None
    order: Annotated[list[Piece], AfterValidator(_read_order)] | None = None
    slots: Annotated[dict[SlotName, Any], AfterValidator(_read_slots), Field(min_length=1)] | None = None
    no_slots: Annotated[list[SlotName], AfterValidator(once), Field(min_length=1)] | None = None
    amount: Sum | None = None
    own: Annotated[list[Money], BeforeValidator(as_list), AfterValidator(_read_own)] | None = None
    range: Annotated[list[Sum], AfterValidator(_read_pair)] | None = None
    choices: Pieces | None = None
    all_choices: Pieces | None = None
    sources: Pieces | None = None
    alone: Annotated[bool, AfterValidator(_read_true)] | None = None

    @model_validator(mode="after")
    def _goes_together(self) -> "TurnEntry":
        expects = self.model_fields_set - {"say", "times", "choose", "days_later"}
        if self.say is not None and self.choose is not None:
            raise Misfit("both say and choose", "Make two turns of it.", ("choose",), key=True)
        if self.times is not None and self.say is None:
            raise Misfit("times without say", "Write say: and the text.", ("times",), key=True)
        if len(self.say or "") * (self.times or 1) > _MOST_CHARACTERS:
            raise Misfit(f"more than {_MOST_CHARACTERS} characters", "Write fewer times.", ("times",))
        if self.say is None and self.choose is None:
            if self.days_later is None or expects:
                raise Misfit("nothing is said in this turn", "Add say: or choose:.")
        elif not expects:
            raise Misfit("nothing is expected of this turn", "Add at least outcome:.")
        for one, other in (("amount", "range"), ("choices", "all_choices")):
            if {one, other} <= expects:
                raise Misfit(f"both {one} and {other}", "Keep one of the two.", (other,), key=True)
        if self.alone and expects & {"choices", "all_choices"}:
            raise Misfit("alone, and yet with choices", "Keep one of the two.", ("alone",), key=True)
        return self


class ScenarioEntry(BaseModel):
    """One dialogue."""

    model_config = STRICT

    name: Text
    today: FreeDay | None = None
    preset: Preset = Field(default_factory=Preset)
    turns: Annotated[list[TurnEntry], Field(min_length=1)]

    @model_validator(mode="after")
    def _can_be_played(self) -> "ScenarioEntry":
        if self.turns[-1].say is None and self.turns[-1].choose is None:
            last = len(self.turns) - 1
            raise Misfit("days pass, and nothing is said after them", "Add a turn.", ("turns", last))
        if sum(turn.days_later or 0 for turn in self.turns) > _MOST_DAYS:
            raise Misfit(f"more than {_MOST_DAYS} days pass", "Let fewer days pass.", ("turns",))
        return self


class ScenariosFile(BaseModel):
    """The whole file, its list under a name."""

    model_config = STRICT

    scenarios: Annotated[list[ScenarioEntry], Field(min_length=1)]


class Listing(Source):
    """A file that is one list, read as `scenarios` of a mapping: a model has a name for all it holds."""

    def __init__(self, file: Path, shown_as: Path | None = None) -> None:
        super().__init__(file, shown_as)
        self.data = {"scenarios": self.data}

    def place(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        return super().place(path[1:], key=key)


def city_problem(entry: ScenarioEntry, cities: Collection[str]) -> tuple[str, str] | None:
    """Return what is wrong with the preset city, and the mend; None where it is among `cities`."""
    city = entry.preset.city
    if city is None or city in cities:
        return None
    return f"no city is called '{city}'", f"Write a code such as hengyang.{did_you_mean(city, cities)}"
