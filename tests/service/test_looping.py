"""A loop waits for the database, but not for ever for a defect of our own."""

import pytest

from bot.service import looping
from bot.service.looping import Looping
from bot.service.metrics import Metrics
from bot.storage import StorageError

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def _pauses_hardly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looping, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(looping, "LONGEST_PAUSE", 0.001)


async def test_it_waits_for_the_database_as_long_as_it_takes_and_says_so() -> None:
    loops = Looping(Metrics(()))
    stuck: list[bool] = []

    async def work() -> int:
        stuck.append(loops.stuck)
        if len(stuck) < 100:
            raise StorageError("away")
        return 7

    assert await loops.safely(work) == 7
    assert stuck == [False, *[True] * 99]
    assert not loops.stuck


async def test_a_defect_that_stays_is_raised_in_the_end_and_seen_meanwhile() -> None:
    loops = Looping(Metrics(()))
    stuck: list[bool] = []

    async def work() -> int:
        stuck.append(loops.stuck)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await loops.safely(work)
    assert len(stuck) > 10
    assert all(stuck[1:])
    assert not loops.stuck
