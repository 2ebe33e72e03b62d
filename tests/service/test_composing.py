"""Who waits is shown that an answer is on its way, and nobody else."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from sqlalchemy import Connection, update
from support.memory import Hangs, Memory, of_metrics, until
from support.stores import T0, came, put

from bot.dialogue import Said
from bot.service import composing
from bot.service.composing import Composing
from bot.storage import StorageError, Store, in_memory, inbox, schema

from .conftest import Serve

pytestmark = pytest.mark.asyncio


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set how many seconds have passed for what waits."""
    now = [0.0]
    monkeypatch.setattr("bot.service.composing.time", SimpleNamespace(monotonic=lambda: now[0]))

    def at(seconds: float) -> None:
        now[0] = seconds

    return at


@pytest.fixture
def found(store: Store, memory: Memory) -> Composing:
    return Composing(store, {"memory": memory})


def answer(connection: Connection) -> None:
    connection.execute(update(schema.inbox).values(done_at=T0))


async def writes(found: Composing, store: Store, clock: Callable[[float], None]) -> None:
    """Let somebody write at the very beginning."""
    await put(store, came(1))
    clock(0.0)
    found.came("memory", "甲")


async def test_it_is_shown_after_a_while_and_again_when_the_network_has_taken_it_away(
    found: Composing, memory: Memory, store: Store, clock: Callable[[float], None]
) -> None:
    await writes(found, store, clock)
    shown = {}
    for tenths in range(90):
        await found._once(tenths / 10)
        shown[tenths] = len(memory.composed)
    assert (shown[2], shown[3], shown[42], shown[43], shown[82], shown[83]) == (0, 1, 1, 2, 2, 3)
    assert set(memory.composed) == {"甲"}


async def test_who_is_answered_in_time_is_shown_nothing(
    found: Composing, memory: Memory, store: Store, clock: Callable[[float], None]
) -> None:
    await writes(found, store, clock)
    found.answered("memory", "甲")
    await found._once(1.0)
    assert memory.composed == []


async def test_whom_another_process_has_answered_is_shown_nothing(
    found: Composing, memory: Memory, store: Store, clock: Callable[[float], None]
) -> None:
    await writes(found, store, clock)
    await store.run(answer)
    await found._once(1.0)
    assert memory.composed == []
    # It is not looked for again either.
    await put(store, came(2))
    await found._once(100.0)
    assert memory.composed == []


async def test_a_second_message_does_not_begin_the_wait_anew(
    found: Composing, memory: Memory, store: Store, clock: Callable[[float], None]
) -> None:
    await writes(found, store, clock)
    clock(0.25)
    found.came("memory", "甲")
    await found._once(0.3)
    assert memory.composed == ["甲"]


async def test_who_asks_again_after_an_answer_waits_anew(
    found: Composing, memory: Memory, store: Store, clock: Callable[[float], None]
) -> None:
    await writes(found, store, clock)
    found.answered("memory", "甲")
    clock(10.0)
    found.came("memory", "甲")
    await found._once(10.2)
    assert memory.composed == []
    await found._once(10.3)
    assert memory.composed == ["甲"]


async def test_it_is_shown_eight_times_and_then_no_more(
    found: Composing, memory: Memory, store: Store, clock: Callable[[float], None]
) -> None:
    await writes(found, store, clock)
    for second in range(100):
        await found._once(float(second))
    assert len(memory.composed) == 8


async def test_in_a_crowd_few_are_shown_it_at_a_look(
    found: Composing, memory: Memory, store: Store, clock: Callable[[float], None]
) -> None:
    await put(store, *(came(number, f"chat {number}") for number in range(6)))
    clock(0.0)
    for number in range(6):
        found.came("memory", f"chat {number}")
    seen = []
    for look in range(12):
        before = len(memory.composed)
        await found._once(1.0 + look / 10)
        seen.append(len(memory.composed) - before)
    assert max(seen) == composing._AT_ONCE
    assert sorted(memory.composed) == [f"chat {number}" for number in range(6)]


async def test_no_more_chats_are_remembered_than_a_thousand(
    found: Composing, clock: Callable[[float], None]
) -> None:
    clock(0.0)
    for number in range(1500):
        found.came("memory", f"chat {number}")
    assert len(found._waits) == 1000


async def running(found: Composing) -> asyncio.Task[None]:
    task = asyncio.create_task(found.run())
    await asyncio.sleep(0)
    return task


class Breaks(Memory):
    """A network on which nothing can be shown."""

    async def composing(self, chat: str) -> None:
        await super().composing(chat)
        raise Hangs


class Sticks(Memory):
    """A network that never says whether it was shown."""

    async def composing(self, chat: str) -> None:
        await super().composing(chat)
        await asyncio.Event().wait()


@pytest.mark.parametrize("kind", [Breaks, Sticks])
async def test_a_network_that_fails_at_it_harms_nobody(
    kind: type[Memory], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "_LONGEST_SIGN", 0.05)
    monkeypatch.setattr(composing, "_AFTER", 0.01)
    monkeypatch.setattr(composing, "_LOOK_EVERY", 0.01)
    await put(store, came(1, "甲"), came(2, "乙"))
    memory = kind()
    found = Composing(store, {"memory": memory})
    task = await running(found)
    found.came("memory", "甲")
    found.came("memory", "乙")
    await until(lambda: set(memory.composed) == {"甲", "乙"})
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_where_the_database_cannot_say_who_waits_nothing_is_shown_until_it_can(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "_AFTER", 0.01)
    monkeypatch.setattr(composing, "_LOOK_EVERY", 0.01)
    store = in_memory()
    await put(store, came(1))
    away, run, asked = [True], store.run, []

    async def sometimes(work: object) -> object:
        asked.append(work)
        if away[0]:
            raise StorageError("away")
        return await run(work)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "run", sometimes)
    found = Composing(store, {"memory": memory})
    task = await running(found)
    found.came("memory", "甲")
    await until(lambda: len(asked) > 3)
    assert memory.composed == []
    away[0] = False
    await until(lambda: memory.composed == ["甲"])
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await store.close()


async def test_a_person_who_waits_long_sees_it_and_one_answered_at_once_does_not(
    serve: Serve, memory: Memory, clock: Callable[[float], None]
) -> None:
    memory.takes = 1.0
    service = await serve(memory)
    await memory.does(Said("你好"))
    clock(0.4)
    await memory.replies(1)
    assert memory.composed == ["甲"]
    memory.takes = 0.0
    await memory.ask("谢谢", "乙")
    sent = {"channel": "memory", "result": "sent"}
    await until(lambda: of_metrics(service.metrics.text(), "baoduoshao_deliveries_total", sent) == 2)
    clock(9)
    # Longer than until the next look at who waits.
    await asyncio.sleep(0.3)
    assert memory.composed == ["甲"]


async def test_who_only_takes_in_shows_it_until_another_has_answered(
    serve: Serve, memory: Memory, store: Store
) -> None:
    await serve(memory, role="ingest")
    await memory.does(Said("你好"))
    await until(lambda: memory.composed == ["甲"])
    worker = Memory()
    await serve(worker, role="worker")
    await worker.replies(1)
    async with asyncio.timeout(10):
        while await store.run(lambda c: inbox.unanswered(c, [("memory", "甲")])):
            await asyncio.sleep(0.02)
    assert (worker.composed, memory.composed) == ([], ["甲"])
