"""What is deleted and when: a chat that asks for it at once, everything else when its time is over."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, event, update
from support.stores import DAY, T0, came, put, rows

from bot.storage import Store, erasing, inbox, opened, outbox, records, schema, sessions
from bot.storage.records import Rating, Unanswered

pytestmark = pytest.mark.asyncio
KEY = "key of the chat"
TABLES = (schema.inbox, schema.sessions, schema.outbox, schema.unanswered, schema.feedback)


def forget(connection: Connection, chat: str = "甲", key: str = KEY) -> None:
    erasing.forget(connection, "memory", chat, key)


def write(connection: Connection, chat: str = "甲", *, at: int = T0, erase: bool = False) -> int:
    number = len(connection.execute(schema.outbox.select()).all()) + 1
    return outbox.put(
        connection,
        "memory",
        chat,
        inbox_id=number,
        part=0,
        content="",
        about="{}",
        edits=None,
        at=at,
        received_at=at,
        erase=erase,
    )


def ended(connection: Connection, *numbers: int) -> None:
    where = schema.outbox.c.id.in_(numbers)
    connection.execute(update(schema.outbox).where(where).values(state="sent", ended_at=T0))


def all_done(connection: Connection) -> None:
    connection.execute(update(schema.inbox).values(done_at=T0))


def a_talk(connection: Connection, chat: str = "甲", key: str = KEY, *, at: int = T0) -> None:
    """A chat that said something, was answered and rated the answer."""
    inbox.put(connection, came(f"{chat} 1", chat, place=5, at=at))
    all_done(connection)
    sessions.keep(connection, "memory", chat, state="{}", version=3, form=2, asking=1, at=at)
    number = write(connection, chat, at=at)
    ended(connection, number)
    records.note_unanswered(connection, key, Unanswered(at, "问", "rephrase", (), "v"))
    records.rate(connection, key, number, Rating(at, good=True, about="{}"))


async def counts(store: Store) -> list[int]:
    return [len(await rows(store, table)) for table in TABLES]


async def test_of_a_forgotten_chat_only_the_digest_of_its_updates_stays(store: Store) -> None:
    await store.run(a_talk)
    await store.run(forget)
    assert await counts(store) == [1, 0, 0, 0, 0]
    [row] = await rows(store, schema.inbox)
    del row["id"]
    assert row == {
        "key": "memory:甲 1",
        "channel": "memory",
        "chat": None,
        "place": 0,
        "due": T0,
        "event": None,
        "size": None,
        "error": None,
        "received_at": T0,
        "done_at": T0,
    }
    assert await put(store, came("甲 1")) == [False]


async def test_others_keep_all_that_is_theirs(store: Store) -> None:
    def work(connection: Connection) -> None:
        a_talk(connection, "甲", KEY)
        a_talk(connection, "乙", "another")
        a_talk_elsewhere = came("x", "甲", channel="web")
        inbox.put(connection, a_talk_elsewhere)

    await store.run(work)
    before = [[row for row in await rows(store, table) if row.get("chat") != "甲"] for table in TABLES]
    await store.run(forget)
    after = [await rows(store, table) for table in TABLES]
    chats = [(row["channel"], row["chat"]) for row in after[0]]
    assert chats == [("memory", None), ("memory", "乙"), ("web", "甲")]
    assert after[2] == before[2]
    assert [row["chat_key"] for row in (*after[3], *after[4])] == ["another", "another"]
    assert {(row["channel"], row["chat"]) for row in after[1]} == {("memory", "乙"), ("web", "甲")}


async def test_what_was_said_since_is_still_answered_as_by_somebody_unknown(store: Store) -> None:
    await store.run(a_talk)
    await put(store, came("since", event="后来说的", place=6))
    await store.run(forget)
    found = await store.run(lambda c: inbox.take(c, ("memory",)))
    assert found is not None
    assert (found.event, found.state, found.asking) == ("后来说的", None, None)


async def test_what_is_still_to_be_sent_is_sent_and_then_erased(store: Store) -> None:
    await store.run(a_talk)
    await store.run(write)
    await store.run(forget)
    [row] = await rows(store, schema.outbox)
    assert (row["state"], row["erase"]) == ("waiting", True)
    [letter] = await store.run(lambda c: outbox.take(c, "me", "memory", now=T0, until=T0 + 1, most=9))
    assert await store.run(lambda c: outbox.end(c, "me", letter, "sent", at=T0)) is True
    assert await rows(store, schema.outbox) == []


async def test_forgetting_twice_or_a_chat_nobody_knows_is_harmless(store: Store) -> None:
    await store.run(a_talk)
    for _ in range(2):
        await store.run(forget)
    await store.run(lambda c: forget(c, "nobody", "no key"))
    assert await counts(store) == [1, 0, 0, 0, 0]


async def test_cleaning_the_files_is_asked_for_until_it_is_done_since(store: Store) -> None:
    assert await store.run(erasing.scrubbing_asked) is None
    await store.run(forget)
    first = await store.run(erasing.scrubbing_asked)
    await store.run(forget)
    second = await store.run(erasing.scrubbing_asked)
    assert first is not None
    assert second is not None
    await store.run(lambda c: erasing.scrubbed(c, first))
    assert await store.run(erasing.scrubbing_asked) == second
    await store.run(lambda c: erasing.scrubbed(c, second))
    assert await store.run(erasing.scrubbing_asked) is None


async def expire(store: Store, now: int, *, session_days: int = 30, record_days: int = 180) -> int:
    deleted = 0
    while (
        more := await store.run(
            lambda c: erasing.expire(c, now=now, session_days=session_days, record_days=record_days)
        )
    ).rows:
        deleted += more.rows
    return deleted


TERMS = (
    ("inbox", 7 * DAY, [0, 1, 0, 1, 1]),
    ("sessions", 30 * DAY, [0, 0, 0, 1, 1]),
    ("records", 180 * DAY, [0, 0, 0, 0, 0]),
)


@pytest.mark.parametrize(("name", "term", "after"), TERMS, ids=[term[0] for term in TERMS])
@pytest.mark.parametrize("past", [-1, 0, 1])
async def test_everything_goes_when_its_time_is_over_to_the_millisecond(
    store: Store, name: str, term: int, after: list[int], past: int
) -> None:
    await store.run(a_talk)
    await expire(store, T0 + term - 1 - DAY)
    before = await counts(store)
    deleted = await expire(store, T0 + term + past)
    if past <= 0:
        assert (deleted, await counts(store)) == (0, before)
    else:
        assert deleted == sum(before) - sum(after)
        assert await counts(store) == after
        assert await store.run(erasing.scrubbing_asked) is not None


@pytest.mark.parametrize(("session_days", "record_days"), [(1, 2), (3, 3650)])
async def test_the_terms_are_those_that_are_set(store: Store, session_days: int, record_days: int) -> None:
    await store.run(a_talk)
    terms = {"session_days": session_days, "record_days": record_days}
    await expire(store, T0 + session_days * DAY, **terms)
    assert (await counts(store))[1] == 1
    await expire(store, T0 + session_days * DAY + 1, **terms)
    assert (await counts(store))[1] == 0
    await expire(store, T0 + record_days * DAY, **terms)
    assert (await counts(store))[3:] == [1, 1]
    await expire(store, T0 + record_days * DAY + 1, **terms)
    assert (await counts(store))[3:] == [0, 0]


@pytest.mark.parametrize("past", [0, 1])
async def test_what_nobody_answered_or_sent_is_kept_no_longer_either_and_counted(
    store: Store, past: int
) -> None:
    await put(store, came(1))
    await store.run(write)
    expired = await store.run(
        lambda c: erasing.expire(c, now=T0 + 7 * DAY + past, session_days=30, record_days=180)
    )
    assert (expired.rows, expired.unfinished) == ((2, 2) if past else (0, 0))
    assert (await counts(store))[:3] == ([0, 1, 0] if past else [1, 1, 1])


async def test_the_digest_of_a_forgotten_update_stays_its_seven_days_and_no_longer(store: Store) -> None:
    await store.run(a_talk)
    await store.run(forget)
    await expire(store, T0 + 7 * DAY)
    assert await put(store, came("甲 1", at=T0 + 7 * DAY)) == [False]
    await expire(store, T0 + 7 * DAY + 1)
    assert await counts(store) == [0, 0, 0, 0, 0]
    assert await put(store, came("甲 1", at=T0 + 7 * DAY + 1)) == [True]


async def test_very_much_that_is_old_goes_in_portions(store: Store) -> None:
    def fill(connection: Connection) -> None:
        for number in range(5200):
            inbox.put(connection, came(number, event=None))

    await store.run(fill)

    def once(connection: Connection) -> int:
        return erasing.expire(connection, now=T0 + 8 * DAY, session_days=30, record_days=180).rows

    assert [await store.run(once) for _ in range(3)] == [5000, 200, 0]


Work = Callable[[Connection], object]


class Paused:
    """Work that stops before its first statement that begins with some words, until it may go on."""

    def __init__(self, statement: str, work: Work) -> None:
        self._statement, self._work = statement, work
        self._there, self._go = threading.Event(), threading.Event()

    def __call__(self, connection: Connection) -> object:
        def before(_: object, __: object, sql: str, *___: object) -> None:
            if sql.startswith(self._statement) and not self._there.is_set():
                self._there.set()
                assert self._go.wait(20)

        event.listen(connection, "before_cursor_execute", before)
        try:
            return self._work(connection)
        finally:
            event.remove(connection, "before_cursor_execute", before)

    async def there(self) -> None:
        assert await asyncio.to_thread(self._there.wait, 20)

    def go(self) -> None:
        self._go.set()


def forget_as_a_step_does(connection: Connection) -> None:
    """Take the chat's update, which locks it, and forget the chat."""
    found = inbox.take(connection, ("memory",))
    assert found is not None
    inbox.done(connection, found.id, T0)
    forget(connection)


async def taken_in_the_end(store: Store) -> list[str]:
    await store.run(inbox.rescue)
    found = []

    def work(connection: Connection) -> str | None:
        each = inbox.take(connection, ("memory",))
        if each is None:
            return None
        inbox.done(connection, each.id, T0)
        return each.event

    while (each := await store.run(work)) is not None:
        found.append(each)
    return found


FORGETTING = (
    "UPDATE inbox SET chat",
    "DELETE FROM sessions",
    "UPDATE sessions",
    "DELETE FROM outbox",
    "INSERT INTO meta",
)
KEEPING = ("INSERT INTO inbox", "INSERT INTO sessions")


@pytest.mark.parametrize("stage", FORGETTING)
async def test_an_update_kept_while_its_chat_is_being_forgotten_is_taken(
    postgres_dsn: str, stage: str
) -> None:
    store = opened(postgres_dsn, pool_size=3)
    await put(store, came("forget me"))
    forgetting = Paused(stage, forget_as_a_step_does)
    first = asyncio.ensure_future(store.run(forgetting))
    await forgetting.there()
    second = asyncio.ensure_future(put(store, came("since", event="后来")))
    # It either passes at once or waits for the other to end; both must do.
    await asyncio.wait([second], timeout=0.3)
    forgetting.go()
    await first
    assert await asyncio.wait_for(second, 20) == [True]
    assert await taken_in_the_end(store) == ["后来"]
    await store.close()


@pytest.mark.parametrize("stage", KEEPING)
async def test_an_update_is_taken_whose_chat_is_forgotten_while_it_is_being_kept(
    postgres_dsn: str, stage: str
) -> None:
    store = opened(postgres_dsn, pool_size=3)
    await put(store, came("forget me"))
    since = came("since", event="后来")
    keeping = Paused(stage, lambda c: inbox.put(c, since))
    second = asyncio.ensure_future(store.run(keeping))
    await keeping.there()
    await asyncio.wait_for(store.run(forget_as_a_step_does), 20)
    keeping.go()
    assert await asyncio.wait_for(second, 20) is True
    assert await taken_in_the_end(store) == ["后来"]
    await store.close()


async def test_an_update_is_taken_whose_session_expires_while_it_is_being_kept(postgres_dsn: str) -> None:
    store = opened(postgres_dsn, pool_size=3)
    await store.run(a_talk)
    since = came("since", event="后来", at=T0 + 40 * DAY)
    # Its session is there already, so it leaves that as it is; only then it is committed.
    kept, go = threading.Event(), threading.Event()

    def keep(connection: Connection) -> None:
        inbox.put(connection, since)
        kept.set()
        assert go.wait(20)

    second = asyncio.ensure_future(store.run(keep))
    assert await asyncio.to_thread(kept.wait, 20)
    assert await asyncio.wait_for(expire(store, T0 + 40 * DAY), 20) == 3
    go.set()
    await second
    assert await taken_in_the_end(store) == ["后来"]
    await store.close()
