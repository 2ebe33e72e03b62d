"""The parts that settle what a share is paid of: the cost, and what comes off it beforehand.

Each function makes one part, once; what it returns is called in every run.
"""

from collections.abc import Callable

from bot.engine.exact import Number
from bot.engine.figures import Bench
from bot.engine.result import Step
from bot.engine.run import Do, Run, condition
from bot.policy import parts
from bot.policy.codes import COST_FIELDS

# Changes a deductible line (grains) and its reason: (run, line, reason) -> (line, reason).
_Adjust = Callable[[Run, Number, str], tuple[Number, str]]


def take(part: parts.Take, bench: Bench) -> Do:
    """Start from an amount that is given."""
    name, label, here = part.input, part.label, bench.here
    given, from_total = bench.say("given"), bench.say("from_total")
    is_cost = name == COST_FIELDS[0]

    def do(run: Run) -> None:
        fen = run.x[name]
        run.cost = run.base = fen * run.grain
        if run.traced:
            because = from_total if is_cost and "total_cost" in run.x else given
            run.steps.append(Step(label, fen, because, here))

    return do


def add(part: parts.Add, bench: Bench) -> Do:
    """Merge a further cost, if it came in time."""
    name, label, here, measure = part.input, part.label, bench.here, part.measured_by
    longest = bench.rows(part.within, lambda hours, _: hours) if part.within else None

    def do(run: Run) -> None:
        fen = run.x[name]
        if not fen:
            return
        late = False
        if longest is not None and measure is not None:
            late = run.x[measure] > longest(run.x)
            run.codes.update(here.cautions)
        if not late:
            run.cost += fen * run.grain
            run.base += fen * run.grain
        if run.traced:
            because = part.beyond if late and part.beyond else part.because
            run.steps.append(Step(label, 0 if late else fen, because, here))

    return do


def cap(part: parts.Cap, bench: Bench) -> Do:
    """Count no more than the amount of an input, or than what is left of a figure."""
    name, used, label, because, here = part.at, part.used, part.label, part.because, bench.here
    find = None
    if part.limit is not None:
        find, here = bench.money(part.limit), bench.source(part.limit)

    def do(run: Run) -> None:
        if find is not None:
            limit = find(run.x).grains
            assert limit is not None
            most: Number = limit
            if used is not None:
                most = max(most - run.x[used] * run.grain, 0)
            run.codes.update(here.cautions)
        else:
            assert name is not None
            most = run.x[name] * run.grain
        if most < run.base:
            run.beyond += run.base - most
            run.base = most
            if run.traced:
                run.tell(label, most, because, here)

    return do


def pay_nothing(part: parts.PayNothing, bench: Bench) -> Do:
    """End the run: nothing is paid."""
    layer, step = part.layer, Step(part.label, 0, part.because, bench.here)

    def do(run: Run) -> None:
        run.stopped = True
        run.layers.append((layer, 0))
        run.steps.append(step)

    return do


def tell(part: parts.Tell, bench: Bench) -> Do:
    """Say something that changed nothing."""
    step = Step(part.label, 0, part.because, bench.here)

    def do(run: Run) -> None:
        run.steps.append(step)

    return do


def first_pay(part: parts.FirstPay, bench: Bench) -> Do:
    """Take a share off that the person bears."""
    find, source, label = bench.share(part.share, "first_pay"), bench.source(part.share), part.label

    def do(run: Run) -> None:
        numerator, denominator, _, _, because = find(run.x)
        borne = run.base * numerator // denominator
        run.base -= borne
        run.borne += borne
        if run.traced:
            run.codes.update(source.cautions)
            run.tell(label, borne, because, source)

    return do


def deductible(part: parts.Deductible, bench: Bench) -> Do:
    """Take the deductible off, as repeat stays and yearly limits leave it."""
    find, source, label = bench.money(part.amount), bench.source(part.amount), part.label
    adjustments = [_repeat(part.repeat, bench)] if part.repeat else []
    adjustments += [_yearly(limit, bench) for limit in part.limits]
    below = f"；{part.below}"

    def do(run: Run) -> None:
        amount, _, because = find(run.x)
        assert amount is not None
        line: Number = amount
        for adjust in adjustments:
            line, because = adjust(run, line, because)
        base = run.base
        if run.traced:
            run.codes.update(source.cautions)
            if base <= line and line > 0:
                because += below
            run.tell(label, line, because, source)
        used = min(line, base)
        run.deductible += used
        run.base = base - used

    return do


def _repeat(part: parts.Repeat, bench: Bench) -> _Adjust:
    find, source, counted = bench.share(part.share, "rate"), bench.source(part.share), part.counted_by
    wider, because = part.refused_if_any, f"，{part.because}"
    refused = f"，{part.refused}"

    def adjust(run: Run, line: Number, why: str) -> tuple[Number, str]:
        if run.x[counted] > 0:
            numerator, denominator, *_ = find(run.x)
            run.codes.update(source.cautions)
            return line * numerator // denominator, why + because
        if wider is not None and run.x[wider] > 0:
            return line, why + refused
        return line, why

    return adjust


def _yearly(part: parts.YearlyLimit, bench: Bench) -> _Adjust:
    find, source = bench.money(part.limit), bench.source(part.limit)
    names, test, because = tuple(part.used), condition(part.only_if), f"，{part.because}"

    def adjust(run: Run, line: Number, why: str) -> tuple[Number, str]:
        x = run.x
        if test is not None and not test(x):
            return line, why
        limit = find(x).grains
        if limit is None:
            return line, why
        left: Number = limit
        for name in names:
            left -= x[name] * run.grain
        run.codes.update(source.cautions)
        left = max(left, 0)
        return (left, why + because) if left < line else (line, why)

    return adjust
