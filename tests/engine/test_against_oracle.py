"""The engine against the second, independent reading of the same articles."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from oracle import Answer, answer, random_case

from bot.engine import Estimate, Invalid, Ok, Range

from .support import estimate


def yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def as_answer(found: Estimate | Invalid) -> Answer:
    """Return a result in the oracle's words: a layer above the first that pays nothing is left out."""
    if not isinstance(found, Ok | Range):
        return Answer("refused")
    amounts = (found.amount,) if isinstance(found, Ok) else found.amount
    owns = (found.own,) if isinstance(found, Ok) else found.own or (None,)
    layers = {}
    if isinstance(found, Ok):
        layers = {
            name: yuan(fen) for position, (name, fen) in enumerate(found.layers) if fen or position == 0
        }
    preview = None
    if found.preview is not None:
        assert "draft_only" in found.preview.cautions
        # The oracle leaves out of a preview what the result beside it says already.
        preview = replace(as_answer(found.preview), cautions=frozenset({"draft_only"}))
    return Answer(
        "ok" if isinstance(found, Ok) else "range",
        tuple(yuan(amount) for amount in amounts),
        tuple(yuan(own) for own in owns if own is not None),
        layers,
        frozenset(found.cautions),
        found.unit,
        preview,
    )


def compare(seed: int, count: int) -> None:
    rng = random.Random(seed)
    for number in range(count):
        request = random_case(rng)
        assert as_answer(estimate(request)) == answer(request), f"case {number} of seed {seed}: {request}"


@pytest.mark.parametrize("seed", range(10))
def test_the_engine_agrees_with_the_oracle_to_the_fen_and_in_every_caution(seed: int) -> None:
    compare(seed, 200)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1000, 1020))
def test_the_engine_agrees_with_the_oracle_on_many_cases(seed: int) -> None:
    compare(seed, 5_000)
