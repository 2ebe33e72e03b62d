"""A state <-> text, for whoever keeps it between two messages. Holds inputs, never what was written.

The states to go back to are kept as what differs from the one after, so that the text stays short.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from bot.dialogue.saved_values import listed, slots_of, text_of, texts_of, value_of, written, written_slots
from bot.dialogue.state import REMEMBER, Comparison, Option, SlotValue, State
from bot.policy import Library, OneOf
from bot.policy.codes import INPUTS, LEVELS

_FORM = 1
"""Of the text; one of another form can't be read."""
_DEFAULT = State()
_NAMES = tuple(f.name for f in fields(State))
_SLOTS = frozenset({"slots", "about", "preset"})
_ASKED = frozenset({*INPUTS, "city", "benefit", "other_city", "date"})
_DOES = frozenset({"another", "resume", "undo", "result", "calc", REMEMBER})
_COMPARE = "compare:"
# All values of these can be set beside each other; of other inputs only those that are named.
_COMPARED_WHOLE = frozenset(
    {"city", "date", *(name for name, field in INPUTS.items() if field.kind in {"code", "yes_no"})}
)
_MOST_COUNTED = 1_000_000


class UnreadableStateError(ValueError):
    """The text is no state, one of another form, or one that doesn't fit the library."""


def saved(state: State) -> str:
    """Return the state as text, at most some kilobytes of JSON."""
    return json.dumps({"form": _FORM, **_state(state)}, ensure_ascii=False, separators=(",", ":"))


def restored(text: str, library: Library | None = None) -> State:
    """Return the state that `saved` made the text of. Raises UnreadableStateError for any other text.

    With the library that the dialogue speaks of also where a city, a hospital or a subject isn't in it.
    """
    try:
        found = json.loads(text)
        if not isinstance(found, dict) or type(form := found.pop("form", None)) is not int or form != _FORM:
            raise UnreadableStateError("not a state of this form")
        state = _of_state(found)
        if json.dumps(_state(state), sort_keys=True) != json.dumps(found, sort_keys=True):
            raise UnreadableStateError("not as a state is written")
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise UnreadableStateError(str(error)) from error
    if library is not None and not all(map(_Of(library).holds, (state, *state.earlier, *_parked(state)))):
        raise UnreadableStateError("not of this library")
    return state


def _state(state: State, after: State = _DEFAULT) -> dict[str, Any]:
    """Return what differs from the state `after` it."""
    found: dict[str, Any] = {}
    for name in _NAMES:
        value = getattr(state, name)
        if name == "earlier":
            continue
        if name in _SLOTS:
            changes = _changes(value, getattr(after, name))
            if changes:
                found[name] = changes
        elif value != getattr(after, name):
            found[name] = _WRITTEN.get(name, _same)(value) if value is not None else None
    if state.earlier:
        nexts = (*state.earlier[1:], state)
        found["earlier"] = [_state(each, later) for each, later in zip(state.earlier, nexts, strict=True)]
    return found


def _of_state(found: Any, after: State = _DEFAULT, *, alone: bool = False) -> State:
    """Return a state; `alone`: it is one to go back to, and has none itself."""
    _require(isinstance(found, dict) and found.keys() <= set(_NAMES), "no state")
    _require(not (alone and (found.get("earlier") or found.get("parked"))), "a state within one put aside")
    read: dict[str, Any] = {}
    for name in _NAMES:
        if name == "earlier":
            continue
        before = getattr(after, name)
        if name not in found:
            read[name] = before
        elif name in _SLOTS:
            read[name] = _changed(before, found[name])
        elif found[name] is None:
            _require(getattr(_DEFAULT, name) is None, f"nothing for {name}")
            read[name] = None
        else:
            read[name] = _READ[name](found[name]) if name in _READ else _like_default(name, found[name])
    state = State(**read)
    earlier: list[State] = []
    later = state
    for each in reversed(listed(found.get("earlier", []))):
        later = _of_state(each, later, alone=True)
        earlier.insert(0, later)
    return State(**{**read, "earlier": tuple(earlier)}) if earlier else state


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise UnreadableStateError(otherwise)


def _changes(slots: Mapping[str, SlotValue], after: Mapping[str, SlotValue]) -> dict[str, Any]:
    """Return the values that differ, and null for each that is only in `after`."""
    gone = {name: None for name in after if name not in slots}
    differing = {n: written(v) for n, v in slots.items() if n not in after or not _alike(after[n], v)}
    return {**differing, **gone}


def _changed(after: Mapping[str, SlotValue], changes: Any) -> dict[str, SlotValue]:
    _require(isinstance(changes, dict), "no inputs")
    slots = {name: value for name, value in after.items() if name not in changes}
    return {**slots, **slots_of({n: v for n, v in changes.items() if v is not None})}


def _alike(one: SlotValue, other: SlotValue) -> bool:
    return type(one) is type(other) and one == other  # a Decimal may be the same number as an int


def _options(options: tuple[Option, ...]) -> list[dict[str, Any]]:
    return [
        {
            "label": each.label,
            **({"sets": written_slots(each.sets)} if each.sets else {}),
            **{n: v for n in ("intent", "asks", "does") if (v := getattr(each, n)) is not None},
        }
        for each in options
    ]


def _of_options(found: Any) -> tuple[Option, ...]:
    return tuple(
        Option(
            text_of(each.pop("label")),
            slots_of(each.pop("sets", {})),
            **{
                name: read(each[name])
                for name, read in (("intent", text_of), ("asks", _input), ("does", _done))
                if name in each
            },
        )
        for each in map(dict, listed(found))
    )


def _comparison(comparing: Comparison) -> dict[str, Any]:
    return {"name": comparing.name, "values": [written(value) for value in comparing.values]}


def _of_comparison(found: Any) -> Comparison:
    name = _input(found["name"])
    values = tuple(value_of(name, value) for value in listed(found["values"]))
    _require(name in _COMPARED_WHOLE or bool(values and name in INPUTS), "nothing to compare")
    return Comparison(name, values)


def _input(found: Any) -> str:
    _require(isinstance(found, str) and found in _ASKED, "no input")
    return str(found)


def _inputs(found: Any) -> tuple[str, ...]:
    return tuple(map(_input, listed(found)))


def _levels(found: Any) -> tuple[str, ...]:
    _require(set(texts_of(found)) <= set(LEVELS), "no levels")
    return texts_of(found)


def _done(found: Any) -> str:
    does = text_of(found)
    _require(does in _DOES or does.removeprefix(_COMPARE) in _COMPARED_WHOLE - {does}, "nothing to do")
    return does


def _year(found: Any) -> int:
    _require(type(found) is int and date.min.year <= found <= date.max.year, "no year")
    return int(found)


def _like_default(name: str, found: Any) -> Any:
    """Return a plain value that is of the kind of the field's usual one."""
    usual = type(getattr(_DEFAULT, name))
    _require(usual in {bool, int} and type(found) is usual, f"no value of {name}")
    _require(usual is bool or 0 <= found <= _MOST_COUNTED, f"no count of {name}")
    return found


def _same(value: Any) -> Any:
    return value


def _of_parked(found: Any) -> State:
    state = _of_state(found, alone=True)
    _require(state.calculating and "benefit" in state.slots, "no calculation put aside")
    return state


def _parked(state: State) -> tuple[State, ...]:
    return (state.parked,) if state.parked is not None else ()


class _Of:
    """Knows what stands in a library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def holds(self, state: State) -> bool:
        """Whether the cities, the hospitals and the subjects of a state are held."""
        sets = (state.slots, state.preset, state.about, *(option.sets for option in state.options))
        cities = [each["city"] for each in sets if "city" in each]
        if state.comparing is not None and state.comparing.name == "city":
            cities += state.comparing.values
        codes = {code for city in cities for code in (city.codes if isinstance(city, OneOf) else (city,))}
        subjects = {state.answered, *(option.intent for option in state.options)} - {None}
        return (
            codes <= self._library.cities.keys()
            and self._library.hospitals.keys() >= set(state.hospitals)
            and self._library.terms.subjects.keys() >= subjects
        )


_WRITTEN: Mapping[str, Callable[[Any], Any]] = {
    "options": _options,
    "comparing": _comparison,
    "parked": _state,
    "day": date.isoformat,
}
_READ: Mapping[str, Callable[[Any], Any]] = {
    "options": _of_options,
    "comparing": _of_comparison,
    "parked": _of_parked,
    "day": date.fromisoformat,
    "pending": _input,
    "asked": _inputs,
    "hospitals": texts_of,
    "stays": _levels,
    "stays_year": _year,
    "answered": text_of,
}
