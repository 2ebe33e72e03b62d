"""A bot's parts against the fake Bot API; for tests in `tests/telegram` alone, where `fake` is found."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from fake import FakeTelegram
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.service.protocol import Arrival, Receipt


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
    """The client as the channel makes it, but with short times and plain HTTP."""
    request = HTTPXRequest(
        16,
        read_timeout=0.4,
        write_timeout=0.4,
        connect_timeout=0.4,
        pool_timeout=0.4,
        media_write_timeout=0.4,
        httpx_kwargs={"verify": False},
    )
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

    @property
    def updates(self) -> list[str]:
        return [arrival.update for arrival in self.arrivals]


def words(name: str) -> str:
    """Return a word of the channel's that tells its own name."""
    return f"〔{name}〕"
