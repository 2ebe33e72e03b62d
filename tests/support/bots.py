"""A bot's parts against the fake Bot API; for tests in `tests/telegram` alone, where `fake` is found."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from fake import FakeTelegram
from telegram import Bot

from bot.channels.telegram.requesting import Requests
from bot.service.protocol import Arrival, Message, Recalled, Receipt


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with FakeTelegram() as peer:
        yield peer


@pytest.fixture(scope="module")
def shared_fake() -> Iterator[FakeTelegram]:
    """One for all tests of a file: each must have a person of its own."""
    with FakeTelegram() as peer:
        yield peer


@pytest_asyncio.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    """The client as the channel makes it, but that waits less long."""
    async with client(fake) as found:
        yield found


@asynccontextmanager
async def client(fake: FakeTelegram, connections: int = 16, patience: float = 5.0) -> AsyncIterator[Bot]:
    """A client that waits so many seconds for an answer."""
    request = Requests(connections, connect=min(patience, 0.5), answer=patience, upload=patience)
    yield Bot(fake.token, f"{fake.url}/bot", request=request, get_updates_request=request)
    await request.shutdown()


@dataclass
class Kept:
    """What would be the inbox. `fails` holds what is raised at the next arrivals, None for nothing."""

    arrivals: list[Arrival] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    fails: list[Exception | None] = field(default_factory=list)

    async def receive(self, arrival: Arrival) -> Receipt:
        self.tried.append(arrival.update)
        if self.fails and (error := self.fails.pop(0)) is not None:
            raise error
        if arrival.update in self.updates:
            return "duplicate"
        self.arrivals.append(arrival)
        return "new"

    async def recall(self, chat: str) -> Recalled:
        return Recalled((), 0)

    async def message(self, chat: str, number: int) -> Message | None:
        return None

    async def waits(self, chat: str) -> bool:
        return False

    @property
    def updates(self) -> list[str]:
        return [arrival.update for arrival in self.arrivals]


def words(name: str) -> str:
    """Return a word of the channel's that tells its own name."""
    return f"〔{name}〕"
