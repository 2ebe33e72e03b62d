"""The engine against the second, independent reading of the same articles."""

import random
from decimal import Decimal

import pytest
from oracle import Answer, answer, random_case

from bot.engine import Estimate, Invalid, Ok, Range

from .support import estimate

NOTHING: dict[str, Decimal] = {}


def yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def as_answer(found: Estimate | Invalid) -> Answer:
    """Return a result in the oracle's words: a layer above the first that pays nothing is left out."""
    if isinstance(found, Ok):
        assert found.own is not None
        layers = {
            name: yuan(fen) for position, (name, fen) in enumerate(found.layers) if fen or position == 0
        }
        return Answer("ok", (yuan(found.amount),), (yuan(found.own),), layers, frozenset(found.cautions))
    if isinstance(found, Range):
        assert found.own is not None
        amounts = (yuan(found.amount[0]), yuan(found.amount[1]))
        owns = (yuan(found.own[0]), yuan(found.own[1]))
        return Answer("range", amounts, owns, NOTHING, frozenset(found.cautions))
    return Answer("refused")


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
