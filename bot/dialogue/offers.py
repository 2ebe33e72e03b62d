"""What is offered after a result: changes to what was assumed, and what else to work out from there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.dialogue.state import Option, SlotValue
from bot.engine import SCHEME_OF, Assumption, Engine, Ok, Range, codes_of
from bot.engine.inputs import filled
from bot.policy import OneOf
from bot.policy.codes import INPUTS, Unknown
from bot.rendering import Templates

# What may well be so without a person thinking of it.
EASILY_OVERLOOKED = frozenset({"prior_stays_same_level", "route", "excluded_cost"})
_MOST_CHANGES = 4
_EARLIER = "prior_"  # inputs that the year so far decides
# Other values that one tap can set, the likeliest first.
_OTHERWISE: Mapping[str, tuple[SlotValue, ...]] = {
    "prior_stays_same_level": (1,),
    "prior_stays": (1,),
    "route": ("away_filed", "away_unfiled"),
    "tcm": (True,),
    "hardship": (True,),
    "mutual_aid": (False,),
    "designated": (False,),
    "difficult": (True,),
    "flexible": (True,),
    "pooled_only": (True,),
}
_OF_DRAFT: Mapping[str, tuple[SlotValue, ...]] = {
    "away_where": ("in_province", "cross_province"),
    "away_long_term": (True,),
}
_GOES_WITH: Mapping[str, Mapping[str, SlotValue]] = {"prior_stays_same_level": {"prior_stays": 1}}
_COMMONEST = (
    "level3",
    "level2",
    "level1",
    "grassroots",
    "provincial",
    "level3_provincial",
    "central_township",
)
ASKED = (
    "excluded_cost",
    "prior_deductible",
    "prior_deductible_level2",
    "prior_deductible_level3",
    "prior_paid",
    "prior_own",
    "prior_cost",
    "bonus",
    "babies",
    "benchmark",
)
"""Inputs whose values have to be typed, so that a choice can only ask for them."""


class Offers:
    """Makes the choices after a result."""

    def __init__(self, engine: Engine, templates: Templates) -> None:
        self._engine = engine
        self._templates = templates

    def options(self, estimate: Ok | Range, told: Sequence[Assumption]) -> tuple[Option, ...]:
        """Return the choices: changes to what was `told` as assumed, in that order, then next steps."""
        changes = [*self._of_open(estimate), *self._of_draft(estimate)]
        # One tap before what has to be typed, among what may well be so.
        likely = [a for a in told if a.name in EASILY_OVERLOOKED]
        likely.sort(key=lambda a: a.name in ASKED)
        rest = [a for a in told if a.name not in EASILY_OVERLOOKED]
        changes += [option for assumption in (*likely, *rest) for option in self._changes(assumption)]
        return (*changes[:_MOST_CHANGES], *self._next_steps(estimate))

    def _of_open(self, estimate: Ok | Range) -> Iterator[Option]:
        """Yield the values of what was left open, where they come to different results."""
        case = estimate.case
        for name, value in case.given.items() if isinstance(estimate, Range) else ():
            if not isinstance(value, Unknown | OneOf):
                continue
            results: dict[object, SlotValue] = {}
            for possible in _possible(name, value, case.benefit):
                found = self._engine.estimate(filled(case, {name: possible}))
                if isinstance(found, Ok | Range):
                    results.setdefault((found.amount, found.own), possible)
            if len(results) > 1:
                yield from (Option(self._called(name, each), {name: each}) for each in results.values())

    def _called(self, name: str, value: SlotValue) -> str:
        terms = self._engine.library.terms
        return terms.of(name, value) if name in terms.codes else self._label(name, value=value)

    def _of_draft(self, estimate: Ok | Range) -> Iterator[Option]:
        """Yield what decides between the results of a draft, where it leaves several."""
        if not isinstance(estimate.preview, Range):
            return
        for name, values in _OF_DRAFT.items():
            if name not in estimate.case.given:
                yield from (Option(self._label(name, value=value), {name: value}) for value in values)

    def _changes(self, assumption: Assumption) -> Iterator[Option]:
        name = assumption.name
        if name in ASKED and assumption.otherwise:
            yield Option(self._label(name), asks=name)
        possible = {value for value, _ in assumption.otherwise}
        for value in _OTHERWISE.get(name, ()):
            if value in possible:
                yield Option(self._label(name, value=value), {name: value, **_GOES_WITH.get(name, {})})

    def _next_steps(self, estimate: Ok | Range) -> Iterator[Option]:
        case = estimate.case
        assert case.benefit is not None
        if self._levels_differ(estimate):
            yield Option(self._label("compare_levels"), does="compare:hospital_level")
        scheme = case.insurance or SCHEME_OF.get(case.benefit, "")
        program = self._engine.program(case.benefit, str(case.city), scheme, case.day)
        if any(name.startswith(_EARLIER) for name in getattr(program, "reads", ())):
            yield Option(self._label("another", benefit=case.benefit), does="another")

    def _levels_differ(self, estimate: Ok | Range) -> bool:
        """Whether another level of hospital has a rule under which the result would be otherwise."""
        case = estimate.case
        if not isinstance(case.given.get("hospital_level"), str):
            return False
        for level in codes_of("hospital_level", case.benefit):
            other = self._engine.estimate(filled(case, {"hospital_level": level}))
            if isinstance(other, Ok | Range) and other.amount != estimate.amount:
                return True
        return False

    def _label(self, name: str, /, **words: Any) -> str:
        return self._templates.say("options", name, **words)


def _possible(name: str, value: Unknown | OneOf, benefit: str | None) -> tuple[SlotValue, ...]:
    """Return the values that an open input may have, the commonest first; none where it has to be typed."""
    if INPUTS[name].kind == "yes_no":
        return (True, False)
    if name in _OTHERWISE and INPUTS[name].kind == "count":
        return (0, *_OTHERWISE[name])
    codes = value.codes if isinstance(value, OneOf) else codes_of(name, benefit)
    return tuple(sorted(codes, key=_COMMONEST.index) if name == "hospital_level" else codes)
