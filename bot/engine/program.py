"""A rule made ready to run: its parts compiled, in one list, for a city, a scheme and a span of days."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeVar

from bot.engine.run import Do, Run, Test
from bot.policy.library import Provision

_Run = TypeVar("_Run", bound=Run)


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
    of: str | None
    plus: str | None
    over: int  # fen


@dataclass(frozen=True, slots=True)
class Program:
    """One calculation, compiled.

    `takes` is the cost it starts from, if it does, and `adds` those merged into it. `reads` are all inputs
    that it may ask for, `moved_by` those of them that can move an amount: the others only add words or
    cautions. `required` have no default; one in `idle` is of no use while the amount named there is 0.
    `bounding` ones bound an amount where they are given, and are never asked for; `said` ones have a step
    of their own, so that they are asked for even where they cannot move the result. `counts` are the inputs
    in which later cases of the year find the deductible of this one, where the test is met.
    """

    benefit: str
    provision: Provision
    grain: int
    steps: tuple[Do, ...]
    takes: str | None
    adds: tuple[str, ...]
    reads: frozenset[str]
    moved_by: frozenset[str]
    readings: tuple[Reading, ...]
    cautions: tuple[Caution, ...]
    defaults: Mapping[str, Any]
    required: tuple[str, ...]
    idle: Mapping[str, str]
    bounding: frozenset[str]
    said: frozenset[str]
    counts: tuple[tuple[str, Test | None], ...] = ()

    def run(self, x: Mapping[str, Any], *, traced: bool) -> Run:
        """Work through the parts. Raises NoRule where the case needs what is not held."""
        return self.carried_out(Run(x, self.grain, traced=traced))

    def carried_out(self, run: _Run) -> _Run:
        """Return a fresh run with all parts worked through. Raises NoRule."""
        for step in self.steps:
            step(run)
            if run.stopped:
                break
        return run

    def variants(self, x: dict[str, Any]) -> list[dict[str, Any]]:
        """Return `x` with a way chosen for each reading that bears on it: all ways, or the one taken."""
        bearing = [reading for reading in self.readings if reading.when(x)]
        if not bearing:
            return [x]
        names = [reading.name for reading in bearing]
        ways = [(r.taken,) if r.taken is not None else tuple(r.ways) for r in bearing]
        return [{**x, **dict(zip(names, chosen, strict=True))} for chosen in product(*ways)]

    def missing(self, given: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the required inputs that `given` (without defaults) lacks and that may be of use."""
        return tuple([name for name in self.required if name not in given and not self._spared(name, given)])

    def _spared(self, name: str, given: Mapping[str, Any]) -> bool:
        if name == "eligible_cost":
            return "total_cost" in given
        amount = self.idle.get(name)
        return amount is not None and given.get(amount, self.defaults.get(amount)) == 0

    def whole(self, x: Mapping[str, Any]) -> int:
        """Return the whole cost given, in fen: what person and fund pay together; 0 without a cost."""
        if self.takes is None:
            return 0
        total = x.get("total_cost") if self.takes == "eligible_cost" else None
        whole: int = x[self.takes] if total is None else total
        for name in self.adds:
            whole += x[name]
        return whole
