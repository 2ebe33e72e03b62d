"""Guided calculations: what has been said -> a case; what is missing -> a question with choices."""

from collections.abc import Mapping
from datetime import date

from bot.dialogue.state import Option, SlotValue
from bot.engine import Case, Engine, codes_of
from bot.policy import UNKNOWN, Library, Value
from bot.policy.codes import COST_FIELDS, INPUTS
from bot.rendering import Templates

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
# The commonest first.
_OFFERED_BENEFITS = (
    "inpatient",
    "outpatient",
    "chronic_outpatient",
    "two_diseases",
    "special_drug",
    "catastrophic",
    "maternity_allowance",
    "maternity_leave",
    "maternity_subsidy",
    "childbirth",
    "contribution",
    "personal_account",
    "retirement",
    "catastrophic_limit",
)
OTHER_CITY = "other_city"


def merged(slots: Mapping[str, SlotValue], new: Mapping[str, SlotValue]) -> dict[str, SlotValue]:
    """Return `slots` with `new` put in: a changed answer loses no other, and costs stay of one kind."""
    result = {**slots, **new}
    if "eligible_cost" in new and "total_cost" not in new:
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


class Questions:
    """Words the question for an input and its choices."""

    def __init__(self, engine: Engine, templates: Templates) -> None:
        self._library: Library = engine.library
        self._engine = engine
        self._templates = templates

    def options(self, name: str, slots: Mapping[str, SlotValue]) -> tuple[Option, ...]:
        """Return the choices for an input; none where a number is to be typed."""
        terms = self._library.terms
        if name == "city":
            with_rules = [c for c in self._library.cities.values() if self._has_own_rules(c.code)]
            listed = tuple(Option(c.short, {"city": c.code}) for c in with_rules)
            return (*listed, Option(self._templates.say("talk", "other_city"), asks=OTHER_CITY))
        if name == OTHER_CITY:
            others = [c for c in self._library.cities.values() if not self._has_own_rules(c.code)]
            return tuple(Option(c.short, {"city": c.code}) for c in others)
        if name == "benefit":
            return tuple(Option(terms.of("benefit", code), {"benefit": code}) for code in _OFFERED_BENEFITS)
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
        if found and name != "insurance":
            found += (Option(terms.topics["unknown"], {name: UNKNOWN}),)
        return found

    def _has_own_rules(self, city: str) -> bool:
        return any(p.document.head.place == city for p in self._library.provisions.values())
