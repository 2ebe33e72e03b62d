"""The parts that settle what is paid: rates, yearly limits, and one layer after another.

Each function makes one part, once; what it returns is called in every run.
"""

from collections.abc import Callable
from functools import cache

from bot.engine.exact import Number, to_fen
from bot.engine.figures import Bench, Find, Money, Share
from bot.engine.result import Source, Step
from bot.engine.run import Do, Run
from bot.policy import parts
from bot.policy.figures import SHARE_SCALE

_NO_THRESHOLD = Money(0, "", "")
_NO_LIMIT = Money(None, "", "")


def rate(part: parts.Rate, bench: Bench) -> Do:
    """Pay a share of what is left: one by table, or one by age."""
    if part.share is None:
        return _rate_by_age(part, bench)
    find, source = bench.share(part.share, "rate"), bench.source(part.share)
    label, adds = part.label, part.adds

    def do(run: Run) -> None:
        share = find(run.x)
        if adds or run.cut:
            _pay(run, share, source, label, adds, bench)
            return
        # The common case, without detours: it is in every result.
        run.share = share[:2]
        run.paid = run.base * share.numerator // share.denominator
        if run.traced:
            run.codes.update(source.cautions)
            run.tell(label, run.paid, share.because, source)

    return do


def _rate_by_age(part: parts.Rate, bench: Bench) -> Do:
    label, adds = part.label, part.adds
    bands = [
        (
            None if band.up_to is None else bench.single(band.up_to),
            bench.share(band.share, "rate"),
            bench.source(band.share),
        )
        for band in part.by_age
    ]

    def do(run: Run) -> None:
        age = run.x["age"]
        _, find, source = next(band for band in bands if band[0] is None or age <= band[0])
        _pay(run, find(run.x), source, label, adds, bench)

    return do


def _pay(run: Run, share: Share, source: Source, label: str, adds: bool, bench: Bench) -> None:
    """Pay a share of the base, less the points cut off it; with `adds` on top of what is paid already."""
    numerator, denominator, _, _, because = share
    if run.cut:
        numerator = max(numerator * (SHARE_SCALE // denominator) - run.cut, 0)
        denominator = SHARE_SCALE
        because = bench.say("rate", who=share.name, share=bench.percent(numerator))
    run.share = (numerator, denominator)
    paid = run.base * numerator // denominator
    run.paid = run.paid + paid if adds else paid
    if run.traced:
        run.codes.update(source.cautions)
        run.tell(label, paid, because, source)


def limit(part: parts.Limit, bench: Bench) -> Do:
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
            run.beyond += run.excess
            run.paid = left
            if run.traced:
                run.tell(label, left, because, source)

    return do


def layer(part: parts.Layer, bench: Bench) -> Do:
    """Close a layer: the one place where an amount is rounded."""
    name, label, here, rounded = part.id, part.label, bench.here, bench.say("rounded")

    def do(run: Run) -> None:
        paid = run.paid
        run.settled += paid
        run.paid = 0
        if not isinstance(paid, int):
            return  # with an unknown traced, only the course counts
        fen = to_fen(paid, run.grain)
        if run.parted:
            run.close_layer(name)
        run.layers.append((name, fen))
        if run.traced and (fen or name == "basic"):
            run.steps.append(Step(label, fen, rounded, here))

    return do


def carry(part: parts.Carry, bench: Bench) -> Do:
    """Hand over to the next layer what it works on, exactly."""
    name, label, because, here = part.before, part.label, part.because, bench.here
    of_own, more = part.of == "own", part.plus

    def do(run: Run) -> None:
        run.base = run.cost - run.borne - run.settled - run.excess if of_own else run.excess
        if more is not None:
            run.base += run.x[more] * run.grain
        run.before = run.x[name] * run.grain if name is not None else 0
        if run.parted:
            run.hand_over(of_own=of_own)
        if run.traced and run.base > 0:
            run.tell(label, run.base, because, here)

    return do


def above(part: parts.Above, bench: Bench) -> Do:
    """Pay a share, or shares by bands, of the year's amount above a threshold.

    What the amount before this case brought is taken off again, so that a year pays the same in one or many.
    """
    find_threshold, find_limit, most_raised = _ends(part, bench)
    bands, paying = _bands(part, bench), _last_paying(part, bench)
    source = bench.source(part.share or part.bands[0].share)
    label, has_threshold = part.label, part.threshold is not None
    # A layer that nothing is left for is no step; what starts from the cost itself always is one.
    skips = has_threshold or part.before is None
    raised, earlier, reason = part.raised_by, part.before, _reason(part, bench)

    def do(run: Run) -> None:
        x = run.x
        threshold = find_threshold(x)
        lower = threshold.grains
        assert lower is not None
        before = run.before if earlier is None else x[earlier] * run.grain
        whole = before + run.base
        if skips and whole <= lower:
            run.paid = 0
            if run.parted:
                run.note_above(whole - lower, None, ())
            if has_threshold and run.traced:
                run.codes.update(source.cautions)
                run.tell(label, 0, threshold.because, source)
            return
        shares = [(end, find(x)) for end, find in bands]
        at_most = find_limit(x)
        most = at_most.grains
        if most is not None and raised is not None:
            more = x[raised] * run.grain
            most += more if most_raised is None else min(more, most_raised)
        paid = run.year = _of_year(whole - lower, shares)
        paid_before = _of_year(before - lower, shares) if before > lower else 0
        if run.parted:
            run.note_above(whole - lower, most, shares)
        if most is not None:
            paid, paid_before = min(paid, most), min(paid_before, most)
        run.paid = paid - paid_before
        if run.traced:
            run.codes.update(source.cautions)
            because = reason(threshold, shares[0][1], shares[paying][1])
            if most is not None and paid >= most:
                because += "，" + at_most.because
            run.tell(label, run.paid, because, source)

    return do


def _ends(part: parts.Above, bench: Bench) -> tuple[Find[Money], Find[Money], int | None]:
    """Return where a layer begins and ends, and by how much (grains) its end may be raised at most."""
    find_threshold: Find[Money] = lambda x: _NO_THRESHOLD  # noqa: E731
    find_limit: Find[Money] = lambda x: _NO_LIMIT  # noqa: E731
    if part.threshold is not None and part.below is not None:
        find_threshold = bench.money(part.threshold, "limited", because=part.below)
    if part.limit is not None:
        find_limit = bench.money(part.limit, "at_most")
    most_raised = None if part.raised_at_most is None else bench.grains(part.raised_at_most)
    return find_threshold, find_limit, most_raised


def _last_paying(part: parts.Above, bench: Bench) -> int:
    """Return the number of the last band that pays anything."""
    pays = [any(bench.rows_by(band.share)[1].values()) for band in part.bands]
    return max((at for at, any_share in enumerate(pays) if any_share), default=0)


def _reason(part: parts.Above, bench: Bench) -> Callable[..., str]:
    """Return what words a step of `part` has for what was exceeded, and how it is shared."""

    @cache
    def reason(threshold: Money, first: Share, last: Share) -> str:
        if part.threshold is None:
            return first.because if part.share else bench.say("by_bands", low=first.words, high=last.words)
        if part.share is not None:
            return bench.say("above", who=first.name, amount=threshold.words, share=first.words)
        return bench.say("in_bands", amount=threshold.words, low=first.words, high=last.words)

    return reason


def _bands(part: parts.Above, bench: Bench) -> list[tuple[int | None, Find[Share]]]:
    """Return where each band ends above the threshold (grains; None: never), and its share."""
    if part.share is not None:
        return [(None, bench.share(part.share, "rate"))]
    return [
        (None if band.to is None else bench.grains(band.to), bench.share(band.share, "rate"))
        for band in part.bands
    ]


def _of_year(left: Number, shares: list[tuple[int | None, Share]]) -> Number:
    """Return what an amount above the threshold brings, band by band."""
    if left <= 0:
        return 0
    paid: Number = 0
    done = 0
    for end, share in shares:
        if end is None or left <= end:
            return paid + (left - done) * share.numerator // share.denominator
        paid += (end - done) * share.numerator // share.denominator
        done = end
    return paid
