"""House-keeping: what is too old goes in time, the files are cleaned, and neither keeps others waiting."""

from typing import TypeVar

import pytest
from support.memory import SetClock, of_metrics
from support.stores import DAY, T0, came, put, rows

from bot.app import App
from bot.service.keeping import Keeping
from bot.service.metrics import Metrics
from bot.storage import StorageError, Store, erasing, schema
from bot.storage.store import Work

pytestmark = pytest.mark.asyncio
T = TypeVar("T")
HOUR = 60 * 60 * 1000


class Watched:
    """A real store whose cleaning is counted, and fails while `full`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.writers, self.shared = store.writers, store.shared
        self.full = False
        self.scrubs = 0

    async def run(self, work: Work[T]) -> T:
        return await self._store.run(work)

    async def scrub(self) -> bool:
        self.scrubs += 1
        if self.full:
            raise StorageError("database or disk is full")
        return await self._store.scrub()

    async def close(self) -> None:
        await self._store.close()


def keeping(app: App, store: Store, clock: SetClock, *, cleans: bool = True) -> tuple[Keeping, Metrics]:
    metrics = Metrics(("memory",))
    found = Keeping(
        lambda: app, store, metrics, clock, ("memory",), session_days=30, record_days=180, cleans=cleans
    )
    return found, metrics


async def test_what_is_too_old_is_looked_for_once_an_hour(app: App, store: Store) -> None:
    clock = SetClock(T0 + 8 * DAY)
    keeper, _ = keeping(app, store, clock)
    await keeper.once()
    await put(store, came(1, event=None))
    clock.at += HOUR - 1
    await keeper.once()
    assert len(await rows(store, schema.inbox)) == 1
    clock.at += 1
    await keeper.once()
    assert await rows(store, schema.inbox) == []


async def test_who_only_takes_in_deletes_nothing(app: App, store: Store) -> None:
    await put(store, came(1, event=None))
    watched = Watched(store)
    await store.run(erasing.ask_for_scrubbing)
    keeper, _ = keeping(app, watched, SetClock(T0 + 8 * DAY), cleans=False)
    await keeper.once()
    assert len(await rows(store, schema.inbox)) == 1
    assert watched.scrubs == 0


async def test_the_files_are_cleaned_only_where_something_was_deleted(app: App, store: Store) -> None:
    watched, clock = Watched(store), SetClock(T0)
    keeper, _ = keeping(app, watched, clock)
    await keeper.once()
    assert watched.scrubs == 0
    await store.run(erasing.ask_for_scrubbing)
    clock.at += 9_999
    await keeper.once()
    assert watched.scrubs == 0
    clock.at += 1
    await keeper.once()
    assert watched.scrubs == 1
    clock.at += DAY
    await keeper.once()
    assert watched.scrubs == 1


async def test_a_cleaning_that_fails_is_tried_again_after_a_pause_and_stops_nothing_else(
    app: App, store: Store
) -> None:
    watched, clock = Watched(store), SetClock(T0)
    keeper, metrics = keeping(app, watched, clock)
    watched.full = True
    await store.run(erasing.ask_for_scrubbing)
    with pytest.raises(StorageError, match="disk is full"):
        await keeper.once()
    await put(store, came(1))
    await keeper.once()
    assert watched.scrubs == 1
    assert of_metrics(metrics.text(), "baoduoshao_inbox_waiting") == 1
    assert await store.run(erasing.scrubbing_asked) is not None
    watched.full = False
    clock.at += 10_000
    await keeper.once()
    assert watched.scrubs == 2
    assert await store.run(erasing.scrubbing_asked) is None
