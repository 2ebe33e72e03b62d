"""The one line of what was taken from a person's words."""

from collections.abc import Iterator
from datetime import date

from bot.engine import SCHEME_OF, Case, Engine, narrowed
from bot.policy import Hospital, Value
from bot.policy.codes import COST_FIELDS, INPUTS
from bot.rendering import Estimates, Taken, Templates

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
# Told beside the draft that asks for them.
_OF_DRAFTS = frozenset({"preview", "away_where", "away_long_term"})


class ReadBack:
    """Reads back what a case is made of."""

    def __init__(self, engine: Engine, estimates: Estimates, templates: Templates) -> None:
        self._engine = engine
        self._library = engine.library
        self._estimates = estimates
        self._templates = templates

    def each(self, case: Case, hospital: Hospital | None = None) -> tuple[Taken, ...]:
        """Return the inputs of a case one by one, the place first and the day last.

        `hospital` is the one that the level comes from.
        """
        terms, city = self._library.terms, case.city
        found = (
            [] if city is None else [Taken("city", terms.inputs["city"], self._library.cities[city].short)]
        )
        for name, value in self._read_in(case):
            called = self._estimates.called(name, value)
            if name == "hospital_level" and hospital is not None:
                called = self._templates.say("taken", "hospital", name=hospital.name, level=called)
            implied = name == "insurance" and case.benefit in SCHEME_OF
            found.append(Taken("" if implied else name, terms.inputs[name], called))
        return (*found, Taken("date", terms.inputs["date"], case.day.isoformat()))

    def _read_in(self, case: Case, but: str = "") -> Iterator[tuple[str, Value]]:
        """Yield the inputs that are worth reading back, in order."""
        read = self.reads(case) - _OF_DRAFTS - {but}
        given = {**case.given} if read.isdisjoint(COST_FIELDS[2:]) else narrowed(case.given)
        if case.benefit is not None:
            given["benefit"] = case.benefit
        for name in sorted(given, key=_reading_order):
            if name in read and not _is_nothing(name, given[name]):
                yield name, given[name]

    def line(
        self, case: Case, *, scheme_assumed: bool = False, hospital: Hospital | None = None, but: str = ""
    ) -> str:
        """Return the line for a case: its inputs, and by the rules of which day.

        `hospital` is the one that the level comes from, `but` an input to leave out.
        """
        terms, say = self._library.terms, self._templates.say
        parts = [self._library.cities[case.city].short] if case.city is not None and but != "city" else []
        for name, value in self._read_in(case, but):
            if name == "insurance" and scheme_assumed:
                parts.append(say("taken", "scheme_from_status", scheme=terms.of(name, value)))
            elif name == "hospital_level" and hospital is not None:
                parts.append(say("taken", "hospital", name=hospital.name, level=terms.of(name, value)))
            else:
                parts.append(self.phrase(name, value))
        return say(
            "taken",
            "line_without_day" if but == "date" else "line",
            parts=parts,
            day=case.day,
            assumed_day=case.day_assumed,
            changeable=not but,
        )

    def phrase(self, name: str, value: Value | date) -> str:
        """Return one input as it is read back: 三级医院, 目录内费用8000.00元."""
        terms = self._library.terms
        if name == "city":
            return self._library.cities[str(value)].short
        if name in terms.codes and isinstance(value, str | bool):
            return terms.of(name, value)
        shown = self._estimates.called(name, value)
        if self._templates.can_say("taken", name):
            return self._templates.say("taken", name, value=shown)
        return self._templates.say("taken", "other", name=terms.inputs.get(name, name), value=shown)

    def reads(self, case: Case) -> frozenset[str]:
        """Return the inputs worth reading back: those that this calculation looks at."""
        if case.benefit is None or case.city is None:
            return frozenset({"insurance", "benefit"})
        scheme = case.insurance or SCHEME_OF.get(case.benefit, "employee")
        program = self._engine.program(case.benefit, case.city, scheme, case.day)
        return frozenset({"insurance", "benefit"}) | getattr(program, "reads", frozenset())

    def of_bare_cost(self, case: Case) -> bool:
        """Whether the cost was given alone, so that all of it counts as within scope."""
        return "eligible_cost" in case.given and "eligible_cost" in self.reads(case)


def _is_nothing(name: str, value: Value | date) -> bool:
    """Whether a value only says that there was none of something: no part of the bill, nothing earlier."""
    return type(value) is int and value == 0 and INPUTS[name].default == 0


def _reading_order(name: str) -> tuple[int, str]:
    return (_READ_BACK.index(name) if name in _READ_BACK else len(_READ_BACK), name)
