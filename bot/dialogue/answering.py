"""Answers to the open question, choices by number or words, and what doesn't fit."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from bot.dialogue.asking import Asking
from bot.dialogue.doors import Doors
from bot.dialogue.following import Following
from bot.dialogue.forms import merged
from bot.dialogue.hearing import (
    COST_PARTS,
    LEAST_COST,
    WHOLE_COSTS,
    agrees,
    agrees_first,
    answer_to,
    asks_policy,
    compares,
    cost_told,
    denies,
    goes_on,
    heard,
    heard_in,
    is_cost,
    is_filed,
    is_question,
    levels_denied,
    of_another,
    says,
    wonders_whether,
)
from bot.dialogue.hospitals import HospitalsOf, names_hospital
from bot.dialogue.putting import Putting
from bot.dialogue.remembering import anew, begun, behind, of_other, result_before
from bot.dialogue.replies import Replies
from bot.dialogue.state import REMEMBER, Comparison, Next, Option, SlotValue, State
from bot.language import Understanding
from bot.policy import UNKNOWN
from bot.policy.codes import BILLED, INPUTS

_MOST_OF_A_CHOICE = 20  # characters: more is a message of its own, whatever words it holds
_LEAST_OF_A_LABEL = 2  # characters that may stand for a whole label
_LEVEL = "hospital_level"
_TYPED = frozenset({"money", "count", "decimal"})  # kinds of input that are told as a number


class Answering:
    """Takes answers."""

    def __init__(
        self,
        replies: Replies,
        putting: Putting,
        hospitals: HospitalsOf,
        asking: Asking,
        following: Following,
        doors: Doors,
    ) -> None:
        self._replies = replies
        self._putting = putting
        self._hospitals = hospitals
        self._asking = asking
        self._following = following
        self._doors = doors

    def answered(self, state: State, said: Understanding, today: date) -> Next | None:
        """Take an answer to the pending question, or at least something for the same calculation."""
        if state.pending is None or state.clarifying:
            picked = self._picked(state, said, today) if state.options else None
            if picked is not None or state.pending is None:
                return picked
        if said.command == "unsure":
            return self._unsure(state, today)
        if said.unknown & COST_PARTS and not self._putting.heard(state, said):
            return self._replies.calculated(state, today, f"{self._replies.say('as_usual')}\n")
        confirmed = self._confirmed(state, said, today)
        if confirmed is not None:
            return confirmed
        if wonders_whether(said) and self._putting.heard(state, said).keys() <= {state.pending}:
            return self._unsure(state, today)
        if compares(said):
            return None if asks_policy(said) else self._not_an_answer(state)
        return self._fitting(state, said, today)

    def _fitting(self, state: State, said: Understanding, today: date) -> Next | None:
        """Take what fits the question, or tells another input of the calculation."""
        assert state.pending is not None
        called = self._putting.benefit_called(said) if state.pending == "benefit" else None
        new = {**heard_in(said), "benefit": called} if called else answer_to(state.pending, said)
        if new is None:
            picked = self._picked(state, said, today)
            if picked is not None:
                return picked
            if said.bad_amount is not None:
                return self._replies.tried(state, self._replies.say(said.bad_amount))
            new = self._putting.heard(state, said)
            if not new and is_cost(said) and state.slots.get("benefit") in BILLED:
                new = heard({cost_told(state.slots): said.bare_amount}, ())
            if self._asks_else(state, said, new):
                return None
        if not new and not names_hospital(said):
            return self._not_an_answer(state)
        if of_another(said) and WHOLE_COSTS & new.keys() and WHOLE_COSTS & state.slots.keys():
            return self._putting.put(of_other(state), new, said, today)
        if self._is_of_another_kind(state, said, new):
            return self._putting.put(anew(state), new, said, today)
        return self._putting.put(state, new, said, today)

    @staticmethod
    def _asks_else(state: State, said: Understanding, new: Mapping[str, SlotValue]) -> bool:
        """Whether a message asks a question of its own, rather than tells something for the calculation."""
        again = bool(WHOLE_COSTS & new.keys()) and merged(state.slots, new) == state.slots
        if is_filed(said) or again:
            return False
        if asks_policy(said) and (not new or is_question(said)):
            return True
        benefit = state.slots.get("benefit")
        other = benefit is not None and new.get("benefit", benefit) != benefit and not goes_on(said)
        return other and new.keys() == {"benefit"} and is_question(said)

    @staticmethod
    def _is_of_another_kind(state: State, said: Understanding, new: Mapping[str, SlotValue]) -> bool:
        """Whether a message begins another calculation, rather than puts right what this one is about."""
        benefit = state.slots.get("benefit")
        if benefit is None or new.get("benefit", benefit) == benefit or goes_on(said):
            return False
        return bool(WHOLE_COSTS & new.keys()) or said.asks_amount

    def _confirmed(self, state: State, said: Understanding, today: date) -> Next | None:
        """Take a yes or no to the level that was proposed for a hospital, or to any other level."""
        if state.pending != _LEVEL or names_hospital(said) or wonders_whether(said):
            return None
        proposed = self._hospitals.proposed(state)
        denied, meant = levels_denied(said)
        if denied and meant is not None:
            return self._putting.put(state, {**self._putting.heard(state, said), _LEVEL: meant}, said, today)
        if proposed is None:
            return self._not_an_answer(state) if denied else None
        if agrees(said):
            return self._putting.put(state, {_LEVEL: proposed}, None, today)
        if denies(said) or proposed.removesuffix("_provincial") in denied:
            return self._replies.question(replace(state, hospitals=()), _LEVEL)
        if denied:
            return self._not_an_answer(state)
        new = self._putting.heard(state, said)
        if agrees_first(said) and new and _LEVEL not in new and not is_question(said):
            return self._putting.put(state, {**new, _LEVEL: proposed}, said, today)
        return None

    def _picked(self, state: State, said: Understanding, today: date) -> Next | None:
        """Take a choice said by its number or its words."""
        if said.number is not None and state.options:
            if 1 <= said.number <= len(state.options):
                return self.chosen(state, said.number, today)
            if state.pending in INPUTS and INPUTS[state.pending].kind in _TYPED:
                return None
            # After a result a larger number is another cost.
            cost = state.done or (not state.calculating and state.slots.get("benefit") in BILLED)
            return None if cost and said.number >= LEAST_COST else self._stale(state)
        named = [
            n
            for n, option in enumerate(state.options, 1)
            if option.does != REMEMBER and says(said, option.label)
        ]
        if not named and state.clarifying and len(said.text) >= _LEAST_OF_A_LABEL:
            named = [n for n, option in enumerate(state.options, 1) if said.text in option.label]
        if len(named) == 1 and len(said.text) <= _MOST_OF_A_CHOICE:
            return self.chosen(state, named[0], today)
        return None

    def chosen(self, state: State, number: int, today: date) -> Next:
        """Take the choice with a number, counted from 1."""
        if not 1 <= number <= len(state.options):
            return self._stale(state)
        option = state.options[number - 1]
        if option.intent is not None:
            state = replace(state, clarifying=False)
            return self._asking.subject(state, option.intent, (option.intent,), 1.0, option.sets, today)
        if option.asks is not None:
            return self._asked_for(state, option.asks)
        if option.does is not None:
            return self._done(state, option, today)
        if state.pending is not None and option.sets.get(state.pending) is UNKNOWN:
            return self._unsure(state, today)
        into = state if state.calculating else begun(state, option.sets)
        return self._putting.put(into, option.sets, None, today)

    def amended(self, state: State, name: str) -> Next:
        """Ask for an input of a result anew, also while another of it is being told."""
        changes = state.done or result_before(state) is not None
        if not (state.calculating and changes) or name not in state.slots.keys() | {"date"}:
            return self._replies.outdated_choice(state)
        return self._asked_for(state, name)

    def _asked_for(self, state: State, name: str) -> Next:
        return self._replies.question(replace(state, earlier=behind(state), tries=0), name)

    def _done(self, state: State, option: Option, today: date) -> Next:
        """Do what a choice stands for."""
        what, _, name = str(option.does).partition(":")
        acts: Mapping[str, Callable[[], Next | None]] = {
            "compare": lambda: self._following.compared(state, Comparison(name), today),
            "another": lambda: self._following.another(state, {}, None, today),
            "resume": lambda: self._following.resumed(state, today) if state.parked else None,
            "result": lambda: self._replies.calculated(state, today),
            "calc": lambda: self._doors.reckon(state, today),
            "undo": lambda: self._undone(state, today),
            REMEMBER: lambda: self._doors.remember(state, option.sets, today),
        }
        return acts[what]() or self._stale(state)

    def _undone(self, state: State, today: date) -> Next | None:
        before = result_before(state)
        return None if before is None else self._replies.calculated(before, today)

    def _stale(self, state: State) -> Next:
        return self._replies.no_such_choice(state)

    def _unsure(self, state: State, today: date) -> Next:
        """Take 'I don't know': a range where the possible values are few; otherwise where to look it up."""
        name = state.pending
        assert name is not None
        field = INPUTS.get(name)
        if field is not None and field.default is not None and field.kind in {"money", "count"}:
            # Nothing rests on it: the result stands on the usual value, and says what it could change.
            usual = replace(state, pending=None, tries=0)
            return self._replies.calculated(usual, today, f"{self._replies.say('as_usual')}\n")
        if name == "insurance" and state.slots.get("benefit") in BILLED:
            both = replace(state, comparing=Comparison(name), earlier=behind(state), tries=0)
            return self._replies.calculated(both, today, f"{self._replies.say('both_schemes')}\n")
        # The city decides whose law it is, and an amount can be anything.
        if field is not None and field.kind in {"code", "yes_no", "decimal"} and name != "insurance":
            return self._putting.put(state, {name: UNKNOWN}, None, today)
        return self._replies.unsure(state)

    def _not_an_answer(self, state: State) -> Next:
        assert state.pending is not None
        return self._replies.tried(state, self._replies.misfit(state.pending))
