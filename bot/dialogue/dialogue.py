"""One step of a dialogue: (state, event, today) -> (state, reply). Pure: no clock, no network, no storage."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.dialogue.answers import Answers
from bot.dialogue.forms import OTHER_CITY, Questions, case_of, merged
from bot.dialogue.hearing import (
    COSTS,
    answer_to,
    asks_meaning,
    asks_policy,
    fits,
    goes_on,
    heard,
    is_question,
)
from bot.dialogue.results import Results
from bot.dialogue.state import Chose, Event, Option, Reply, Said, SlotValue, State
from bot.engine import Engine, Estimate, Invalid, Needs, Ok, Range, Refused
from bot.language import MAYBE, SURE, Reader, Understanding
from bot.policy import UNKNOWN
from bot.policy.codes import INPUTS
from bot.rendering import Estimates, Templates

_MOST_EARLIER = 12
_MOST_CHOICES = 3


class Dialogue:
    """The guided dialogue on one engine, its words and a reader. Keeps nothing between steps."""

    def __init__(self, engine: Engine, estimates: Estimates, templates: Templates, reader: Reader) -> None:
        self._engine = engine
        self._library = engine.library
        self._estimates = estimates
        self._templates = templates
        self._reader = reader
        self._answers = Answers(engine, estimates, templates)
        self._questions = Questions(engine, templates)
        self._results = Results(engine, estimates, templates)

    def start(self, preset: Mapping[str, Any], today: date) -> State:
        """Return the first state; `preset` may hold a known city, insurance and date (contract codes)."""
        slots: dict[str, SlotValue] = {}
        for name in ("city", "insurance"):
            if preset.get(name):
                slots[name] = str(preset[name])
        if preset.get("date"):
            slots["date"] = date.fromisoformat(str(preset["date"]).strip())
        return State(preset=slots, slots=slots)

    def first_words(self) -> str:
        """Return what a new chat begins with."""
        return self._templates.say("talk", "first_words")

    def tell(self, estimate: Estimate | Invalid) -> str:
        """Return an estimate as a person reads it."""
        if isinstance(estimate, Invalid):
            return "\n".join(
                f"{error['field']}：{error['message']}"
                for error in self._estimates.as_json(estimate)["errors"]
            )
        if isinstance(estimate, Needs):
            return self._estimates.question(estimate.missing[0])
        if isinstance(estimate, Refused):
            return self._estimates.refusal(estimate.case, estimate.missing)
        assumed = self._engine.assumptions(estimate)
        return self._results.text(estimate, assumed, scheme_assumed=False, explain=True)

    def step(self, state: State, event: Event, today: date) -> tuple[State, Reply]:
        """Take one event. Never raises for anything a person can send."""
        if isinstance(event, Chose):
            return self._chosen(state, event.number, today)
        said = self._reader.read(event.text, today)
        for take in (
            self._gated,
            self._commanded,
            self._explained,
            self._answered,
            self._gone_on,
            self._asked,
        ):
            outcome = take(state, said, today)
            if outcome is not None:
                return outcome
        return self._lost(state, said, today)

    # -- ways to take a message, in order --------------------------------------------------------------

    def _gated(self, state: State, said: Understanding, today: date) -> tuple[State, Reply] | None:
        """What must not be answered: empty, private, dangerous, foreign."""
        if said.gate is None:
            return None
        if said.gate in {"foreign", "elsewhere", "nonsense"} and state.pending and fits(state.pending, said):
            return None
        text = self._templates.say("talk", said.gate, **self._numbers(said.gate))
        outcome: Any = "command" if said.gate == "danger" else "unknown"
        return self._with_question(state, Reply(outcome, text, candidates=()), today)

    def _numbers(self, name: str) -> dict[str, str]:
        numbers = self._library.numbers
        if name == "danger":
            return {"emergency": numbers.emergency}
        return {"hotline": numbers.hotline} if name in {"elsewhere", "foreign", "handoff", "unknown"} else {}

    def _commanded(self, state: State, said: Understanding, today: date) -> tuple[State, Reply] | None:
        match said.command:
            case "greeting" | "help" | "thanks" | "handoff":
                text = self._templates.say("talk", said.command, **self._numbers(said.command))
                return self._with_question(state, Reply("command", text, said.command, 1.0), today)
            case "cancel":
                name = "cancelled" if state.calculating else "nothing_to_cancel"
                return self.start_again(state), self._command(name)
            case "forget":
                return self.start_again(state), self._command("forgotten")
            case "restart":
                fresh = self.start_again(state)
                if not state.calculating:
                    return fresh, self._command("restarted")
                kept = {**fresh.slots, **({"benefit": b} if (b := state.slots.get("benefit")) else {})}
                return self._calculated(replace(fresh, slots=kept), today, before=self._command("restarted"))
            case "back":
                if not state.earlier:
                    return self._with_question(state, self._command("nothing_before"), today)
                before = replace(state.earlier[-1], earlier=state.earlier[:-1])
                return self._calculated(before, today, before=self._command("one_step_back"))
            case "change" if state.calculating:
                return replace(state, done=True), self._command("what_to_change")
            case "unsure" if state.pending is not None:
                return self._unsure(state, today)
            case _:
                return None

    def _explained(self, state: State, said: Understanding, today: date) -> tuple[State, Reply] | None:
        """What a term means."""
        if not asks_meaning(said):
            return None
        terms = self._library.terms.explained
        term = max((t for t in terms if t in said.text), key=len, default=None)
        if term is None:
            return None
        text = self._templates.say("talk", "meaning", text=terms[term])
        return self._with_question(state, Reply("answer", text, "help", 1.0, candidates=("help",)), today)

    def _answered(self, state: State, said: Understanding, today: date) -> tuple[State, Reply] | None:
        """An answer to the pending question, or at least something for the same calculation."""
        if state.pending is None:
            return self._picked(state, said, today) if state.options else None
        name = state.pending
        new = answer_to(name, said)
        if new is None:
            picked = self._picked(state, said, today)
            if picked is not None:
                return picked
            if said.bad_amount is not None:
                reply = Reply("question", self._templates.say("talk", said.bad_amount))
                return self._with_question(state, reply, today)
            new = heard(said.slots, said.unknown)
            if asks_policy(said) and (not new or is_question(said)):
                return None
        if not new:
            return self._not_an_answer(state, today)
        return self._put(state, new, today)

    def _gone_on(self, state: State, said: Understanding, today: date) -> tuple[State, Reply] | None:
        """A change to the calculation whose result was just given."""
        if not (state.calculating and state.done):
            return None
        new = heard(said.slots, said.unknown)
        if not new:
            return None
        if asks_policy(said) and not goes_on(said) and not COSTS & new.keys():
            return None
        return self._put(state, new, today)

    def _asked(self, state: State, said: Understanding, today: date) -> tuple[State, Reply] | None:
        """A new question: a calculation where a sum is wanted, else a policy answer."""
        new = heard(said.slots, said.unknown)
        if said.bad_amount is not None:
            return state, Reply("unknown", self._templates.say("talk", said.bad_amount), slots=new)
        top = said.intents[0].id if said.intents else None
        benefit = new.get("benefit")
        if benefit is None and top is not None and said.confidence >= MAYBE:
            benefit = self._reader.subject(top).benefit
        wanted = said.asks_amount or (top == "estimate" and said.confidence >= SURE)
        if wanted or (COSTS & new.keys() and (benefit is not None or not asks_policy(said))):
            fresh = replace(self._anew(state), intent=top)
            if benefit is not None:
                new["benefit"] = benefit
            return self._put(fresh, new, today)
        if asks_policy(said):
            assert top is not None
            ranked = tuple(intent.id for intent in said.intents)
            return self._policy(state, top, said.confidence, ranked, new, today)
        if top is not None and said.confidence >= MAYBE:
            return self._clarify(state, said, new)
        return None

    def _lost(self, state: State, said: Understanding, today: date) -> tuple[State, Reply]:
        text = self._templates.say("talk", "unknown", hotline=self._library.numbers.hotline)
        reply = Reply(
            "unknown",
            text,
            confidence=said.confidence,
            candidates=tuple(i.id for i in said.intents),
            slots=heard(said.slots, said.unknown),
        )
        return self._with_question(state, reply, today)

    # -- answers to questions --------------------------------------------------------------------------

    def _picked(self, state: State, said: Understanding, today: date) -> tuple[State, Reply] | None:
        """Take a choice said by its number or its words."""
        if said.number is not None and state.options:
            if 1 <= said.number <= len(state.options):
                return self._chosen(state, said.number, today)
            return self._stale(state, today)
        for index, option in enumerate(state.options):
            if said.text and said.text == option.label:
                return self._chosen(state, index + 1, today)
        return None

    def _chosen(self, state: State, number: int, today: date) -> tuple[State, Reply]:
        if not 1 <= number <= len(state.options):
            return self._stale(state, today)
        option = state.options[number - 1]
        if option.intent is not None:
            return self._policy(state, option.intent, 1.0, (option.intent,), option.sets, today)
        if option.asks is not None:
            return self._question(replace(state, pending=option.asks), option.asks)
        if state.pending is not None and option.sets.get(state.pending) is UNKNOWN:
            return self._unsure(state, today)
        return self._put(state, dict(option.sets), today)

    def _stale(self, state: State, today: date) -> tuple[State, Reply]:
        name = "stale_choice" if state.options else "no_choice"
        return self._with_question(state, self._command(name), today)

    def _unsure(self, state: State, today: date) -> tuple[State, Reply]:
        """'I don't know': a range where the choices are few; otherwise where to look it up."""
        name = state.pending
        assert name is not None
        if name in INPUTS and INPUTS[name].kind in {"code", "yes_no"} and name != "insurance":
            return self._put(state, {name: UNKNOWN}, today)
        text = self._templates.say("talk", "unsure_needed", hotline=self._library.numbers.hotline)
        return self._with_question(state, Reply("question", text), today)

    def _not_an_answer(self, state: State, today: date) -> tuple[State, Reply]:
        tried = replace(state, tries=state.tries + 1)
        return self._with_question(
            tried, Reply("question", self._templates.say("talk", "not_an_answer")), today
        )

    # -- replies ---------------------------------------------------------------------------------------

    def start_again(self, state: State) -> State:
        """Return the state of a new dialogue with what is known of the person's place and scheme."""
        return State(preset=state.preset, slots=dict(state.preset), explained=state.explained)

    def _anew(self, state: State) -> State:
        """Return the state for another calculation: the place and the scheme are still known."""
        kept = {
            n: v
            for n, v in state.slots.items()
            if n == "city" or (n == "insurance" and not state.scheme_assumed)
        }
        return replace(self.start_again(state), slots={**state.preset, **kept})

    def _put(self, state: State, new: Mapping[str, SlotValue], today: date) -> tuple[State, Reply]:
        """Take new inputs into the calculation and go on with it; the old state stays to go back to."""
        slots = merged(state.slots, new)
        assumed = state.scheme_assumed
        if "insurance" in new:
            assumed = False
        elif "status" in slots and "insurance" not in slots:
            slots["insurance"] = "employee"
            assumed = True
        earlier = (*state.earlier, replace(state, earlier=()))[-_MOST_EARLIER:] if state.calculating else ()
        changed = replace(
            state, slots=slots, calculating=True, tries=0, earlier=earlier, scheme_assumed=assumed
        )
        return self._calculated(changed, today)

    def _calculated(self, state: State, today: date, before: Reply | None = None) -> tuple[State, Reply]:
        """Calculate with what is known: the result, a refusal, or the next question."""
        lead = f"{before.text}\n" if before is not None else ""
        estimate = self._engine.estimate(case_of(state.slots, today))
        if isinstance(estimate, Needs):
            asked, reply = self._question(replace(state, calculating=True), estimate.missing[0])
            return asked, replace(reply, text=lead + reply.text)
        return (
            self._refused(state, estimate, lead)
            if isinstance(estimate, Refused)
            else self._result(state, estimate, lead)
        )

    def _refused(self, state: State, estimate: Refused, lead: str) -> tuple[State, Reply]:
        intent = self._results.intent(state.slots)
        found = self._estimates.as_json(estimate)
        closed = replace(state, pending=None, options=(), done=True, calculating=True)
        return closed, Reply(
            "refused",
            lead + str(found["reason"]),
            intent,
            1.0,
            sources=tuple(found["sources"]),
            slots=state.slots,
            estimate=found,
            candidates=(intent,),
        )

    def _result(self, state: State, estimate: Ok | Range, lead: str) -> tuple[State, Reply]:
        intent = self._results.intent(state.slots)
        assumed = self._engine.assumptions(estimate)
        found = self._estimates.as_json(estimate, assumed)
        options = self._results.next_options(estimate, assumed)
        text = self._results.text(
            estimate, assumed, scheme_assumed=state.scheme_assumed, explain=not state.explained
        )
        done = replace(state, pending=None, options=options, done=True, calculating=True, explained=True)
        return done, Reply(
            "estimate",
            lead + text,
            intent,
            1.0,
            tuple(option.label for option in options),
            tuple(found["sources"]),
            state.slots,
            found,
            (intent,),
        )

    def _question(self, state: State, name: str) -> tuple[State, Reply]:
        options = self._questions.options(name, state.slots)
        asked = replace(state, pending=name, options=options, done=False)
        intent = self._results.intent(state.slots)
        text = self._estimates.question("city" if name == OTHER_CITY else name)
        return asked, Reply(
            "question",
            text,
            intent,
            1.0,
            tuple(option.label for option in options),
            slots=state.slots,
            candidates=(intent,),
        )

    def _with_question(self, state: State, reply: Reply, today: date) -> tuple[State, Reply]:
        """Return `reply`, followed by the question that is still open."""
        if state.pending is None:
            return state, replace(reply, choices=reply.choices or tuple(o.label for o in state.options))
        asked, question = self._question(state, state.pending)
        text = f"{reply.text}\n{question.text}"
        return asked, replace(reply, text=text, choices=question.choices, slots=state.slots)

    def _command(self, name: str) -> Reply:
        return Reply("command", self._templates.say("talk", name), confidence=1.0)

    def _policy(
        self,
        state: State,
        intent: str,
        confidence: float,
        candidates: tuple[str, ...],
        new: Mapping[str, SlotValue],
        today: date,
    ) -> tuple[State, Reply]:
        """Answer from policy; an open calculation keeps its question."""
        if not self._reader.subject(intent).answer:
            if intent in {"greeting", "thanks", "help", "handoff"}:
                text = self._templates.say("talk", intent, **self._numbers(intent))
                return self._with_question(state, Reply("command", text, intent, confidence), today)
            return self._put(self._anew(state), new, today)
        known = {n: v for n, v in state.slots.items() if n in {"city", "insurance", "date"}}
        slots = {**known, **new}
        answer = self._answers.answer(intent, slots, today)
        reply = Reply(
            "answer" if answer.held else "refused",
            answer.text,
            intent,
            confidence,
            sources=answer.sources,
            slots=slots,
            candidates=candidates,
        )
        if state.pending is not None:
            back = self._templates.say("talk", "back_to_question")
            return self._with_question(state, replace(reply, text=f"{reply.text}\n\n{back}"), today)
        kept = {n: v for n, v in slots.items() if n in {"city", "insurance"}}
        return replace(self.start_again(state), slots={**state.preset, **kept}, intent=intent), reply

    def _clarify(
        self, state: State, said: Understanding, new: Mapping[str, SlotValue]
    ) -> tuple[State, Reply]:
        options = tuple(
            Option(self._library.terms.subjects[ranked.id], new, intent=ranked.id)
            for ranked in said.intents[:_MOST_CHOICES]
        )
        return replace(state, options=options, pending=None), Reply(
            "clarify",
            self._templates.say("talk", "clarify"),
            said.intents[0].id,
            said.confidence,
            tuple(option.label for option in options),
            slots=new,
            candidates=tuple(i.id for i in said.intents),
        )


__all__ = ["Chose", "Dialogue", "Event", "Option", "Reply", "Said", "State"]
