from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.language import Reader, Understanding

TODAY = date(2025, 11, 21)
INTENTS = Path(__file__).parents[2] / "intents"

Read = Callable[[str], Understanding]


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(INTENTS)


@pytest.fixture(scope="session")
def read(reader: Reader) -> Read:
    """Read a text on 21 November 2025."""
    return lambda text: reader.read(text, TODAY)
