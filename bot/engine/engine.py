"""Case -> Estimate: the result, what is still missing for it, the range so far, or why there is none."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.engine.asking import Asking
from bot.engine.assuming import assumptions
from bot.engine.carrying import carried_on
from bot.engine.compiling import SCHEME_APART, SCHEME_OF, Programs, source_for
from bot.engine.inputs import filled, settled
from bot.engine.outcome import complete, joined
from bot.engine.parting import parts_of, reruns
from bot.engine.program import Program
from bot.engine.ranges import Bounds
from bot.engine.request import read_request
from bot.engine.result import (
    Assumption,
    Case,
    Estimate,
    Invalid,
    Needs,
    Ok,
    Part,
    Range,
    Refused,
    written,
)
from bot.engine.run import TooGeneral
from bot.policy.codes import INSURANCES, UNKNOWN, Value
from bot.policy.library import Library, Missing, NotHeld, Provision
from bot.policy.schema import Example

__all__ = ["SCHEME_OF", "Engine"]


class Engine:
    """Calculates from one library. Holds compiled programs; otherwise without state, and thread-safe."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._programs = Programs(library)
        self._asking = Asking(self._programs)
        self.kinds_of_city = self._programs.kinds_of_city

    def estimate_request(self, request: Mapping[str, Any], today: date) -> Estimate | Invalid:
        """Check a request in the contract's vocabulary and calculate."""
        case = read_request(request, self.library.cities, today)
        return case if isinstance(case, Invalid) else self.estimate(case)

    def estimate(self, case: Case) -> Estimate:
        """Calculate. Open inputs give a range, missing ones a question if they still matter."""
        benefit = case.benefit
        if benefit is None:
            return Needs(case, ("benefit",))
        draft = case.given.get("preview")
        if isinstance(draft, str):
            return self._previewed(case, draft)
        case = _with_scheme(case)
        insurance = case.insurance
        if case.city is None or insurance is None:
            return self._ask(case)
        program = self._programs.find(benefit, case.city, insurance, case.day)
        if not isinstance(program, Program):
            return Refused(case, program)
        if program.missing(case.given):
            return self._ask(case)
        return complete(program, case)

    def program(self, benefit: str, city: str, insurance: str, day: date) -> Program | Missing:
        """Return the compiled calculation that holds there and then, or why there is none."""
        return self._programs.find(benefit, city, insurance, day)

    def holds(self, benefit: str, city: str, insurance: str, day: date) -> bool:
        """Whether a benefit can be calculated there and then."""
        return isinstance(self._programs.find(benefit, city, insurance, day), Program)

    def examples(self) -> Iterator[tuple[str, bool, str]]:
        """Work the examples of the policy files: yield where, whether as written, and what came instead."""
        for provision in self.library.provisions.values():
            for number, example in enumerate(provision.entry.examples, 1):
                request = {
                    name: value.isoformat() if isinstance(value, date) else value
                    for name, value in example.inputs.items()
                }
                found = self.estimate_request(request, date.max)
                come, wanted = _ends(found), _wanted(example)
                yield f"{provision.ref} example {number}", come == wanted, f"{come}, not {wanted}"

    def cautions_of(self, provision: Provision, city: str, day: date) -> tuple[str, ...]:
        """Return the codes of the cautions that quoting a provision's figures calls for."""
        return source_for(provision, city, day).cautions

    def wrong_fields(self, request: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the names of the fields of a partial request that can't be used."""
        case = read_request(request, self.library.cities, date.min)
        return tuple(error.field for error in case.errors) if isinstance(case, Invalid) else ()

    def compile_all(self) -> int:
        """Compile every calculation for every kind of place, scheme and span of days; return how many."""
        return self._programs.compile_all()

    def choices(self, name: str, benefit: str | None) -> tuple[Any, ...]:
        """Return the values to try for an input that a benefit lacks, the most usual first."""
        return self._asking.choices(name, benefit)

    def range_so_far(self, case: Case) -> tuple[int, int] | None:
        """Return the lowest and highest amount (fen) that the missing inputs still allow; None if none."""
        case = _with_scheme(case)
        found = [
            self._asking.bounds(each) for each in self._asking.fillings(case, self._asking.missing(case))
        ]
        bounds = [each for each in found if isinstance(each, Bounds)]
        return (min(b.low for b in bounds), max(b.high for b in bounds)) if bounds else None

    def assumptions(self, result: Ok | Range) -> tuple[Assumption, ...]:
        """Return the defaults that were taken and could move the result, with what other values give."""
        case = _with_scheme(result.case)
        names = self._asking.missing(case)
        if not names:
            return assumptions(self._programs, case)
        # The result is the same whatever these are; what a default could change may depend on them.
        found: dict[str, Assumption] = {}
        for each in self._asking.fillings(case, names):
            for assumption in assumptions(self._programs, each):
                found.setdefault(assumption.name, assumption)
        return tuple(found.values())

    def parts(self, result: Ok | Range) -> tuple[Part, ...]:
        """Return how the whole cost of a result divides, to the fen; nothing where there is no cost.

        For a range it is the reading that pays most.
        """
        if result.own is None:
            return ()
        program, given = self._settled(result.case)
        x, run = max(reruns(program, given), key=lambda each: each[1].amount)
        return parts_of(program, x, run)

    def carried(self, result: Ok | Range) -> dict[str, Value]:
        """Return the `prior_…` inputs for another case of the same kind in the same year.

        They are what was given with the result and what it used, as far as the calculation reads them: fen,
        `Between` where a range leaves several amounts, UNKNOWN for a deductible or a count it leaves open.
        `prior_stays_same_level` is not among them: only the next case knows its level.
        """
        program, given = self._settled(result.case)
        return carried_on(program, given, reruns(program, given))

    def _settled(self, case: Case) -> tuple[Program, Mapping[str, Value]]:
        """Return the program of a case that has a result, and its inputs, with values for idle ones."""
        case = _with_scheme(case)
        draft = case.given.get("preview")
        if not isinstance(draft, str):
            names = self._asking.missing(case)
            settled = next(self._asking.fillings(case, names)) if names else case
            program = self._asking.program(settled)
            assert isinstance(program, Program)
            return program, settled.given
        assert case.benefit is not None
        assert case.city is not None
        assert case.insurance is not None
        by_draft = self._programs.find(case.benefit, case.city, case.insurance, case.day, draft)
        assert isinstance(by_draft, Program)
        return by_draft, _with_unknowns(by_draft, case).given

    def _previewed(self, case: Case, draft: str) -> Estimate:
        """Calculate by what holds, and beside it by the draft as if it were law."""
        if not self.library.holds_draft(draft):
            return Refused(case, NotHeld("preview"))
        bare = replace(case, given={name: value for name, value in case.given.items() if name != "preview"})
        today = self.estimate(bare)
        if not isinstance(today, Ok | Range):
            return today
        case = _with_scheme(case)
        schemes = INSURANCES if case.insurance is None else (case.insurance,)
        found: dict[str, Ok | Range] = {}
        for scheme in schemes:
            then = self._by_draft(filled(case, {"insurance": scheme}), scheme, draft)
            if not isinstance(then, Ok | Range):
                return then
            found[scheme] = then
        then = joined("insurance", found)
        marked = replace(then, cautions=tuple(sorted({*then.cautions, "draft_only"})))
        return replace(today, preview=marked)

    def _by_draft(self, case: Case, insurance: str, draft: str) -> Estimate:
        assert case.benefit is not None
        assert case.city is not None
        program = self._programs.find(case.benefit, case.city, insurance, case.day, draft)
        if not isinstance(program, Program):
            return Refused(case, program)
        return complete(program, _with_unknowns(program, case))

    def _ask(self, case: Case) -> Estimate:
        """Return the question; the refusal if nothing leads to a rule; the result if nothing matters."""
        names = self._asking.missing(case)
        telling = self._asking.telling(case, names)
        if isinstance(telling, TooGeneral):
            return Needs(case, (telling.topic, *self._beyond(case, telling)))
        if not isinstance(telling, tuple):
            return Refused(case, telling)
        if telling:
            return Needs(case, telling)
        settled = next(self._asking.fillings(case, names))
        result = self.estimate(settled)
        return replace(result, case=case) if isinstance(result, (Ok, Range)) else result

    def _beyond(self, case: Case, general: TooGeneral) -> tuple[str, ...]:
        """Return what else to ask for where an answer is too general, whichever of its kinds it is."""
        found: dict[str, None] = {}
        for code in general.among:
            asked = self._ask(filled(case, {general.topic: code}))
            if isinstance(asked, Needs):
                found |= dict.fromkeys(asked.missing)
        return tuple(found)


def _with_unknowns(program: Program, case: Case) -> Case:
    """Return the case with what only a draft asks for open: it blocks nothing, and gives a range."""
    return filled(case, dict.fromkeys(program.missing(case.given), UNKNOWN))


def _ends(found: Estimate | Invalid) -> list[str]:
    """Return what a result comes to, in the words of an example."""
    if isinstance(found, Ok | Range):
        amounts = (found.amount,) if isinstance(found, Ok) else found.amount
        return ["amount", *(written(amount, found.unit) for amount in amounts)]
    return ["asks", *found.missing] if isinstance(found, Needs) else [type(found).__name__.lower()]


def _wanted(example: Example) -> list[str]:
    if example.amount is not None:
        return ["amount", *example.amount]
    return ["asks", *example.asks] if example.asks is not None else ["refused"]


def _with_scheme(case: Case) -> Case:
    """Return the case as it is worked with, and with the scheme that its benefit belongs to by nature."""
    case = settled(case)
    if case.benefit not in SCHEME_OF or ("insurance" in case.given and case.benefit not in SCHEME_APART):
        return case
    return filled(case, {"insurance": SCHEME_OF[case.benefit]})
