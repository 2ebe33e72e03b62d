"""Each update once, each chat in its order, every chat before long."""

import asyncio
import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, delete, text
from support.stores import T0, came, put, rows

from bot.storage import Store, inbox, opened, outbox, schema
from bot.storage.inbox import Waiting

pytestmark = pytest.mark.asyncio
CHANNELS = ("memory",)


def taken(connection: Connection, channels: Sequence[str] = CHANNELS) -> Waiting | None:
    """Take one and mark it as done with."""
    found = inbox.take(connection, channels)
    if found is not None:
        inbox.done(connection, found.id, T0)
    return found


async def all_taken(store: Store, most: int = 10_000) -> list[tuple[str, str]]:
    """Take one after another; return the chat and the event of each."""

    def work(connection: Connection) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        while len(found) < most and (each := taken(connection)) is not None:
            found.append((each.chat, each.event))
        return found

    return await store.run(work)


async def test_an_update_brought_again_counts_once(store: Store) -> None:
    assert await put(store, came(1), came(1), came(2), came(1, place=9)) == [True, False, True, False]
    assert len(await all_taken(store)) == 2
    assert await put(store, came(1)) == [False]
    assert await all_taken(store) == []


async def test_one_update_id_of_two_channels_is_two_updates(store: Store) -> None:
    assert await put(store, came(1), came(1, channel="web")) == [True, True]


async def test_a_chat_goes_in_the_order_of_the_channels_count_however_it_came(store: Store) -> None:
    await put(store, *(came(place, place=place, event=str(place)) for place in (3, 1, 4, 2)))
    assert [event for _, event in await all_taken(store)] == ["1", "2", "3", "4"]


async def test_without_a_count_a_chat_goes_as_it_came(store: Store) -> None:
    await put(store, *(came(number, event=str(number), at=T0 - number) for number in range(20)))
    assert [event for _, event in await all_taken(store)] == [str(number) for number in range(20)]


async def test_one_taken_is_what_was_put_with_what_is_remembered_of_the_chat(store: Store) -> None:
    await put(store, came(1, "乙", place=5, at=T0 + 3, event="这里"))
    found = await store.run(lambda c: inbox.take(c, CHANNELS))
    [row] = await rows(store, schema.inbox)
    assert found == Waiting(row["id"], "memory", "乙", "这里", T0 + 3, None, 0, 0, None)


async def test_what_is_taken_and_not_marked_is_there_again(store: Store) -> None:
    await put(store, came(1))
    first = await store.run(lambda c: inbox.take(c, CHANNELS))
    assert await store.run(lambda c: inbox.take(c, CHANNELS)) == first
    assert await store.run(inbox.waiting) == 1
    assert len(await all_taken(store)) == 1
    assert await store.run(inbox.waiting) == 0


async def test_a_chat_that_floods_keeps_another_waiting_for_few_turns(store: Store) -> None:
    def flood(connection: Connection) -> None:
        for number in range(1000):
            inbox.put(connection, came(number, "flood", place=number))

    await store.run(flood)
    await put(store, came("quiet", "quiet", at=T0 + 1))
    chats = [chat for chat, _ in await all_taken(store)]
    assert len(chats) == 1001
    assert chats.index("quiet") <= 1


async def test_several_quiet_chats_are_served_between_two_of_a_flood(store: Store) -> None:
    def flood(connection: Connection) -> None:
        for number in range(300):
            inbox.put(connection, came(number, "flood", place=number))

    await store.run(flood)
    await put(store, *(came(f"q{number}", f"quiet {number}", at=T0 + 100) for number in range(10)))
    chats = [chat for chat, _ in await all_taken(store, most=12)]
    assert chats.count("flood") == 2


async def test_whoever_flooded_once_is_treated_as_others_when_all_is_done(store: Store) -> None:
    await put(store, *(came(number, "flood", place=number) for number in range(50)))
    await all_taken(store)
    await put(store, came("late", "flood", at=T0 + 10), came("other", "quiet", at=T0 + 11))
    assert [chat for chat, _ in await all_taken(store)] == ["flood", "quiet"]


async def test_updates_of_a_channel_that_is_not_configured_are_left_for_those_who_have_it(
    store: Store,
) -> None:
    await put(store, came(1, channel="elsewhere"), came(2, channel="memory"))
    assert len(await all_taken(store)) == 1
    assert await store.run(lambda c: inbox.take(c, ())) is None
    assert await store.run(inbox.waiting) == 1
    found = await store.run(lambda c: inbox.take(c, ("elsewhere",)))
    assert found is not None
    assert found.channel == "elsewhere"


async def test_an_update_that_cannot_be_read_is_known_and_asks_for_nothing(store: Store) -> None:
    assert await put(store, came(1, event=None), came(1, event=None)) == [True, False]
    assert await all_taken(store) == []
    assert await rows(store, schema.sessions) == []
    [row] = await rows(store, schema.inbox)
    del row["id"], row["due"]
    assert row == {
        "key": "memory:1",
        "channel": "memory",
        "chat": None,
        "place": 0,
        "event": None,
        "size": 12,
        "error": "no JSON",
        "received_at": T0,
        "done_at": T0,
    }


async def test_an_update_without_a_session_is_taken_once_that_is_mended(store: Store) -> None:
    await put(store, came(1, "甲"), came(2, "甲"), came(3, "乙"))
    await store.run(lambda c: c.execute(delete(schema.sessions).where(schema.sessions.c.chat == "甲")))
    assert [chat for chat, _ in await all_taken(store)] == ["乙"]
    assert await store.run(inbox.rescue) == 1
    assert await store.run(inbox.rescue) == 0
    assert [chat for chat, _ in await all_taken(store)] == ["甲", "甲"]
    assert await store.run(inbox.rescue) == 0


async def test_two_at_once_never_take_the_same_chat(postgres_dsn: str) -> None:
    store = opened(postgres_dsn, pool_size=4)
    await put(store, *(came(number, f"chat {number % 3}", place=number) for number in range(60)))
    meet = threading.Barrier(3, timeout=20)

    def work(connection: Connection) -> str:
        found = taken(connection)
        assert found is not None
        meet.wait()
        return found.chat

    chats = await asyncio.gather(*(store.run(work) for _ in range(3)))
    assert sorted(chats) == ["chat 0", "chat 1", "chat 2"]
    await store.close()


async def test_a_chat_locked_by_one_is_passed_over_by_the_others(postgres_dsn: str) -> None:
    store = opened(postgres_dsn, pool_size=2)
    await put(store, came(1, "甲"), came(2, "甲"))
    begun, go = threading.Event(), threading.Event()

    def holds(connection: Connection) -> str | None:
        found = taken(connection)
        begun.set()
        assert go.wait(20)
        return None if found is None else found.event

    first = asyncio.ensure_future(store.run(holds))
    assert await asyncio.to_thread(begun.wait, 20)
    assert await store.run(lambda c: inbox.take(c, CHANNELS)) is None
    go.set()
    assert await first is not None
    assert await store.run(taken) is not None
    assert await store.run(taken) is None
    await store.close()


async def test_many_who_take_side_by_side_take_each_once_and_each_chat_in_order(postgres_dsn: str) -> None:
    store = opened(postgres_dsn, pool_size=6)

    def fill(connection: Connection) -> None:
        for number in range(300):
            inbox.put(connection, came(number, f"chat {number % 7}", place=number, event=str(number)))

    await store.run(fill)
    seen: dict[str, list[int]] = {}

    def work(connection: Connection) -> bool:
        found = taken(connection)
        if found is not None:
            # The chat is locked until the end of the transaction, so this is in the order of commits.
            seen.setdefault(found.chat, []).append(int(found.event))
        return found is not None

    async def worker() -> None:
        misses = 0
        while misses < 20:
            misses = 0 if await store.run(work) else misses + 1

    await asyncio.gather(*(worker() for _ in range(6)))
    assert sum(map(len, seen.values())) == 300
    assert all(each == sorted(each) for each in seen.values())
    await store.close()


async def test_the_next_chat_is_found_at_once_among_many_that_are_done(store: Store) -> None:
    def fill(connection: Connection) -> None:
        for number in range(2000):
            inbox.put(connection, came(number, f"chat {number}"))

    await store.run(fill)
    await store.run(lambda c: c.execute(text("UPDATE inbox SET done_at = 1")))
    await put(store, came("new", "chat 7"))
    assert [chat for chat, _ in await all_taken(store)] == ["chat 7"]


async def test_a_chat_waits_while_what_it_sent_is_not_dealt_with(store: Store) -> None:
    await put(store, came(1, "甲"), came(2, "乙"), came(3, "丙", event=None))
    asked = [("memory", chat) for chat in ("甲", "乙", "丙", "丁")] + [("web", "甲")]
    assert await unanswered(store, asked) == {("memory", "甲"), ("memory", "乙")}
    await store.run(taken)
    assert await unanswered(store, asked) == {("memory", "乙")}
    assert await unanswered(store, []) == set()


async def unanswered(store: Store, chats: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    return await store.run(lambda connection: inbox.unanswered(connection, chats))


async def test_a_chat_waits_until_the_answer_has_been_sent_or_tried_in_vain(store: Store) -> None:
    def answer(connection: Connection) -> None:
        for part in range(2):
            outbox.put(
                connection,
                "memory",
                "甲",
                inbox_id=1,
                part=part,
                content="{}",
                about="{}",
                edits=None,
                at=T0,
                received_at=T0,
                erase=False,
            )

    await store.run(answer)
    here = {("memory", "甲")}
    assert await unanswered(store, [*here, ("memory", "乙"), ("web", "甲")]) == here
    for _ in range(2):
        assert await unanswered(store, [*here]) == here
        [letter] = await store.run(lambda c: outbox.take(c, "me", "memory", now=T0, until=T0 + 1000, most=9))
        assert await unanswered(store, [*here]) == here
        await store.run(lambda c, letter=letter: outbox.end(c, "me", letter, "sent", at=T0))  # type: ignore[misc]
    assert await unanswered(store, [*here]) == set()


async def test_a_chat_whose_answer_must_be_tried_again_and_again_is_not_kept_looking(store: Store) -> None:
    def answer(connection: Connection) -> None:
        values = {"about": "{}", "edits": None, "at": T0, "received_at": T0, "erase": False}
        outbox.put(connection, "memory", "甲", inbox_id=1, part=0, content="{}", **values)  # type: ignore[arg-type]

    await store.run(answer)
    found = []
    for attempt in range(3):
        now = T0 + attempt * 10_000
        [letter] = await store.run(
            lambda c, now=now: outbox.take(c, "me", "memory", now=now, until=now + 1000, most=9)  # type: ignore[misc]
        )
        await store.run(
            lambda c, letter=letter, now=now: outbox.postpone(c, "me", letter, until=now + 5000)  # type: ignore[misc]
        )
        found.append(bool(await unanswered(store, [("memory", "甲")])))
    assert found == [True, False, False]
