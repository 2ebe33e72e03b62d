"""The parts that settle what is paid: rates, yearly limits, and one layer after another.

Each function makes one part, once; what it returns is called in every run.
"""

from functools import cache

from bot.engine.exact import Number, to_fen
from bot.engine.figures import Bench, Find, Money, Share
from bot.engine.result import Step
from bot.engine.run import Do, Run
from bot.policy import schema

_NO_THRESHOLD = Money(0, "", "")
_NO_LIMIT = Money(None, "", "")


def rate(part: schema.Rate, bench: Bench) -> Do:
    """Pay a share of what is left."""
    find, source, label = bench.share(part.share, "rate"), bench.source(part.share), part.label

    def do(run: Run) -> None:
        numerator, denominator, _, _, because = find(run.x)
        run.share = (numerator, denominator)
        run.paid = run.base * numerator // denominator
        if run.traced:
            run.codes.update(source.cautions)
            run.tell(label, run.paid, because, source)

    return do


def limit(part: schema.Limit, bench: Bench) -> Do:
    """Pay no more than a yearly limit leaves; the cost above it is the excess."""
    find = bench.money(part.limit, "limited", because=part.because)
    source, name, label = bench.source(part.limit), part.used, part.label

    def do(run: Run) -> None:
        most, _, because = find(run.x)
        if most is None:
            return
        left = max(most - run.x[name] * run.grain, 0)
        run.codes.update(source.cautions)
        if left < run.paid:
            numerator, denominator = run.share
            run.excess = (run.paid - left) * denominator // numerator
            run.paid = left
            if run.traced:
                run.tell(label, left, because, source)

    return do


def layer(part: schema.Layer, bench: Bench) -> Do:
    """Close a layer: the one place where an amount is rounded."""
    name, label, here, rounded = part.id, part.label, bench.here, bench.say("rounded")

    def do(run: Run) -> None:
        paid = run.paid
        run.settled += paid
        run.paid = 0
        if not isinstance(paid, int):
            return  # with an unknown traced, only the course counts
        fen = to_fen(paid, run.grain)
        run.layers.append((name, fen))
        if run.traced and (fen or name == "basic"):
            run.steps.append(Step(label, fen, rounded, here))

    return do


def carry(part: schema.Carry, bench: Bench) -> Do:
    """Hand over to the next layer what it works on, exactly."""
    name, label, because, here = part.before, part.label, part.because, bench.here
    of_own = part.of == "own"

    def do(run: Run) -> None:
        run.base = run.cost - run.borne - run.settled if of_own else run.excess
        run.before = run.x[name] * run.grain if name is not None else 0
        if run.traced and run.base > 0:
            run.tell(label, run.base, because, here)

    return do


def above(part: schema.Above, bench: Bench) -> Do:
    """Pay a share of the year's amount above a threshold, less what the amount before this case brought."""
    find_threshold: Find[Money] = lambda x: _NO_THRESHOLD  # noqa: E731
    find_limit: Find[Money] = lambda x: _NO_LIMIT  # noqa: E731
    if part.threshold is not None and part.below is not None:
        find_threshold = bench.money(part.threshold, "limited", because=part.below)
    if part.limit is not None:
        find_limit = bench.money(part.limit, "at_most")
    find_share, source = bench.share(part.share, "rate"), bench.source(part.share)
    label, has_threshold = part.label, part.threshold is not None

    @cache
    def reason(threshold: Money, share: Share) -> str:
        return bench.say("above", who=share.name, amount=threshold.words, share=share.words)

    def do(run: Run) -> None:
        x, before = run.x, run.before
        threshold, share, at_most = find_threshold(x), find_share(x), find_limit(x)
        lower, most = threshold.grains, at_most.grains
        assert lower is not None
        whole = before + run.base
        if not has_threshold and whole <= 0:
            return
        paid = _of_year(whole, lower, share, most)
        run.paid = paid - _of_year(before, lower, share, most)
        if run.traced:
            run.codes.update(source.cautions)
            if not has_threshold:
                because = share.because
            elif whole <= lower:
                because = threshold.because
            else:
                because = reason(threshold, share)
            if most is not None and paid >= most:
                because += "，" + at_most.because
            run.tell(label, run.paid, because, source)

    return do


def _of_year(whole: Number, lower: int, share: Share, most: int | None) -> Number:
    """Return what an amount brings that nothing came before in the year."""
    if whole <= lower:
        return 0
    paid = (whole - lower) * share.numerator // share.denominator
    return paid if most is None or paid < most else most
