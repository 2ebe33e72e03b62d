"""The result of a calculation as people read it, and what they may want to change next."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue.state import Option, SlotValue
from bot.engine import Assumption, Case, Engine, Ok, Range
from bot.policy import Between
from bot.policy.codes import COST_FIELDS, INPUTS
from bot.rendering import Estimates, Templates, money, used_sources

# The subject that a calculation belongs to, where there is one narrower than 'estimate'.
_INTENT = {
    ("inpatient", "employee"): "employee_inpatient_rate",
    ("inpatient", "resident"): "resident_inpatient_rate",
    ("outpatient", "employee"): "employee_outpatient",
    ("outpatient", "resident"): "resident_outpatient",
    ("catastrophic", "employee"): "employee_catastrophic",
    ("catastrophic", "resident"): "resident_catastrophic",
}
_INTENT_OF_BENEFIT = {
    "chronic_outpatient": "chronic_outpatient",
    "two_diseases": "two_diseases",
    "special_drug": "special_drugs",
    "childbirth": "childbirth_resident",
    "maternity_leave": "maternity_leave",
    "maternity_allowance": "maternity_allowance",
    "maternity_subsidy": "maternity_subsidy",
    "personal_account": "account_credit",
    "retirement": "retirement_years",
    "catastrophic_limit": "continuous_enrolment_reward",
}
_MOST_TOLD = 4
_MOST_OPTIONS = 4
# Told in the person's words only where it is worth a line; the JSON has them all.
_UNTOLD = frozenset({"date", "emergency_cost"})
_OFFERED: Mapping[str, tuple[SlotValue, ...]] = {
    "prior_stays_same_level": (1,),
    "route": ("away_filed", "away_unfiled"),
    "tcm": (True,),
    "hardship": (True,),
    "mutual_aid": (False,),
}


class Results:
    """Words results."""

    def __init__(self, engine: Engine, estimates: Estimates, templates: Templates) -> None:
        self._engine = engine
        self._library = engine.library
        self._estimates = estimates
        self._templates = templates

    def intent(self, slots: Mapping[str, SlotValue]) -> str:
        """Return the subject that a calculation belongs to."""
        benefit, scheme = slots.get("benefit"), slots.get("insurance")
        narrow = _INTENT.get((str(benefit), str(scheme)))
        return narrow or _INTENT_OF_BENEFIT.get(str(benefit), "estimate")

    def text(self, estimate: Ok | Range, *, scheme_assumed: bool) -> str:
        """Return a result: what was taken, the amounts, the working, what was assumed, and the sources."""
        case = estimate.case
        both: dict[str, Any] = {"low": None, "own_high": None, "readings": []}
        if isinstance(estimate, Range):
            both = {
                "low": estimate.amount[0],
                "own_high": estimate.own[1],
                "readings": [
                    {"amount": reading.amount, "words": self._estimates.reading(case, reading)}
                    for reading in estimate.readings
                ],
            }
        told = [a for a in self._engine.assumptions(estimate) if a.name not in _UNTOLD]
        told.sort(key=lambda a: _weight(a, estimate), reverse=True)
        return self._templates.result(
            "estimate",
            taken=self._taken(case, scheme_assumed=scheme_assumed),
            amount=estimate.amount if isinstance(estimate, Ok) else estimate.amount[1],
            own=estimate.own if isinstance(estimate, Ok) else estimate.own[0],
            steps=estimate.steps,
            assumptions=[self._estimates.assumption(a, estimate) for a in told[:_MOST_TOLD]],
            cautions=[self._templates.say("cautions", code) for code in estimate.cautions],
            basis=[self._estimates.basis(source.provision) for source in used_sources(estimate.steps)],
            hotline=self._library.numbers.hotline,
            **both,
        )

    def next_options(self, estimate: Ok | Range) -> tuple[Option, ...]:
        """Return changes to offer: other values of what was assumed, the ones that matter most first."""
        told = [a for a in self._engine.assumptions(estimate) if a.name in _OFFERED]
        told.sort(key=lambda a: _weight(a, estimate), reverse=True)
        options = []
        for assumption in told:
            possible = {value for value, _ in assumption.otherwise}
            options.extend(
                Option(
                    self._templates.say("options", assumption.name, value=value),
                    {assumption.name: value},
                )
                for value in _OFFERED[assumption.name]
                if value in possible
            )
        return tuple(options[:_MOST_OPTIONS])

    def _taken(self, case: Case, *, scheme_assumed: bool) -> str:
        """Return the one line of what was taken from the person's words."""
        terms, say = self._library.terms, self._templates.say
        parts = []
        if case.city is not None:
            parts.append(self._library.cities[case.city].short)
        for name in ("benefit", *INPUTS):
            value = case.benefit if name == "benefit" else case.given.get(name)
            if value is None:
                continue
            if name == "insurance" and scheme_assumed:
                parts.append(say("talk", "scheme_from_status", scheme=terms.of(name, value)))
            elif name in {"benefit", "insurance", "status", "hospital_level", "route"} and isinstance(
                value, str
            ):
                parts.append(terms.of(name, value))
            elif isinstance(value, bool) and name in terms.codes:
                parts.append(terms.of(name, value))
            else:
                shown = (
                    f"{money(value.low)}到{money(value.high)}元"
                    if isinstance(value, Between)
                    else self._estimates.called(name, value)
                )
                if name in COST_FIELDS[:2]:
                    parts.append(
                        say("talk", "taken_cost" if name == COST_FIELDS[0] else "taken_total", amount=shown)
                    )
                else:
                    parts.append(say("talk", "taken_other", name=terms.inputs.get(name, name), value=shown))
        return say("talk", "taken", parts=parts, day=case.day, assumed_day=case.day_assumed)


def _weight(assumption: Assumption, estimate: Ok | Range) -> int:
    """Return how far (fen) other values of what was assumed could move the amount."""
    amount = estimate.amount if isinstance(estimate, Ok) else estimate.amount[1]
    # What anybody may well have overlooked is worth a line before what few people have.
    first = assumption.name in {"prior_stays_same_level", "route", "excluded_cost"}
    return max(abs(other - amount) for _, other in assumption.otherwise) + (10**12 if first else 0)
