"""Puts new inputs into a calculation and goes on with it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.dialogue.forms import merged
from bot.dialogue.hearing import COSTS, at_home, heard_in, is_accident, is_at_home, is_filed
from bot.dialogue.hospitals import HospitalsOf, names_hospital
from bot.dialogue.remembering import behind
from bot.dialogue.replies import Replies
from bot.dialogue.state import Next, Reply, SlotValue, State
from bot.engine import cost_error
from bot.language import Understanding, whom
from bot.policy import Between, Library
from bot.policy.codes import WHO_GIVES_BIRTH
from bot.rendering import Templates

_OF_BIRTH = frozenset({"delivery", "event"})
_LEAST_OF_A_NAME = 2  # characters
_IN_A_NAME = frozenset({"benefit", "insurance"})  # inputs that the name of a benefit tells by itself
_SAME_LEVEL = "prior_stays_same_level"


class Putting:
    """Takes inputs in, whoever heard them."""

    def __init__(
        self, library: Library, templates: Templates, replies: Replies, hospitals: HospitalsOf
    ) -> None:
        self._library = library
        self._templates = templates
        self._replies = replies
        self._hospitals = hospitals

    def heard(self, state: State, said: Understanding) -> dict[str, SlotValue]:
        """Return all inputs that a text gives, a mere place of care not taken for the place of insurance."""
        new = heard_in(said)
        benefit = new.get("benefit", state.slots.get("benefit"))
        if benefit == "maternity_subsidy" and new.get("who") not in WHO_GIVES_BIRTH:
            # 灵活就业 by itself is who pays; where a birth is spoken of it is who gave birth.
            who = whom(said.text, str(benefit))
            new = {**{n: v for n, v in new.items() if n != "who"}, **({"who": who} if who else {})}
        if state.calculating and is_filed(said):
            new |= {"route": "away_filed"}
        own = _city(state)
        if own and "route" in state.slots and is_at_home(said, self._library.cities[own].short):
            new = {**{n: v for n, v in new.items() if n != "city"}, "route": "local"}
        known = {**state.slots, **new}
        if benefit is None and not _OF_BIRTH.isdisjoint(known) and not COSTS.isdisjoint(known):
            # What a birth cost is a bill of its own only for residents.
            new |= {"benefit": "childbirth"} if known.get("insurance") == "resident" else {}
        city = self._library.cities.get(str(new.get("city")))
        return at_home(new, state.slots.get("city"), said, city.short if city is not None else "")

    def benefit_called(self, said: Understanding) -> str | None:
        """Return what is to be worked out by its name, or by a part of it that is in no other."""
        text = said.text.strip(" ,。!?")
        names = self._library.terms.codes["benefit"]
        found = [str(code) for code, name in names.items() if name == text]
        if not found and len(text) >= _LEAST_OF_A_NAME and heard_in(said).keys() <= _IN_A_NAME:
            found = [str(code) for code, name in names.items() if text in name]
        return found[0] if len(found) == 1 else None

    def put(
        self,
        state: State,
        new: Mapping[str, SlotValue],
        said: Understanding | None,
        today: date,
        lead: str = "",
    ) -> Next:
        """Take new inputs into the calculation and go on with it; the old state stays to go back to."""
        slots = merged(state.slots, new)
        wrong = cost_error(slots, slots.get("benefit"))
        if wrong is not None:
            text = self._wrong(wrong.code, slots)
            return self._replies.with_question(
                state, Reply("question", text, "bad_amount", slots=state.slots)
            )
        if state.pending is not None and new and slots == state.slots and not names_hospital(said):
            return self._replies.calculated(state, today, f"{lead}{self._replies.say('already_noted')}")
        if "date" in new and "preview" not in new:
            slots.pop("preview", None)  # a draft is of days to come
        slots, stays, told = self._of_year(state, new, slots)
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
            clarifying=False,
            tries=0,
            earlier=behind(state),
            scheme_assumed=assumed,
            stays=stays,
            answered=None,
        )
        changed = self._hospitals.followed(changed, new, said)
        return self._replies.calculated(changed, today, f"{lead}{told}{self._left_out(said)}")

    def _wrong(self, code: str, slots: Mapping[str, SlotValue]) -> str:
        """Return what is wrong with costs taken together, and with which whole cost they don't fit."""
        whole = slots.get("total_cost")
        if isinstance(whole, int | Between):
            sure = isinstance(whole, int)
            most = whole.high if isinstance(whole, Between) else whole
            return self._replies.say("part_above_whole", whole=most, sure=sure)
        return self._templates.say("errors", code)

    def _of_year(
        self, state: State, new: Mapping[str, SlotValue], slots: dict[str, SlotValue]
    ) -> tuple[dict[str, SlotValue], tuple[str, ...], str]:
        """Return the inputs with what the stays worked out before mean, these stays, and what to say.

        They count by level, and within one calendar year.
        """
        if not state.stays:
            return slots, (), ""
        day = new.get("date")
        if isinstance(day, date) and day.year != state.stays_year:
            now = {n: v for n, v in slots.items() if not n.startswith("prior_") or n in new}
            return now, (), f"{self._replies.say('another_year')}\n"
        if _SAME_LEVEL in new:
            return slots, (), ""
        same = sum(level == slots.get("hospital_level") for level in state.stays)
        return {"prior_stays": len(state.stays), **slots, _SAME_LEVEL: same}, state.stays, ""

    def _left_out(self, said: Understanding | None) -> str:
        """Return what to say first: of an injury, and of costs told besides the one that is worked out."""
        if said is None:
            return ""
        told = [self._replies.say("accident")] if is_accident(said) else []
        if said.also:
            told.append(self._replies.say("one_at_a_time", amounts=list(said.also)))
        return "".join(f"{text}\n\n" for text in told)


def _city(state: State) -> str | None:
    city = state.slots.get("city")
    return city if isinstance(city, str) else None
