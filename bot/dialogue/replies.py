"""Replies made from a state: the open question, a result, a refusal, a policy answer, 'did you mean'.

Each returns the state to go on with and the reply; what a message meant is settled before.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from bot.dialogue.answers import Answers
from bot.dialogue.forms import OTHER_CITY, Questions, case_of
from bot.dialogue.hospitals import HospitalsOf
from bot.dialogue.results import Results
from bot.dialogue.state import Option, Reply, SlotValue, State
from bot.engine import Engine, Needs, Ok, Range, Refused
from bot.rendering import Estimates, Templates

_MOST_CHOICES = 3
TALK = frozenset({"greeting", "thanks", "help", "handoff"})
# What to offer where a text names no more than a field of ours, or not even that: the first that fits.
_EVERYDAY = {
    "住院": ("inpatient_rate", "inpatient_deductible", "estimate"),
    "门诊": ("outpatient", "chronic_outpatient", "estimate"),
    "参保": ("resident_enrolment", "flexible_enrolment", "contribution"),
    "缴费": ("resident_contribution", "employee_contribution", "flexible_contribution"),
    "报": ("inpatient_rate", "outpatient", "estimate"),
    "": ("inpatient_rate", "outpatient", "contribution"),
}
# Where no scheme is named: an answer on care is for both schemes, and most people pay as residents.
_EITHER_SCHEME = {"contribution": "resident_contribution"}
# What is known of a person beyond one calculation.
PERSON = ("city", "insurance", "status", "hardship")


class Replies:
    """Makes replies on one engine and its words."""

    def __init__(self, engine: Engine, estimates: Estimates, templates: Templates) -> None:
        self._engine = engine
        self._library = engine.library
        self._estimates = estimates
        self._templates = templates
        self._answers = Answers(engine, estimates, templates)
        self._questions = Questions(engine, templates)
        self._hospitals = HospitalsOf(engine.library)
        self.results = Results(engine, estimates, templates)

    def say(self, name: str) -> str:
        """Return a short word of talk, with the telephone number that it names."""
        numbers = self._library.numbers
        if name == "danger":
            return self._templates.say("talk", name, emergency=numbers.emergency)
        if name in {"elsewhere", "foreign", "handoff", "unknown", "unsure_needed", "stuck"}:
            return self._templates.say("talk", name, hotline=numbers.hotline)
        return self._templates.say("talk", name)

    def command(self, name: str, intent: str | None = None) -> Reply:
        """Return the reply to something that steers the talk."""
        return Reply("command", self.say(name), intent, 1.0)

    def calculated(self, state: State, today: date, lead: str = "") -> tuple[State, Reply]:
        """Calculate with what is known: the result, a refusal, or the next question; `lead` goes before."""
        estimate = self._engine.estimate(case_of(state.slots, today))
        if isinstance(estimate, Needs):
            found = self.question(replace(state, calculating=True), estimate.missing[0])
        elif isinstance(estimate, Refused):
            found = self._refusal(state, estimate)
        else:
            found = self._result(state, estimate)
        return found[0], replace(found[1], text=lead + found[1].text)

    def question(self, state: State, name: str) -> tuple[State, Reply]:
        """Ask for an input."""
        options = self._questions.options(name, state.slots)
        intent = self.results.intent(state.slots)
        text = self._estimates.question("city" if name == OTHER_CITY else name)
        if name == "hospital_level":
            text, options = self._of_hospital(state, text, options)
        asked = replace(state, pending=name, options=options, done=False)
        return asked, Reply("question", text, intent, 1.0, slots=state.slots, candidates=(intent,))

    def _of_hospital(
        self, state: State, text: str, options: tuple[Option, ...]
    ) -> tuple[str, tuple[Option, ...]]:
        """Return the question for the level with what is known of the hospital that was named."""
        hospital, proposed = self._hospitals.meant(state), self._hospitals.proposed(state)
        say, terms = self._templates.say, self._library.terms
        if hospital is None:
            return (f"{say('talk', 'hospital_unknown')}{text}" if state.hospital_unknown else text), options
        if proposed is None:
            return f"{say('talk', 'hospital_without_level', name=hospital.name)}{text}", options
        level = terms.of("hospital_level", proposed)
        right = Option(self.say("right"), {"hospital_level": proposed})
        others = (each for each in options if each.sets.get("hospital_level") != proposed)
        return say("talk", "hospital_proposed", name=hospital.name, level=level), (right, *others)

    def with_question(self, state: State, reply: Reply) -> tuple[State, Reply]:
        """Return `reply`, followed by the question that is still open, if one is."""
        if state.pending is None:
            return state, reply
        asked, question = self.question(state, state.pending)
        return asked, replace(reply, text=f"{reply.text}\n{question.text}", slots=state.slots)

    def policy(
        self,
        state: State,
        intent: str,
        ranked: tuple[str, ...],
        confidence: float,
        new: Mapping[str, SlotValue],
        today: date,
    ) -> tuple[State, Reply]:
        """Answer from policy; a calculation, open or done, stays as it is.

        `ranked` are the subjects the message may have meant.
        """
        known = {n: v for n, v in state.slots.items() if n in {"city", "insurance", "date"}}
        slots = {**known, **new}
        answer = self._answers.answer(intent, slots, today)
        found = answer.intent
        reply = Reply(
            "answer" if answer.held else "refused",
            answer.text,
            found,
            confidence,
            sources=answer.sources,
            slots=slots,
            candidates=(found, *(each for each in ranked if each != found)),
        )
        if state.pending is not None:
            back = self._templates.say("talk", "back_to_question")
            return self.with_question(state, replace(reply, text=f"{reply.text}\n\n{back}"))
        if state.calculating:
            return replace(state, answered=found, about=slots), reply
        kept = {n: v for n, v in slots.items() if n in {"city", "insurance"}}
        told = replace(fresh(state), slots={**state.preset, **kept}, answered=found, about=slots)
        return told, reply

    def clarify(
        self,
        state: State,
        ranked: tuple[str, ...],
        confidence: float,
        new: Mapping[str, SlotValue],
    ) -> tuple[State, Reply]:
        """Ask which of the likeliest subjects is meant; talk is none."""
        subjects = [each for each in ranked if each not in TALK][:_MOST_CHOICES]
        options = tuple(Option(self._library.terms.subjects[each], new, intent=each) for each in subjects)
        return replace(state, options=options, pending=None), Reply(
            "clarify", self.say("clarify"), ranked[0], confidence, slots=new, candidates=ranked
        )

    def clarify_vague(
        self,
        state: State,
        text: str,
        ranked: tuple[str, ...],
        confidence: float,
        new: Mapping[str, SlotValue],
    ) -> tuple[State, Reply]:
        """Ask which everyday subject is meant by a text too vague to guess at."""
        topics = next(offered for word, offered in _EVERYDAY.items() if word in text)
        subjects = [self._of_scheme(topic, new.get("insurance")) for topic in topics]
        options = tuple(Option(self._templates.say("everyday", each), new, intent=each) for each in subjects)
        return replace(state, options=options, pending=None), Reply(
            "clarify",
            self.say("clarify"),
            subjects[0],
            confidence,
            slots=new,
            candidates=tuple(dict.fromkeys((*subjects, *ranked))),
        )

    def _of_scheme(self, topic: str, scheme: object) -> str:
        """Return the subject that a topic is in a scheme, or for whoever named none."""
        known = self._library.terms.subjects
        if topic in known:
            return topic
        if f"{scheme}_{topic}" in known:
            return f"{scheme}_{topic}"
        return _EITHER_SCHEME.get(topic, f"employee_{topic}")

    def _refusal(self, state: State, estimate: Refused) -> tuple[State, Reply]:
        found = self._estimates.as_json(estimate)
        closed = replace(state, pending=None, options=(), done=True, calculating=True)
        return closed, self._told("refused", str(found["reason"]), state, found)

    def _result(self, state: State, estimate: Ok | Range) -> tuple[State, Reply]:
        assumed = self._engine.assumptions(estimate)
        found = self._estimates.as_json(estimate, assumed)
        text = self.results.text(
            estimate,
            assumed,
            scheme_assumed=state.scheme_assumed,
            explain=not state.explained,
            hospital=self._hospitals.decided(state),
        )
        options = self.results.next_options(estimate, assumed)
        done = replace(state, pending=None, options=options, done=True, calculating=True, explained=True)
        return done, self._told("estimate", text, state, found)

    def _told(
        self, outcome: Literal["estimate", "refused"], text: str, state: State, found: dict[str, Any]
    ) -> Reply:
        """Return the reply for an estimate, `found` being what other programs read of it."""
        intent = self.results.intent(state.slots)
        return Reply(
            outcome,
            text,
            intent,
            1.0,
            sources=tuple(found["sources"]),
            slots=state.slots,
            estimate=found,
            candidates=(intent,),
        )


def fresh(state: State) -> State:
    """Return the state of a new dialogue with what was known beforehand."""
    return State(preset=state.preset, slots=dict(state.preset), explained=state.explained)


def anew(state: State) -> State:
    """Return the state for another calculation of the same person."""
    kept = {n: v for n, v in state.slots.items() if n in PERSON}
    if state.scheme_assumed:
        kept.pop("insurance", None)
    return replace(fresh(state), slots={**state.preset, **kept})
