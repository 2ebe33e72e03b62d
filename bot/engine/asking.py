"""Required inputs that are missing: which of them can still move the result, and in which order to ask."""

from collections import deque
from collections.abc import Callable, Iterator, Set
from itertools import pairwise, product
from typing import Any

from bot.engine.compiling import Programs
from bot.engine.inputs import TRIED_MONEY, codes_of, filled, values_of
from bot.engine.program import Program
from bot.engine.ranges import Bounds, bounds_of, turns_of
from bot.engine.result import Case
from bot.policy.codes import INPUTS, INSURANCES, MOST_MONEY_FEN
from bot.policy.library import Missing, NotHeld

# Asked in this order; what is not here comes after, by how far it can move the result.
_FIRST = ("city", "insurance", "hospital_level", "status", "eligible_cost", "own_cost")
# Decide which program it is, before any input is looked at.
_CHOOSING = frozenset({"city", "insurance"})
_Chosen = tuple[Any, ...]


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

        Where no values of them lead to a rule, return the reason.
        """
        grid = _Grid(self, case, names)
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

    def bounds(self, case: Case, read: set[str] | None = None) -> Bounds | Missing:
        """Return the bounds of a case with everything filled in, or why there is no result.

        The names of the inputs that it rests on, besides those that choose the program, are added to `read`.
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
    """The results for all combinations of values of the missing inputs, worked out as they are looked at.

    Combinations that differ only in what a result does not rest on are worked out once: most inputs matter
    beside a few others only, so few of the combinations are ever looked at.
    """

    def __init__(self, asking: Asking, case: Case, names: tuple[str, ...]) -> None:
        self._asking = asking
        self._case = case
        self._names = names
        self._choices = [asking.choices(name, case.benefit) for name in names]
        self._results: dict[_Chosen, Bounds | Missing] = {}
        self._rests_on: dict[_Chosen, frozenset[int]] = {}

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

        def rests_on(chosen: _Chosen) -> set[int]:
            return {i for each in self._along(at, chosen) for i in self._read(each)}

        most = 0
        for chosen in self._different(rests_on, at):
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
        for chosen in self._different(self._read):
            result = self._result(chosen)
            if isinstance(result, Bounds):
                return None
            reasons.append(result)
        # The reason that comes nearest to the person is the one with something held to point to.
        return next((r for r in reasons if not isinstance(r, NotHeld)), reasons[0])

    def refine(self) -> bool:
        """Try amounts at and between all turns, too; return whether an amount is missing at all."""
        amounts = [i for i, name in enumerate(self._names) if name != "city" and INPUTS[name].kind == "money"]
        for at in amounts:
            points: set[int] = set(self._choices[at])

            def rests_on(chosen: _Chosen, at: int = at, points: set[int] = points) -> frozenset[int]:
                case = self._filled(chosen)
                program = self._asking.program(case)
                read: set[str] = set()
                if isinstance(program, Program):
                    points |= turns_of(program, case.given, self._names[at], read)
                return self._places(read)

            deque(self._different(rests_on, at), maxlen=0)
            ordered = sorted(points)
            between = {(a + b) // 2 for a, b in pairwise(ordered)}
            self._choices[at] = tuple(sorted(points | between))
        return bool(amounts)

    def _filled(self, chosen: _Chosen) -> Case:
        return filled(self._case, dict(zip(self._names, chosen, strict=True)))

    def _result(self, chosen: _Chosen) -> Bounds | Missing:
        result = self._results.get(chosen)
        if result is None:
            read: set[str] = set()
            result = self._results[chosen] = self._asking.bounds(self._filled(chosen), read)
            self._rests_on[chosen] = self._places(read)
        return result

    def _read(self, chosen: _Chosen) -> frozenset[int]:
        """Return the places of the names that the result for `chosen` rests on."""
        self._result(chosen)
        return self._rests_on[chosen]

    def _places(self, read: set[str]) -> frozenset[int]:
        return frozenset(i for i, name in enumerate(self._names) if name in read or name in _CHOOSING)

    def _different(self, rests_on: Callable[[_Chosen], Set[int]], at: int | None = None) -> Iterator[_Chosen]:
        """Yield values for all names, one way of each set of ways between which nothing can differ.

        `rests_on` returns the places of the names that what is found for the values rests on. The one `at` a
        place is left as it is.
        """
        ways: list[tuple[_Chosen, frozenset[int]]] = [
            (tuple(choices[0] for choices in self._choices), frozenset() if at is None else frozenset((at,)))
        ]
        while ways:
            chosen, settled = ways.pop()
            loose = rests_on(chosen) - settled
            if not loose:
                yield chosen
                continue
            place = min(loose)
            ways.extend(
                ((*chosen[:place], value, *chosen[place + 1 :]), settled | {place})
                for value in reversed(self._choices[place])
            )

    def _along(self, at: int, chosen: _Chosen) -> Iterator[_Chosen]:
        """Yield `chosen` with each value of the name at a place."""
        return ((*chosen[:at], value, *chosen[at + 1 :]) for value in self._choices[at])

    def _spread(self, name: str, chosen: _Chosen) -> int:
        """Return how far the result moves over all values of `name`, the others being as `chosen`."""
        at = self._names.index(name)
        results = [self._result(each) for each in self._along(at, chosen)]
        found = [result for result in results if isinstance(result, Bounds)]
        if not found:
            return 0
        # The city decides whose law it is, whatever the amount: it is never guessed.
        if name == "city" or len(found) < len(results):
            return MOST_MONEY_FEN
        spreads: list[int] = [max(values) - min(values) for values in zip(*found, strict=True)]
        return max(spreads)
