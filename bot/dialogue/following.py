"""Messages that speak on from a result or an answer: what-ifs, another stay, comparisons, the way back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.dialogue.forms import case_of, merged
from bot.dialogue.hearing import (
    COST_PARTS,
    COSTS,
    LEAST_COST,
    OF_COSTS,
    WHOLE_COSTS,
    agrees,
    answer_to,
    asks_policy,
    comparison,
    cost_told,
    goes_on,
    heard,
    is_filed,
    is_question,
    of_another,
    says,
    speaks_of_stay,
)
from bot.dialogue.hospitals import names_hospital
from bot.dialogue.putting import Putting
from bot.dialogue.remembering import anew, behind, of_other, parked
from bot.dialogue.replies import Replies
from bot.dialogue.state import Comparison, Next, Reply, SlotValue, State
from bot.engine import Engine, Ok, Range
from bot.language import Understanding
from bot.policy.codes import COST_FIELDS, INPUTS

_WRONG = ("不对", "不是", "错")
_MOST_STAYS = 12
_MOST_OF_A_FOLLOW_UP = 20  # characters: more is a question of its own
# Of one bill alone; what else was told of the care holds for the next one too.
_OF_THE_BILL = frozenset({*COST_FIELDS, "emergency_cost", "emergency_hours", "preview"})
_LEVEL = "hospital_level"


class Following:
    """Takes what goes on from a calculation or an answer."""

    def __init__(self, engine: Engine, replies: Replies, putting: Putting) -> None:
        self._engine = engine
        self._replies = replies
        self._putting = putting

    def wished(self, state: State, said: Understanding, today: date) -> Next | None:
        """Take a wish for something to be done with the calculation."""
        wish = said.wish
        if wish is None:
            return None
        if wish.kind == "resume":
            offered = any(option.does == "result" and says(said, option.label) for option in state.options)
            return self.resumed(state, today) if state.parked is not None and not offered else None
        if not state.calculating:
            return None
        new = self._putting.heard(state, said)
        if wish.kind == "compare" and WHOLE_COSTS & {*state.slots, *new}:
            return self.compared(state, comparison(wish), today)
        if wish.kind == "draft":
            return self.previewed(state, today)
        if not state.done:
            return None
        if wish.kind == "another":
            return self.another(state, new, said, today)
        if wish.kind == "explain":
            return self.explained(state, today)
        return None

    def resumed(self, state: State, today: date) -> Next:
        """Go back to the calculation that was put aside, and put this one aside instead."""
        assert state.parked is not None
        back = replace(
            state.parked,
            parked=parked(state),
            earlier=behind(state),
            explained=state.explained,
            introduced=state.introduced,
            day=state.day,
        )
        return self._replies.calculated(back, today, f"{self._replies.say('resumed')}\n")

    def compared(self, state: State, comparing: Comparison, today: date) -> Next:
        """Show the results for several values of an input beside each other."""
        now = state.slots.get(comparing.name)
        if len(comparing.values) == 1 and now not in (None, *comparing.values):
            comparing = replace(comparing, values=(now, *comparing.values))
        return self._replies.calculated(
            replace(state, comparing=comparing, earlier=behind(state), tries=0), today
        )

    def previewed(self, state: State, today: date) -> Next | None:
        """Show beside the result what a draft would make of it."""
        draft = self._engine.library.drafts[0] if self._engine.library.drafts else None
        if draft is None:
            return None
        # A draft is of days to come, whatever day was looked at before.
        of_today = {name: value for name, value in state.slots.items() if name != "date"}
        now = replace(state, slots={**of_today, **_day(state.preset)})
        after, reply = self._putting.put(now, {"preview": draft}, None, today)
        return replace(after, earlier=behind(state)), reply

    def explained(self, state: State, today: date) -> Next | None:
        """Tell again how a result came about."""
        result = self._engine.estimate(case_of(state.slots, today))
        if not isinstance(result, Ok | Range):
            return None
        return self._replies.explained(state, result)

    def another(
        self, state: State, new: Mapping[str, SlotValue], said: Understanding | None, today: date
    ) -> Next | None:
        """Begin the next stay or visit of the same year: what the last one used up counts as earlier."""
        if said is not None and speaks_of_stay(said):
            new = {"benefit": "inpatient", **new}
        if new.get("benefit", state.slots.get("benefit")) != state.slots.get("benefit"):
            return self._putting.put(anew(state), new, said, today)
        result = self._engine.estimate(case_of(state.slots, today))
        if not isinstance(result, Ok | Range):
            return None
        carried = self._engine.carried(result)
        kept = {n: v for n, v in state.slots.items() if n not in _OF_THE_BILL and not n.startswith("prior_")}
        level, same = state.slots.get(_LEVEL), state.slots.get("prior_stays_same_level", 0)
        before = state.stays or ((level,) * same if isinstance(level, str) and isinstance(same, int) else ())
        stays = (*before, level) if isinstance(level, str) and _counts(state, result, carried) else before
        following = replace(
            state,
            slots={**kept, **carried},
            stays=stays[-_MOST_STAYS:],
            stays_year=result.case.day.year,
            done=False,
            asked=(),
            comparing=None,
        )
        told = {name: value for name, value in new.items() if not name.startswith("prior_")}
        lead = f"{self._replies.say('another')}\n"
        after, reply = self._putting.put(following, told, said, today, lead)
        return replace(after, earlier=behind(state)), reply

    def gone_on(self, state: State, said: Understanding, today: date) -> Next | None:
        """Take a change to the calculation whose result was just given."""
        if not (state.calculating and state.done):
            return None
        if agrees(said) or said.command == "no":
            return self._let_stand(state, said)
        new = self._changes(state, said)
        if isinstance(new, Reply):
            return state, new
        if not new and said.unknown & COST_PARTS:
            return self._replies.calculated(state, today, f"{self._replies.say('as_usual')}\n")
        if not new and not names_hospital(said):
            return None
        another = new.get("benefit", state.slots.get("benefit")) != state.slots.get("benefit")
        told = WHOLE_COSTS & new.keys()
        if (
            not COSTS & new.keys()
            and not is_filed(said)
            and asks_policy(said)
            and is_question(said)
            and (another or not goes_on(said))
        ):
            return None
        if another or (told and of_another(said) and not goes_on(said)):
            # Costs, levels and earlier stays belong to one calculation; the person stays the same.
            benefit = {"benefit": state.slots["benefit"]} if "benefit" in state.slots else {}
            begun = of_other(state) if of_another(said) else anew(state)
            return self._putting.put(begun, {**benefit, **new}, said, today)
        lead = self._unmoved(state, new, today) if new else ""
        return self._putting.put(state, new, said, today, lead)

    def _changes(self, state: State, said: Understanding) -> dict[str, SlotValue] | Reply:
        """Return the inputs that a text changes after a result, or the reply where a sum changes none."""
        new = self._putting.heard(state, said)
        last = state.asked[-1] if state.asked else None
        if not new and said.number is None and last in INPUTS and INPUTS[last].kind in {"count", "decimal"}:
            return answer_to(last, said) or {}  # 25年呢: the count that was asked for last
        if said.bare_amount is None:
            return new
        if said.number is not None and said.number < LEAST_COST:
            name = "stale_choice" if state.options else "no_choice"
            return self._replies.command(name, status="no_such_choice")
        cost = _sum_of(state)
        if cost is None:
            return self._replies.command("what_to_change")
        return {**{n: v for n, v in new.items() if n not in COSTS}, **heard({cost: said.bare_amount}, ())}

    def _unmoved(self, state: State, new: Mapping[str, SlotValue], today: date) -> str:
        """Return that a change leaves the result as it was; nothing where it moves it, or a draft beside."""
        if "preview" in state.slots:
            return ""
        before = self._engine.estimate(case_of(state.slots, today))
        after = self._engine.estimate(case_of(merged(state.slots, new), today))
        if not isinstance(before, Ok | Range) or not isinstance(after, Ok | Range):
            return ""
        same = (before.amount, before.own) == (after.amount, after.own)
        return f"{self._replies.say('unmoved')}\n" if same else ""

    def _let_stand(self, state: State, said: Understanding) -> Next:
        """Take a mere yes or no to what stands there: a kind word, or what to change if wrong."""
        wrong = said.command == "no" and said.text.startswith(_WRONG)
        return state, self._replies.command("what_to_change" if wrong else "glad")

    def followed_up(self, state: State, said: Understanding, today: date) -> Next | None:
        """Take a policy answer asked for again, for another place, day or person: 那湘潭呢."""
        if state.answered is None or state.calculating:
            return None
        if agrees(said):
            return self._let_stand(state, said)
        if not goes_on(said) and (asks_policy(said) or len(said.text) > _MOST_OF_A_FOLLOW_UP):
            return None
        new = self._putting.heard(state, said)
        # The kind of care is a subject of its own.
        if (
            not new.keys() - {"benefit"}
            or COSTS & new.keys()
            or (asks_policy(said) and not said.text.startswith("那"))
        ):
            return None
        slots = {**state.about, **new}
        after, reply = self._replies.policy(state, state.answered, (state.answered,), 1.0, slots, today)
        return replace(after, options=state.options), reply


def _sum_of(state: State) -> str | None:
    """Return the input that a mere sum changes: the cost, or the sum of money that was asked for last."""
    if state.slots.get("benefit") in OF_COSTS:
        return cost_told(state.slots)
    asked = (name for name in reversed(state.asked) if name in INPUTS and INPUTS[name].kind == "money")
    return next(asked, None)


def _counts(state: State, result: Ok | Range, carried: Mapping[str, SlotValue]) -> bool:
    """Whether a case is an earlier stay for the next: one below its deductible is none."""
    if state.slots.get("benefit") != "inpatient":
        return False
    if "prior_stays" in carried:
        return carried["prior_stays"] != state.slots.get("prior_stays", 0)
    return (result.amount if isinstance(result, Ok) else result.amount[1]) > 0


def _day(preset: Mapping[str, SlotValue]) -> dict[str, SlotValue]:
    return {"date": preset["date"]} if "date" in preset else {}
