"""One calculation under way, and the small functions that move it on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.engine.exact import Number, to_fen
from bot.engine.result import Source, Step
from bot.policy import parts
from bot.policy.codes import INPUTS
from bot.policy.fields import Condition
from bot.policy.library import Missing, NotHeld

Do = Callable[["Run"], None]
# Where a band of a year's amount ends above the threshold (None: never); its share begins with two numbers.
Band = tuple[int | None, tuple[Any, ...]]
Test = Callable[[Mapping[str, Any]], bool]


class NoRule(Exception):
    """The case needs something that the library does not hold."""

    def __init__(self, missing: Missing) -> None:
        self.missing = missing
        super().__init__(missing.topic)


@dataclass(frozen=True, slots=True)
class TooGeneral(NotHeld):
    """The answer to the input `topic` is too general: it is one of `among`."""

    among: tuple[str, ...] = ()


class NeedsInput(NoRule):
    """The answer to an input is too general for the rule at hand."""

    def __init__(self, name: str, among: tuple[str, ...]) -> None:
        self.name = name
        super().__init__(TooGeneral(name, among))


class Run:
    """One calculation under way. Amounts are grains: whole numbers, or Lines where an unknown is traced.

    `cost` is the cost within scope, `base` what is left of it at this point, `paid` what the fund pays of
    that; `borne` is the first-pay, `settled` what earlier layers paid, `excess` the cost above a yearly
    limit, `before` the year's amount before this case, `year` what a layer counted over the year comes to
    before its limit, `deductible` the deductible used up, `cut` what comes off the next rate
    (ten-thousandths). `beyond` is the cost above limits. `other` is a final amount that belongs to no layer,
    in hundredths of `unit`. `layers` holds fen; `codes`, filled in a traced run, the cautions of the figures
    used.
    """

    cost: Number = 0
    base: Number = 0
    paid: Number = 0
    borne: Number = 0
    settled: Number = 0
    excess: Number = 0
    before: Number = 0
    deductible: Number = 0
    year: Number = 0
    other: int = 0
    cut: int = 0
    unit = "yuan"
    share = (1, 1)
    stopped = False
    beyond: Number = 0
    parted = False

    def __init__(self, x: Mapping[str, Any], grain: int, *, traced: bool) -> None:
        self.x = x
        self.grain = grain
        self.traced = traced
        self.steps: list[Step] = []
        self.layers: list[tuple[str, int]] = []
        self.codes: set[str] = set()

    def close_layer(self, name: str) -> None:
        """Note how a layer came to its amount; only a parted run does."""

    def hand_over(self, *, of_own: bool) -> None:
        """Note what the next layer works on; only a parted run does."""

    def note_above(self, left: Number, most: Number | None, shares: Sequence[Band]) -> None:
        """Note what a layer leaves unpaid; only a parted run does."""

    def tell(self, label: str, grains: Number, because: str, source: Source) -> None:
        """Add a step, its amount rounded for showing. Only runs on whole numbers are traced."""
        self.steps.append(Step(label, to_fen(grains, self.grain), because, source))  # type: ignore[arg-type]

    @property
    def amount(self) -> int:
        """What all layers pay, or the amount without layers: fen, or hundredths of another unit."""
        return self.other + sum(fen for _, fen in self.layers)


def condition(wanted: Condition) -> Test | None:
    """Return a test that all inputs named have one of their values; None where nothing is wanted."""
    if not wanted:
        return None
    tests = [_one_of(name, tuple(_coded(name, code) for code in codes)) for name, codes in wanted.items()]
    test = tests.pop()
    while tests:
        test = _both(tests.pop(), test)
    return test


def _one_of(name: str, values: tuple[object, ...]) -> Test:
    if len(values) > 1:
        return lambda x: x.get(name) in values
    (only,) = values
    return lambda x: bool(x.get(name) == only)


def _both(first: Test, second: Test) -> Test:
    return lambda x: first(x) and second(x)


def applies(part: parts.Use | parts.Part) -> Test | None:
    """Return a test that a part's own conditions are met; None where it has none."""
    only, skip = condition(part.only_if), condition(part.skip_if)
    if skip is None:
        return only
    if only is None:
        return lambda x: not skip(x)
    return lambda x: only(x) and not skip(x)


def _coded(name: str, code: str | bool) -> str | bool | int:
    kind = INPUTS[name].kind if name in INPUTS else "code"
    if kind == "money":
        return int(code) * 100
    if kind == "count":
        return int(code)
    return code
