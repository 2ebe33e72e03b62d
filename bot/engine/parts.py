"""The typed parts that rules are built of, each compiled into one small function.

A part reads and changes a Run. Amounts there are grains (see `exact`): whole numbers, or Lines when the
course over an unknown is traced.
"""

from collections.abc import Callable, Mapping
from math import gcd, lcm
from typing import Any, TypeVar

from bot.engine.exact import Number, to_fen
from bot.engine.result import Source, Step
from bot.policy import schema
from bot.policy.codes import INPUTS
from bot.policy.library import Missing, NotHeld, Provision, Terms

Do = Callable[["Run"], None]
_Row = TypeVar("_Row")
Find = Callable[[Mapping[str, Any]], _Row]
Test = Callable[[Mapping[str, Any]], bool]


class NoRule(Exception):
    """The case needs something that the library does not hold."""

    def __init__(self, missing: Missing) -> None:
        self.missing = missing
        super().__init__(missing.topic)


class Run:
    """One calculation under way.

    `cost` is the cost within scope, `base` what is left of it at this point, `paid` what the fund pays of
    that, `borne` the first-pay, `excess` the cost above a yearly limit.
    """

    __slots__ = (
        "base",
        "before",
        "borne",
        "cost",
        "deductible",
        "excess",
        "layers",
        "paid",
        "settled",
        "share",
        "steps",
        "stopped",
        "used",
        "x",
    )

    def __init__(self, x: Mapping[str, Any], *, traced: bool) -> None:
        self.x = x
        self.steps: list[Step] | None = [] if traced else None
        self.used: list[Source] = []
        self.layers: list[tuple[str, Number]] = []
        self.cost: Number = 0
        self.base: Number = 0
        self.paid: Number = 0
        self.settled: Number = 0
        self.borne: Number = 0
        self.excess: Number = 0
        self.before: Number = 0
        self.deductible: Number = 0
        self.share = (1, 1)
        self.stopped = False


def condition(wanted: schema.Condition) -> Test | None:
    """Return a test that all inputs named have one of their values; None where nothing is wanted."""
    if not wanted:
        return None
    pairs = tuple((name, frozenset(_coded(name, code) for code in codes)) for name, codes in wanted.items())
    if len(pairs) == 1:
        ((name, values),) = pairs
        return lambda x: x.get(name) in values
    return lambda x: all(x.get(name) in values for name, values in pairs)


def _coded(name: str, code: str | bool) -> str | bool | int:
    kind = INPUTS[name].kind if name in INPUTS else "code"
    if kind == "money":
        return int(code) * 100
    if kind == "count":
        return int(code)
    return code


class Figures:
    """Figures by reference, for the parts of one program: values, names and sources."""

    def __init__(
        self,
        provisions: Mapping[str, Provision],
        terms: Terms,
        source: Callable[[Provision], Source],
    ) -> None:
        self._provisions = provisions
        self.terms = terms
        self.source = source

    def provision(self, ref: str, home: Provision) -> Provision:
        place, _ = ref.rsplit("/", 1)
        return self._provisions[place if "/" in place else f"{home.document.id}/{place}"]

    def table(
        self, ref: str, home: Provision
    ) -> tuple[list[str], Mapping[tuple[str | bool, ...], int | None]]:
        """Return the inputs that a figure goes by, and its value for each combination of them."""
        provision = self.provision(ref, home)
        name = ref.rsplit("/", 1)[1]
        return provision.figure(name).by, provision.tables[name]

    def name(self, by: list[str], key: tuple[str | bool, ...]) -> str:
        """Return what a row of a table is called; a yes/no input is named only when it is yes."""
        words = [self.terms.of(n, k) for n, k in zip(by, key, strict=True) if k is not False]
        return "、".join(words)


def factor(part: schema.Part, figures: Figures, home: Provision) -> int:
    """Return by how much a part may have to divide: the grains it needs so that nothing is rounded."""

    def shares(ref: str) -> list[tuple[int, int]]:
        return [_reduced(v) for v in figures.table(ref, home)[1].values() if v]

    match part:
        case schema.FirstPay() | schema.Rate() | schema.Above():
            found = shares(part.share)
            denominators = lcm(*(d for _, d in found))
            # A later limit may divide by the rate again, to find the cost that was above it.
            return denominators * (lcm(*(n for n, _ in found)) if isinstance(part, schema.Rate) else 1)
        case schema.Deductible() if part.repeat is not None:
            return lcm(*(d for _, d in shares(part.repeat.share)))
        case _:
            return 1


def _reduced(share: int) -> tuple[int, int]:
    common = gcd(share, schema.SHARE_SCALE)
    return share // common, schema.SHARE_SCALE // common


def percent(share: int) -> str:
    """Return a share (ten-thousandths) as people write it: 85% or 7.5%."""
    whole, rest = divmod(share, 100)
    return f"{whole}.{rest:02d}".rstrip("0") + "%" if rest else f"{whole}%"


def yuan(fen: int) -> str:
    """Return an amount as people write it: 1600 or 12.50."""
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


class Builder:
    """Compiles the parts of one rule of one provision."""

    def __init__(self, figures: Figures, home: Provision, grain: int) -> None:
        self._figures = figures
        self._home = home
        self._grain = grain
        self._here = figures.source(home)

    def build(self, part: schema.Part) -> Do:
        """Return the part as a function on a Run, with its own conditions."""
        make: Callable[[Any], Do] = getattr(self, "_" + part.part)
        return self.conditioned(part, make(part))

    def conditioned(self, part: schema.Use | schema.Part, do: Do) -> Do:
        only_if = condition(part.only_if)
        skip_if = condition(part.skip_if)
        otherwise = part.otherwise
        label = getattr(part, "label", "")
        here = self._here
        if only_if is None and skip_if is None:
            return do

        def run_if(run: Run) -> None:
            if (only_if is None or only_if(run.x)) and (skip_if is None or not skip_if(run.x)):
                do(run)
            elif otherwise is not None and run.steps is not None and run.base > 0:
                run.steps.append(Step(label, 0, otherwise, here))

        return run_if

    def _lookup(self, ref: str, prepare: Callable[[int | None, str], _Row]) -> tuple[Find[_Row], Source]:
        """Return a function from inputs to the prepared row of a figure, and where the figure stands.

        `prepare` makes a row, once, of a value (None: no limit) and of what the row is called.
        """
        by, table = self._figures.table(ref, self._home)
        provision = self._figures.provision(ref, self._home)
        source = self._figures.source(provision)
        rows = {key: prepare(value, self._figures.name(by, key)) for key, value in table.items()}
        nothing = NotHeld(ref)

        def find(x: Mapping[str, Any]) -> _Row:
            try:
                return rows[tuple([x[name] for name in by])]
            except KeyError:
                raise NoRule(nothing) from None

        if not by:
            only = rows[()]
            return lambda x: only, source
        if len(by) > 1:
            return find, source
        column, (name,) = {key[0]: row for key, row in rows.items()}, by

        def find_in_column(x: Mapping[str, Any]) -> _Row:
            try:
                return column[x[name]]
            except KeyError:
                raise NoRule(nothing) from None

        return find_in_column, source

    def _money(self, ref: str) -> tuple["Find[tuple[int | None, str, str]]", Source]:
        """Look up yuan: (grains or None for no limit, name of the row, the amount in words)."""
        grain = self._grain
        return self._lookup(
            ref,
            lambda fen, name: (None, name, "") if fen is None else (fen * grain, name, yuan(fen)),
        )

    def _share(self, ref: str) -> tuple["Find[tuple[int, int, str, str]]", Source]:
        """Look up a share: (numerator, denominator, name of the row, the share in words)."""

        def prepare(share: int | None, name: str) -> tuple[int, int, str, str]:
            assert share is not None
            return (*_reduced(share), name, percent(share))

        return self._lookup(ref, prepare)

    def _say(self, phrase: str, **words: str) -> str:
        said = self._figures.terms.phrases[phrase].format(**words)
        # A row without a name leaves its comma behind.
        return said.lstrip("，")

    def _take(self, part: schema.Take) -> Do:
        name, label, grain, here = part.input, part.label, self._grain, self._here
        given = self._say("given")

        def do(run: Run) -> None:
            run.cost = run.base = run.x[name] * grain
            if run.steps is not None:
                run.steps.append(Step(label, run.x[name], given, here))

        return do

    def _add(self, part: schema.Add) -> Do:
        name, grain, here = part.input, self._grain, self._here
        limit = self._lookup(part.within, lambda hours, _: hours)[0] if part.within else None
        measure = part.measured_by

        def do(run: Run) -> None:
            fen = run.x[name]
            if not fen:
                return
            late = False
            if limit is not None and measure is not None:
                hours = limit(run.x)
                assert hours is not None
                late = run.x[measure] > hours
                run.used.append(here)
            if not late:
                run.cost += fen * grain
                run.base += fen * grain
            if run.steps is not None:
                because = part.beyond if late and part.beyond else part.because
                run.steps.append(Step(part.label, 0 if late else fen, because, here))

        return do

    def _pay_nothing(self, part: schema.PayNothing) -> Do:
        here = self._here

        def do(run: Run) -> None:
            run.stopped = True
            run.layers.append((part.layer, 0))
            if run.steps is not None:
                run.steps.append(Step(part.label, 0, part.because, here))

        return do

    def _tell(self, part: schema.Tell) -> Do:
        step = Step(part.label, 0, part.because, self._here)

        def do(run: Run) -> None:
            if run.steps is not None:
                run.steps.append(step)

        return do

    def _first_pay(self, part: schema.FirstPay) -> Do:
        find, source = self._share(part.share)
        grain = self._grain

        def do(run: Run) -> None:
            numerator, denominator, _, words = find(run.x)
            borne = run.base * numerator // denominator
            run.base -= borne
            run.borne += borne
            run.used.append(source)
            if run.steps is not None:
                because = self._say("first_pay", share=words)
                run.steps.append(Step(part.label, _shown(borne, grain), because, source))

        return do

    def _deductible(self, part: schema.Deductible) -> Do:
        find, source = self._money(part.amount)
        repeat = self._repeat(part.repeat) if part.repeat else None
        limits = [self._yearly(limit) for limit in part.limits]
        grain = self._grain

        def do(run: Run) -> None:
            amount, why, _ = find(run.x)
            assert amount is not None
            line: Number = amount
            run.used.append(source)
            if repeat is not None:
                line, why = repeat(run, line, why)
            for limited in limits:
                line, why = limited(run, line, why)
            used = min(line, run.base)
            if run.steps is not None:
                if run.base <= line and line > 0:
                    why = f"{why}；{part.below}"
                run.steps.append(Step(part.label, _shown(line, grain), why, source))
            run.deductible += used
            run.base -= used

        return do

    def _repeat(self, part: schema.Repeat) -> Callable[[Run, Number, str], tuple[Number, str]]:
        find, source = self._share(part.share)

        def reduce(run: Run, line: Number, why: str) -> tuple[Number, str]:
            if run.x[part.counted_by] > 0:
                numerator, denominator, _, _ = find(run.x)
                run.used.append(source)
                return line * numerator // denominator, f"{why}，{part.because}"
            if part.refused_if_any is not None and run.x[part.refused_if_any] > 0:
                return line, f"{why}，{part.refused}"
            return line, why

        return reduce

    def _yearly(self, part: schema.YearlyLimit) -> Callable[[Run, Number, str], tuple[Number, str]]:
        find, source = self._money(part.limit)
        names, grain, applies = tuple(part.used), self._grain, condition(part.only_if)

        def limited(run: Run, line: Number, why: str) -> tuple[Number, str]:
            if applies is not None and not applies(run.x):
                return line, why
            limit, _, _ = find(run.x)
            if limit is None:
                return line, why
            used: Number = 0
            for name in names:
                used += run.x[name] * grain
            left = max(limit - used, 0)
            run.used.append(source)
            return (left, f"{why}，{part.because}") if left < line else (line, why)

        return limited

    def _cap(self, part: schema.Cap) -> Do:
        grain, here = self._grain, self._here

        def do(run: Run) -> None:
            most = run.x[part.at] * grain
            if most < run.base:
                run.base = most
                if run.steps is not None:
                    run.steps.append(Step(part.label, _shown(most, grain), part.because, here))

        return do

    def _rate(self, part: schema.Rate) -> Do:
        def prepare(share: int | None, name: str) -> tuple[tuple[int, int], str]:
            assert share is not None
            return _reduced(share), self._say("rate", who=name, share=percent(share))

        find, source = self._lookup(part.share, prepare)
        label, grain = part.label, self._grain

        def do(run: Run) -> None:
            run.share, because = find(run.x)
            numerator, denominator = run.share
            run.paid = run.base * numerator // denominator
            run.used.append(source)
            if run.steps is not None:
                run.steps.append(Step(label, _shown(run.paid, grain), because, source))

        return do

    def _limit(self, part: schema.Limit) -> Do:
        find, source = self._money(part.limit)
        grain = self._grain

        def do(run: Run) -> None:
            limit, name, words = find(run.x)
            if limit is None:
                return
            left = max(limit - run.x[part.used] * grain, 0)
            run.used.append(source)
            if left < run.paid:
                numerator, denominator = run.share
                run.excess = (run.paid - left) * denominator // numerator
                run.paid = left
                if run.steps is not None:
                    because = self._say("limited", who=name, because=part.because, amount=words)
                    run.steps.append(Step(part.label, _shown(left, grain), because, source))

        return do

    def _layer(self, part: schema.Layer) -> Do:
        grain, here = self._grain, self._here
        rounded = self._say("rounded")

        def do(run: Run) -> None:
            paid = run.paid
            run.settled += paid
            run.paid = 0
            if not isinstance(paid, int):
                run.layers.append((part.id, paid))
                return
            fen = to_fen(paid, grain)
            run.layers.append((part.id, fen))
            if run.steps is not None and (fen or part.id == "basic"):
                run.steps.append(Step(part.label, fen, rounded, here))

        return do

    def _carry(self, part: schema.Carry) -> Do:
        name, grain, here = part.before, self._grain, self._here
        of_own = part.of == "own"

        def do(run: Run) -> None:
            run.base = run.cost - run.borne - run.settled if of_own else run.excess
            run.before = run.x[name] * grain if name is not None else 0
            if run.steps is not None and run.base > 0:
                run.steps.append(Step(part.label, _shown(run.base, grain), part.because, here))

        return do

    def _above(self, part: schema.Above) -> Do:
        nothing: Find[tuple[int | None, str, str]] = lambda x: (0, "", "")  # noqa: E731
        endless: Find[tuple[int | None, str, str]] = lambda x: (None, "", "")  # noqa: E731
        threshold = self._money(part.threshold)[0] if part.threshold else nothing
        limit = self._money(part.limit)[0] if part.limit else endless
        share_of, source = self._share(part.share)
        grain = self._grain

        def do(run: Run) -> None:
            lower, _, lower_words = threshold(run.x)
            assert lower is not None
            most, _, most_words = limit(run.x)
            numerator, denominator, name, words = share_of(run.x)

            def of_year(whole: Number) -> Number:
                paid = max(whole - lower, 0) * numerator // denominator
                return paid if most is None else min(paid, most)

            whole = run.before + run.base
            run.paid = of_year(whole) - of_year(run.before)
            if whole > 0:
                run.used.append(source)
                if run.steps is not None:
                    if part.below is not None and whole <= lower:
                        because = self._say("limited", who=name, because=part.below, amount=lower_words)
                    elif part.below is not None:
                        because = self._say("above", who=name, amount=lower_words, share=words)
                    else:
                        because = self._say("rate", who=name, share=words)
                    if most is not None and of_year(whole) >= most:
                        because += self._say("at_most", amount=most_words)
                    run.steps.append(Step(part.label, _shown(run.paid, grain), because, source))

        return do


def _shown(grains: Number, grain: int) -> int:
    # Steps are only traced with whole numbers.
    assert isinstance(grains, int)
    return to_fen(grains, grain)
