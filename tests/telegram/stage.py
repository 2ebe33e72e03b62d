"""One fake, one database and one bot for all tests of a file; each test talks as a person of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake import FakeTelegram
from performing import Performing
from talking import Talk

__all__ = ["bot", "fake", "folder", "talk"]


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeTelegram]:
    with FakeTelegram() as peer:
        yield peer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stage")


@pytest.fixture(scope="module")
def bot(fake: FakeTelegram, folder: Path) -> Iterator[Performing]:
    with Performing(fake, f"sqlite:///{folder}/talks.db") as performing:
        yield performing


@pytest.fixture
def talk(fake: FakeTelegram, bot: Performing) -> Talk:
    return Talk(fake.private(fake.user(7000 + len(fake.world.rooms))))
