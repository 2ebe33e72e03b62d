"""The result of a calculation as people read it, and what they may want to change next."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.state import Option, SlotValue
from bot.engine import SCHEME_OF, Assumption, Case, Engine, Ok, Range, Step
from bot.policy import Hospital
from bot.policy.codes import COST_FIELDS
from bot.rendering import Estimates, Templates

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
    "contribution": "employee_contribution",
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
# A person first, then the place of care, then the money.
_READ_BACK = (
    "insurance",
    "status",
    "hardship",
    "benefit",
    "hospital_level",
    "tcm",
    "designated",
    "route",
    *COST_FIELDS,
)
_MOST_TOLD = 4
_MOST_OPTIONS = 4
# Told in the person's words only where it is worth a line; the JSON has them all.
_UNTOLD = frozenset({"date", "emergency_cost"})
_EASILY_OVERLOOKED = frozenset({"prior_stays_same_level", "route", "excluded_cost"})
# The working tells these already.
_TOLD_BY_STEPS = frozenset({"tcm_not_listed"})
_GOES_WITH: Mapping[str, Mapping[str, SlotValue]] = {"prior_stays_same_level": {"prior_stays": 1}}
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

    def text(
        self,
        estimate: Ok | Range,
        assumed: Sequence[Assumption],
        *,
        scheme_assumed: bool,
        explain: bool,
        hospital: Hospital | None = None,
    ) -> str:
        """Return a result: what was taken, the amounts, the working, what was assumed, and the sources.

        `assumed` are the assumptions of the estimate; `explain` adds what the terms mean; `hospital` is the
        one that the level comes from.
        """
        case = estimate.case
        steps = self._told_steps(estimate.steps)
        told = self._in_order(assumed, estimate)
        return self._templates.result(
            "estimate",
            taken=self._taken(case, scheme_assumed=scheme_assumed, hospital=hospital),
            **self._amounts(estimate),
            unit=estimate.unit,
            steps=steps,
            explained=self._explained(steps) if explain else [],
            preview=self._preview(estimate),
            assumptions=[self._estimates.assumption(a, estimate) for a in told[:_MOST_TOLD]],
            others=[self._estimates.assumption(a, None) for a in told[_MOST_TOLD:]],
            cautions=[
                self._templates.say("cautions", code)
                for code in estimate.cautions
                if code not in _TOLD_BY_STEPS
            ],
            basis=self._estimates.basis(source.provision for source in estimate.sources),
            hotline=self._library.numbers.hotline,
        )

    def _preview(self, estimate: Ok | Range) -> str:
        """Return what a draft would make of the case, marked as one; nothing where it wasn't asked for."""
        then = estimate.preview
        if then is None:
            return ""
        low, high = (then.amount, then.amount) if isinstance(then, Ok) else then.amount
        return self._templates.say("talk", "preview", low=low, high=high)

    def _amounts(self, estimate: Ok | Range) -> dict[str, Any]:
        """Return the amounts to show: one each, or both ends with the readings that lead there."""
        if isinstance(estimate, Ok):
            return {
                "amount": estimate.amount,
                "low": None,
                "own": estimate.own,
                "own_high": None,
                "readings": [],
            }
        own_low, own_high = estimate.own or (None, None)
        return {
            "low": estimate.amount[0],
            "amount": estimate.amount[1],
            "own": own_low,
            "own_high": own_high,
            "readings": [
                {"amount": reading.amount, "words": self._estimates.reading(estimate.case, reading)}
                for reading in estimate.readings
            ],
        }

    def _in_order(self, assumed: Sequence[Assumption], estimate: Ok | Range) -> list[Assumption]:
        """Return what is worth telling: what is easily overlooked first, then what could change most."""
        told = [a for a in assumed if a.name not in _UNTOLD]
        if any(a.name == "prior_stays_same_level" for a in told):
            # Its words say both.
            told = [a for a in told if a.name != "prior_stays"]
        return sorted(told, key=lambda a: (a.name not in _EASILY_OVERLOOKED, -_weight(a, estimate)))

    def _told_steps(self, steps: Sequence[Step]) -> list[Step]:
        """Return the steps without those that only round what the step before already showed."""
        rounded = self._library.terms.phrases["rounded"]
        before = [None, *(step.fen for step in steps)]
        return [
            step
            for step, shown in zip(steps, before, strict=False)
            if not (step.because == rounded and step.fen == shown)
        ]

    def _explained(self, steps: Sequence[Step]) -> list[str]:
        labels = [step.label for step in steps]
        terms = self._library.terms.explained
        return [text for term, text in terms.items() if any(term in label for label in labels)]

    def next_options(self, estimate: Ok | Range, assumed: Sequence[Assumption]) -> tuple[Option, ...]:
        """Return changes to offer: other values of what was assumed, the ones that matter most first."""
        options: list[Option] = []
        for assumption in self._in_order([a for a in assumed if a.name in _OFFERED], estimate):
            possible = {value for value, _ in assumption.otherwise}
            options.extend(
                Option(
                    self._templates.say("options", assumption.name, value=value),
                    {assumption.name: value, **_GOES_WITH.get(assumption.name, {})},
                )
                for value in _OFFERED[assumption.name]
                if value in possible
            )
        return tuple(options[:_MOST_OPTIONS])

    def _reads(self, case: Case) -> frozenset[str]:
        """Return the inputs worth reading back: those that this calculation looks at."""
        assert case.benefit is not None
        assert case.city is not None
        scheme = case.insurance or SCHEME_OF.get(case.benefit, "employee")
        program = self._engine.program(case.benefit, case.city, scheme, case.day)
        return frozenset({"insurance", "benefit"}) | getattr(program, "reads", frozenset())

    def _taken(self, case: Case, *, scheme_assumed: bool, hospital: Hospital | None) -> str:
        """Return the one line of what was taken from the person's words."""
        terms, say = self._library.terms, self._templates.say
        parts = [self._library.cities[case.city].short] if case.city is not None else []
        given = {**case.given, **({"benefit": case.benefit} if case.benefit is not None else {})}
        read = self._reads(case)
        for name in sorted(given, key=_reading_order):
            value = given[name]
            if name not in read:
                continue
            if name == "insurance" and scheme_assumed:
                parts.append(say("taken", "scheme_from_status", scheme=terms.of(name, value)))
            elif name == "hospital_level" and hospital is not None:
                parts.append(say("taken", "hospital", name=hospital.name, level=terms.of(name, value)))
            elif name in terms.codes and isinstance(value, str | bool):
                parts.append(terms.of(name, value))
            else:
                shown = self._estimates.called(name, value)
                if self._templates.can_say("taken", name):
                    parts.append(say("taken", name, value=shown))
                else:
                    parts.append(say("taken", "other", name=terms.inputs.get(name, name), value=shown))
        return say(
            "taken",
            "line",
            parts=parts,
            day=case.day,
            assumed_day=case.day_assumed,
            bare_cost="eligible_cost" in given and "eligible_cost" in read,
        )


def _reading_order(name: str) -> int:
    return _READ_BACK.index(name) if name in _READ_BACK else len(_READ_BACK)


def _weight(assumption: Assumption, estimate: Ok | Range) -> int:
    """Return how far other values of what was assumed could move the amount, in its hundredths."""
    amount = estimate.amount if isinstance(estimate, Ok) else estimate.amount[1]
    return max(abs(other - amount) for _, other in assumption.otherwise)
