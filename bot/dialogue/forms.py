"""Guided calculations: what has been said -> a case; what is missing -> a question with choices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from bot.dialogue.hearing import WHOLE_COSTS
from bot.dialogue.state import Option, SlotValue
from bot.engine import Case, Engine, Needs, Refused, codes_of, filled
from bot.policy import UNKNOWN, Library, Value
from bot.policy.codes import COST_FIELDS, INPUTS
from bot.rendering import Estimates, Templates

_MOST_KEPT = 4_000  # looks ahead
_TELLING = 2  # the range so far is told when its width is at most one part in so many of its upper end
# What is asked after these hangs on their answer.
_DIVIDING = frozenset({"benefit", "insurance", "who"})

# Levels that pay alike for employees are offered once, the commonest first.
_LEVELS = {
    "employee": ("level3", "level2", "level1", "grassroots", "provincial"),
    "resident": (
        "level3",
        "level3_provincial",
        "level2",
        "level1",
        "central_township",
        "grassroots",
        "provincial",
    ),
}
# The most asked, as many as a telephone shows at once; the rest is told by its words.
_OFFERED_BENEFITS = (
    "inpatient",
    "outpatient",
    "chronic_outpatient",
    "two_diseases",
    "catastrophic",
    "maternity_allowance",
    "contribution",
    "retirement",
)
OTHER_CITY = "other_city"


def merged(slots: Mapping[str, SlotValue], new: Mapping[str, SlotValue]) -> dict[str, SlotValue]:
    """Return `slots` with `new` put in: a changed answer loses no other, and costs stay of one kind."""
    if new.get("benefit", slots.get("benefit")) == "childbirth":
        slots, new = _whole(slots), _whole(new)
    result = {**slots, **new}
    if "eligible_cost" in new and "total_cost" not in new and not slots.keys().isdisjoint(COST_FIELDS[:2]):
        for name in COST_FIELDS[1:]:
            if name not in new:
                result.pop(name, None)
    if any(name in result for name in COST_FIELDS[2:]) and "eligible_cost" in result:
        # A part named beside a bare cost makes that cost the whole bill.
        whole = result.pop("eligible_cost")
        result.setdefault("total_cost", whole)
    if "total_cost" in result:
        result.pop("eligible_cost", None)
    return result


def _whole(slots: Mapping[str, SlotValue]) -> Mapping[str, SlotValue]:
    """Return the inputs with a mere cost as the whole bill, which a birth goes by."""
    if "eligible_cost" not in slots or "total_cost" in slots:
        return slots
    return {"total_cost" if name == "eligible_cost" else name: value for name, value in slots.items()}


def case_of(slots: Mapping[str, SlotValue], today: date) -> Case:
    """Return the case that the slots make up."""
    given: dict[str, Value] = {
        name: value for name, value in slots.items() if name in INPUTS and not isinstance(value, date)
    }
    day = slots.get("date")
    benefit, city = slots.get("benefit"), slots.get("city")
    return Case(
        benefit if isinstance(benefit, str) else None,
        city if isinstance(city, str) else None,
        day if isinstance(day, date) else today,
        today,
        given,
        day_assumed=not isinstance(day, date),
    )


@dataclass(frozen=True, slots=True)
class _Key:
    """A case as a key: alike when place, day and inputs are."""

    told: tuple[Any, ...]
    case: Case = field(compare=False)


def _key(case: Case) -> _Key:
    return _Key((case.benefit, case.city, case.day, frozenset(case.given.items())), case)


class Questions:
    """Words the question for an input and its choices."""

    def __init__(self, engine: Engine, templates: Templates, estimates: Estimates) -> None:
        self._library: Library = engine.library
        self._engine = engine
        self._templates = templates
        self._estimates = estimates
        # The same few questions come in most dialogues, and to look ahead costs some estimates.
        self._left_once = lru_cache(maxsize=_MOST_KEPT)(self._left)
        self._bounds_once = lru_cache(maxsize=_MOST_KEPT)(self._bounds)

    def text(self, name: str, tries: int) -> str:
        """Return the question for an input; `tries` answers to it did not fit.

        The first time it comes with an example, the second in other words, then with a way out.
        """
        name = "city" if name == OTHER_CITY else name
        example = self._templates.say("talk", "example", text=self._templates.say("examples", name))
        if tries == 0:
            return f"{self._estimates.question(name)}{example}"
        again = self._templates.say("questions_again", name)
        if tries == 1:
            return again
        return (
            f"{again}{example}\n{self._templates.say('talk', 'stuck', hotline=self._library.numbers.hotline)}"
        )

    def whereabouts(self, name: str) -> str:
        """Return where the value of an input can be found."""
        name = "city" if name == OTHER_CITY else name
        return self._templates.say("whereabouts", name, hotline=self._library.numbers.hotline)

    def progress(self, number: int, needs: Needs) -> str:
        """Return which question this is and, where it holds for every answer, how many are to come."""
        left = self._left_once(_key(needs.case), needs.missing)
        if number == 1 and not left:
            return ""
        return self._templates.say("talk", "progress", number=number, left=left)

    def so_far(self, needs: Needs) -> str:
        """Return between what the result lies already; nothing where that tells little."""
        case = needs.case
        if None in (case.benefit, case.city, case.insurance) or not any(
            name in case.given for name in WHOLE_COSTS
        ):
            return ""
        bounds = self._bounds_once(_key(case), needs.missing[0])
        if bounds is None or not _TELLING * (bounds[1] - bounds[0]) <= bounds[1]:
            return ""
        return self._templates.say("talk", "so_far", low=bounds[0], high=bounds[1])

    def _left(self, key: _Key, missing: tuple[str, ...]) -> int | None:
        """Return how many questions follow the first missing one, if that is sure whatever is answered."""
        case, name = key.case, missing[0]
        if _DIVIDING & {*missing}:
            return None
        if len(missing) == 1:
            return 0
        counts: set[int | None] = set()
        for value in self._engine.choices(name, case.benefit):
            found = self._engine.estimate(filled(case, {name: value}))
            if isinstance(found, Needs):
                further = self._left_once(_key(found.case), found.missing)
                counts.add(None if further is None else further + 1)
            elif not isinstance(found, Refused):
                counts.add(0)
            if len(counts) > 1 or None in counts:
                return None
        return counts.pop() if counts else None

    def _bounds(self, key: _Key, name: str) -> tuple[int, int] | None:
        case = key.case
        for value in self._engine.choices(name, case.benefit):
            if isinstance(self._engine.estimate(filled(case, {name: value})), Refused):
                return None  # what isn't held can lie anywhere
        return self._engine.range_so_far(key.case)

    def options(self, name: str, slots: Mapping[str, SlotValue]) -> tuple[Option, ...]:
        """Return the choices for an input; none where a number is to be typed."""
        terms = self._library.terms
        if name == "city":
            with_rules = [c for c in self._library.cities.values() if self._library.has_own_rules(c.code)]
            listed = tuple(Option(c.short, {"city": c.code}) for c in with_rules)
            return (*listed, Option(self._templates.say("talk", "other_city"), asks=OTHER_CITY))
        if name == OTHER_CITY:
            others = [c for c in self._library.cities.values() if not self._library.has_own_rules(c.code)]
            return tuple(Option(c.short, {"city": c.code}) for c in others)
        if name == "benefit":
            return tuple(Option(terms.of("benefit", code), {"benefit": code}) for code in _OFFERED_BENEFITS)
        if name == "date":
            return ()
        field = INPUTS[name]
        if field.kind == "yes_no":
            codes: tuple[str | bool, ...] = (True, False)
        elif name == "hospital_level":
            scheme = slots.get("insurance")
            codes = _LEVELS["resident" if scheme == "resident" else "employee"]
        else:
            benefit = slots.get("benefit")
            codes = codes_of(name, benefit if isinstance(benefit, str) else None)
        found = tuple(Option(terms.of(name, code), {name: code}) for code in codes)
        if found:
            found += (Option(terms.topics["unknown"], {name: UNKNOWN}),)
        return found
