"""Rules of the library -> programs."""

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

from bot.engine.building import build, conditioned, factor, in_turn, unless_harmless
from bot.engine.figures import Bench, Figures
from bot.engine.program import Caution, Program, Reading
from bot.engine.result import Source
from bot.engine.run import Do, applies, condition
from bot.policy import parts, schema
from bot.policy.codes import BENEFITS, COST_FIELDS, INPUTS, INSURANCES
from bot.policy.fields import Condition, FigureOf, InputOf, Tests, marked
from bot.policy.library import Library, Missing, NotApplicable, NotHeld, Provision

# A benefit that by its nature belongs to one scheme; asking for the scheme would be idle.
SCHEME_OF = {
    "chronic_outpatient": "employee",
    "two_diseases": "resident",
    "childbirth": "resident",
    "catastrophic_limit": "resident",
    "maternity_leave": "employee",
    "maternity_allowance": "employee",
    "maternity_subsidy": "employee",
    "contribution": "employee",
    "personal_account": "employee",
    "retirement": "employee",
}
# The scheme is no input of these: one that is given makes no difference.
SCHEME_APART = frozenset(SCHEME_OF) - {"chronic_outpatient", "two_diseases", "childbirth"}


_SET_APART = frozenset({"chronic_outpatient"})
_COSTS = frozenset({"eligible_cost", "total_cost", "own_cost"})


class Programs:
    """The programs of one library, each compiled when it is first needed."""

    def __init__(self, library: Library) -> None:
        self.library = library
        # Programs differ by place, scheme and span of days only, so there are few of them.
        self._found: dict[tuple[str, str, str, int, str | None], Program | Missing] = {}
        self.kinds_of_city = self._cities_alike()

    def find(
        self, benefit: str, city: str, insurance: str, day: date, preview: str | None = None
    ) -> Program | Missing:
        """Return the calculation that holds there and then, or why there is none.

        With `preview` it is the one that would hold if that draft were law.
        """
        key = (benefit, city, insurance, self.library.period(day), preview)
        program = self._found.get(key)
        if program is None:
            program = self._found[key] = self._compiled(benefit, city, insurance, day, preview)
        return program

    def compile_all(self) -> int:
        """Compile every calculation for every kind of place, scheme and span of days; return how many."""
        compiled = 0
        for benefit, city, insurance in product(BENEFITS, self.kinds_of_city, INSURANCES):
            for day in self.library.changes:
                compiled += isinstance(self.find(benefit, city, insurance, day), Program)
        return compiled

    def _compiled(
        self, benefit: str, city: str, insurance: str, day: date, preview: str | None
    ) -> Program | Missing:
        if SCHEME_OF.get(benefit, insurance) != insurance:
            # The other scheme may well have such a benefit, set elsewhere.
            return NotHeld(benefit) if benefit in _SET_APART else NotApplicable(benefit, ())
        found = self.library.find(benefit, city, insurance, day, preview)
        if not isinstance(found, Provision):
            return found
        if benefit not in found.rules:
            return NotHeld(benefit)
        return _Compilation(self.library, city, insurance, day, preview).program(benefit, found)

    def _cities_alike(self) -> tuple[str, ...]:
        """Return one city for each set of rules: cities that only wider places rule are all alike."""
        ruled = {p.document.head.place for p in self.library.provisions.values()}
        seen: dict[tuple[str, ...], str] = {}
        for city in self.library.cities.values():
            seen.setdefault(tuple(place for place in city.inside if place in ruled), city.code)
        return tuple(seen.values())


def source_for(provision: Provision, city: str, day: date) -> Source:
    """Return a provision as a source, with the cautions that using its figures there and then calls for."""
    codes = [
        caution.code
        for caution in provision.document.head.cautions
        if not caution.places_other_than or city not in caution.places_other_than
    ]
    if provision.doubtful_on(day):
        codes.append("may_be_outdated")
    return Source(provision, tuple(codes))


class _Compilation:
    """One program in the making: gathers what the parts read and the rules bring along."""

    def __init__(self, library: Library, city: str, insurance: str, day: date, preview: str | None) -> None:
        self._preview = preview
        self._library = library
        self._city = city
        self._insurance = insurance
        self._day = day
        self._sources: dict[str, Source] = {}
        self._figures = Figures(library.provisions, library.terms, self._source)
        self._moved_by: set[str] = set()
        self._reads: set[str] = set()
        self._optional: set[str] = set()  # read where they are given
        self._bounding: set[str] = set()  # those of them that bound an amount
        self._readings: dict[str, Reading] = {}
        self._cautions: list[Caution] = []
        self._flat: list[tuple[parts.Part, Provision]] = []

    def program(self, benefit: str, provision: Provision) -> Program:
        tree = self._gather(benefit, provision, frozenset())
        if "prior_stays" in self._moved_by:
            # Stays at the same level are stays: knowing of one raises the other.
            self._moved_by.add("prior_stays_same_level")
        reads = frozenset(self._reads | self._moved_by | self._optional)
        taken = (part.input for part, _ in self._flat if isinstance(part, parts.Take))
        takes = next((name for name in taken if name in _COSTS), None)
        added = [part for part, _ in self._flat if isinstance(part, parts.Add)]
        grain = self._grain()
        return Program(
            benefit=benefit,
            provision=provision,
            grain=grain,
            steps=tuple(self._built(tree, grain)),
            takes=takes,
            adds=tuple(part.input for part in added),
            reads=reads | frozenset(COST_FIELDS) if takes == COST_FIELDS[0] else reads,
            moved_by=frozenset(self._moved_by),
            readings=tuple(self._readings.values()),
            cautions=tuple(self._cautions),
            defaults={name: INPUTS[name].default for name in reads if INPUTS[name].default is not None},
            required=tuple(
                name for name in INPUTS if name in reads - self._optional and INPUTS[name].default is None
            ),
            bounding=frozenset(self._bounding),
            idle={part.measured_by: part.input for part in added if part.measured_by is not None},
            said=frozenset(part.has for part, _ in self._flat if isinstance(part, parts.Shortfall)),
            counts=tuple(
                (limit.used[0], condition(limit.only_if))
                for part, _ in self._flat
                if isinstance(part, parts.Deductible)
                for limit in part.limits
                if len(limit.used) == 1
            ),
        )

    def _grain(self) -> int:
        limited = any(isinstance(part, parts.Limit) for part, _ in self._flat)
        grain = 1
        for part, home in self._flat:
            grain *= factor(part, self._figures, home, limited=limited)
        return grain

    def _source(self, provision: Provision) -> Source:
        if provision.ref not in self._sources:
            self._sources[provision.ref] = source_for(provision, self._city, self._day)
        return self._sources[provision.ref]

    def _gather(self, topic: str, provision: Provision, above: frozenset[str]) -> list[Any]:
        """Return the parts of a rule with the rules it uses put in, as a tree; collect what they bring."""
        rule = provision.rules[topic]
        for name, reading in rule.readings.items():
            if not self._dated(reading):
                continue
            self._moved_by |= _inputs_in(reading.when)
            when = condition(reading.when)
            assert when is not None
            self._readings[name] = Reading(name, when, reading.ways, reading.taken)
        for caution in rule.cautions:
            if not self._dated(caution):
                continue
            self._reads |= _inputs_in(caution.when)
            if caution.exceeds is not None and caution.exceeds.plus is not None:
                self._reads.add(caution.exceeds.plus)
            self._cautions.append(self._caution(caution, provision))
        tree: list[Any] = []
        for part in rule.steps:
            if not self._dated(part):
                continue
            noted = self._reads if isinstance(part, parts.Tell) else self._moved_by
            noted |= _inputs_in(part.only_if) | _inputs_in(part.skip_if)
            if not isinstance(part, parts.Use):
                self._note(part, provision)
                self._flat.append((part, provision))
                tree.append((part, provision))
                continue
            self._moved_by |= _inputs_in(part.harmless_if)
            found = self._library.find(part.topic, self._city, self._insurance, self._day, self._preview)
            if isinstance(found, Provision) and part.topic in found.rules:
                assert part.topic not in above, f"{part.topic} uses itself"
                tree.append((part, provision, self._gather(part.topic, found, above | {part.topic})))
            else:
                absent = NotHeld(part.topic) if isinstance(found, Provision) else found
                tree.append((part, provision, absent))
        return tree

    def _caution(self, caution: schema.Caution, home: Provision) -> Caution:
        exceeds = caution.exceeds
        over = 0
        if exceeds is not None:
            over = self._figures.table(exceeds.figure, home)[1][()] or 0
        return Caution(
            caution.code,
            condition(caution.when),
            caution.instead,
            exceeds.of if exceeds else None,
            exceeds.plus if exceeds else None,
            over,
        )

    def _dated(self, entry: parts.Part | parts.Use | schema.Reading | schema.Caution) -> bool:
        """Whether a part or a reading is meant for these days."""
        return (entry.since is None or entry.since <= self._day) and (
            entry.until is None or self._day <= entry.until
        )

    def _note(self, part: parts.Part, home: Provision) -> None:
        """Note the inputs that a part works with, besides those of its conditions."""
        if isinstance(part, parts.Rate) and part.by_age:
            self._moved_by.add("age")
        if isinstance(part, parts.Compare):
            # Told where it is known, never asked for.
            self._optional |= {part.has, *self._figures.table(part.required, home)[0]} - self._moved_by
            return
        for path, mark, value in marked(part):
            if path[-1] == "refused_if_any":
                self._reads.add(value)  # only told
            elif path[-1] == "of" and isinstance(part, parts.Clamp) and part.if_given:
                self._optional.add(value)
                self._bounding.add(value)
            elif isinstance(mark, FigureOf):
                self._moved_by.update(self._figures.table(value, home)[0])
            elif isinstance(mark, InputOf):
                self._moved_by.update(value if isinstance(value, list) else [value])
            elif isinstance(mark, Tests) and path[0] not in {"only_if", "skip_if", "harmless_if"}:
                self._moved_by |= _inputs_in(value)

    def _built(self, tree: list[Any], grain: int) -> Iterator[Do]:
        for entry in tree:
            part, home = entry[0], entry[1]
            bench = Bench(self._figures, home, grain)
            if len(entry) == 2:
                yield build(part, bench)
            elif isinstance(entry[2], list):
                used = tuple(self._built(entry[2], grain))
                # Steps without a condition are as good as the rule's own.
                yield from used if applies(part) is None else (conditioned(part, in_turn(used), bench),)
            else:
                yield conditioned(part, unless_harmless(entry[2], condition(part.harmless_if)), bench)


def _inputs_in(wanted: Condition) -> set[str]:
    return {name for name in wanted if name in INPUTS}
