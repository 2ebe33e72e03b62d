"""Messages that ask something new: a calculation where a sum is wanted, else a policy answer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.dialogue.hearing import (
    COSTS,
    OF_COSTS,
    WHOLE_COSTS,
    asks_policy,
    comparison,
    heard,
    is_cost,
    is_question,
    is_story,
    is_to_be_reckoned,
)
from bot.dialogue.putting import Putting
from bot.dialogue.remembering import begun, noted
from bot.dialogue.replies import TALK, Replies
from bot.dialogue.state import Next, Reply, SlotValue, State
from bot.language import Reader, Understanding, twin_of
from bot.policy.codes import BILLED

_NOISE = 0.2  # of confidence: below it the likeliest subjects are chance
_TALK_FROM = 0.36  # what is hardly talk may be of our field
_ESTIMATE = "estimate"
_TWINS = 2
_MOST_OF_A_FACT = 8  # characters
_PERSON = frozenset({"city", "insurance", "status", "hospital_level", "tcm"})
# What the kinds of care are called where everyday subjects are offered.
_TOPICS: Mapping[object, str] = {"inpatient": "住院", "outpatient": "门诊"}
# Who tells these of himself with a question on the subject wants his own result.
_OWN_FIGURES: Mapping[object, frozenset[str]] = {
    "retirement": frozenset({"years_paid", "years_paid_in_province"}),
    "contribution": frozenset({"benchmark"}),
    "maternity_allowance": frozenset({"monthly_base"}),
    "maternity_subsidy": frozenset({"average_cost"}),
    "personal_account": frozenset({"pension"}),
    "catastrophic_limit": frozenset({"consecutive_years", "zero_claim_years"}),
}


class Asking:
    """Takes new questions."""

    def __init__(self, reader: Reader, replies: Replies, putting: Putting) -> None:
        self._reader = reader
        self._replies = replies
        self._putting = putting

    def asked(self, state: State, said: Understanding, today: date) -> Next | None:
        """Take a question that stands by itself; None where none is understood."""
        new = self._putting.heard(state, said)
        if said.bad_amount is not None:
            reply = Reply("unknown", self._replies.say(said.bad_amount), "bad_amount", slots=new)
            return self._replies.with_question(noted(state, new), reply)
        told = self._told_more(state, said, new, today) if not state.calculating else None
        if told is not None:
            return told
        ranked = tuple(intent.id for intent in said.intents)
        top = ranked[0] if ranked else None
        if self._wants_reckoned(said, new, top):
            return self.reckoned(state, said, today)
        if top is None or not said.possible:
            return None
        if said.confidence < (_TALK_FROM if top in TALK else _NOISE):
            return self._replies.clarify_vague(noted(state, new), said.text, ranked, said.confidence, new)
        own = _of_scheme(ranked, new.get("insurance", state.slots.get("insurance")))
        if own is not None:
            return self.subject(state, own, ranked, said.confidence, new, today)
        if asks_policy(said) or top in TALK:
            return self.subject(state, top, ranked, said.confidence, new, today)
        if not state.calculating and new.keys() <= _PERSON and new and len(said.text) <= _MOST_OF_A_FACT:
            return self._told(noted(state, new), said, new)
        return self._replies.clarify(noted(state, new), ranked, said.confidence, new)

    def reckoned(self, state: State, said: Understanding, today: date) -> Next:
        """Begin the calculation that a message wants."""
        new = self._putting.heard(state, said)
        if said.bare_amount is not None and is_cost(said):
            new = {**new, **heard({"eligible_cost": said.bare_amount}, ())}
        ranked = tuple(intent.id for intent in said.intents)
        benefit = self._benefit(said, new)
        if benefit is not None:
            new["benefit"] = benefit
        after, reply = self._putting.put(self._begun(state, said, new), new, said, today)
        # The reply's subject may be narrower than what the message was taken for.
        likely = dict.fromkeys((*ranked, *reply.candidates, _ESTIMATE))
        return after, replace(reply, candidates=tuple(likely))

    def _wants_reckoned(self, said: Understanding, new: Mapping[str, SlotValue], top: str | None) -> bool:
        """Whether a message wants a sum: it asks for one, or tells what only its own would need."""
        if self._wants_sum(said, top, told=bool(COSTS & new.keys())):
            return True
        return not _OWN_FIGURES.get(self._benefit(said, new), frozenset()).isdisjoint(new)

    def _benefit(self, said: Understanding, new: Mapping[str, SlotValue]) -> SlotValue | None:
        """Return what is to be worked out, as far as a message tells."""
        benefit = new.get("benefit")
        if benefit is None and said.intents and said.possible:
            benefit = self._reader.subject(said.intents[0].id).benefit
            if COSTS & new.keys() and benefit not in OF_COSTS:
                return None
        return benefit

    @staticmethod
    def _begun(state: State, said: Understanding, new: Mapping[str, SlotValue]) -> State:
        """Return the state for the calculation that is asked for, with the comparison that is wished for."""
        after = begun(state, new)
        wish = said.wish
        if wish is not None and wish.kind == "compare" and WHOLE_COSTS & new.keys():
            return replace(after, comparing=comparison(wish))
        return after

    def _told_more(
        self, state: State, said: Understanding, new: Mapping[str, SlotValue], today: date
    ) -> Next | None:
        """Take a mere sum, or facts for a case whose cost was told: as soon as it can be worked out."""
        if said.bare_amount is not None and is_cost(said):
            new = {**new, **heard({"eligible_cost": said.bare_amount}, ())}
        elif not new or is_question(said) or COSTS.isdisjoint(state.slots):
            return None
        if new.get("benefit", state.slots.get("benefit")) in BILLED:
            return self._putting.put(begun(state, new), new, said, today)
        return self._told(noted(state, new), said, new) if said.bare_amount is not None else None

    def _told(self, known: State, said: Understanding, new: Mapping[str, SlotValue]) -> Next:
        """Take facts told without a question: they count, and what they are for is asked back."""
        ranked = tuple(intent.id for intent in said.intents)
        topic = _TOPICS.get(known.slots.get("benefit"), "")
        after, reply = self._replies.clarify_vague(known, topic, ranked, said.confidence, new)
        return after, replace(reply, text=f"{self._replies.noted(new)}{reply.text}")

    def _wants_sum(self, said: Understanding, top: str | None, *, told: bool) -> bool:
        """Whether a sum is to be worked out, rather than the subject `top` told of.

        `told`: a cost is told. A story tells many sums by the way, and a subject by itself may be asked of as
        'how much': then the matcher must take the question for one of a sum.
        """
        if top is None or not said.possible:
            return said.asks_amount or told
        if top == _ESTIMATE:
            return said.asks_amount or told or said.sure
        benefit = self._reader.subject(top).benefit
        if is_story(said) or benefit is None or (told and benefit not in OF_COSTS):
            return False
        return said.asks_amount and (told or not said.sure or is_to_be_reckoned(said))

    def subject(
        self,
        state: State,
        intent: str,
        ranked: tuple[str, ...],
        confidence: float,
        new: Mapping[str, SlotValue],
        today: date,
    ) -> Next:
        """Go into a subject: talk, a calculation, or a policy answer."""
        if intent in TALK:
            return self._replies.with_question(state, self._replies.talk(state, intent))
        if not self._reader.subject(intent).answer:
            return self._putting.put(begun(state, new), new, None, today)
        after, reply = self._replies.policy(state, intent, ranked, confidence, new, today)
        benefit = self._reader.subject(intent).benefit
        if not state.calculating and benefit is not None and reply.outcome == "answer":
            after = replace(after, options=(self._replies.to_reckon(benefit),))
        return after, reply

    def lost(self, state: State, said: Understanding) -> Next:
        """Say that nothing was understood: once with examples, then with whom to ask instead."""
        new = self._putting.heard(state, said)
        known = noted(state, new)
        if new and not state.calculating:
            return self._told(known, said, new)
        reply = Reply(
            "unknown",
            self._replies.say("handed_over" if state.lost else "unknown"),
            "handed_over" if state.lost else "rephrase",
            confidence=said.confidence,
            candidates=tuple(intent.id for intent in said.intents),
            slots=new,
        )
        return self._replies.with_question(replace(known, lost=state.lost + 1), reply)


def _of_scheme(ranked: tuple[str, ...], scheme: object) -> str | None:
    """Return the one of the two likeliest subjects that is of a known scheme, if that is their difference."""
    if len(ranked) < _TWINS or twin_of(ranked[0]) != ranked[1]:
        return None
    return next((each for each in ranked[:_TWINS] if each.startswith(f"{scheme}_")), None)
