"""Replies made from a state: the open question, a result, a refusal, a policy answer, 'did you mean'.

Each returns the state to go on with and the reply; what a message meant is settled before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from bot.dialogue.answers import Answers
from bot.dialogue.comparisons import Compared, Comparisons
from bot.dialogue.forms import Questions, case_of
from bot.dialogue.hospitals import HospitalsOf
from bot.dialogue.reading_back import ReadBack
from bot.dialogue.remembering import REMEMBERED, noted, result_before
from bot.dialogue.results import Results
from bot.dialogue.state import Next, Option, Reply, SlotValue, State, Status
from bot.engine import Engine, Needs, Ok, Range, Refused
from bot.policy.codes import INPUTS
from bot.rendering import Estimates, Templates

_MOST_CHOICES = 3
_MOST_TRIES = 2  # after so many answers that don't fit, a way out is offered
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
# A proposed level is put right by one of these; whoever means another says so.
_EVERYDAY_LEVELS = frozenset({"level3", "level2", "level1", "grassroots", None})
_NUMBERED = frozenset({"come_back", "elsewhere", "foreign", "handoff", "stuck", "handed_over"})


class Replies:
    """Makes replies on one engine and its words."""

    def __init__(self, engine: Engine, estimates: Estimates, templates: Templates) -> None:
        self._engine = engine
        self._library = engine.library
        self._estimates = estimates
        self._templates = templates
        self._answers = Answers(engine, estimates, templates)
        self._questions = Questions(engine, templates, estimates)
        self._hospitals = HospitalsOf(engine.library)
        self.results = Results(engine, estimates, templates)
        self._taken = ReadBack(engine, estimates, templates)
        self._comparisons = Comparisons(engine, estimates, templates)

    def say(self, name: str, /, **words: Any) -> str:
        """Return a short word of talk, with the telephone number that it names."""
        numbers = self._library.numbers
        if name in {"danger", "alarm"}:
            words["emergency"] = numbers.emergency
        elif name == "despair":
            words |= {"emergency": numbers.emergency, "crisis": numbers.crisis}
        elif name in _NUMBERED:
            words["hotline"] = numbers.hotline
        return self._templates.say("talk", name, **words)

    def command(self, name: str, intent: str | None = None, status: Status = "steered") -> Reply:
        """Return the reply to something that steers the talk."""
        return Reply("command", self.say(name), status, intent, 1.0)

    def talk(self, state: State, name: str) -> Reply:
        """Return the reply to what is mere talk; to whom the chat is new the first words say who speaks."""
        said = "greeting_new" if name == "greeting" and not state.introduced else name
        return Reply("command", self.say(said), "steered", name, 1.0)

    def calculated(self, state: State, today: date, lead: str = "") -> Next:
        """Calculate with what is known: the result, a refusal, or the next question; `lead` goes before."""
        state = replace(state, calculating=True, clarifying=False)
        if state.comparing is not None:
            found = self._compared_or_asked(state, today)
        else:
            estimate = self._engine.estimate(case_of(state.slots, today))
            if isinstance(estimate, Needs):
                found = self._next_question(state, estimate)
            elif isinstance(estimate, Refused):
                found = self._refusal(state, estimate)
            else:
                found = self._result(state, estimate)
        return found[0], replace(found[1], text=lead + found[1].text, lead=lead)

    def _next_question(self, state: State, needs: Needs) -> Next:
        """Ask for the first input that is missing, and say how far it is still to go."""
        asked, reply = self.question(state, needs.missing[0])
        lead = self._questions.progress(len(asked.asked), needs)
        so_far = self._questions.so_far(needs) if state.comparing is None else ""
        ahead = f"{lead}{so_far}\n" if lead or so_far else ""
        return asked, replace(reply, text=f"{ahead}{reply.text}")

    def question(self, state: State, name: str) -> Next:
        """Ask for an input, in other words where an answer didn't fit."""
        options = self._questions.options(name, state.slots)
        intent = self.results.intent(state.slots)
        text = self._questions.text(name, state.tries)
        if name == "hospital_level":
            text, options = self._of_hospital(state, text, options)
        options += self._to_let_stand(state)
        status: Status = ("asked", "asked_again")[state.tries] if state.tries < _MOST_TRIES else "stuck"
        asked = replace(
            state,
            pending=name,
            options=options,
            clarifying=False,
            done=False,
            asked=state.asked if name in state.asked else (*state.asked, name),
        )
        return asked, Reply(
            "question", text, status, intent, 1.0, slots=state.slots, candidates=(intent,), asked=name
        )

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
        others = (
            each
            for each in options
            if (other := each.sets.get("hospital_level")) != proposed
            and (not isinstance(other, str) or other in _EVERYDAY_LEVELS)
        )
        return say("talk", "hospital_proposed", name=hospital.name, level=level), (right, *others)

    def with_question(self, state: State, reply: Reply) -> Next:
        """Return `reply`, followed by the question that is still open, or the way back to the result."""
        if state.pending is None:
            return self._beside_result(state), reply
        asked, question = self.question(state, state.pending)
        text = f"{reply.text}\n{question.text}"
        return asked, replace(reply, text=text, slots=state.slots, asked=state.pending)

    def _beside_result(self, state: State) -> State:
        """Return the state with the way back to its result in place of all that was offered with that."""
        if not (state.calculating and state.done):
            return state
        return replace(state, options=self._to_go_back(state), clarifying=False)

    def no_such_choice(self, state: State) -> Next:
        """Say that a choice isn't there; what is offered still is."""
        return self._choice_refused(state, "stale_choice" if state.options else "no_choice")

    def outdated_choice(self, state: State) -> Next:
        """Say that a choice of an earlier reply holds no more; what is offered now does."""
        below = state.options or state.pending is not None
        return self._choice_refused(state, "outdated_choice" if below else "outdated_alone")

    def _choice_refused(self, state: State, name: str) -> Next:
        reply = self.command(name, status="no_such_choice")
        return (state, reply) if state.pending is None else self.with_question(state, reply)

    def tried(self, state: State, why: str) -> Next:
        """Ask the open question again after an answer that doesn't fit, saying `why`."""
        assert state.pending is not None
        asked, question = self.question(replace(state, tries=state.tries + 1), state.pending)
        return asked, replace(question, text=f"{why}{question.text}")

    def unsure(self, state: State) -> Next:
        """Say where to find what the person doesn't know, and ask for it again."""
        assert state.pending is not None
        asked, question = self.question(replace(state, tries=1), state.pending)
        where = self._questions.whereabouts(state.pending)
        if not state.tries:
            return replace(asked, tries=1), replace(question, text=f"{where}\n{question.text}")
        text = f"{where}\n{self.say('come_back')}\n{question.text}"
        return replace(asked, tries=_MOST_TRIES), replace(question, text=text, status="stuck")

    def misfit(self, name: str) -> str:
        """Return what kind of answer is wanted for an input."""
        kind = INPUTS[name].kind if name in INPUTS else name
        return self.say(
            {"date": "no_day", "money": "no_amount", "count": "no_count", "decimal": "no_count"}.get(
                kind, "no_choice_met"
            )
        )

    def remembered(self, state: State) -> Reply:
        """Tell what is remembered of the person."""
        names = self.names_remembered(state)
        text = self.say("remembered", names=names) if names else self.say("nothing_remembered")
        return Reply("command", text, "steered", None, 1.0, slots=state.slots)

    def names_remembered(self, state: State) -> list[str]:
        """Return what the city and the scheme of a state are called, as far as they are known."""
        terms = self._library.terms
        return [
            self._library.cities[value].short if name == "city" else terms.of(name, value)
            for name in REMEMBERED
            if isinstance(value := state.slots.get(name), str)
        ]

    def explained(self, state: State, result: Ok | Range) -> Next:
        """Tell step by step how a result came about; what was offered with it still is."""
        text = self.say("working", steps=self.results.steps(result))
        intent = self.results.intent(state.slots)
        sources = tuple(self._estimates.as_json(result)["sources"])
        return state, Reply("answer", text, "explained", intent, 1.0, sources=sources, slots=state.slots)

    def _compared_or_asked(self, state: State, today: date) -> Next:
        """Return the comparison that is wished for, or the question for what it still needs."""
        assert state.comparing is not None
        name, values = state.comparing.name, state.comparing.values
        found = self._comparisons.of(state.slots, name, values, today)
        if isinstance(found, Needs):
            return self._next_question(state, found)
        state = replace(state, comparing=None)
        if isinstance(found, Refused):
            return self._refusal(state, found)
        return self._compared(state, name, found, today)

    def _compared(self, state: State, name: str, found: Compared, today: date) -> Next:
        sheet = found.sheet
        told = self._told("estimate", "compared", sheet.text, state, found.estimate, found.sources)
        reply = replace(told, sheet=sheet)
        missing = self._engine.estimate(case_of(state.slots, today))
        if isinstance(missing, Needs):
            return self.with_question(replace(state, pending=missing.missing[0]), reply)
        options = tuple(
            Option(self.say("look_at", name=row.label), {name: row.values[0]})
            for row in found.rows
            if not isinstance(row.found, Refused) and state.slots.get(name) not in row.values
        )
        return replace(state, done=True, pending=None, options=options), reply

    def policy(
        self,
        state: State,
        intent: str,
        ranked: tuple[str, ...],
        confidence: float,
        new: Mapping[str, SlotValue],
        today: date,
    ) -> Next:
        """Answer from policy; a calculation, open or done, stays as it is.

        `ranked` are the subjects the message may have meant.
        """
        known = {n: v for n, v in state.slots.items() if n in (*REMEMBERED, "date")}
        slots = {**known, **new}
        answer = self._answers.answer(intent, slots, today)
        found = answer.intent
        reply = Reply(
            "answer" if answer.held else "refused",
            answer.text,
            "answered" if answer.held else "not_held",
            found,
            confidence,
            sources=answer.sources,
            slots=slots,
            candidates=(found, *(each for each in ranked if each != found)),
        )
        if state.pending is not None:
            return self.with_question(state, replace(reply, text=f"{reply.text}\n\n{self.say('going_back')}"))
        state = replace(state, answered=found, about=slots, clarifying=False)
        if state.calculating:
            return self._beside_result(state), reply
        return replace(noted(state, slots), options=()), reply

    def clarify(
        self,
        state: State,
        ranked: tuple[str, ...],
        confidence: float,
        new: Mapping[str, SlotValue],
    ) -> Next:
        """Ask which of the likeliest subjects is meant; talk is none."""
        subjects = [each for each in ranked if each not in TALK]
        options = [Option(self._library.terms.subjects[each], new, intent=each) for each in subjects]
        return self._to_choose(state, options, ranked, confidence, new)

    def clarify_vague(
        self,
        state: State,
        text: str,
        ranked: tuple[str, ...],
        confidence: float,
        new: Mapping[str, SlotValue],
    ) -> Next:
        """Ask which everyday subject is meant by a text too vague to guess at."""
        topics = next(offered for word, offered in _EVERYDAY.items() if word in text)
        scheme = new.get("insurance", state.slots.get("insurance"))
        if scheme is None and "status" in state.slots:
            scheme = "employee"
        subjects = [self.of_scheme(topic, scheme) for topic in topics]
        options = [Option(self._templates.say("everyday", each), new, intent=each) for each in subjects]
        return self._to_choose(state, options, tuple(dict.fromkeys((*subjects, *ranked))), confidence, new)

    def _to_choose(
        self,
        state: State,
        options: Sequence[Option],
        ranked: tuple[str, ...],
        confidence: float,
        new: Mapping[str, SlotValue],
    ) -> Next:
        """Offer the likeliest subjects, and the way back to a question that is open."""
        back = self._to_go_back(state) if state.pending is not None else ()
        offered = (*options[: _MOST_CHOICES - len(back)], *back)
        return replace(state, options=offered, clarifying=True), Reply(
            "clarify", self.say("clarify"), "clarified", ranked[0], confidence, slots=new, candidates=ranked
        )

    def noted(self, new: Mapping[str, SlotValue]) -> str:
        """Return what was taken in, in the person's words."""
        return self.say("noted", facts=[self._taken.phrase(name, value) for name, value in new.items()])

    def of_scheme(self, topic: str, scheme: object) -> str:
        """Return the subject that a topic is in a scheme, or for whoever named none."""
        known = self._library.terms.subjects
        if topic in known:
            return topic
        if f"{scheme}_{topic}" in known:
            return f"{scheme}_{topic}"
        return _EITHER_SCHEME.get(topic, f"employee_{topic}")

    def holds(self, intent: str, slots: Mapping[str, SlotValue], today: date) -> bool:
        """Whether there is an answer from policy to a subject, for the place, scheme and day in `slots`."""
        return self._answers.answer(intent, slots, today).held

    def _refusal(self, state: State, estimate: Refused) -> Next:
        found = self._estimates.as_json(estimate)
        options = self.to_resume(state)
        options = (*self._to_let_stand(state), *options)
        closed = replace(state, pending=None, options=options, done=True, calculating=True)
        return closed, self._told("refused", "not_held", str(found["reason"]), state, found, found["sources"])

    def _result(self, state: State, estimate: Ok | Range) -> Next:
        assumed = self._engine.assumptions(estimate)
        found = self._estimates.as_json(estimate, assumed)
        sheet = self.results.sheet(
            estimate,
            assumed,
            scheme_assumed=state.scheme_assumed,
            explain=not state.explained,
            hospital=self._hospitals.decided(state),
        )
        options = (*self.results.next_options(estimate, assumed), *self.to_resume(state))
        done = replace(state, pending=None, options=options, done=True, calculating=True, explained=True)
        reply = self._told("estimate", "estimated", sheet.text, state, found, found["sources"])
        return done, replace(reply, sheet=sheet)

    def ways_back(self, state: State) -> tuple[Option, ...]:
        """Return the choices to go back to what is open or done, and to what was put aside."""
        return (*self._to_go_back(state), *self.to_resume(state))

    def _to_go_back(self, state: State) -> tuple[Option, ...]:
        if not state.calculating:
            return ()
        name = "back_to_result" if state.pending is None else "back_to_question"
        return (Option(self.say(name), does="result"),)

    def _to_let_stand(self, state: State) -> tuple[Option, ...]:
        """Return the choice to keep the result that is just being changed."""
        return (Option(self.say("let_stand"), does="undo"),) if result_before(state) is not None else ()

    def to_resume(self, state: State) -> tuple[Option, ...]:
        """Return the choice to go back to the calculation that was put aside."""
        if state.parked is None:
            return ()
        benefit = self._library.terms.of("benefit", state.parked.slots["benefit"])
        return (Option(self.say("resume", benefit=benefit), does="resume"),)

    def to_reckon(self, benefit: str) -> Option:
        """Return the choice to have a bill worked out, beside an answer on what is paid."""
        return Option(self.say("reckon"), {"benefit": benefit})

    def _told(
        self,
        outcome: Literal["estimate", "refused"],
        status: Status,
        text: str,
        state: State,
        found: Mapping[str, Any],
        sources: Sequence[Mapping[str, str]],
    ) -> Reply:
        """Return the reply for an estimate, `found` being what other programs read of it."""
        intent = self.results.intent(state.slots)
        return Reply(
            outcome,
            text,
            status,
            intent,
            1.0,
            sources=tuple(sources),
            slots=state.slots,
            estimate=found,
            candidates=(intent,),
        )
