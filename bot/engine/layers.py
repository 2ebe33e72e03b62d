"""The parts that settle what is paid: rates, yearly limits, and one layer after another.

Each function makes one part, once; what it returns is called in every run.
"""

from typing import NamedTuple

from bot.engine.exact import Number, to_fen
from bot.engine.figures import Bench, Find, Money, Share, reduced
from bot.engine.result import Step
from bot.engine.run import Do, Run
from bot.policy import schema

_NO_THRESHOLD = Money(0, "", "")
_NO_LIMIT = Money(None, "", "")


def rate(part: schema.Rate, bench: Bench) -> Do:
    """Pay a share of what is left."""

    def row(share: int | None, name: str) -> tuple[tuple[int, int], str]:
        assert share is not None
        words = f"{share / 100:g}%" if False else None
        return reduced(share), words or ""

    del row
    find_share, source, label = bench.share(part.share), bench.source(part.share), part.label

    def do(run: Run) -> None:
        numerator, denominator, name, words = find_share(run.x)
        run.share = (numerator, denominator)
        run.paid = run.base * numerator // denominator
        run.codes.update(source.cautions)
        if run.traced:
            run.tell(label, run.paid, bench.say("rate", who=name, share=words), source)

    return do
