"""What is to be said: each chat's in order, each message marked by itself, nobody's message sent by two."""

import asyncio
from typing import Any, Literal

import pytest
from sqlalchemy import Connection, update
from support.stores import T0, rows

from bot.storage import Store, erasing, opened, outbox, schema
from bot.storage.outbox import Letter, OnAmbiguous

pytestmark = pytest.mark.asyncio
MINUTE = 60_000


class Mail:
    """Short words for one store's outbox."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._number = 0

    async def put(self, chat: str = "甲", *, at: int = T0, channel: str = "memory", **more: Any) -> int:
        self._number += 1
        values = {"edits": None, "erase": False, "about": "{}", "content": f"says {self._number}", **more}
        return await self.store.run(
            lambda c: outbox.put(
                c, channel, chat, inbox_id=self._number, part=0, at=at, received_at=at, **values
            )
        )

    async def take(
        self,
        owner: str = "me",
        *,
        now: int = T0,
        most: int = 100,
        channel: str = "memory",
        lease: int = MINUTE,
    ) -> list[Letter]:
        return await self.store.run(
            lambda c: outbox.take(c, owner, channel, now=now, until=now + lease, most=most)
        )

    async def end(
        self,
        letter: Letter,
        owner: str = "me",
        state: Literal["sent", "refused", "given_up"] = "sent",
        ref: str | None = None,
    ) -> bool:
        return await self.store.run(lambda c: outbox.end(c, owner, letter, state, at=T0 + 5, ref=ref))

    async def recover(
        self,
        owner: str = "me",
        in_flight: tuple[int, ...] = (),
        *,
        now: int = T0,
        on_ambiguous: OnAmbiguous = "resend",
        alone: bool = False,
    ) -> tuple[int, int]:
        def work(connection: Connection) -> tuple[int, int]:
            return outbox.put_back(connection, owner, "memory", in_flight), outbox.recover(
                connection, owner, "memory", now=now, on_ambiguous=on_ambiguous, alone=alone
            )

        return await self.store.run(work)

    async def states(self) -> list[str]:
        return [row["state"] for row in await rows(self.store, schema.outbox)]


@pytest.fixture
def mail(store: Store) -> Mail:
    return Mail(store)


async def test_a_message_is_taken_as_it_was_put(mail: Mail) -> None:
    number = await mail.put("乙", at=T0 - 7)
    assert await mail.take() == [Letter(number, "memory", "乙", "says 1", 1, T0 - 7, None)]
    [row] = await rows(mail.store, schema.outbox)
    assert (row["state"], row["owner"], row["lease_until"]) == ("sending", "me", T0 + MINUTE)


async def test_of_each_chat_only_the_first_is_taken_until_it_is_done_with(mail: Mail) -> None:
    first, other, second = await mail.put("甲"), await mail.put("乙"), await mail.put("甲")
    taken = await mail.take()
    assert [each.id for each in taken] == [first, other]
    assert await mail.take() == []
    await mail.end(taken[0])
    assert [each.id for each in await mail.take()] == [second]


async def test_chats_of_two_channels_with_one_name_do_not_wait_for_each_other(mail: Mail) -> None:
    both = [await mail.put("甲"), await mail.put("甲", channel="web")]
    assert [each.id for name in ("memory", "web") for each in await mail.take(channel=name)] == both


async def test_a_channel_that_is_not_configured_is_left_alone(mail: Mail) -> None:
    await mail.put("甲", channel="web")
    assert await mail.take() == []


async def test_no_more_are_taken_than_asked_for_the_oldest_first(mail: Mail) -> None:
    numbers = [await mail.put(f"chat {each}") for each in range(5)]
    assert [each.id for each in await mail.take(most=2)] == numbers[:2]
    assert [each.id for each in await mail.take(most=2)] == numbers[2:4]


@pytest.mark.parametrize(("after", "count"), [(-1, 0), (0, 1), (1, 1)])
async def test_a_message_put_off_is_due_to_the_millisecond(mail: Mail, after: int, count: int) -> None:
    await mail.put("甲")
    await mail.put("甲")
    [letter] = await mail.take()
    await mail.store.run(lambda c: outbox.postpone(c, "me", letter, until=T0 + 1000))
    found = await mail.take(now=T0 + 1000 + after)
    assert [(each.id, each.attempts) for each in found] == [(letter.id, 2)] * count


async def test_what_is_done_with_is_never_taken_again(mail: Mail) -> None:
    for state in ("sent", "refused", "given_up"):
        await mail.put("甲")
        [letter] = await mail.take()
        assert await mail.end(letter, state=state) is False
    assert await mail.take(now=T0 + 10**9) == []
    found = [
        (row["state"], row["ended_at"], row["lease_until"]) for row in await rows(mail.store, schema.outbox)
    ]
    assert found == [(state, T0 + 5, None) for state in ("sent", "refused", "given_up")]


async def test_only_the_owner_marks_a_message(mail: Mail) -> None:
    await mail.put("甲")
    [letter] = await mail.take("me")
    await mail.end(letter, "another")
    await mail.store.run(lambda c: outbox.postpone(c, "another", letter, until=T0))
    assert await mail.states() == ["sending"]
    await mail.end(letter, "me")
    assert await mail.states() == ["sent"]


async def test_one_who_lost_a_message_marks_it_no_more(mail: Mail) -> None:
    await mail.put("甲")
    [letter] = await mail.take("slow")
    await mail.recover("fast", now=T0 + MINUTE + 1)
    [again] = await mail.take("fast", now=T0 + MINUTE + 1)
    await mail.end(letter, "slow", "given_up")
    assert await mail.states() == ["sending"]
    await mail.end(again, "fast")
    assert await mail.states() == ["sent"]


async def test_an_edit_names_what_the_channel_called_the_message(mail: Mail) -> None:
    first = await mail.put("甲")
    [letter] = await mail.take()
    await mail.end(letter, ref="message 77")
    await mail.put("甲", edits=first)
    await mail.put("乙", edits=10_000)
    assert [each.edits for each in await mail.take()] == ["message 77", None]


@pytest.mark.parametrize(("after", "lost"), [(-1, 0), (0, 0), (1, 1)])
async def test_anothers_message_is_taken_up_when_its_lease_is_over(mail: Mail, after: int, lost: int) -> None:
    await mail.put("甲")
    await mail.take("dead")
    assert await mail.recover("me", now=T0 + MINUTE + after) == (0, lost)
    assert await mail.states() == (["waiting"] if lost else ["sending"])


async def test_alone_with_the_database_whatever_another_was_sending_is_taken_up_at_once(mail: Mail) -> None:
    await mail.put("甲")
    await mail.take("dead")
    assert await mail.recover("me", now=T0, alone=True) == (0, 1)
    assert [each.attempts for each in await mail.take("me")] == [2]


@pytest.mark.parametrize("alone", [True, False])
async def test_what_may_have_arrived_is_given_up_where_that_is_wished(mail: Mail, *, alone: bool) -> None:
    await mail.put("甲")
    await mail.put("甲")
    await mail.take("dead")
    later = T0 + MINUTE + 1
    assert await mail.recover("me", now=later, on_ambiguous="drop", alone=alone) == (0, 1)
    first, second = await rows(mail.store, schema.outbox)
    assert (first["state"], first["ended_at"], first["lease_until"]) == ("given_up", later, None)
    assert [each.id for each in await mail.take("me", now=later)] == [second["id"]]


@pytest.mark.parametrize("on_ambiguous", ["resend", "drop"])
@pytest.mark.parametrize("alone", [True, False])
async def test_what_was_taken_without_learning_of_it_was_never_tried_and_is_sent(
    mail: Mail, on_ambiguous: OnAmbiguous, *, alone: bool
) -> None:
    on_its_way, unknown = await mail.put("甲"), await mail.put("乙")
    await mail.take("me")
    found = await mail.recover("me", (on_its_way,), on_ambiguous=on_ambiguous, alone=alone)
    assert found == (1, 0)
    assert [each.id for each in await mail.take("me")] == [unknown]
    assert await mail.recover("me", (on_its_way, unknown), on_ambiguous=on_ambiguous, alone=alone) == (0, 0)


async def test_what_waits_or_is_done_is_no_matter_of_recovery(mail: Mail) -> None:
    await mail.put("甲")
    [letter] = await mail.take("dead")
    await mail.end(letter, "dead")
    await mail.put("乙")
    assert await mail.recover("me", now=T0 + 10**9, alone=True) == (0, 0)
    assert await mail.states() == ["sent", "waiting"]


async def test_a_chat_that_wants_nothing_more_gets_nothing_more_and_others_do(mail: Mail) -> None:
    await mail.put("甲")
    [letter] = await mail.take()
    await mail.put("甲")
    await mail.put("甲", channel="web")
    await mail.put("乙")

    def work(connection: Connection) -> None:
        outbox.end(connection, "me", letter, "refused", at=T0)
        outbox.refuse_all(connection, letter, at=T0)

    await mail.store.run(work)
    assert await mail.states() == ["refused", "refused", "waiting", "waiting"]
    assert [each.chat for each in await mail.take()] == ["乙"]


async def test_the_last_words_to_a_forgotten_chat_are_erased_once_they_are_sent(mail: Mail) -> None:
    await mail.put("甲", erase=True)
    [letter] = await mail.take()
    assert len(await mail.states()) == 1
    assert await mail.end(letter) is True
    assert await mail.states() == []


async def scrubbing_asked(store: Store) -> bool:
    return await store.run(erasing.scrubbing_asked) is not None


async def test_what_is_erased_as_its_chat_refuses_it_is_cleaned_out_too(mail: Mail) -> None:
    await mail.put("甲")
    [letter] = await mail.take()
    await mail.put("甲", erase=True)
    await mail.store.run(lambda c: outbox.refuse_all(c, letter, at=T0))
    assert await mail.states() == ["sending"]
    assert await scrubbing_asked(mail.store)


@pytest.mark.parametrize(("on_ambiguous", "left"), [("resend", ["waiting"]), ("drop", [])])
async def test_the_last_words_to_a_forgotten_chat_are_erased_where_they_may_have_arrived(
    mail: Mail, on_ambiguous: OnAmbiguous, left: list[str]
) -> None:
    await mail.put("甲", erase=True)
    await mail.take("dead")
    assert not await scrubbing_asked(mail.store)
    assert await mail.recover("me", on_ambiguous=on_ambiguous, alone=True) == (0, 1)
    assert await mail.states() == left
    assert await scrubbing_asked(mail.store) is (not left)


async def test_what_waits_is_counted_with_the_age_of_the_oldest(mail: Mail) -> None:
    assert await mail.store.run(outbox.waiting) == (0, None)
    await mail.put("甲", at=T0 + 9)
    await mail.put("乙", at=T0)
    assert await mail.store.run(outbox.waiting) == (2, T0)
    for letter in await mail.take(now=T0 + 9):
        await mail.end(letter)
    assert await mail.store.run(outbox.waiting) == (0, None)


async def test_a_message_is_overdue_from_when_it_could_have_been_tried(mail: Mail) -> None:
    async def overdue(now: int, channel: str = "memory") -> int:
        return await mail.store.run(lambda c: outbox.overdue(c, [channel], now))

    assert await overdue(T0) == 0
    await mail.put("甲", at=T0)
    assert await overdue(T0 - 1) == 0
    assert await overdue(T0 + 500) == 500
    assert await overdue(T0 + 500, "another") == 0
    [letter] = await mail.take()
    assert await overdue(T0 + 500) == 0
    assert await overdue(T0 + MINUTE) == 0
    assert await overdue(T0 + MINUTE + 1) == MINUTE + 1
    # What stands behind a message that must wait can't be tried either.
    await mail.put("甲", at=T0)
    await mail.store.run(lambda c: outbox.postpone(c, "me", letter, until=T0 + 10_000))
    assert await overdue(T0 + 500) == 0
    assert await overdue(T0 + 10_500) == 500


async def test_only_what_answers_earlier_messages_is_taken_where_that_is_wished(mail: Mail) -> None:
    await mail.put("甲", at=T0)
    later = await mail.put("乙", at=T0 + 1)

    async def take(before: int) -> list[Letter]:
        return await mail.store.run(
            lambda c: outbox.take(c, "me", "memory", now=T0 + 9, until=T0 + 99, most=9, before=before)
        )

    assert [each.chat for each in await take(T0)] == ["甲"]
    assert await take(T0) == []
    assert [each.id for each in await take(T0 + 1)] == [later]


async def test_only_a_chats_own_message_is_known_to_it(mail: Mail) -> None:
    number = await mail.put("甲", about='{"status":"answered"}')

    async def about(channel: str, chat: str, id: int) -> str | None:  # noqa: A002
        return await mail.store.run(lambda c: outbox.about(c, channel, chat, id))

    assert await about("memory", "甲", number) == '{"status":"answered"}'
    assert await about("memory", "乙", number) is None
    assert await about("web", "甲", number) is None
    assert await about("memory", "甲", number + 1) is None


async def test_numbers_are_never_given_twice(mail: Mail) -> None:
    first = await mail.put("甲")
    await mail.store.run(lambda c: c.execute(schema.outbox.delete()))
    assert await mail.put("甲") > first


async def test_one_reply_to_one_update_is_put_once(mail: Mail) -> None:
    await mail.put("甲")

    def again(connection: Connection) -> None:
        connection.execute(update(schema.outbox).values(part=0, inbox_id=2))
        outbox.put(
            connection,
            "memory",
            "甲",
            inbox_id=2,
            part=0,
            content="",
            about="",
            edits=None,
            at=T0,
            received_at=T0,
            erase=False,
        )

    with pytest.raises(Exception, match=r"(?i)unique"):
        await mail.store.run(again)
    assert len(await mail.states()) == 1


async def test_two_who_send_side_by_side_never_have_the_same_message(postgres_dsn: str) -> None:
    stores = [opened(postgres_dsn, pool_size=2) for _ in range(3)]
    mail = Mail(stores[0])
    for number in range(90):
        await mail.put(f"chat {number % 9}")
    seen: list[tuple[str, int]] = []

    async def send(owner: str, store: Store) -> None:
        mine = Mail(store)
        misses = 0
        while misses < 20:
            letters = await mine.take(owner, most=3)
            misses = 0 if letters else misses + 1
            for letter in letters:
                seen.append((letter.chat, letter.id))
                await mine.end(letter, owner)

    await asyncio.gather(*(send(f"owner {n}", store) for n, store in enumerate(stores)))
    assert len(seen) == len(set(seen)) == 90
    for chat in {chat for chat, _ in seen}:
        numbers = [number for each, number in seen if each == chat]
        assert numbers == sorted(numbers)
    for store in stores:
        await store.close()
