from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from support.shared import LIBRARY as LIBRARY
from support.warm import READER as READER

from bot.language import Reader, SlotValue, Understanding

TODAY = date(2025, 11, 21)
ROOT = Path(__file__).parents[2]
INTENTS = ROOT / "intents"

Read = Callable[[str], Understanding]


@pytest.fixture(scope="session")
def reader() -> Reader:
    return READER


@pytest.fixture(scope="session")
def read(reader: Reader) -> Read:
    """Read a text on 21 November 2025."""
    return lambda text: reader.read(text, TODAY)


def has(read: Read, text: str, field: str, value: SlotValue | None) -> None:
    assert read(text).slots.get(field) == value
