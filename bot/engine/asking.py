"""Required inputs that are missing: which of them can still move the result, and in which order to ask."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import pairwise, product
from typing import Any

from bot.engine.combining import Chosen, Found, Once, different
from bot.engine.compiling import Programs
from bot.engine.inputs import TRIED_MONEY, codes_of, filled, values_of
from bot.engine.program import Program
from bot.engine.ranges import Bounds, bounds_of, most_runs, turns_of
from bot.engine.result import Case
from bot.policy.codes import INPUTS, INSURANCES, MOST_MONEY_FEN
from bot.policy.library import Missing, NotHeld

# Asked in this order; what is not here comes after, by how far it can move the result.
_FIRST = ("city", "insurance", "hospital_level", "status", "eligible_cost", "own_cost")
# Decide which program it is, before any input is looked at.
_CHOOSING = ("city", "insurance")
# What may be spent on finding out what to ask: so much for a run, and one for looking at its result again.
_RUN = 10
_MOST_WORK = 30_000


class _TooMuchWork(Exception):
    """What can still move a result isn't found out within bounds."""


class Asking:
    """Looks into cases that are not complete."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs

    def missing(self, case: Case) -> tuple[str, ...]:
        """Return all inputs that some rule for the case requires and that aren't given."""
        assert case.benefit is not None
        names = ["city"] if case.city is None else []
        if case.insurance is None:
            names.append("insurance")
        cities = self._programs.kinds_of_city if case.city is None else (case.city,)
        schemes = INSURANCES if case.insurance is None else (case.insurance,)
        for city, scheme in product(cities, schemes):
            program = self._programs.find(case.benefit, city, scheme, case.day)
            if isinstance(program, Program):
                names.extend(name for name in program.missing(case.given) if name not in names)
        return tuple(names)

    def telling(self, case: Case, names: tuple[str, ...]) -> tuple[str, ...] | Missing:
        """Return those of the missing `names` that can move the result or have a step, in the order to ask.

        Where no values of them lead to a rule, return the reason. Where so much is open that finding out
        would take long, return all: a question too many does no harm, one too few makes a result wrong.
        """
        try:
            return self._told(_Grid(self, case, names), names)
        except _TooMuchWork:
            return (*(name for name in _FIRST if name in names), *(n for n in names if n not in _FIRST))

    def _told(self, grid: "_Grid", names: tuple[str, ...]) -> tuple[str, ...] | Missing:
        moved = {name: grid.moved_alone(name) for name in names}
        rest = [name for name in names if name not in _FIRST]
        if len(rest) > 1 or not all(moved.values()):
            refused = grid.refused()
            if refused is not None:
                return refused
            moved |= {name: grid.moved(name) for name in names if not moved[name] or name in rest}
        if not all(moved.values()) and grid.refine():
            moved |= {name: grid.moved(name) for name in names if not moved[name]}
        said = grid.said()
        moved |= {name: 1 for name in names if name in said and not moved[name]}
        order = [name for name in _FIRST if moved.get(name)]
        return (*order, *sorted((n for n in rest if moved[n]), key=lambda n: (-moved[n], n)))

    def choices(self, name: str, benefit: str | None) -> tuple[Any, ...]:
        """Return the values to try for an input that a benefit lacks, the most usual first."""
        if name == "city":
            return self._programs.kinds_of_city
        return codes_of(name, benefit) or values_of(name)

    def fillings(self, case: Case, names: tuple[str, ...]) -> Iterator[Case]:
        """Yield the case with values for `names`, each way to fill them that leads to a result."""
        for chosen in product(*(self.choices(name, case.benefit) for name in names)):
            candidate = filled(case, dict(zip(names, chosen, strict=True)))
            if isinstance(self.bounds(candidate), Bounds):
                yield candidate

    def bounds(self, case: Case, read: dict[str, None] | None = None) -> Bounds | Missing:
        """Return the bounds of a case with everything filled in, or why there is no result.

        The names of the inputs that it rests on, besides those that choose the program, are put into `read`.
        """
        program = self.program(case)
        return bounds_of(program, case.given, read) if isinstance(program, Program) else program

    def program(self, case: Case) -> Program | Missing:
        """Return the program for a case whose benefit, city and scheme are known."""
        assert case.benefit is not None
        assert case.city is not None
        assert case.insurance is not None
        return self._programs.find(case.benefit, case.city, case.insurance, case.day)


class _Grid:
    """The results for all combinations of values of the missing inputs, worked out as they are looked at."""

    def __init__(self, asking: Asking, case: Case, names: tuple[str, ...]) -> None:
        self._asking = asking
        self._case = case
        self._names = names
        self._choices = [asking.choices(name, case.benefit) for name in names]
        self._work = 0
        # Most inputs matter beside a few others only, so few of all combinations are ever run.
        self._results = Once(self._work_out)

    def moved_alone(self, name: str) -> int:
        """Return how far (fen) `name` moves the result while all others are as usual."""
        large = [choices[0] for choices in self._choices]
        modest = [c[1] if c[:2] == TRIED_MONEY[:2] else c[0] for c in self._choices]
        # A limit may hide from a large cost what matters to a modest one.
        return self._spread(name, tuple(large)) or self._spread(name, tuple(modest))

    def moved(self, name: str) -> int:
        """Return how far (fen) `name` can move the result, whatever the others are.

        For a name whose place in the order is fixed, whether it can is enough.
        """
        at = self._names.index(name)

        def rests_on(chosen: Chosen) -> tuple[int, ...]:
            return tuple({place: None for each in self._along(at, chosen) for place in each.places})

        most = 0
        for chosen in different(self._choices, rests_on, at):
            most = max(most, self._spread(name, chosen))
            if most and name in _FIRST:
                break
        return most

    def said(self) -> frozenset[str]:
        """Return the inputs that a step tells by themselves."""
        program = self._asking.program(self._filled(tuple(choices[0] for choices in self._choices)))
        return program.said if isinstance(program, Program) else frozenset()

    def refused(self) -> Missing | None:
        """Return why every combination is refused; None if some is not."""
        reasons: list[Missing] = []
        for chosen in different(self._choices, self._results.places):
            result = self._results(chosen).value
            if isinstance(result, Bounds):
                return None
            reasons.append(result)
        # The reason that comes nearest to the person is the one with something held to point to.
        return next((r for r in reasons if not isinstance(r, NotHeld)), reasons[0])

    def refine(self) -> bool:
        """Try amounts at and between all turns, too; return whether an amount is missing at all."""
        amounts = [i for i, name in enumerate(self._names) if name != "city" and INPUTS[name].kind == "money"]
        for at in amounts:
            turns = Once(partial(self._turns, at))
            points: set[int] = set(self._choices[at])
            for chosen in different(self._choices, turns.places, at):
                points |= turns(chosen).value
            ordered = sorted(points)
            between = {(a + b) // 2 for a, b in pairwise(ordered)}
            self._choices[at] = tuple(sorted(points | between))
        return bool(amounts)

    def _spend(self, work: int) -> None:
        self._work += work
        if self._work > _MOST_WORK:
            raise _TooMuchWork

    def _filled(self, chosen: Chosen) -> Case:
        return filled(self._case, dict(zip(self._names, chosen, strict=True)))

    def _work_out(self, chosen: Chosen) -> Found[Bounds | Missing]:
        case = self._filled(chosen)
        program = self._asking.program(case)
        self._spend(_RUN * most_runs(program, case.given) if isinstance(program, Program) else 1)
        read = dict.fromkeys(_CHOOSING)
        return Found(self._asking.bounds(case, read), self._places(read))

    def _turns(self, at: int, chosen: Chosen) -> Found[set[int]]:
        """Return the turns of the amount `at` a place, whatever its own value."""
        case = self._filled(chosen)
        program = self._asking.program(case)
        read = dict.fromkeys(_CHOOSING)
        turns = (
            turns_of(program, case.given, self._names[at], read) if isinstance(program, Program) else set()
        )
        self._spend(_RUN * (1 + len(turns)))
        return Found(turns, tuple(place for place in self._places(read) if place != at))

    def _places(self, read: Iterable[str]) -> tuple[int, ...]:
        return tuple(self._names.index(name) for name in read if name in self._names)

    def _along(self, at: int, chosen: Chosen) -> list[Found[Bounds | Missing]]:
        """Return the results for all values of the name `at` a place; one result if all are the same."""
        first = self._results(chosen)
        if at not in first.places:
            self._spend(1)
            return [first]
        self._spend(len(self._choices[at]))
        return [self._results((*chosen[:at], value, *chosen[at + 1 :])) for value in self._choices[at]]

    def _spread(self, name: str, chosen: Chosen) -> int:
        """Return how far the result moves over all values of `name`, the others being as `chosen`."""
        results = [each.value for each in self._along(self._names.index(name), chosen)]
        found = [result for result in results if isinstance(result, Bounds)]
        if not found:
            return 0
        # The city decides whose law it is, whatever the amount: it is never guessed.
        if name == "city" or len(found) < len(results):
            return MOST_MONEY_FEN
        spreads: list[int] = [max(values) - min(values) for values in zip(*found, strict=True)]
        return max(spreads)
