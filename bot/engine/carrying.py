"""What a result leaves for the next case of the same year: the earlier amounts that it will read."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.engine.exact import Number, to_fen
from bot.engine.parting import PartedRun
from bot.engine.program import Program
from bot.policy.codes import MOST_MONEY_FEN, UNKNOWN, Between, Value

_AMOUNTS = ("prior_paid", "prior_own", "prior_cost")


def carried_on(
    program: Program, given: Mapping[str, Any], runs: Iterable[tuple[Mapping[str, Any], PartedRun]]
) -> dict[str, Value]:
    """Return the `prior_…` inputs (fen; stays as a count) of another case of the same kind and year.

    `runs` are all results that the case can come to. An amount that differs among them is between bounds, a
    deductible or a count that differs is unknown.
    """
    found = [_of_one(program, x, run) for x, run in runs]
    carried: dict[str, Value] = {}
    for name in found[0] if found else ():
        low, high = (end(each[name] for each in found) for end in (min, max))
        if given.get(name) is UNKNOWN:
            carried[name] = UNKNOWN
        elif low == high:
            carried[name] = min(low, MOST_MONEY_FEN)
        elif name in _AMOUNTS:
            carried[name] = Between(min(low, MOST_MONEY_FEN), min(high, MOST_MONEY_FEN))
        else:
            carried[name] = UNKNOWN
    return carried


def _of_one(program: Program, x: Mapping[str, Any], run: PartedRun) -> dict[str, int]:
    """Return what one run leaves: what there was before it, and what it used."""
    used = {
        "prior_paid": sum(fen for layer, fen in run.layers if layer == "basic"),
        "prior_own": 0 if run.stopped or run.carried is None else _fen(run.carried, run.grain),
        "prior_cost": 0 if run.stopped else _fen(run.cost, run.grain),
        # A stay that does not exceed its deductible is taken as none; nor is one that isn't paid for at all.
        "prior_stays": int(not run.stopped and run.cost - run.borne - run.deductible > 0),
    }
    for name, counts in program.counts:
        used[name] = _fen(run.deductible, run.grain) if counts is None or counts(x) else 0
    return {name: x[name] + more for name, more in used.items() if name in program.reads}


def _fen(grains: Number, grain: int) -> int:
    assert isinstance(grains, int)
    return to_fen(grains, grain)
