"""The parts of calculations without a bill: bases, days, years, rewards, and a result that has no layers.

Each function makes one part, once; what it returns is called in every run. Days and years are counted in
hundredths, like fen, so that one kind of number serves all.
"""

from bot.engine.exact import to_fen
from bot.engine.figures import Bench
from bot.engine.result import Step
from bot.engine.run import Do, NeedsInput, Run
from bot.policy import parts
from bot.policy.figures import SHARE_SCALE

_HUNDREDTHS = 100


def share_of(part: parts.ShareOf, bench: Bench) -> Do:
    """Go on with a share of what there is."""
    find, source, label = bench.share(part.share, "part_of"), bench.source(part.share), part.label

    def do(run: Run) -> None:
        numerator, denominator, _, _, because = find(run.x)
        run.base = run.base * numerator // denominator
        if run.traced:
            run.codes.update(source.cautions)
            run.tell(label, run.base, because, source)

    return do


def clamp(part: parts.Clamp, bench: Bench) -> Do:
    """Keep what there is between two shares of an amount."""
    lowest, highest = bench.share(part.floor, "at_least"), bench.share(part.ceiling, "no_more_than")
    source, name, label, if_given = bench.source(part.floor), part.of, part.label, part.if_given

    def do(run: Run) -> None:
        if if_given and run.x.get(name) is None:
            return
        whole = run.x[name] * run.grain
        low, high = lowest(run.x), highest(run.x)
        floor = whole * low.numerator // low.denominator
        ceiling = whole * high.numerator // high.denominator
        if run.base < floor or run.base > ceiling:
            run.codes.update(source.cautions)
            because = low.because if run.base < floor else high.because
            run.base = max(min(run.base, ceiling), floor)
            if run.traced:
                run.tell(label, run.base, because, source)

    return do


def plus(part: parts.Plus, bench: Bench) -> Do:
    """Add days, once or for each of a count beyond the first."""
    find, source, label = (
        bench.rows(part.days, lambda days, _: days or 0),
        bench.source(part.days),
        part.label,
    )
    counted = part.beyond_first

    def do(run: Run) -> None:
        times = 1 if counted is None else max(run.x[counted] - 1, 0)
        if times:
            days = find(run.x) * times
            run.base += days * _HUNDREDTHS * run.grain
            if run.traced:
                run.codes.update(source.cautions)
                run.steps.append(Step(label, days * _HUNDREDTHS, bench.say("added"), source))

    return do


def pick(part: parts.Pick, bench: Bench) -> Do:
    """Add the days of the band that an input lies in."""
    name, label = part.input, part.label
    bands = [
        (
            None if band.below is None else bench.single(band.below),
            bench.single(band.days),
            bench.source(band.days),
        )
        for band in part.bands
    ]

    def do(run: Run) -> None:
        given = run.x[name]
        below, days, source = next(band for band in bands if band[0] is None or given < band[0])
        run.base += days * _HUNDREDTHS * run.grain
        if run.traced:
            run.codes.update(source.cautions)
            because = (
                bench.say("below_months", months=str(below))
                if below is not None
                else bench.say("from_months")
            )
            run.steps.append(Step(label, days * _HUNDREDTHS, because, source))

    return do


def times(part: parts.Times, bench: Bench) -> Do:
    """Multiply days by a monthly amount divided by the days of a month."""
    name, label, source = part.input, part.label, bench.source(part.divided_by)
    days_of_month = bench.single(part.divided_by)
    because = bench.say("a_day", days=str(days_of_month))

    def do(run: Run) -> None:
        run.base = run.base * run.x[name] // (_HUNDREDTHS * days_of_month)
        if run.traced:
            run.codes.update(source.cautions)
            run.tell(label, run.base, because, source)

    return do


def fixed(part: parts.Fixed, bench: Bench) -> Do:
    """Add an amount that stands in the text."""
    find, source, label = bench.money(part.amount), bench.source(part.amount), part.label

    def do(run: Run) -> None:
        amount, _, because = find(run.x)
        assert amount is not None
        run.base += amount
        if run.traced:
            run.codes.update(source.cautions)
            run.tell(label, amount, part.because or because or bench.say("stands"), source)

    return do


def shortfall(part: parts.Shortfall, bench: Bench) -> Do:
    """Find what an input lacks; the largest of several counts."""
    find = bench.rows(part.required, lambda years, _: years or 0)
    source, name, label = bench.source(part.required), part.has, part.label

    def do(run: Run) -> None:
        required = find(run.x)
        given = int(run.x[name] * _HUNDREDTHS * run.grain)
        lacking = max(required * _HUNDREDTHS * run.grain - given, 0)
        run.base = max(run.base, lacking)
        if run.traced:
            run.codes.update(source.cautions)
            run.tell(label, lacking, bench.say("of_years", years=str(required)), source)

    return do


def reward(part: parts.Reward, bench: Bench) -> Do:
    """Add an amount for each year of a count beyond a number of years."""
    find, source, name, label = bench.money(part.amount), bench.source(part.amount), part.each, part.label
    free = 0 if part.beyond is None else bench.single(part.beyond)

    def do(run: Run) -> None:
        amount, words, _ = find(run.x)
        assert amount is not None
        years = max(run.x[name] - free, 0)
        run.base += amount * years
        if run.traced:
            run.codes.update(source.cautions)
            because = bench.say("each_year", years=str(years), amount=words)
            run.tell(label, amount * years, because, source)

    return do


def compare(part: parts.Compare, bench: Bench) -> Do:
    """Tell whether an age is reached, where what is known of the person leaves one age required."""
    names, table = bench.rows_by(part.required)
    source, name, label = bench.source(part.required), part.has, part.label

    def do(run: Run) -> None:
        given = run.x.get(name)
        if not run.traced or given is None:
            return
        known = tuple(run.x.get(each) for each in names)
        fitting = {
            age
            for key, age in table.items()
            if age is not None and all(have in (None, of) for have, of in zip(known, key, strict=True))
        }
        if len(fitting) != 1:  # what is not known decides, or no row is for this person
            return
        [required] = fitting
        run.codes.update(source.cautions)
        because = part.reached if given >= required else part.short
        run.steps.append(Step(label, required * _HUNDREDTHS, because, source))

    return do


def ask_again(part: parts.AskAgain, bench: Bench) -> Do:
    """Ask for an input whose answer is too general here."""
    name, among = part.input, tuple(part.among)

    def do(run: Run) -> None:
        raise NeedsInput(name, among)

    return do


def pay(part: parts.Pay, bench: Bench) -> Do:
    """Pay all that is left."""

    def do(run: Run) -> None:
        run.paid = run.base

    return do


def cut_rate(part: parts.CutRate, bench: Bench) -> Do:
    """Take points off the rate that follows."""
    find, source, label = (
        bench.rows(part.points, lambda points, _: points or 0),
        bench.source(part.points),
        part.label,
    )

    def do(run: Run) -> None:
        points = find(run.x)
        run.cut += points * (SHARE_SCALE // 100)
        if run.traced:
            run.codes.update(source.cautions)
            run.steps.append(Step(label, 0, bench.say("points_less", points=str(points)), source))

    return do


def result(part: parts.Result, bench: Bench) -> Do:
    """End with an amount that belongs to no layer: the one place where it is rounded."""
    unit, label, here = part.unit, part.label, bench.here
    rounded = bench.say("rounded" if unit.startswith("yuan") else "total")

    def do(run: Run) -> None:
        paid = run.paid
        run.unit = unit
        if not isinstance(paid, int):
            return  # with an unknown traced, only the course counts
        run.other = to_fen(paid, run.grain)
        if run.traced:
            run.steps.append(Step(label, run.other, rounded, here))

    return do
