"""What is kept of a person from one calculation to the next, and for how long."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.dialogue.state import SlotValue, State
from bot.policy import UNKNOWN, OneOf

# What the chat keeps until it is told to forget.
REMEMBERED = ("city", "insurance")
# What is known of a person beyond one calculation.
_PERSON = (*REMEMBERED, "status", "hardship")
# Told with a question, these are about that question alone.
_PASSING = frozenset({"date", "preview"})
_MOST_EARLIER = 12


def fresh(state: State) -> State:
    """Return the state of a new dialogue in the same chat: the city and the scheme stay."""
    return State(
        preset=state.preset,
        slots={**state.preset, **_kept(state, REMEMBERED)},
        explained=state.explained,
        introduced=state.introduced,
        day=state.day,
    )


def anew(state: State) -> State:
    """Return the state for another calculation of the same person; the one before waits to be resumed."""
    slots = {**state.preset, **_kept(state, _PERSON)}
    return replace(fresh(state), slots=slots, parked=parked(state) or state.parked)


def of_other(state: State) -> State:
    """Return the state for the calculation of another person: only the city is taken to be the same."""
    slots = {**state.preset, **_kept(state, ("city",))}
    return replace(anew(state), slots=slots)


def begun(state: State, new: Mapping[str, SlotValue]) -> State:
    """Return the state to begin the calculation in that a message asks for with `new`.

    All that was told today before any calculation counts, unless it was told of another kind of care.
    """
    if state.calculating:
        return anew(state)
    told, benefit = state.slots.get("benefit"), new.get("benefit")
    same = benefit is None or told is None or told == benefit
    slots = state.slots if same else {**state.preset, **_kept(state, _PERSON)}
    hospitals = state.hospitals if same else ()
    return replace(fresh(state), slots=slots, hospitals=hospitals, parked=state.parked)


def forgotten(state: State) -> State:
    """Return the state of a chat that knows nothing of the person, whoever told it."""
    preset = {name: value for name, value in state.preset.items() if name not in REMEMBERED}
    return State(preset=preset, slots=preset, introduced=state.introduced, day=state.day)


def noted(state: State, new: Mapping[str, SlotValue]) -> State:
    """Return the state with what a message told, though it led to no calculation."""
    if state.calculating:
        return state
    told = {n: v for n, v in new.items() if n not in _PASSING and v is not UNKNOWN and type(v) is not OneOf}
    return replace(state, slots={**state.slots, **told})


def of_today(state: State, today: date) -> tuple[State, bool]:
    """Return the state as it is worth on a day, and whether an open calculation has lapsed.

    No input outlives the day on which it was told, but for the city and the scheme.
    """
    if state.day in (None, today):
        return replace(state, day=today), False
    return replace(fresh(state), day=today), state.pending is not None


def parked(state: State) -> State | None:
    """Return the calculation of a state to put aside; None where there is none."""
    if not state.calculating or "benefit" not in state.slots:
        return None
    return replace(state, earlier=(), parked=None, options=(), clarifying=False)


def behind(state: State) -> tuple[State, ...]:
    """Return the states to go back through from the next one."""
    if not state.calculating:
        return ()
    before = replace(state, earlier=(), parked=None, options=(), clarifying=False)
    return (*state.earlier, before)[-_MOST_EARLIER:]


def result_before(state: State) -> State | None:
    """Return the state with the result that has been changed since, None where there is none."""
    for place, before in reversed([*enumerate(state.earlier)]):
        if before.done:
            return replace(before, earlier=state.earlier[:place], parked=state.parked, day=state.day)
    return None


def _kept(state: State, names: tuple[str, ...]) -> dict[str, SlotValue]:
    kept = {n: state.slots[n] for n in names if isinstance(state.slots.get(n), str | bool)}
    if state.scheme_assumed:
        kept.pop("insurance", None)
    return kept
