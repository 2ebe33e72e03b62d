"""Whoever wants to be forgotten leaves no trace: not in the tables, not in the bytes of the files."""

import asyncio
import json
import random
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, update
from support.memory import PATIENCE, Memory, SetClock
from support.stores import DAY, T0, came, rows

from bot.app import App
from bot.dialogue import Said
from bot.service.protocol import Arrival, Unreadable
from bot.service.service import Service
from bot.storage import Store, erasing, inbox, opened, outbox, reading, records, schema, sessions
from bot.storage.records import Rating, Unanswered

from .conftest import Serve

pytestmark = pytest.mark.asyncio
CANARY = "金丝雀七三九一"
CHAT = "canary-chat-918273"
FILE = "canary-scan-5566.pdf"


def traces(store: Store, url: str) -> list[str]:
    """Return where something of the canary is found: in which file, or in which row of which table."""
    found = []
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        for each in path.parent.iterdir():
            data = each.read_bytes()
            found += [f"{each.name}: {word}" for word in (CANARY, CHAT, FILE) if word.encode() in data]
        return found
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM FULL")
        for table in schema.metadata.sorted_tables:
            for (row,) in connection.execute(f"SELECT t::text FROM {table.name} t".encode()):
                found += [f"{table.name}: {word}" for word in (CANARY, CHAT, FILE) if word in row]
    return found


async def all_gone_from_the_outbox(store: Store) -> None:
    """Wait until the last word to whoever was forgotten is delivered, and deleted for that."""
    async with asyncio.timeout(PATIENCE):
        while await rows(store, schema.outbox):
            await asyncio.sleep(0.02)


async def bustle(memory: Memory, chats: range) -> None:
    """Let many others say something."""
    texts = ("衡阳职工住院花了两万", "这个东西是那样的吗", "起付线多少", "忘记我")
    await asyncio.gather(*(memory.ask(texts[n % 4], f"other {n}") for n in chats))


async def a_talk(memory: Memory) -> None:
    status = await memory.press(await memory.ask("衡阳职工住院花了两万", CHAT), "三级医院")
    result = await memory.press(status, "退休")
    await memory.rate(result, good=False)
    await memory.ask(f"这个{CANARY}是那样的吗", CHAT)
    await memory.ask(f"{FILE}", CHAT)
    await memory.bring_in(Arrival("unreadable", CHAT, Unreadable(77, "no text")))
    await memory.ask(f"我家{CANARY}住院", CHAT)


async def test_a_forgotten_chat_leaves_no_trace(
    memory: Memory, serve: Serve, store: Store, database_url: str
) -> None:
    service = await serve(memory)
    await bustle(memory, range(150))
    await a_talk(memory)
    await bustle(memory, range(100, 250))
    assert len(traces(store, database_url)) >= 3
    await memory.ask("忘记我", CHAT)
    await bustle(memory, range(200, 300))
    assert await service.stop(20) is True
    assert traces(store, database_url) == []


async def test_a_forgotten_chat_leaves_no_trace_while_the_service_goes_on(
    memory: Memory, serve: Serve, store: Store, database_url: str
) -> None:
    service = await serve(memory)
    await a_talk(memory)
    await memory.ask("忘记我", CHAT)
    await all_gone_from_the_outbox(store)
    await service.keeping.scrub()
    assert traces(store, database_url) == []
    assert (await memory.ask("你好", CHAT)).text


def talk(
    connection: Connection, random_: random.Random, number: int, chat: str, word: str, size: int
) -> None:
    inbox.put(
        connection, came(f"{random_.getrandbits(64)}", chat, event=word + "问" * random_.randrange(size))
    )
    connection.execute(update(schema.inbox).values(done_at=T0).where(schema.inbox.c.chat == chat))
    sessions.keep(
        connection,
        "memory",
        chat,
        state=word + "记" * random_.randrange(size),
        version=1,
        form=1,
        asking=None,
        at=T0,
    )
    sent = outbox.put(
        connection,
        "memory",
        chat,
        inbox_id=number,
        part=0,
        content=word + "答" * random_.randrange(size),
        about=word,
        edits=None,
        at=T0,
        received_at=T0,
        erase=False,
    )
    ended = update(schema.outbox).where(schema.outbox.c.id == sent)
    connection.execute(ended.values(state="sent", ended_at=T0, ref=word))
    records.note_unanswered(connection, chat, Unanswered(T0, word, "rephrase", (), "v"))
    records.rate(connection, chat, sent, Rating(T0, good=True, about=word))


# With these a file that is only overwritten where something is deleted shows a trace within six rounds.
@pytest.mark.parametrize("seed", [4, 5, 23])
async def test_no_trace_stays_in_pages_that_were_parted_and_joined(tmp_path: Path, seed: int) -> None:
    random_ = random.Random(seed)
    store = opened(f"sqlite:///{tmp_path}/talks.db")
    number = 0

    async def some(chat: str, word: str, times: int, size: int) -> None:
        nonlocal number
        for _ in range(times):
            number += 1
            who = chat or f"other {random_.randrange(300)}"
            work = partial(talk, random_=random_, number=number, chat=who, word=word, size=size)
            await store.run(work)

    for round_ in range(6):
        word = f"CANARY{seed}-{round_:03d}Z"
        chat = f"chat of {word}"
        size = random_.choice([5, 60, 700, 2000])
        for _ in range(3):
            await some("", "o", random_.randrange(1, 50), size)
            await some(chat, word, random_.randrange(1, 8), size)
            for _ in range(random_.randrange(20)):
                other = f"other {random_.randrange(300)}"
                await store.run(lambda c, other=other: erasing.forget(c, "memory", other, other))  # type: ignore[misc]
        await store.run(lambda c, chat=chat: erasing.forget(c, "memory", chat, chat))  # type: ignore[misc]
        assert await store.scrub() is True
        found = [each.name for each in tmp_path.iterdir() if word.encode() in each.read_bytes()]
        assert found == [], (round_, found)
    assert await store.run(lambda c: c.exec_driver_sql("PRAGMA integrity_check").scalar()) == "ok"
    await store.close()


async def test_a_reader_that_keeps_the_log_is_waited_for_and_the_cleaning_comes_after(
    memory: Memory, serve: Serve, store: Store, tmp_path: Path
) -> None:
    if store.shared:
        assert await store.scrub() is True
        return
    service = await serve(memory)
    await a_talk(memory)
    url = f"sqlite:///{tmp_path}/data/talks.db"
    with reading(url) as connection:
        connection.exec_driver_sql("BEGIN")
        assert len(list(records.all_unanswered(connection))) >= 1
        await memory.ask("忘记我", CHAT)
        await service.keeping.scrub()
        assert await store.run(erasing.scrubbing_asked) is not None
        assert traces(store, url) != []
    await all_gone_from_the_outbox(store)
    await service.keeping.scrub()
    assert await store.run(erasing.scrubbing_asked) is None
    assert traces(store, url) == []


async def test_an_update_of_a_forgotten_chat_counts_once_for_seven_days_to_the_millisecond(
    app: App, store: Store
) -> None:
    memory, clock = Memory(), SetClock(T0)
    service = Service(app, store, [memory], clock=clock)
    await service.prepare()
    service.start()
    await memory.does(Said(CANARY), CHAT, update="first")
    await memory.replies(1)
    await memory.ask("忘记我", CHAT)
    clock.at = T0 + 7 * DAY
    await service.keeping.expire()
    assert await memory.does(Said(CANARY), CHAT, update="first") == "duplicate"
    clock.at += 1
    await service.keeping.expire()
    assert [row for row in await rows(store, schema.inbox) if row["received_at"] == T0] == []
    assert await memory.does(Said("谢谢"), CHAT, update="first") == "new"
    assert await service.stop(10) is True


async def test_a_session_that_expires_leaves_no_trace_either(
    app: App, store: Store, database_url: str
) -> None:
    memory, clock = Memory(), SetClock(T0)
    service = Service(app, store, [memory], clock=clock)
    await service.prepare()
    service.start()
    await a_talk(memory)
    await memory.ask("谢谢", CHAT)
    await asyncio.sleep(0.2)
    clock.at = T0 + 30 * DAY
    await service.keeping.expire()
    assert [row["chat"] for row in await rows(store, schema.sessions)] == [CHAT]
    clock.at += 1
    await service.keeping.expire()
    assert await rows(store, schema.sessions) == []
    # What wasn't answered stays for the officers, without a word on who asked.
    left = json.dumps(await rows(store, schema.unanswered), ensure_ascii=False)
    assert CANARY in left
    assert CHAT not in left
    clock.at = T0 + 180 * DAY + 1
    await service.keeping.expire()
    assert await service.stop(20) is True
    assert traces(store, database_url) == []


async def test_what_is_said_after_forgetting_is_a_new_chat(memory: Memory, serve: Serve) -> None:
    await serve(memory)
    await memory.ask("衡阳职工住院起付线多少", CHAT)
    await asyncio.gather(memory.does(Said("忘记我"), CHAT), memory.does(Said("我的信息"), CHAT))
    shown = await memory.replies(3, CHAT)
    assert "没有记着" in shown[2].text
