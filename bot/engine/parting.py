"""How the whole cost of a case divides: what each layer pays, and what the person pays for which reason.

Worked out by running a case once more, and only when asked for: an estimate alone does not pay for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.engine.exact import Number, to_fen
from bot.engine.inputs import inputs_of, open_names
from bot.engine.program import Program
from bot.engine.ranges import extreme_points
from bot.engine.result import Part
from bot.engine.run import Band, NoRule, Run
from bot.policy.codes import COST_FIELDS

# What a later layer pays back and what rounding takes comes off these, in this order.
_GIVES_WAY = ("co_payment", "deductible", "first_pay", "above_limit", "not_paid", "excluded")
# As a bill is read: what is no matter of the insurance first.
_ORDER = ("excluded", "first_pay", "deductible", "co_payment", "above_limit", "not_paid")


class PartedRun(Run):
    """A run that also keeps what it takes to tell how the whole cost divides.

    `handed` is the excess that the next layer may take up, `carried` what the last layer worked on (None
    before any does), `shares` by which share each layer paid (None where it was by several).
    """

    parted = True

    def __init__(self, x: Mapping[str, Any], grain: int) -> None:
        super().__init__(x, grain, traced=False)
        self.handed: Number = 0
        self.carried: Number | None = None
        self.shares: dict[str, tuple[int, int] | None] = {}
        self._by_one_share = True

    def close_layer(self, name: str) -> None:
        """Keep by which share the layer paid."""
        rated = "share" in vars(self)
        self.shares[name] = self.share if rated and self._by_one_share else None

    def hand_over(self, *, of_own: bool) -> None:
        """Keep what the next layer works on."""
        self.carried = self.base
        self.handed = 0 if of_own else self.excess

    def note_above(self, left: Number, most: Number | None, shares: Sequence[Band]) -> None:
        """Keep what lies below the threshold, and what lies above all that is paid for.

        `left` is the year's amount above the threshold, `most` the yearly limit.
        """
        if self.carried is None:
            # Nothing came before this layer: what its threshold leaves is the case's deductible.
            self.deductible += max(self.base - max(left, 0), 0)
        self.beyond -= self.handed
        self.handed = 0
        end = _end_of_paid(most, shares)
        if end is not None:
            self.beyond += min(self.base, max(left - end, 0))
        self._by_one_share = len(shares) == 1
        if self._by_one_share:
            self.share = shares[0][1][:2]


def _end_of_paid(most: Number | None, shares: Sequence[Band]) -> Number | None:
    """Return the amount above the threshold beyond which nothing more is paid; None where there is none."""
    paid: Number = 0
    done = 0
    for at, (end, (numerator, denominator, *_)) in enumerate(shares):
        if not any(later[0] for _, later in shares[at:]):
            return done
        if most is not None and numerator:
            reached: Number = done + (most - paid) * denominator // numerator
            if end is None or reached <= end:
                return reached
        if end is None:
            return None
        paid += (end - done) * numerator // denominator
        done = end
    return None


def reruns(program: Program, given: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], PartedRun]]:
    """Yield the inputs and the run of each result that a case with all required inputs can come to."""
    x = inputs_of(program, given)
    names = open_names(program, given)
    for point in extreme_points(program, x, names) if names else (x,):
        for variant in program.variants(point):
            try:
                yield variant, program.carried_out(PartedRun(variant, program.grain))
            except NoRule:
                continue  # such a value is no part of the result either


def parts_of(program: Program, x: Mapping[str, Any], run: PartedRun) -> tuple[Part, ...]:
    """Return the parts of the whole cost, in fen: first the layers, then the person's own; none of them 0."""
    of_total = program.takes == COST_FIELDS[0] and "total_cost" in x
    excluded, first_pay = (x.get(name, 0) if of_total else 0 for name in COST_FIELDS[2:])
    within = program.whole(x) - excluded - first_pay
    # What was not merged into the stay, such as an emergency too long before it.
    apart = within - (0 if run.stopped else _fen(run.cost, run.grain))
    own = {
        "excluded": excluded,
        "first_pay": first_pay + _fen(run.borne, run.grain),
        "deductible": _fen(run.deductible, run.grain),
        "above_limit": _fen(run.beyond, run.grain),
        "not_paid": apart,
    }
    rest = program.whole(x) - run.amount - sum(own.values())
    own["co_payment"] = rest
    for name, after in zip(_GIVES_WAY, (*_GIVES_WAY[1:], None), strict=True):
        if own[name] < 0:
            assert after is not None
            own[after] += own[name]
            own[name] = 0
    layers = [Part(name, fen, by_fund=True, share=run.shares.get(name)) for name, fen in run.layers if fen]
    return (*layers, *(Part(name, own[name], by_fund=False) for name in _ORDER if own[name]))


def _fen(grains: Number, grain: int) -> int:
    assert isinstance(grains, int)
    return to_fen(grains, grain)
