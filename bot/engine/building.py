"""A part of a rule -> one small function that carries it out, under its own conditions."""

from collections.abc import Callable, Mapping
from math import lcm
from typing import Any

from bot.engine import costs, layers, sums
from bot.engine.figures import Bench, Figures
from bot.engine.result import Step
from bot.engine.run import Do, NoRule, Run, Test, applies
from bot.policy import parts
from bot.policy.figures import SHARE_SCALE
from bot.policy.library import Missing, Provision

_MAKERS: Mapping[str, Callable[[Any, Bench], Do]] = {
    "take": costs.take,
    "add": costs.add,
    "cap": costs.cap,
    "pay_nothing": costs.pay_nothing,
    "tell": costs.tell,
    "first_pay": costs.first_pay,
    "deductible": costs.deductible,
    "rate": layers.rate,
    "limit": layers.limit,
    "layer": layers.layer,
    "carry": layers.carry,
    "above": layers.above,
    "cut_rate": sums.cut_rate,
    "share_of": sums.share_of,
    "clamp": sums.clamp,
    "plus": sums.plus,
    "pick": sums.pick,
    "times": sums.times,
    "fixed": sums.fixed,
    "shortfall": sums.shortfall,
    "reward": sums.reward,
    "ask_again": sums.ask_again,
    "compare": sums.compare,
    "pay": sums.pay,
    "result": sums.result,
}


def build(part: parts.Part, bench: Bench) -> Do:
    """Return the part as a function on a Run, with its own conditions."""
    return conditioned(part, _MAKERS[part.part](part, bench), bench)


def conditioned(part: parts.Use | parts.Part, do: Do, bench: Bench) -> Do:
    """Return `do` under the conditions of `part`; where they aren't met, what it says otherwise is told."""
    test = applies(part)
    if test is None:
        return do
    if part.otherwise is None:

        def run_if(run: Run) -> None:
            if test(run.x):
                do(run)

        return run_if
    otherwise = Step(getattr(part, "label", ""), 0, part.otherwise, bench.here)

    def run_or_tell(run: Run) -> None:
        if test(run.x):
            do(run)
        elif run.traced and run.base > 0:
            run.steps.append(otherwise)

    return run_or_tell


def in_turn(steps: tuple[Do, ...]) -> Do:
    """Return all `steps` as one."""

    def do(run: Run) -> None:
        for step in steps:
            if run.stopped:
                return
            step(run)

    return do


def unless_harmless(missing: Missing, harmless: Test | None) -> Do:
    """Return a refusal, for all cases but those to which the missing rule makes no difference."""

    def do(run: Run) -> None:
        if harmless is None or not harmless(run.x):
            raise NoRule(missing)

    return do


def factor(part: parts.Part, figures: Figures, home: Provision, *, limited: bool) -> int:
    """Return by how much a part may have to divide: the grains it needs so that nothing is rounded.

    `limited`: the rule has a yearly limit, which divides by the rate to find the cost that was above it.
    """

    def lowest(*refs: str | None) -> int:
        return lcm(*(d for ref in refs if ref is not None for _, d in figures.shares(ref, home)))

    match part:
        case parts.Rate():
            refs = [part.share, *(band.share for band in part.by_age)]
            undone = (
                lcm(*(n for ref in refs if ref is not None for n, _ in figures.shares(ref, home)))
                if limited
                else 1
            )
            return lowest(*refs) * undone
        case parts.Above():
            return lowest(part.share, *(band.share for band in part.bands))
        case parts.FirstPay() | parts.ShareOf():
            return lowest(part.share)
        case parts.Clamp():
            return lowest(part.floor, part.ceiling)
        case parts.CutRate():
            return SHARE_SCALE
        case parts.Times():
            return 100 * figures.table(part.divided_by, home)[1][()]  # type: ignore[operator]
        case parts.Shortfall():
            return 10_000  # years may be given with decimals
        case parts.Deductible() if part.repeat is not None:
            return lowest(part.repeat.share)
        case _:
            return 1
