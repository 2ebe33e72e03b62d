"""An estimate -> its JSON form and the words that go with it: questions, refusals, cautions, assumptions.

Amounts are fen in, and text with two decimals (yuan) out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.engine.engine import SCHEME_OF, Engine
from bot.engine.result import (
    Assumption,
    Case,
    Estimate,
    Invalid,
    Needs,
    Ok,
    Range,
    Refused,
    Source,
    Step,
    money,
    written,
)
from bot.policy.codes import INPUTS, MOST_MONEY_FEN, UNKNOWN, Between, OneOf
from bot.policy.library import Library, NotApplicable, NotHeld, NotInForce, Provision
from bot.rendering.sheets import Basis
from bot.rendering.templates import Templates, quantity

_LAST_FEN = 99
PART_OUTSIDE = "两成"  # of the bill, in telling what an unknown part outside the catalogue would change
_PARTS_OUTSIDE = 5  # that many make up the bill


class Estimates:
    """Puts estimates of one engine into words and JSON."""

    def __init__(self, engine: Engine, templates: Templates) -> None:
        self._engine = engine
        self._library: Library = engine.library
        self._templates = templates

    # -- the contract's JSON ---------------------------------------------------------------------------

    def as_json(
        self, estimate: Estimate | Invalid, assumed: Sequence[Assumption] | None = None
    ) -> dict[str, Any]:
        """Return an estimate in the contract's form, without the request's `id`.

        `assumed` saves finding the assumptions again where they are known.
        """
        match estimate:
            case Invalid():
                return {
                    "outcome": "invalid",
                    "errors": [
                        {"field": error.field, "message": self._templates.say("errors", error.code)}
                        for error in estimate.errors
                    ],
                }
            case Needs():
                return {
                    "outcome": "needs",
                    "missing": list(estimate.missing),
                    "question": self.question(estimate.missing[0]),
                    "policy_version": self._library.version,
                }
            case Refused():
                return {
                    "outcome": "refused",
                    "reason": self.refusal(estimate.case, estimate.missing),
                    "sources": self._held_sources(estimate),
                    "policy_version": self._library.version,
                }
            case Ok():
                amounts: dict[str, Any] = {
                    "amount": written(estimate.amount, estimate.unit),
                    "unit": estimate.unit,
                    **({} if estimate.own is None else {"own": money(estimate.own)}),
                    "layers": [{"id": layer, "amount": money(fen)} for layer, fen in estimate.layers],
                }
                return {"outcome": "ok", **amounts, **self._working(estimate, assumed)}
            case Range():
                amounts = {
                    "amount": [written(each, estimate.unit) for each in estimate.amount],
                    "unit": estimate.unit,
                    **({} if estimate.own is None else {"own": [money(fen) for fen in estimate.own]}),
                    "readings": [
                        {"amount": written(amount, estimate.unit), "reading": words}
                        for amount, words in self.readings(estimate)
                    ],
                }
                return {"outcome": "range", **amounts, **self._working(estimate, assumed)}

    def _working(self, estimate: Ok | Range, assumed: Sequence[Assumption] | None) -> dict[str, Any]:
        if assumed is None:
            assumed = self._engine.assumptions(estimate)
        return {
            "steps": [self._step(step, estimate.unit) for step in estimate.steps],
            "sources": _unique([_source(source) for source in estimate.sources]),
            "assumptions": [
                {"code": assumption.name, "text": self.assumption(assumption, estimate)}
                for assumption in assumed
            ],
            "cautions": [
                {"code": code, "text": self._templates.say("cautions", code)} for code in estimate.cautions
            ],
            "policy_version": self._library.version,
            **({} if estimate.preview is None else {"preview": self.as_json(estimate.preview)}),
        }

    @staticmethod
    def _step(step: Step, unit: str) -> dict[str, Any]:
        return {
            "label": step.label,
            "value": written(step.fen, unit),
            "because": step.because,
            "source": _source(step.source),
        }

    def _held_sources(self, refused: Refused) -> list[dict[str, str]]:
        held = getattr(refused.missing, "held", ())
        return _unique([provision_source(p) for p in held])

    # -- words -----------------------------------------------------------------------------------------

    def question(self, name: str) -> str:
        """Return the question for one input."""
        if self._templates.can_say("questions", name):
            return self._templates.say("questions", name)
        return self._templates.say("questions", "other", name=self._library.terms.inputs[name])

    def refusal(self, case: Case, missing: object) -> str:
        """Return what is not held and whom to ask."""
        terms, hotline = self._library.terms, self._library.numbers.hotline
        where = f"{self._library.cities[case.city].name}的" if case.city is not None else ""
        match missing:
            case NotInForce():
                return self._templates.say(
                    "refusals",
                    "not_in_force",
                    what=self._topic(missing.topic, case),
                    where=where,
                    day=case.day,
                    since=min(p.since for p in missing.held),
                    until=self._last_day(missing.held, case),
                    hotline=hotline,
                )
            case NotApplicable(held=()) if case.insurance is not None:
                return self._templates.say(
                    "refusals",
                    "not_applicable",
                    what=terms.codes["benefit"].get(missing.topic, self._topic(missing.topic, case)),
                    scheme=terms.of("insurance", case.insurance),
                    hotline=hotline,
                )
            case NotHeld(topic="preview"):
                return self._templates.say("refusals", "no_preview", hotline=hotline)
            case _:
                pass
        topic = getattr(missing, "topic", "")
        return self._templates.say(
            "refusals", "not_held", what=self._topic(topic, case), where=where, hotline=hotline
        )

    def _last_day(self, provisions: tuple[Provision, ...], case: Case) -> date | None:
        """Return the last day on which one of `provisions` held for the case; None if one still does."""
        scheme = case.insurance or provisions[0].entry.insurance[0]
        ends = [self._library.last_day(p, case.city, scheme) for p in provisions]
        return None if None in ends else max(end for end in ends if end is not None)

    def _topic(self, topic: str, case: Case) -> str:
        """Return what is looked up, as people would call it."""
        terms = self._library.terms
        where = ""
        if topic not in terms.topics and not topic[:1].isalpha() and case.benefit is not None:
            # A figure of its rule has no value for this case: it is the level that isn't held.
            topic, level = case.benefit, case.given.get("hospital_level")
            where = f"（{terms.of('hospital_level', level)}）" if isinstance(level, str) else ""
        benefit = terms.codes["benefit"].get(topic) or terms.codes["benefit"].get(topic.split("/")[0])
        said = terms.topics.get(topic) or benefit or terms.subjects.get(topic) or terms.topics["other"]
        own = SCHEME_OF.get(topic)
        if case.insurance is not None and own != case.insurance and topic in terms.codes["benefit"]:
            return f"{terms.of('insurance', case.insurance)}{said}{where}"
        return said + where

    def assumption(self, assumption: Assumption, estimate: Ok | Range | None, *, bare: bool = False) -> str:
        """Return what was assumed and, with the estimate, by how much another value could change it.

        `bare`: it is the cost given alone that was assumed to be within scope.
        """
        name = "bare_cost" if bare else assumption.name
        level = None if estimate is None else estimate.case.given.get("hospital_level")
        if name == "route" and level == "provincial":
            name = "route_to_provincial"
        effect = "" if estimate is None else self._effect(assumption, estimate)
        return self._templates.say("assumptions", name, effect=effect)

    def _effect(self, assumption: Assumption, estimate: Ok | Range) -> str:
        if assumption.name in {"emergency_cost", "date"} or not assumption.otherwise:
            return ""  # another cost or another year is another case: a difference would tell nothing
        say = self._templates.say
        amount = estimate.amount if isinstance(estimate, Ok) else estimate.amount[1]
        changes = [other - amount for _, other in assumption.otherwise]
        if assumption.name in {"excluded_cost", "first_pay_cost"}:
            # The first alternative is a part of the bill that may well be; all of it hardly is.
            outside = assumption.name == "excluded_cost"
            words = "effect_of_part_outside" if outside else "effect_of_part"
            return say("assumptions", words, part=PART_OUTSIDE, amount=abs(changes[0])) if changes[0] else ""
        more, less = max(changes), -min(changes)
        billed = estimate.own is not None
        if less == amount and more <= 0 and INPUTS[assumption.name].kind in {"code", "yes_no"}:
            return say("assumptions", "effect_nothing_paid", billed=billed)
        most, least = quantity(max(more, 0), estimate.unit), quantity(max(less, 0), estimate.unit)
        if more > 0 and less > 0:
            return say("assumptions", "effect_both", more=most, less=least, billed=billed)
        if more > 0:
            return say("assumptions", "effect_more", amount=most, billed=billed)
        return say("assumptions", "effect_less", amount=least, billed=billed) if less > 0 else ""

    def bare_cost(self, estimate: Ok | Range) -> Assumption:
        """Return that a cost given alone was taken as within scope, and what a part of it outside would give.

        Of a cost between bounds the upper counts. There is no other result where that part changes nothing.
        """
        case = estimate.case
        given = case.given.get("eligible_cost")
        cost = given.high if isinstance(given, Between) else given
        if not isinstance(cost, int) or cost == MOST_MONEY_FEN:
            return Assumption("excluded_cost", 0, ())
        rest = {name: value for name, value in case.given.items() if name not in {"eligible_cost", "preview"}}
        outside = cost // _PARTS_OUTSIDE
        bill = replace(case, given={**rest, "total_cost": cost, "excluded_cost": outside})
        other = self._engine.estimate(bill)
        if not isinstance(other, Ok | Range) or other.amount == estimate.amount:
            return Assumption("excluded_cost", 0, ())
        amount = other.amount if isinstance(other, Ok) else other.amount[1]
        return Assumption("excluded_cost", 0, ((outside, amount),))

    def basis(self, provisions: Iterable[Provision]) -> tuple[Basis, ...]:
        """Return what is told of sources: each document once, with its articles and its days."""
        found: dict[tuple[str, date, date | None, str], dict[str, Provision]] = {}
        for provision in provisions:
            key = (provision.document.id, provision.since, provision.until, provision.entry.status)
            found.setdefault(key, {}).setdefault(provision.entry.article, provision)
        return tuple(_basis(tuple(by_article.values())) for by_article in found.values())

    def readings(self, estimate: Range) -> list[tuple[int, str]]:
        """Return each amount of a range, and under what values or reading of the text it comes about.

        What is the same for all of them decides nothing and is left out.
        """
        first, *others = (reading.under for reading in estimate.readings)
        decides = {name for name in first if any(under.get(name) != first[name] for under in others)}
        decides |= {name for under in others for name in under if name not in first}
        told: list[tuple[int, str]] = []
        for reading in estimate.readings:
            words = [
                self._under(estimate.case, name, value)
                for name, value in reading.under.items()
                if name in decides or not decides
            ]
            told.append((reading.amount, "；".join(word for word in words if word)))
        return told

    def _under(self, case: Case, name: str, value: object) -> str:
        terms = self._library.terms
        if name in INPUTS:
            return f"{terms.inputs[name]}：{self.called(name, value)}"
        assert case.benefit is not None
        assert case.city is not None
        assert case.insurance is not None
        program = self._engine.program(case.benefit, case.city, case.insurance, case.day)
        readings = getattr(program, "readings", ())
        return next((r.ways[str(value)] for r in readings if r.name == name), "")

    def called(self, name: str, value: object) -> str:
        """Return the value of an input as people would say it."""
        terms = self._library.terms
        if value is UNKNOWN:
            return terms.topics["unknown"]
        if isinstance(value, Between) and value.high == MOST_MONEY_FEN:
            return self._templates.say("taken", "or_more", low=value.low)
        if isinstance(value, Between):
            # A bound of a fen below a round sum is the way to say 'less than'.
            below = value.high % 100 == _LAST_FEN
            words = "up_to" if below else "between"
            return self._templates.say("taken", words, low=value.low, high=value.high + below)
        if isinstance(value, OneOf):
            return self._templates.say(
                "taken", "one_of", names=[terms.of(name, code) for code in value.codes]
            )
        if isinstance(value, date):
            return value.isoformat()
        if name in terms.codes:
            return terms.of(name, value)
        field = INPUTS[name]
        if field.kind == "money" and isinstance(value, int):
            return f"{money(value)}元"
        if field.kind == "yes_no":
            return terms.topics["yes" if value else "no"]
        return f"{value}{_COUNTED.get(name, '次' if field.kind == 'count' else '')}"


_COUNTED = {
    "age": "岁",
    "babies": "个",
    "years_paid": "年",
    "years_paid_in_province": "年",
    "consecutive_years": "年",
    "zero_claim_years": "年",
}


def _basis(provisions: Sequence[Provision]) -> Basis:
    """Return what is told of provisions of one document that hold on the same days."""
    first = provisions[0]
    head = first.document.head
    return Basis(
        first.document.id,
        head.number,
        head.title,
        tuple(each.entry.article for each in provisions),
        tuple(each.entry.id for each in provisions),
        first.since,
        first.until,
        (first.entry.effective or head.effective).basis == "inferred",
        head.status if head.status != "in_force" else first.entry.status,
    )


def _source(source: Source) -> dict[str, str]:
    return {"document": source.document, "article": source.article}


def provision_source(provision: Provision) -> dict[str, str]:
    """Return how a provision is cited."""
    return {"document": provision.document.number, "article": provision.entry.article}


def _unique(sources: list[dict[str, str]]) -> list[dict[str, str]]:
    return list({(s["document"], s["article"]): s for s in sources}.values())


def slot_json(name: str, value: object) -> Any:
    """Return the value of an input as the contract writes it."""
    if value is UNKNOWN:
        return None
    if isinstance(value, Between):
        return [money(value.low), money(value.high)]
    if isinstance(value, OneOf):
        return list(value.codes)
    if isinstance(value, date):
        return value.isoformat()
    if name in INPUTS and INPUTS[name].kind == "money" and isinstance(value, int):
        return money(value)
    if isinstance(value, Decimal):
        return str(value)
    return value


def slots_json(slots: Mapping[str, object]) -> dict[str, Any]:
    """Return inputs by name as the contract writes them."""
    return {name: slot_json(name, value) for name, value in slots.items()}
