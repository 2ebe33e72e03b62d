"""What was said in a chat and answered is found again, that of others and what is to be erased never."""

import pytest
from sqlalchemy import Connection, update
from support.stores import T0, came, put

from bot.storage import Store, erasing, inbox, outbox, records, schema, sessions, talks
from bot.storage.records import Rating

pytestmark = pytest.mark.asyncio
MOST = 40


def answer(
    connection: Connection,
    number: int,
    content: str,
    chat: str = "甲",
    *,
    channel: str = "memory",
    part: int = 0,
    erase: bool = False,
) -> int:
    return outbox.put(
        connection,
        channel,
        chat,
        inbox_id=number,
        part=part,
        content=content,
        about="{}",
        edits=None,
        at=T0,
        received_at=T0,
        erase=erase,
    )


async def ids(store: Store) -> list[int]:
    def work(connection: Connection) -> list[int]:
        return [row.id for row in connection.execute(schema.inbox.select().order_by(schema.inbox.c.id))]

    return await store.run(work)


async def recall(store: Store, chat: str = "甲", *, channel: str = "memory", most: int = MOST) -> talks.Talk:
    return await store.run(lambda connection: talks.recall(connection, channel, chat, most))


async def waits(store: Store, chat: str = "甲", *, channel: str = "memory") -> bool:
    return await store.run(lambda connection: talks.waits(connection, channel, chat))


async def done(store: Store, *numbers: int) -> None:
    for number in numbers:
        await store.run(lambda connection, number=number: inbox.done(connection, number, T0))  # type: ignore[misc]


async def test_of_a_chat_that_never_was_there_is_nothing(store: Store) -> None:
    assert await recall(store) == talks.Talk([], [], 0)
    assert not await waits(store)


async def test_what_was_said_is_found_in_its_order_with_what_was_answered(store: Store) -> None:
    await put(store, *(came(number, event=f"话{number}") for number in (1, 2, 3)))
    first, second, third = await ids(store)
    await done(store, first, second)

    def work(connection: Connection) -> tuple[int, int, int]:
        return (
            answer(connection, first, "答一"),
            answer(connection, second, "答二"),
            answer(connection, second, "答二下", part=1),
        )

    one, two, below = await store.run(work)
    found = await recall(store)
    assert found.said == [
        talks.Said(first, "话1", True),
        talks.Said(second, "话2", True),
        talks.Said(third, "话3", False),
    ]
    assert found.answered == [
        talks.Answered(one, first, "答一", None),
        talks.Answered(two, second, "答二", None),
        talks.Answered(below, second, "答二下", None),
    ]


async def test_of_others_nothing_is_found(store: Store) -> None:
    await put(store, came(1, "甲"), came(2, "乙"), came(3, "甲", channel="other"), came(4, event=None))
    mine, another, elsewhere, _ = await ids(store)

    def work(connection: Connection) -> None:
        answer(connection, mine, "我的")
        answer(connection, another, "别人的", "乙")
        answer(connection, elsewhere, "别处的", channel="other")

    await store.run(work)
    found = await recall(store)
    assert [each.id for each in found.said] == [mine]
    assert [each.content for each in found.answered] == ["我的"]


async def test_of_a_long_talk_the_last_is_found_with_its_answers_alone(store: Store) -> None:
    await put(store, *(came(number, event=f"话{number}") for number in range(10)))
    numbers = await ids(store)

    def work(connection: Connection) -> None:
        for number in numbers:
            answer(connection, number, f"答{number}")

    await store.run(work)
    found = await recall(store, most=3)
    assert [each.id for each in found.said] == numbers[-3:]
    assert [each.inbox_id for each in found.answered] == numbers[-3:]


async def test_what_is_left_out_counts_for_nothing(store: Store) -> None:
    events = ["话0", '{"b":1}', "话1", '{"b":2}', '{"b":3}', "话2"]
    await put(store, *(came(number, event=event) for number, event in enumerate(events)))

    async def found(most: int) -> tuple[list[str], bool]:
        talk = await store.run(lambda connection: talks.recall(connection, "memory", "甲", most, '{"b":%'))
        return [each.event for each in talk.said], talk.more

    assert await found(3) == (["话0", "话1", "话2"], False)
    assert await found(2) == (["话1", "话2"], True)
    assert (await recall(store, most=6)).more is False
    assert (await recall(store, most=5)).more is True


async def test_one_message_is_found_in_its_own_chat_until_it_is_to_be_erased(store: Store) -> None:
    await put(store, came(1))
    [number] = await ids(store)

    def work(connection: Connection) -> tuple[int, int]:
        kept = answer(connection, number, "答")
        return kept, answer(connection, number, "都删掉了", part=1, erase=True)

    kept, erased = await store.run(work)

    async def found(message: int, chat: str = "甲", channel: str = "memory") -> str | None:
        return await store.run(lambda connection: talks.message(connection, channel, chat, message))

    assert await found(kept) == "答"
    assert await found(erased) is None
    assert await found(kept, "乙") is None
    assert await found(kept, channel="other") is None


async def test_a_rating_is_found_with_what_was_rated(store: Store) -> None:
    await put(store, came(1))
    [number] = await ids(store)

    def work(connection: Connection) -> None:
        rated, bad, _ = (
            answer(connection, number, each, part=part) for part, each in enumerate(("好", "坏", "没说"))
        )
        records.rate(connection, "key", rated, Rating(T0, True, "{}"))
        records.rate(connection, "key", bad, Rating(T0, True, "{}"))
        records.rate(connection, "key", bad, Rating(T0, False, "{}"))

    await store.run(work)
    assert [each.good for each in (await recall(store)).answered] == [True, False, None]


async def test_the_form_that_is_open_is_that_of_the_session(store: Store) -> None:
    await put(store, came(1))

    def work(connection: Connection) -> None:
        taken = inbox.take(connection, ["memory"])
        assert taken is not None
        sessions.keep(connection, "memory", "甲", state="{}", version=1, form=77, asking=None, at=T0)

    await store.run(work)
    assert (await recall(store)).form == 77
    assert (await recall(store, "乙")).form == 0


async def test_a_chat_waits_until_all_of_it_is_done(store: Store) -> None:
    await put(store, came(1), came(2), came(3, "乙"))
    first, second, _ = await ids(store)
    assert await waits(store)
    await done(store, first)
    assert await waits(store)
    await done(store, second)
    assert not await waits(store)
    assert await waits(store, "乙")
    assert not await waits(store, channel="other")


async def test_what_is_forgotten_is_not_found_though_it_is_still_to_be_sent(store: Store) -> None:
    await put(store, came(1), came(2))
    first, second = await ids(store)
    await done(store, first, second)

    def work(connection: Connection) -> None:
        answer(connection, first, "算过的")
        erasing.forget(connection, "memory", "甲", "key")
        answer(connection, second, "都删掉了", erase=True)

    await store.run(work)
    found = await recall(store)
    assert (found.said, found.answered) == ([], [])
    await put(store, came(3, event="新的"))
    assert [each.event for each in (await recall(store)).said] == ["新的"]


async def test_what_is_found_changes_nothing(store: Store) -> None:
    await put(store, came(1))
    before = await recall(store)
    assert await recall(store) == before
    await store.run(lambda connection: connection.execute(update(schema.inbox).values(done_at=T0)))
    assert [each.done for each in (await recall(store)).said] == [True]
