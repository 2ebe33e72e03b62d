"""A rule made ready to run: its parts compiled, in one list, for a city, a scheme and a span of days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from bot.engine.parts import Builder, Do, Figures, NoRule, Run, Test, condition, factor
from bot.engine.result import Source
from bot.policy import schema
from bot.policy.codes import INPUTS
from bot.policy.library import Library, Missing, NotHeld, Provision
from bot.policy.schema import Condition


@dataclass(frozen=True, slots=True)
class Reading:
    """Ways to read the text where the inputs meet `when`; all count unless one is `taken`."""

    name: str
    when: Test
    ways: Mapping[str, str]
    taken: str | None


@dataclass(frozen=True, slots=True)
class Caution:
    """A warning of a rule, compiled: see schema.Caution."""

    code: str
    when: Test | None
    instead: Mapping[str, str]
    layer: str | None
    plus: str | None
    over: int  # fen


@dataclass(frozen=True, slots=True)
class Program:
    """One calculation, compiled. `reads` are the inputs that its parts may ask for."""

    benefit: str
    provision: Provision
    grain: int
    steps: tuple[Do, ...]
    reads: frozenset[str]
    readings: tuple[Reading, ...]
    cautions: tuple[Caution, ...]
    defaults: Mapping[str, Any]
    required: tuple[str, ...]

    def run(self, x: Mapping[str, Any], *, traced: bool) -> Run:
        """Work through the parts. Raises NoRule where the case needs what is not held."""
        run = Run(x, traced=traced)
        for step in self.steps:
            step(run)
            if run.stopped:
                break
        return run

    def variants(self, x: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield `x` with a way chosen for each reading that bears on it: all ways, or the one taken."""
        open_readings = [
            (reading.name, (reading.taken,) if reading.taken is not None else tuple(reading.ways))
            for reading in self.readings
            if reading.when(x)
        ]
        if not open_readings:
            yield x
            return
        names = [name for name, _ in open_readings]
        for chosen in product(*(ways for _, ways in open_readings)):
            yield {**x, **dict(zip(names, chosen, strict=True))}


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


class Compiler:
    """Compiles programs from a library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def compile(self, benefit: str, city: str, insurance: str, day: date) -> Program | Missing:
        """Return the program for a benefit, or why the library has none."""
        found = self._library.find(benefit, city, insurance, day)
        if not isinstance(found, Provision):
            return found
        if benefit not in found.rules:
            return NotHeld(benefit)
        return _Compilation(self._library, city, insurance, day).program(benefit, found)


class _Compilation:
    """One program in the making: gathers what the parts read and the rules bring along."""

    def __init__(self, library: Library, city: str, insurance: str, day: date) -> None:
        self._library = library
        self._city = city
        self._insurance = insurance
        self._day = day
        self._sources: dict[str, Source] = {}
        self._figures = Figures(library.provisions, library.terms, self._source)
        self._reads: set[str] = set()
        self._readings: dict[str, Reading] = {}
        self._cautions: list[Caution] = []
        self._flat: list[tuple[schema.Part, Provision]] = []

    def program(self, benefit: str, provision: Provision) -> Program:
        tree = self._gather(benefit, provision, frozenset())
        grain = 1
        for part, home in self._flat:
            grain *= factor(part, self._figures, home)
        steps = tuple(self._built(tree, grain))
        reads = frozenset(self._reads)
        defaults = {name: INPUTS[name].default for name in reads if INPUTS[name].default is not None}
        return Program(
            benefit,
            provision,
            grain,
            steps,
            reads,
            tuple(self._readings.values()),
            tuple(self._cautions),
            defaults,
            tuple(name for name in INPUTS if name in reads and INPUTS[name].default is None),
        )

    def _source(self, provision: Provision) -> Source:
        if provision.ref not in self._sources:
            self._sources[provision.ref] = source_for(provision, self._city, self._day)
        return self._sources[provision.ref]

    def _gather(self, topic: str, provision: Provision, above: frozenset[str]) -> list[Any]:
        """Return the parts of a rule with the rules it uses put in, as a tree; collect what they bring."""
        rule = provision.rules[topic]
        for name, reading in rule.readings.items():
            self._note(reading.when)
            when = condition(reading.when)
            assert when is not None
            self._readings[name] = Reading(name, when, reading.ways, reading.taken)
        for caution in rule.cautions:
            self._note(caution.when)
            self._cautions.append(self._caution(caution, provision))
        parts: list[Any] = []
        for part in rule.steps:
            self._note(part.only_if)
            self._note(part.skip_if)
            if not isinstance(part, schema.Use):
                self._note_part(part, provision)
                self._flat.append((part, provision))
                parts.append((part, provision))
                continue
            self._note(part.harmless_if)
            found = self._library.find(part.topic, self._city, self._insurance, self._day)
            if isinstance(found, Provision) and part.topic in found.rules:
                assert part.topic not in above, f"{part.topic} uses itself"
                parts.append((part, provision, self._gather(part.topic, found, above | {part.topic})))
            else:
                absent = NotHeld(part.topic) if isinstance(found, Provision) else found
                parts.append((part, provision, absent))
        return parts

    def _caution(self, caution: schema.Caution, home: Provision) -> Caution:
        exceeds = caution.exceeds
        over = 0
        if exceeds is not None:
            over = self._figures.table(exceeds.figure, home)[1][()] or 0
        return Caution(
            caution.code,
            condition(caution.when),
            caution.instead,
            exceeds.layer if exceeds else None,
            exceeds.plus if exceeds else None,
            over,
        )

    def _note(self, wanted: Condition) -> None:
        self._reads.update(name for name in wanted if name in INPUTS)

    def _note_part(self, part: schema.Part, home: Provision) -> None:
        match part:
            case schema.Take():
                self._reads.add(part.input)
            case schema.Add():
                self._reads.add(part.input)
                if part.measured_by is not None:
                    self._reads.add(part.measured_by)
            case schema.Deductible():
                if part.repeat is not None:
                    self._reads.add(part.repeat.counted_by)
                    if part.repeat.refused_if_any is not None:
                        self._reads.add(part.repeat.refused_if_any)
                for limit in part.limits:
                    self._note(limit.only_if)
                    self._reads.update(limit.used)
            case schema.Cap():
                self._reads.add(part.at)
            case schema.Limit():
                self._reads.add(part.used)
            case schema.Carry() if part.before is not None:
                self._reads.add(part.before)
            case _:
                pass
        for name in ("share", "amount", "limit", "threshold"):
            ref = getattr(part, name, None)
            if isinstance(ref, str):
                self._reads.update(self._figures.table(ref, home)[0])

    def _built(self, tree: list[Any], grain: int) -> Iterator[Do]:
        for entry in tree:
            part, home = entry[0], entry[1]
            builder = Builder(self._figures, home, grain)
            if len(entry) == 2:
                yield builder.build(part)
            elif isinstance(entry[2], list):
                yield builder.conditioned(part, _in_turn(tuple(self._built(entry[2], grain))))
            else:
                yield builder.conditioned(part, _unless_harmless(entry[2], condition(part.harmless_if)))


def _in_turn(steps: tuple[Do, ...]) -> Do:
    def do(run: Run) -> None:
        for step in steps:
            if run.stopped:
                return
            step(run)

    return do


def _unless_harmless(missing: Missing, harmless: Test | None) -> Do:
    def do(run: Run) -> None:
        if harmless is None or not harmless(run.x):
            raise NoRule(missing)

    return do
