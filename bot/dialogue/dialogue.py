"""One step of a dialogue: (state, event, today) -> (state, reply). Pure: no clock, no network, no storage."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.dialogue.forms import merged
from bot.dialogue.hearing import (
    COSTS,
    WHOLE_COSTS,
    agrees,
    agrees_first,
    answer_to,
    asks_meaning,
    asks_policy,
    at_home,
    compares,
    denies,
    fits,
    goes_on,
    heard,
    heard_in,
    is_accident,
    is_question,
    is_story,
    is_to_be_reckoned,
    levels_denied,
    names_scheme,
    of_another,
    says,
    wonders_whether,
)
from bot.dialogue.hospitals import HospitalsOf, names_hospital
from bot.dialogue.replies import TALK, Replies, anew, fresh
from bot.dialogue.state import Chose, Event, Reply, SlotValue, State
from bot.engine import Engine, Estimate, Invalid, Needs, Refused, cost_error
from bot.language import Reader, Understanding
from bot.policy import UNKNOWN
from bot.policy.codes import BILLED, INPUTS
from bot.rendering import Estimates, Templates

_MOST_EARLIER = 12
_MOST_TRIES = 2  # after so many answers that don't fit, a way out is offered
_MOST_OF_A_CHOICE = 20  # characters: more is a message of its own, whatever words it holds
_NOISE = 0.2  # of confidence: below it the likeliest subjects are chance
_TALK_FROM = 0.36  # what is hardly talk may be of our field
_WRONG = ("不对", "不是", "错")
_ESTIMATE = "estimate"
_OF_COSTS = BILLED | {"catastrophic", "childbirth"}
# Who tells these of himself with a question on the subject wants his own result.
_OWN_FIGURES: Mapping[object, frozenset[str]] = {
    "retirement": frozenset({"years_paid", "years_paid_in_province"}),
    "maternity_allowance": frozenset({"monthly_base"}),
    "personal_account": frozenset({"pension"}),
    "catastrophic_limit": frozenset({"consecutive_years", "zero_claim_years"}),
}
_Outcome = tuple[State, Reply]


class Dialogue:
    """The guided dialogue on one engine, its words and a reader. Keeps nothing between steps."""

    def __init__(self, engine: Engine, estimates: Estimates, templates: Templates, reader: Reader) -> None:
        self._engine = engine
        self._library = engine.library
        self._estimates = estimates
        self._templates = templates
        self._reader = reader
        self._replies = Replies(engine, estimates, templates)
        self._hospitals = HospitalsOf(engine.library)

    def start(self, preset: Mapping[str, Any]) -> State:
        """Return the first state; `preset` may hold a known city, insurance and date (contract codes)."""
        slots: dict[str, SlotValue] = {}
        for name in ("city", "insurance"):
            if preset.get(name):
                slots[name] = str(preset[name]).strip()
        if preset.get("date"):
            slots["date"] = date.fromisoformat(str(preset["date"]).strip())
        return State(preset=slots, slots=slots)

    def first_words(self) -> str:
        """Return what a new chat begins with."""
        return self._replies.say("first_words")

    def tell(self, estimate: Estimate | Invalid) -> str:
        """Return an estimate as a person reads it."""
        if isinstance(estimate, Invalid):
            found = self._estimates.as_json(estimate)["errors"]
            return "\n".join(self._templates.say("errors", "line", **each) for each in found)
        if isinstance(estimate, Needs):
            return self._estimates.question(estimate.missing[0])
        if isinstance(estimate, Refused):
            return self._estimates.refusal(estimate.case, estimate.missing)
        assumed = self._engine.assumptions(estimate)
        return self._replies.results.text(estimate, assumed, scheme_assumed=False, explain=True)

    def step(self, state: State, event: Event, today: date) -> _Outcome:
        """Take one event. Never raises for anything a person can send."""
        state, reply = self._taken(state, event, today)
        if reply.alone:
            return state, reply
        return state, replace(reply, choices=tuple(option.label for option in state.options))

    def _taken(self, state: State, event: Event, today: date) -> _Outcome:
        if isinstance(event, Chose):
            return self._chosen(state, event.number, today)
        city = state.slots.get("city")
        said = self._reader.read(event.text, today, city if isinstance(city, str) else None)
        for take in (
            self._gated,
            self._commanded,
            self._explained,
            self._answered,
            self._gone_on,
            self._followed_up,
            self._asked,
        ):
            outcome = take(state, said, today)
            if outcome is not None:
                return outcome
        return self._lost(state, said)

    # -- ways to take a message, in order --------------------------------------------------------------

    def _gated(self, state: State, said: Understanding, today: date) -> _Outcome | None:
        """What must not be answered: empty, private, dangerous, foreign."""
        if said.gate is None:
            return None
        if said.gate in {"foreign", "nonsense"} or (said.gate == "elsewhere" and not names_scheme(said)):
            if state.pending and fits(state.pending, said):
                return None
            if said.gate == "nonsense" and agrees(said) and (state.calculating or state.answered):
                return None
        if said.gate == "danger":
            # Nothing is asked now; what was said stays, and the person can go on later.
            return state, replace(self._replies.command("danger"), alone=True)
        return self._replies.with_question(state, Reply("unknown", self._replies.say(said.gate)))

    def _commanded(self, state: State, said: Understanding, today: date) -> _Outcome | None:
        say = self._replies
        match said.command:
            case "greeting" | "help" | "thanks" | "handoff":
                return say.with_question(state, say.command(said.command, said.command))
            case "cancel":
                return fresh(state), say.command("cancelled" if state.calculating else "nothing_to_cancel")
            case "forget":
                return fresh(state), say.command("forgotten")
            case "restart":
                again = fresh(state)
                if not state.calculating:
                    return again, say.command("restarted")
                kept = {**again.slots, **({"benefit": b} if (b := state.slots.get("benefit")) else {})}
                return say.calculated(replace(again, slots=kept), today, f"{say.say('restarted')}\n")
            case "back":
                if not state.earlier:
                    return say.with_question(state, say.command("nothing_before"))
                before = replace(state.earlier[-1], earlier=state.earlier[:-1])
                return say.calculated(before, today, f"{say.say('one_step_back')}\n")
            case "change" if state.calculating:
                return replace(state, done=True, pending=None, options=()), say.command("what_to_change")
            case "unsure" if state.pending is not None:
                return self._unsure(state, today)
            case _:
                return None

    def _explained(self, state: State, said: Understanding, today: date) -> _Outcome | None:
        """What a term means."""
        if not asks_meaning(said):
            return None
        terms = self._library.terms.explained
        term = max((t for t in terms if t in said.text), key=len, default=None)
        if term is None:
            return None
        text = self._templates.say("talk", "meaning", text=terms[term])
        return self._replies.with_question(state, Reply("answer", text, "help", 1.0, candidates=("help",)))

    def _answered(self, state: State, said: Understanding, today: date) -> _Outcome | None:
        """An answer to the pending question, or at least something for the same calculation."""
        if state.pending is None:
            return self._picked(state, said, today) if state.options else None
        confirmed = self._confirmed(state, said, today)
        if confirmed is not None:
            return confirmed
        if wonders_whether(said) and self._heard(state, said).keys() <= {state.pending}:
            return self._unsure(state, today)
        if compares(said):
            return None if asks_policy(said) else self._not_an_answer(state)
        new = answer_to(state.pending, said)
        if new is None:
            picked = self._picked(state, said, today)
            if picked is not None:
                return picked
            if said.bad_amount is not None:
                return self._replies.with_question(
                    state, Reply("question", self._replies.say(said.bad_amount))
                )
            new = self._heard(state, said)
            if asks_policy(said) and (not new or is_question(said)):
                return None
        if not new and not names_hospital(said):
            return self._not_an_answer(state)
        return self._put(state, new, said, today)

    def _confirmed(self, state: State, said: Understanding, today: date) -> _Outcome | None:
        """A yes or no to the level that was proposed for a hospital, or to any other level."""
        if state.pending != "hospital_level" or names_hospital(said) or wonders_whether(said):
            return None
        proposed = self._hospitals.proposed(state)
        denied, meant = levels_denied(said)
        if denied and meant is not None:
            return self._put(state, {**self._heard(state, said), "hospital_level": meant}, said, today)
        if proposed is None:
            return self._not_an_answer(state) if denied else None
        if agrees(said):
            return self._put(state, {"hospital_level": proposed}, None, today)
        if denies(said) or proposed.removesuffix("_provincial") in denied:
            return self._replies.question(replace(state, hospitals=()), "hospital_level")
        if denied:
            return self._not_an_answer(state)
        new = self._heard(state, said)
        if agrees_first(said) and new and "hospital_level" not in new and not is_question(said):
            return self._put(state, {**new, "hospital_level": proposed}, said, today)
        return None

    def _gone_on(self, state: State, said: Understanding, today: date) -> _Outcome | None:
        """A change to the calculation whose result was just given."""
        if not (state.calculating and state.done):
            return None
        if agrees(said) or said.command == "no":
            return self._let_stand(state, said)
        new = self._heard(state, said)
        if said.bare_amount is not None:
            cost = next((name for name in ("total_cost", "own_cost") if name in state.slots), "eligible_cost")
            new = {**{n: v for n, v in new.items() if n not in COSTS}, **heard({cost: said.bare_amount}, ())}
        if not new and not names_hospital(said):
            return None
        another = new.get("benefit", state.slots.get("benefit")) != state.slots.get("benefit")
        told = WHOLE_COSTS & new.keys()
        if (
            not COSTS & new.keys()
            and asks_policy(said)
            and is_question(said)
            and (another or not goes_on(said))
        ):
            return None
        if another or (told and of_another(said) and not goes_on(said)):
            # Costs, levels and earlier stays belong to one calculation; the person stays the same.
            benefit = {"benefit": state.slots["benefit"]} if "benefit" in state.slots else {}
            return self._put(anew(state), {**benefit, **new}, said, today)
        return self._put(state, new, said, today)

    def _let_stand(self, state: State, said: Understanding) -> _Outcome:
        """A mere yes or no to what stands there: a kind word, or what to change where it is called wrong."""
        wrong = said.command == "no" and said.text.startswith(_WRONG)
        return state, self._replies.command("what_to_change" if wrong else "glad")

    def _followed_up(self, state: State, said: Understanding, today: date) -> _Outcome | None:
        """A policy answer asked for again, for another place, day or person: 那湘潭呢."""
        if state.answered is None or state.calculating:
            return None
        if agrees(said):
            return self._let_stand(state, said)
        if not goes_on(said) and (asks_policy(said) or len(said.text) > _MOST_OF_A_CHOICE):
            return None
        new = self._heard(state, said)
        # The kind of care is a subject of its own.
        if (
            not new.keys() - {"benefit"}
            or COSTS & new.keys()
            or (asks_policy(said) and not said.text.startswith("那"))
        ):
            return None
        slots = {**state.about, **new}
        return self._replies.policy(state, state.answered, (state.answered,), 1.0, slots, today)

    def _asked(self, state: State, said: Understanding, today: date) -> _Outcome | None:
        """A new question: a calculation where a sum is wanted, else a policy answer."""
        new = self._heard(state, said)
        if said.bad_amount is not None:
            reply = Reply("unknown", self._replies.say(said.bad_amount), slots=new)
            return self._remembering(state, new), reply
        ranked = tuple(intent.id for intent in said.intents)
        top = ranked[0] if ranked else None
        benefit = new.get("benefit")
        if benefit is None and top is not None and said.possible:
            benefit = self._reader.subject(top).benefit
            if COSTS & new.keys() and benefit not in _OF_COSTS:
                benefit = None
        wanted = self._wants_sum(said, top, told=bool(COSTS & new.keys()))
        if wanted or not _OWN_FIGURES.get(benefit, frozenset()).isdisjoint(new):
            if benefit is not None:
                new["benefit"] = benefit
            after, reply = self._put(anew(state), new, said, today)
            # The reply's subject may be narrower than what the message was taken for.
            likely = dict.fromkeys((*ranked, *reply.candidates, _ESTIMATE))
            return after, replace(reply, candidates=tuple(likely))
        if top is None or not said.possible:
            return None
        if said.confidence < (_TALK_FROM if top in TALK else _NOISE):
            state = self._remembering(state, new)
            return self._replies.clarify_vague(state, said.text, ranked, said.confidence, new)
        if asks_policy(said) or top in TALK:
            return self._subject(state, top, ranked, said.confidence, new, today)
        return self._replies.clarify(self._remembering(state, new), ranked, said.confidence, new)

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
        if is_story(said) or benefit is None or (told and benefit not in _OF_COSTS):
            return False
        return said.asks_amount and (told or not said.sure or is_to_be_reckoned(said))

    def _lost(self, state: State, said: Understanding) -> _Outcome:
        new = self._heard(state, said)
        reply = Reply(
            "unknown",
            self._replies.say("unknown"),
            confidence=said.confidence,
            candidates=tuple(intent.id for intent in said.intents),
            slots=new,
        )
        return self._replies.with_question(self._remembering(state, new), reply)

    def _heard(self, state: State, said: Understanding) -> dict[str, SlotValue]:
        """Return all inputs that a text gives, a mere place of care not taken for the place of insurance."""
        new = heard_in(said)
        city = self._library.cities.get(str(new.get("city")))
        return at_home(new, state.slots.get("city"), said, city.short if city is not None else "")

    # -- answers to questions --------------------------------------------------------------------------

    def _picked(self, state: State, said: Understanding, today: date) -> _Outcome | None:
        """Take a choice said by its number or its words."""
        if said.number is not None and state.options:
            if 1 <= said.number <= len(state.options):
                return self._chosen(state, said.number, today)
            return self._stale(state)
        named = [n for n, option in enumerate(state.options, 1) if says(said, option.label)]
        if len(named) == 1 and len(said.text) <= _MOST_OF_A_CHOICE:
            return self._chosen(state, named[0], today)
        return None

    def _chosen(self, state: State, number: int, today: date) -> _Outcome:
        if not 1 <= number <= len(state.options):
            return self._stale(state)
        option = state.options[number - 1]
        if option.intent is not None:
            return self._subject(state, option.intent, (option.intent,), 1.0, option.sets, today)
        if option.asks is not None:
            return self._replies.question(replace(state, earlier=_behind(state)), option.asks)
        if state.pending is not None and option.sets.get(state.pending) is UNKNOWN:
            return self._unsure(state, today)
        return self._put(state, option.sets, None, today)

    def _stale(self, state: State) -> _Outcome:
        name = "stale_choice" if state.options else "no_choice"
        return self._replies.with_question(state, self._replies.command(name))

    def _unsure(self, state: State, today: date) -> _Outcome:
        """'I don't know': a range where the possible values are few; otherwise where to look it up."""
        name = state.pending
        assert name is not None
        # The city and the scheme decide whose law it is, and an amount can be anything.
        if name in INPUTS and INPUTS[name].kind in {"code", "yes_no", "decimal"} and name != "insurance":
            return self._put(state, {name: UNKNOWN}, None, today)
        return self._tried(state, "unsure_needed")

    def _not_an_answer(self, state: State) -> _Outcome:
        return self._tried(state, "not_an_answer")

    def _tried(self, state: State, name: str) -> _Outcome:
        tried = replace(state, tries=state.tries + 1)
        text = self._replies.say("stuck" if tried.tries > _MOST_TRIES else name)
        return self._replies.with_question(tried, Reply("question", text))

    # -- taking in -------------------------------------------------------------------------------------

    def _put(
        self, state: State, new: Mapping[str, SlotValue], said: Understanding | None, today: date
    ) -> _Outcome:
        """Take new inputs into the calculation and go on with it; the old state stays to go back to."""
        slots = merged(state.slots, new)
        wrong = cost_error(slots, slots.get("benefit"))
        if wrong is not None:
            text = self._templates.say("errors", wrong.code)
            return self._replies.with_question(state, Reply("question", text, slots=state.slots))
        assumed = state.scheme_assumed
        if "insurance" in new:
            assumed = False
        elif "status" in slots and "insurance" not in slots:
            slots["insurance"] = "employee"
            assumed = True
        changed = replace(
            state,
            slots=slots,
            calculating=True,
            tries=0,
            earlier=_behind(state),
            scheme_assumed=assumed,
            answered=None,
        )
        changed = self._hospitals.followed(changed, new, said)
        return self._replies.calculated(changed, today, self._left_out(said))

    def _left_out(self, said: Understanding | None) -> str:
        """Return what to say first: of an injury, and of costs told besides the one that is worked out."""
        if said is None:
            return ""
        told = [self._replies.say("accident")] if is_accident(said) else []
        if said.also:
            told.append(self._templates.say("talk", "one_at_a_time", amounts=list(said.also)))
        return "".join(f"{text}\n\n" for text in told)

    def _subject(
        self,
        state: State,
        intent: str,
        ranked: tuple[str, ...],
        confidence: float,
        new: Mapping[str, SlotValue],
        today: date,
    ) -> _Outcome:
        """Go into a subject: talk, a calculation, or a policy answer."""
        if intent in TALK:
            return self._replies.with_question(state, self._replies.command(intent, intent))
        if not self._reader.subject(intent).answer:
            return self._put(anew(state), new, None, today)
        return self._replies.policy(state, intent, ranked, confidence, new, today)

    def _remembering(self, state: State, new: Mapping[str, SlotValue]) -> State:
        """Return the state with what a message told of the person, though it led nowhere yet."""
        if state.calculating:
            return state
        told = {n: v for n, v in new.items() if n in {"city", "insurance", "status"}}
        return replace(state, slots={**state.slots, **told})


def _behind(state: State) -> tuple[State, ...]:
    """Return the states to go back through from the next one."""
    if not state.calculating:
        return ()
    return (*state.earlier, replace(state, earlier=()))[-_MOST_EARLIER:]
