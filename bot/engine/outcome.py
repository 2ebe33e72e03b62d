"""A program and all its inputs -> the result: one amount, or the range over readings and open inputs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.engine.inputs import inputs_of, must_be_held, open_names
from bot.engine.program import Caution, Program
from bot.engine.ranges import extreme_points
from bot.engine.result import Case, Needs, Ok, Range, Reading, Refused
from bot.engine.run import NeedsInput, NoRule, Run
from bot.policy.codes import COST_FIELDS, INPUTS, MOST_MONEY_FEN, UNKNOWN, Between
from bot.policy.library import Missing

_Runs = list[tuple[dict[str, Any], Run]]
_MOST_READINGS = 6


def complete(program: Program, case: Case) -> Ok | Range | Needs | Refused:
    """Calculate a case in which nothing is missing that matters."""
    try:
        return _completed(program, case)
    except NeedsInput as error:
        return Needs(case, (error.name,))


def joined(name: str, found: Mapping[str, Ok | Range]) -> Ok | Range:
    """Return what `found`, a result for each value of `name`, come to: one result, or their range."""
    results = list(found.values())
    first = results[0]
    if len({_ends(each) for each in results}) == 1:
        return first
    readings = [
        replace(reading, under={name: value, **reading.under})
        for value, each in found.items()
        for reading in _readings_of(each)
    ]
    low, high = min(r.amount for r in readings), max(r.amount for r in readings)
    owns = [reading.own for reading in readings]
    return Range(
        first.case,
        (low, high),
        None if first.own is None else (min(owns), max(owns)),
        first.unit,
        tuple({reading.amount: reading for reading in sorted(readings, key=lambda r: r.amount)}.values()),
        max(results, key=lambda each: _ends(each)[1]).steps,
        tuple({source.provision.ref: source for each in results for source in each.sources}.values()),
        tuple(sorted({code for each in results for code in each.cautions})),
    )


def _ends(result: Ok | Range) -> tuple[int, ...]:
    amounts = [reading.amount for reading in _readings_of(result)]
    return (min(amounts), max(amounts))


def _readings_of(result: Ok | Range) -> tuple[Reading, ...]:
    if isinstance(result, Range):
        return result.readings
    return (Reading(result.amount, result.own or 0, {}),)


def _completed(program: Program, case: Case) -> Ok | Range | Refused:
    x = inputs_of(program, case.given)
    names = open_names(program, case.given)
    runs: _Runs
    if not names:
        try:
            runs = [(variant, program.run(variant, traced=True)) for variant in program.variants(x)]
        except NeedsInput:
            raise
        except NoRule as error:
            return Refused(case, error.missing)
        return _ok(program, case, runs) if len(runs) == 1 else _range(program, case, runs, names)
    runs = []
    refused: Missing | None = None
    for point in extreme_points(program, x, names):
        for variant in program.variants(point):
            try:
                runs.append((variant, program.run(variant, traced=True)))
            except NeedsInput:
                raise
            except NoRule as error:
                refused = error.missing
    if refused is not None and (not runs or must_be_held(names)):
        return Refused(case, refused)
    return _range(program, case, runs, names)


def _ok(program: Program, case: Case, runs: _Runs) -> Ok:
    """Return the result that all `runs` come to, with the working of the first."""
    x, run = runs[0]
    amount = run.amount
    used = run.deductible
    assert isinstance(used, int)
    return Ok(
        case,
        amount,
        _own(program, x, amount),
        run.unit,
        tuple(run.layers),
        tuple(run.steps),
        _cautions(program, case, runs),
        used // program.grain,
    )


def _range(program: Program, case: Case, runs: _Runs, names: Iterable[str]) -> Ok | Range:
    readings = [_reading(program, x, run, names) for x, run in runs]
    low = min(readings, key=lambda r: r.amount)
    high = max(readings, key=lambda r: r.amount)
    owns = [r.own for r in readings]
    if low.amount == high.amount and min(owns) == max(owns):
        return _ok(program, case, runs)
    # One reading for each amount is enough to show what it depends on: the first, which has least of all.
    told: dict[int, Reading] = {}
    for reading in (low, high, *readings):
        # A turn of the sum shows twice, a fen apart.
        if told.keys().isdisjoint((reading.amount - 1, reading.amount, reading.amount + 1)):
            told[reading.amount] = reading
    told |= {high.amount: high}
    told |= _endless(case, readings, told)
    # Of several amounts of one bill each can make up for another, so that those between tell nothing.
    if len(told) > _MOST_READINGS or len({*names} & {*COST_FIELDS}) > 1:
        told = {amount: told[amount] for amount in (low.amount, high.amount)}
    return Range(
        case,
        (low.amount, high.amount),
        None if program.takes is None else (min(owns), max(owns)),
        runs[0][1].unit,
        tuple(sorted(told.values(), key=lambda r: r.amount)),
        tuple(runs[readings.index(high)][1].steps),
        tuple({step.source.provision.ref: step.source for _, run in runs for step in run.steps}.values()),
        _cautions(program, case, runs),
    )


def _endless(case: Case, readings: Sequence[Reading], told: Mapping[int, Reading]) -> dict[int, Reading]:
    """Return the reading that an unknown amount leads to from some value on, as from there without end."""
    open_ones = [name for name, value in readings[0].under.items() if case.given.get(name) is UNKNOWN]
    if len(open_ones) != 1 or INPUTS[open_ones[0]].kind != "money":
        return {}
    [name] = open_ones
    most = {reading.amount for reading in readings if reading.under[name] == MOST_MONEY_FEN}
    if len(most) != 1 or not most <= told.keys():
        return {}
    [amount] = most
    least = told[amount].under[name]
    assert isinstance(least, int)
    if any(r.amount != amount for r in readings if isinstance(v := r.under[name], int) and v > least):
        return {}
    endless = replace(told[amount], under={**told[amount].under, name: Between(least, MOST_MONEY_FEN)})
    return {amount: endless}


def _own(program: Program, x: Mapping[str, Any], amount: int) -> int | None:
    return None if program.takes is None else program.whole(x) - amount


def _reading(program: Program, x: Mapping[str, Any], run: Run, names: Iterable[str]) -> Reading:
    under = {name: x[name] for name in names}
    under |= {r.name: x[r.name] for r in program.readings if r.taken is None and r.name in x}
    return Reading(run.amount, program.whole(x) - run.amount, under)


def _cautions(program: Program, case: Case, runs: _Runs) -> tuple[str, ...]:
    codes: set[str] = set()
    for x, run in runs:
        codes |= run.codes
        for caution in program.cautions:
            if caution.code not in codes and _called_for(caution, program, x, run):
                codes.add(caution.code)
    if case.day > case.today:
        codes.add("may_be_outdated")
    return tuple(sorted(codes))


def _called_for(caution: Caution, program: Program, x: Mapping[str, Any], run: Run) -> bool:
    if caution.when is not None and not caution.when(x):
        return False
    if caution.of is not None and not _exceeds(caution, program, x, run):
        return False
    if not caution.instead:
        return True
    try:
        return program.run({**x, **caution.instead}, traced=False).amount != run.amount
    except NoRule:
        return False  # what isn't held can't pay otherwise


def _exceeds(caution: Caution, program: Program, x: Mapping[str, Any], run: Run) -> bool:
    total = 0 if caution.plus is None else int(x[caution.plus])
    if caution.of in {"cost", "year"}:
        measured = run.cost if caution.of == "cost" else run.year
        return bool(measured + total * program.grain > caution.over * program.grain)
    return total + sum(fen for layer, fen in run.layers if layer == caution.of) > caution.over
