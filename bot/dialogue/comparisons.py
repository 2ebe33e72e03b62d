"""One case under several values of one input, side by side: levels of hospitals, ways to go, years."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.dialogue.forms import case_of
from bot.dialogue.previews import ends
from bot.dialogue.reading_back import ReadBack
from bot.dialogue.state import SlotValue
from bot.engine import Case, Engine, Needs, Ok, Range, Refused, codes_of
from bot.engine.inputs import filled
from bot.policy.codes import INPUTS
from bot.rendering import ComparisonSheet, Estimates, RowShown, Templates
from bot.rendering.templates import quantity

_FEBRUARY, _LAST_OF_LEAP, _LAST_USUAL = 2, 29, 28
_MOST_ASSUMED = 3
# Told in their own way, or of no use in one line.
_UNTOLD = frozenset({"date", "emergency_cost", "prior_stays"})

Result = Ok | Range | Refused


@dataclass(frozen=True, slots=True)
class Row:
    """Values next to each other that come to the same, and what they are called."""

    values: tuple[SlotValue, ...]
    label: str
    found: Result


@dataclass(frozen=True, slots=True)
class Compared:
    """A finished comparison.

    `sheet` is what is shown of it; `estimate` is the JSON form of the row of the present value, or else of
    the best; `sources` are those of all rows.
    """

    rows: tuple[Row, ...]
    sheet: ComparisonSheet
    sources: tuple[Mapping[str, str], ...]
    estimate: Mapping[str, Any]


class Comparisons:
    """Compares what a case comes to under several values of an input."""

    def __init__(self, engine: Engine, estimates: Estimates, templates: Templates) -> None:
        self._engine = engine
        self._library = engine.library
        self._estimates = estimates
        self._templates = templates
        self._taken = ReadBack(engine, estimates, templates)

    def of(
        self, slots: Mapping[str, SlotValue], name: str, values: Sequence[SlotValue], today: date
    ) -> Compared | Needs | Refused:
        """Return the case of `slots` under each of `values` of the input `name`, or what it needs besides.

        Without values it is all those for which there is a rule. Where none has one, it is the refusal.
        """
        case = _without_draft(case_of(slots, today))
        tried = values or self.values(name, case)
        found = {value: self._engine.estimate(_with(case, name, value)) for value in tried}
        missing = dict.fromkeys(
            each for needs in found.values() if isinstance(needs, Needs) for each in needs.missing
        )
        if missing:
            return Needs(case, tuple(each for each in missing if each != name) or (name,))
        results = {value: each for value, each in found.items() if not isinstance(each, Needs)}
        held = {value: each for value, each in results.items() if not isinstance(each, Refused)}
        if not held:
            return next(each for each in results.values() if isinstance(each, Refused))
        # Side by side with nothing, one result tells little: there the values without a rule are named too.
        shown = results if values or len(held) == 1 else held
        return self._compared(case, name, shown, joins=not (values and name == "date"))

    def values(self, name: str, case: Case) -> tuple[SlotValue, ...]:
        """Return all values that an input can have; of the date, the same day of each year with rules."""
        if name == "date":
            first = min(change.year for change in self._library.changes)
            return tuple(_in_year(case.day, year) for year in range(first, case.today.year + 1))
        if name == "city":
            return self._cities(case)
        if INPUTS[name].kind == "yes_no":
            return (True, False)
        return codes_of(name, case.benefit)

    def _rows(
        self, name: str, results: Mapping[SlotValue, Result], present: SlotValue | None, *, joins: bool
    ) -> list[Row]:
        """Return a row for each value, neighbours that come to the same in one where it `joins` them."""
        rows: list[Row] = []
        for value, found in results.items():
            if joins and rows and _alike(rows[-1].found, found):
                joined = (*rows[-1].values, value)
                rows[-1] = replace(rows[-1], values=joined, label=self._label(name, joined, present))
            else:
                rows.append(Row((value,), self._label(name, (value,), present), found))
        return rows

    def _cities(self, case: Case) -> tuple[str, ...]:
        """Return the cities with rules of their own, and one for all others: the person's, if it is one."""
        kinds = self._engine.kinds_of_city
        others = [city for city in kinds if not self._library.has_own_rules(city)]
        if case.city is None or case.city in kinds or len(others) != 1:
            return kinds
        return tuple(case.city if city == others[0] else city for city in kinds)

    def _label(self, name: str, values: Sequence[SlotValue], present: SlotValue | None) -> str:
        return self._templates.say(
            "comparisons", "joined", labels=[self._called(name, value, present) for value in values]
        )

    def _called(self, name: str, value: SlotValue, present: SlotValue | None) -> str:
        if isinstance(value, date):
            return self._templates.say("comparisons", "year", year=value.year)
        if name != "city":
            return self._estimates.called(name, value)
        if value == present or self._library.has_own_rules(str(value)):
            return self._library.cities[str(value)].short
        return self._templates.say("talk", "other_city")

    def _compared(
        self, case: Case, name: str, results: Mapping[SlotValue, Result], *, joins: bool
    ) -> Compared:
        present = _present(case, name)
        rows = self._rows(name, results, present, joins=joins)
        held = [row for row in rows if not isinstance(row.found, Refused)]
        now = next((row for row in held if present is not None and _holds(row, present)), None)
        base = now or held[0]
        beside = self._called(name, base.values[0] if present is None or now is None else present, present)
        shown = now or max(held, key=_paid)
        assert isinstance(shown.found, Ok | Range)
        provisions = {
            source.provision.ref: source.provision
            for row in held
            if isinstance(row.found, Ok | Range)
            for source in row.found.sources
        }
        estimate = self._estimates.as_json(shown.found)
        cautions = dict.fromkeys(
            code for row in held if isinstance(row.found, Ok | Range) for code in row.found.cautions
        )
        untold = {name, *_UNTOLD}
        assumed = [a for a in self._engine.assumptions(shown.found) if a.name not in untold]
        by = self._library.terms.inputs[name]
        sheet = ComparisonSheet(
            title=self._title(case, by),
            line=self._taken.line(shown.found.case if name != "date" else case, but=name),
            bare_cost=self._taken.of_bare_cost(shown.found.case),
            unit=shown.found.unit,
            rows=tuple(self._told(row, base, beside, now=row is now) for row in rows),
            assumptions=tuple(self._estimates.assumption(a, None) for a in assumed[:_MOST_ASSUMED]),
            cautions=tuple(self._templates.say("cautions", code) for code in cautions),
            basis=self._estimates.basis(provisions.values()),
            billed=shown.found.own is not None,
            hotline=self._library.numbers.hotline,
            day=case.day,
        )
        sheet = self._templates.told("comparison", sheet)
        sources = {(s["document"], s["article"]): s for row in held for s in self._sources(row)}
        return Compared(tuple(rows), sheet, tuple(sources.values()), estimate)

    def _sources(self, row: Row) -> Iterator[dict[str, str]]:
        if isinstance(row.found, Ok | Range):
            for source in row.found.sources:
                yield {"document": source.document, "article": source.article}

    def _title(self, case: Case, by: str) -> str:
        assert case.benefit is not None
        what = self._library.terms.of("benefit", case.benefit)
        return self._templates.say("comparisons", "title", what=what, by=by)

    def _told(self, row: Row, base: Row, beside: str, *, now: bool) -> RowShown:
        """Return a row as it is shown, with how it differs from `base`, which is called `beside`."""
        if isinstance(row.found, Refused):
            return RowShown(row.label, now, held=False)
        differs = row is not base and isinstance(row.found, Ok) and isinstance(base.found, Ok)
        return RowShown(
            row.label,
            now,
            True,
            *ends(row.found.amount),
            *ends(row.found.own or 0),
            self._difference(row.found, base.found, beside) if differs else "",
        )

    def _difference(self, found: Result, base: Result, beside: str) -> str:
        assert isinstance(found, Ok)
        assert isinstance(base, Ok)
        apart = found.amount - base.amount
        if not apart:
            return self._templates.say("comparisons", "alike", label=beside)
        word = _WORDS[found.own is not None][apart > 0]
        amount = quantity(abs(apart), found.unit)
        return self._templates.say("comparisons", "than_row", label=beside, amount=amount, word=word)


# How more and less is said of what is paid for a bill, and of anything else.
_WORDS = {True: {True: "more_paid", False: "less_paid"}, False: {True: "more", False: "less"}}


def _with(case: Case, name: str, value: SlotValue) -> Case:
    if isinstance(value, date):
        return replace(case, day=value, day_assumed=False)
    return filled(case, {name: value})


def _in_year(day: date, year: int) -> date:
    leap = (day.month, day.day) == (_FEBRUARY, _LAST_OF_LEAP)
    return day.replace(year=year, day=_LAST_USUAL if leap else day.day)


def _alike(one: Result, other: Result) -> bool:
    if isinstance(one, Refused) or isinstance(other, Refused):
        return isinstance(one, Refused) and isinstance(other, Refused)
    return (one.amount, one.own, one.unit) == (other.amount, other.own, other.unit)


def _present(case: Case, name: str) -> SlotValue | None:
    """Return the value that an input has as things stand: what was said, or what is assumed."""
    if name == "date":
        return case.day
    return case.city if name == "city" else case.given.get(name, INPUTS[name].default)


def _without_draft(case: Case) -> Case:
    return replace(case, given={name: value for name, value in case.given.items() if name != "preview"})


def _holds(row: Row, present: SlotValue) -> bool:
    if isinstance(present, date):
        return any(isinstance(value, date) and value.year == present.year for value in row.values)
    return present in row.values


def _paid(row: Row) -> int:
    return ends(row.found.amount)[1] if isinstance(row.found, Ok | Range) else 0
