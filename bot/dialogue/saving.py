"""A state <-> text, for whoever keeps it between two messages. Holds inputs, never what was written.

The states to go back to are kept as what differs from the one after, so that the text stays short.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.dialogue.state import Comparison, Option, SlotValue, State
from bot.policy import UNKNOWN, Between, OneOf

_FORM = 1
"""Of the text; one of another form can't be read."""
_DEFAULT = State()
_NAMES = tuple(f.name for f in fields(State))


class UnreadableStateError(ValueError):
    """The text is no state, or one of another form."""


def saved(state: State) -> str:
    """Return the state as text, at most some kilobytes of JSON."""
    return json.dumps({"form": _FORM, **_state(state)}, ensure_ascii=False, separators=(",", ":"))


def restored(text: str) -> State:
    """Return the state that `saved` made the text of. Raises UnreadableStateError for any other text."""
    try:
        found = json.loads(text)
        if not isinstance(found, dict) or found.pop("form", None) != _FORM:
            raise UnreadableStateError("not a state of this form")
        return _of_state(found)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation, RecursionError) as error:
        raise UnreadableStateError(str(error)) from error


def _state(state: State, after: State = _DEFAULT) -> dict[str, Any]:
    """Return what differs from the state `after` it."""
    found: dict[str, Any] = {}
    for name in _NAMES:
        value = getattr(state, name)
        if name == "earlier":
            continue
        if name in {"slots", "about", "preset"}:
            changes = _changes(value, getattr(after, name))
            if changes:
                found[name] = changes
        elif value != getattr(after, name):
            found[name] = _WRITTEN.get(name, _same)(value) if value is not None else None
    if state.earlier:
        nexts = (*state.earlier[1:], state)
        found["earlier"] = [_state(each, later) for each, later in zip(state.earlier, nexts, strict=True)]
    return found


def _of_state(found: Mapping[str, Any], after: State = _DEFAULT) -> State:
    if unknown := found.keys() - set(_NAMES):
        raise UnreadableStateError(f"unknown {sorted(unknown)}")
    read: dict[str, Any] = {}
    for name in _NAMES:
        if name == "earlier":
            continue
        before = getattr(after, name)
        if name not in found:
            read[name] = before
        elif name in {"slots", "about", "preset"}:
            read[name] = _changed(before, found[name])
        else:
            read[name] = _READ.get(name, _same)(found[name]) if found[name] is not None else None
    state = State(**read)
    earlier: list[State] = []
    later = state
    for each in reversed(found.get("earlier", ())):
        later = _of_state(each, later)
        earlier.insert(0, later)
    return State(**{**read, "earlier": tuple(earlier)}) if earlier else state


def _changes(slots: Mapping[str, SlotValue], after: Mapping[str, SlotValue]) -> dict[str, Any]:
    """Return the values that differ, and null for each that is only in `after`."""
    gone = {name: None for name in after if name not in slots}
    differing = {n: _value(v) for n, v in slots.items() if n not in after or not _alike(after[n], v)}
    return {**differing, **gone}


def _changed(after: Mapping[str, SlotValue], changes: Mapping[str, Any]) -> dict[str, SlotValue]:
    slots = {name: value for name, value in after.items() if name not in changes}
    return {**slots, **{n: _of_value(v) for n, v in changes.items() if v is not None}}


def _alike(one: SlotValue, other: SlotValue) -> bool:
    return type(one) is type(other) and one == other  # True is no 1


def _value(value: SlotValue) -> Any:
    match value:
        case Between(low=low, high=high):
            return {"between": [low, high]}
        case OneOf(codes=codes):
            return {"one_of": list(codes)}
        case Decimal():
            return {"decimal": str(value)}
        case date():
            return {"day": value.isoformat()}
        case str() | int():
            return value
        case _:
            return {"unknown": True}


def _of_value(value: Any) -> SlotValue:
    if isinstance(value, str | int):
        return value
    match value:
        case {"between": [int(low), int(high)]}:
            return Between(low, high)
        case {"one_of": [*codes]}:
            return OneOf(tuple(str(code) for code in codes))
        case {"decimal": str(text)}:
            return Decimal(text)
        case {"day": str(text)}:
            return date.fromisoformat(text)
        case {"unknown": True}:
            return UNKNOWN
        case _:
            raise UnreadableStateError(f"no value: {value!r}")


def _slots(slots: Mapping[str, SlotValue]) -> dict[str, Any]:
    return {name: _value(value) for name, value in slots.items()}


def _of_slots(found: Mapping[str, Any]) -> dict[str, SlotValue]:
    return {name: _of_value(value) for name, value in found.items()}


def _options(options: tuple[Option, ...]) -> list[dict[str, Any]]:
    return [
        {
            "label": each.label,
            **({"sets": _slots(each.sets)} if each.sets else {}),
            **{n: v for n in ("intent", "asks", "does") if (v := getattr(each, n)) is not None},
        }
        for each in options
    ]


def _of_options(found: list[dict[str, Any]]) -> tuple[Option, ...]:
    return tuple(Option(**{**each, "sets": _of_slots(each.get("sets", {}))}) for each in found)


def _comparison(comparing: Comparison) -> dict[str, Any]:
    return {"name": comparing.name, "values": [_value(value) for value in comparing.values]}


def _of_comparison(found: Mapping[str, Any]) -> Comparison:
    return Comparison(str(found["name"]), tuple(_of_value(value) for value in found["values"]))


def _same(value: Any) -> Any:
    return value


_WRITTEN: Mapping[str, Callable[[Any], Any]] = {
    "options": _options,
    "comparing": _comparison,
    "parked": _state,
    "day": date.isoformat,
}
_READ: Mapping[str, Callable[[Any], Any]] = {
    "options": _of_options,
    "comparing": _of_comparison,
    "parked": _of_state,
    "day": date.fromisoformat,
    "asked": tuple,
    "hospitals": tuple,
    "stays": tuple,
}
