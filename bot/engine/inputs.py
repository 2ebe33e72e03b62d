"""The inputs of a run: what is given, what follows from it, and the values to try where nothing is given."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.engine.program import Program
from bot.engine.result import Case
from bot.policy.codes import (
    COST_FIELDS,
    INPUTS,
    MOST_MONEY_FEN,
    WHO_GIVES_BIRTH,
    WHO_PAYS,
    Between,
    OneOf,
    Unknown,
    Value,
)

# Amounts tried for one that is missing, to see what else still matters: everyday ones, nothing, the most.
TRIED_MONEY = (2_000_000, 100_000, 0, 20_000_000, 100_000_000, MOST_MONEY_FEN)
_OPEN = frozenset({Unknown, Between, OneOf})
_WHO = {"contribution": WHO_PAYS, "maternity_subsidy": WHO_GIVES_BIRTH}
# Who pays decides what is paid, and for which time: a range over all of them would say nothing.
_NEVER_OPEN = {"contribution": "who"}
_STAYS = (0, 1)  # no rule asks for more than whether there was any


class Noted(dict[str, Any]):
    """Inputs of a run that note as keys of `read` which of them are looked at, in order."""

    __slots__ = ("_read",)

    def __init__(self, x: Mapping[str, Any], read: dict[str, None]) -> None:
        super().__init__(x)
        self._read = read

    def __getitem__(self, name: str) -> Any:
        self._read[name] = None
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._read[str(name)] = None
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of an input, or `default` where it isn't given."""
        self._read[name] = None
        return super().get(name, default)


def inputs_of(program: Program, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return all inputs of a run: what is given, and the defaults of what the program reads besides."""
    return completed({**program.defaults, **given})


def completed(x: dict[str, Any]) -> dict[str, Any]:
    """Put in what follows from the inputs: the cost within scope, and stays that must have been."""
    total = x.get("total_cost")
    parts = [x.get(name, 0) for name in COST_FIELDS[2:]]
    if total is not None and _OPEN.isdisjoint(map(type, (total, *parts))):
        x["eligible_cost"] = total - sum(parts)
    same = x.get("prior_stays_same_level", 0)
    if same and isinstance(same, int):
        stays = x.get("prior_stays", 0)
        if isinstance(stays, int) and stays < same:
            x["prior_stays"] = same
    return x


def open_names(program: Program, given: Mapping[str, Any]) -> list[str]:
    """Return the inputs that are open on purpose (UNKNOWN, Between, OneOf) and that the program reads."""
    if _OPEN.isdisjoint(map(type, given.values())):
        return []
    # A part of a bill takes nothing off while there is no whole.
    alone = COST_FIELDS[2:] if "total_cost" not in given else ()
    return [
        name
        for name, value in given.items()
        if type(value) in _OPEN and name in program.reads and (name not in alone or name in program.moved_by)
    ]


def settled(case: Case) -> Case:
    """Return the case without what is open but has to be asked for all the same."""
    name = _NEVER_OPEN.get(case.benefit or "")
    if name is None or type(case.given.get(name)) is not Unknown:
        return case
    return replace(case, given={each: value for each, value in case.given.items() if each != name})


def filled(case: Case, values: Mapping[str, Any]) -> Case:
    """Return the case with `values` (a city among them perhaps) put in."""
    given = {**case.given, **values}
    city = given.pop("city", case.city)
    return replace(case, city=city, given=given)


def codes_of(name: str, benefit: str | None) -> tuple[str, ...]:
    """Return the codes that an input can have for a benefit."""
    return _WHO.get(benefit or "", INPUTS[name].codes) if name == "who" else INPUTS[name].codes


def values_of(name: str) -> tuple[Any, ...]:
    """Return values for an input that is missing: all there are, or some amounts, the most usual first."""
    field = INPUTS[name]
    match field.kind:
        case "code":
            return field.codes
        case "yes_no":
            return (False, True) if field.default is False else (True, False)
        case "money":
            return TRIED_MONEY
        case "count" if name in {"prior_stays", "prior_stays_same_level"}:
            return _STAYS
        case _:
            return (1, 0, 2, 10_000)


def must_be_held(names: Iterable[str]) -> bool:
    """Whether an open input has a default, so that a value of it without a rule can't be left out.

    A level that isn't known may turn out to be one of those that are held; but who may have gone elsewhere
    is not served by the rule for staying.
    """
    # No cost is without a rule by its size.
    return any(INPUTS[name].default is not None and name not in COST_FIELDS for name in names)


def narrowed(given: Mapping[str, Value]) -> dict[str, Value]:
    """Return the inputs with the bounds of a bill and its parts drawn in to what they leave each other."""
    if "total_cost" not in given:
        return {**given}
    names = COST_FIELDS[1:]
    (low, most), excluded, first_pay = (bounds(given.get(name, 0)) for name in names)
    drawn_in = (
        (max(low, excluded[0] + first_pay[0]), most),
        (excluded[0], min(excluded[1], most - first_pay[0])),
        (first_pay[0], min(first_pay[1], most - excluded[0])),
    )
    return {**given} | {
        name: low if low == high else Between(low, high)
        for name, (low, high) in zip(names, drawn_in, strict=True)
        if isinstance(given.get(name), Between) and low <= high
    }


def bounds(value: object) -> tuple[int, int]:
    """Return the least and the most (fen) that an amount can be, open or not."""
    if isinstance(value, int):
        return value, value
    return (value.low, value.high) if isinstance(value, Between) else (0, MOST_MONEY_FEN)
