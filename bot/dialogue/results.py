"""The result of a calculation as people read it, and what they may want to change next."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.offers import EASILY_OVERLOOKED, Offers
from bot.dialogue.previews import Previews
from bot.dialogue.reading_back import ReadBack
from bot.dialogue.state import Option, SlotValue
from bot.engine import Assumption, Engine, Ok, Part, Range, Step
from bot.policy import Hospital
from bot.policy.figures import SHARE_SCALE
from bot.rendering import Estimates, PartShown, ReadingShown, ResultSheet, StepShown, Templates, shown
from bot.rendering.templates import quantity

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
_MOST_TOLD = 5
# Told in the person's words only where it is worth a line; the JSON has them all.
_UNTOLD = frozenset({"date", "emergency_cost"})
# The working tells these already.
_TOLD_BY_STEPS = frozenset({"tcm_not_listed"})
# A part of the bill that a layer did not pay in full because of a limit, or that a later layer took up.
_BEYOND = frozenset({"above_limit", "mutual_aid"})


class Results:
    """Words results."""

    def __init__(self, engine: Engine, estimates: Estimates, templates: Templates) -> None:
        self._engine = engine
        self._library = engine.library
        self._estimates = estimates
        self._templates = templates
        self._taken = ReadBack(engine, estimates, templates)
        self._offers = Offers(engine, templates)
        self._previews = Previews(engine, estimates, templates)

    def intent(self, slots: Mapping[str, SlotValue]) -> str:
        """Return the subject that a calculation belongs to."""
        benefit, scheme = slots.get("benefit"), slots.get("insurance")
        narrow = _INTENT.get((str(benefit), str(scheme)))
        return narrow or _INTENT_OF_BENEFIT.get(str(benefit), "estimate")

    def sheet(
        self,
        estimate: Ok | Range,
        assumed: Sequence[Assumption],
        *,
        scheme_assumed: bool,
        explain: bool,
        hospital: Hospital | None = None,
    ) -> ResultSheet:
        """Return a result: what was taken, both amounts, their parts, the working, what was assumed, sources.

        `assumed` are the assumptions of the estimate; `explain` adds what the terms mean; `hospital` is the
        one that the level comes from.
        """
        case, say = estimate.case, self._templates.say
        told = [
            self._estimates.assumption(a, estimate, bare=bare) for a, bare in self._told(estimate, assumed)
        ]
        divided = self._engine.parts(estimate)
        by_fund = tuple(self._part(part, divided) for part in divided if part.by_fund)
        by_person = tuple(self._part(part, divided) for part in divided if not part.by_fund)
        steps = tuple(self._step(step, estimate.unit) for step in self._told_steps(estimate.steps))
        explained = self._explained(steps, (*by_fund, *by_person)) if explain else ()
        assert case.benefit is not None
        title = "title" if estimate.own is not None else "title_without_bill"
        sheet = ResultSheet(
            title=say("parts", title, what=self._library.terms.of("benefit", case.benefit)),
            line=self._taken.line(case, scheme_assumed=scheme_assumed, hospital=hospital),
            taken=self._taken.each(case, hospital),
            unit=estimate.unit,
            **self._amounts(estimate),
            by_fund=by_fund,
            by_person=by_person,
            preview=self._previews.text(estimate),
            steps=steps,
            explained=explained,
            assumptions=tuple(told[:_MOST_TOLD]),
            others=tuple(told[_MOST_TOLD:]),
            cautions=tuple(say("cautions", code) for code in estimate.cautions if code not in _TOLD_BY_STEPS),
            basis=self._estimates.basis(source.provision for source in estimate.sources),
            hotline=self._library.numbers.hotline,
            day=case.day,
        )
        return self._templates.told("estimate", sheet)

    def next_options(self, estimate: Ok | Range, assumed: Sequence[Assumption]) -> tuple[Option, ...]:
        """Return what to offer: other values of what was assumed, and what else to work out from there."""
        return self._offers.options(estimate, [a for a, _ in self._told(estimate, assumed)])

    @staticmethod
    def _step(step: Step, unit: str) -> StepShown:
        return StepShown(step.label, quantity(step.fen, unit) if step.fen else "", step.because)

    def _part(self, part: Part, divided: Sequence[Part]) -> PartShown:
        """Return a part of the bill with its name and one plain reason."""
        say = self._templates.say
        words: dict[str, Any] = {}
        if part.by_fund:
            share = part.share and shown(part.share[0] * SHARE_SCALE // part.share[1], "share")
            words = {"share": share or ""}
        if part.id == "basic":
            words["limited"] = any(other.id in _BEYOND for other in divided)
        if part.id == "co_payment":
            later = [other.id for other in divided if other.by_fund and other.id == "catastrophic"]
            alone = not any(other.id == "basic" for other in divided)
            words["paid_back"] = say("parts", f"name_of_{later[0]}") if later and not alone else ""
        return PartShown(
            part.id, say("parts", f"name_of_{part.id}"), part.fen, say("parts", part.id, **words)
        )

    def _amounts(self, estimate: Ok | Range) -> dict[str, Any]:
        """Return the amounts to show: one each, or both ends with the readings that lead there."""
        if isinstance(estimate, Ok):
            return {
                "amount": estimate.amount,
                "low": None,
                "own": estimate.own,
                "own_high": None,
                "readings": (),
            }
        own_low, own_high = estimate.own or (None, None)
        return {
            "low": estimate.amount[0],
            "amount": estimate.amount[1],
            "own": own_low,
            "own_high": own_high,
            "readings": tuple(ReadingShown(*each) for each in self._estimates.readings(estimate)),
        }

    def _told(self, estimate: Ok | Range, assumed: Sequence[Assumption]) -> list[tuple[Assumption, bool]]:
        """Return what is worth telling: what is easily overlooked first, then what could change most.

        With each whether it is the cost given alone that was taken as within scope.
        """
        told = [(a, False) for a in assumed if a.name not in _UNTOLD]
        if any(a.name == "prior_stays_same_level" for a, _ in told):
            # Its words say both.
            told = [(a, bare) for a, bare in told if a.name != "prior_stays"]
        if self._taken.of_bare_cost(estimate.case):
            told.append((self._estimates.bare_cost(estimate), True))
        return sorted(
            told, key=lambda each: (each[0].name not in EASILY_OVERLOOKED, -_weight(each[0], estimate))
        )

    def steps(self, estimate: Ok | Range) -> list[str]:
        """Return the working of a result, a line a step."""
        steps = (self._step(step, estimate.unit) for step in self._told_steps(estimate.steps))
        return [
            self._templates.say(
                "talk", "working_step", label=step.label, shown=step.shown, because=step.because
            )
            for step in steps
        ]

    def _told_steps(self, steps: Sequence[Step]) -> list[Step]:
        """Return the steps without those that only round what the step before already showed."""
        rounded = self._library.terms.phrases["rounded"]
        before = [None, *(step.fen for step in steps)]
        return [
            step
            for step, shown in zip(steps, before, strict=False)
            if not (step.because == rounded and step.fen == shown)
        ]

    def _explained(self, steps: Sequence[StepShown], parts: Sequence[PartShown]) -> tuple[str, ...]:
        labels = [*(step.label for step in steps), *(part.name for part in parts)]
        terms = self._library.terms.explained
        return tuple(text for term, text in terms.items() if any(term in label for label in labels))


def _weight(assumption: Assumption, estimate: Ok | Range) -> int:
    """Return how far other values of what was assumed could move the amount, in its hundredths."""
    amount = estimate.amount if isinstance(estimate, Ok) else estimate.amount[1]
    return max((abs(other - amount) for _, other in assumption.otherwise), default=0)
