"""What is to be said arrives, whatever the network does: in order, paced, each message for itself."""

import asyncio
import time
from collections import deque
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Connection
from support.memory import PATIENCE, Hangs, Memory, SetClock, of_metrics, until
from support.sheets import RESULT
from support.stores import DAY, T0, rows

from bot.dialogue import Said
from bot.service import sending
from bot.service.clock import SystemClock
from bot.service.metrics import Metrics
from bot.service.protocol import (
    BlockedError,
    DeliveryError,
    Limits,
    Link,
    Message,
    UncertainError,
    UndeliverableError,
)
from bot.service.sending import Sending
from bot.service.service import Rules, Service
from bot.service.written import message_text
from bot.storage import Store, opened, outbox, schema

from .conftest import Serve

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.service.service._ALONE_POLL", 0.05)


async def written(
    store: Store, *messages: Message, chat: str = "甲", at: int | None = None, **more: Any
) -> list[int]:
    """Put messages into the outbox by hand, as replies to updates that came in then, by default now."""
    came = SystemClock().now() if at is None else at

    def work(connection: Connection) -> list[int]:
        first = len(connection.execute(schema.outbox.select()).all())
        values = {"about": "{}", "edits": None, "erase": False, **more}
        return [
            outbox.put(
                connection,
                "memory",
                chat,
                inbox_id=-1 - first - number,
                part=0,
                content=message_text(message),
                at=came,
                received_at=came,
                **values,
            )
            for number, message in enumerate(messages)
        ]

    return await store.run(work)


async def states(store: Store) -> list[str]:
    return [row["state"] for row in await rows(store, schema.outbox)]


async def come_to(store: Store, *expected: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while (found := await states(store)) != list(expected):
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.02)


def said(*texts: str) -> list[Message]:
    return [Message(0, (text,)) for text in texts]


def delivered(service: Service, result: str) -> float:
    labels = {"channel": "memory", "result": result}
    return of_metrics(service.metrics.text(), "baoduoshao_deliveries_total", labels)


async def test_a_message_arrives_with_all_that_belongs_to_it(
    memory: Memory, serve: Serve, store: Store
) -> None:
    links = (Link("看规定", "/policy/hengyang/employee?a=1&b=“2”#x"), Link("都在这里", "/policy/"))
    message = Message(
        0,
        ("一", "二\n三", RESULT.text),
        ("甲", "乙"),
        form=7,
        sheet=RESULT,
        links=links,
        answers="4711",
        ratable=True,
        policy_version="v1",
    )
    [number] = await written(store, message)
    await serve(memory)
    [shown] = await memory.replies(1)
    assert shown.message == replace(message, id=number)
    await come_to(store, "sent")
    [second] = await written(store, Message(0, ("改",)), edits=number)
    await memory.replies(2)
    assert memory.shown[1].message == Message(second, ("改",), form=second, edits=shown.ref)


async def test_an_edit_of_what_never_arrived_is_a_message_of_its_own(
    memory: Memory, serve: Serve, store: Store
) -> None:
    memory.becomes.append(UndeliverableError("too long"))
    [number] = await written(store, *said("一"))
    await written(store, *said("二"), edits=number)
    await serve(memory)
    [shown] = await memory.replies(1)
    assert shown.message.edits is None


async def test_a_chat_gets_its_messages_in_order_though_some_fail_and_others_do_not_wait(
    memory: Memory, serve: Serve, store: Store
) -> None:
    memory.becomes_to["甲"] = deque([DeliveryError("busy", 0.3), None, DeliveryError("busy", 0.1)])
    await written(store, *said("一", "二", "三"))
    await written(store, *said("好"), chat="乙")
    service = await serve(memory)
    await memory.replies(4)
    assert [shown.text for shown in memory.to("甲")] == ["一", "二", "三"]
    assert memory.shown[0].chat == "乙"
    await come_to(store, *["sent"] * 4)
    assert delivered(service, "retried") == 2
    assert delivered(service, "sent") == 4
    assert [row["attempts"] for row in await rows(store, schema.outbox)] == [2, 2, 1, 1]


@pytest.mark.parametrize("wait", [0.6, 1.2])
async def test_a_network_that_says_when_to_try_again_is_obeyed(
    memory: Memory, serve: Serve, store: Store, wait: float
) -> None:
    memory.becomes.append(DeliveryError("flood", retry_after=wait))
    await written(store, *said("一"))
    await serve(memory)
    await until(lambda: len(memory.tried) == 1)
    began = asyncio.get_running_loop().time()
    [shown] = await memory.replies(1)
    assert shown.at - began >= wait - 0.05
    assert len(memory.tried) == 2


async def test_without_a_word_on_when_it_backs_off_further_each_time(
    memory: Memory, serve: Serve, store: Store
) -> None:
    clock = SetClock(T0)
    memory.becomes.extend([DeliveryError("down")] * 12)
    await written(store, *said("一"), at=T0)
    service = await serve(memory, clock=clock)
    pauses = []
    for attempt in range(1, 13):
        await until(lambda attempt=attempt: len(memory.tried) == attempt)  # type: ignore[misc]
        await until(lambda attempt=attempt: delivered(service, "retried") == attempt)  # type: ignore[misc]
        await come_to(store, "waiting")
        [row] = await rows(store, schema.outbox)
        pauses.append((row["next_try_at"] - clock.at) // 1000)
        clock.at = row["next_try_at"]
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    await memory.replies(1)


async def test_what_can_never_be_delivered_is_given_up_and_the_next_is_sent(
    memory: Memory, serve: Serve, store: Store
) -> None:
    memory.becomes.append(UndeliverableError("text is empty"))
    await written(store, *said("一", "二"))
    await serve(memory)
    await memory.replies(1)
    assert memory.shown[0].text == "二"
    await come_to(store, "refused", "sent")


async def test_whoever_blocked_us_is_sent_nothing_more_until_they_speak_again(
    memory: Memory, serve: Serve, store: Store
) -> None:
    memory.becomes_to["甲"] = deque([BlockedError("blocked")])
    await written(store, *said("一", "二", "三"))
    await written(store, *said("好"), chat="乙")
    service = await serve(memory)
    await come_to(store, "refused", "refused", "refused", "sent")
    assert [chat for chat, _ in memory.tried].count("甲") == 1
    assert delivered(service, "refused") == 1
    assert (await memory.ask("你好")).text


@pytest.mark.parametrize(("on_ambiguous", "ends", "tries"), [("resend", "sent", 2), ("drop", "given_up", 1)])
@pytest.mark.parametrize(
    "error", [UncertainError("line broke"), RuntimeError("a defect of the channel"), Hangs()]
)
async def test_what_may_have_arrived_is_sent_again_or_not_as_is_set(
    memory: Memory,
    serve: Serve,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    on_ambiguous: Any,
    ends: str,
    tries: int,
    error: Exception,
) -> None:
    monkeypatch.setattr(sending, "LONGEST_DELIVERY", 0.3)
    monkeypatch.setattr(sending, "_FIRST_PAUSE", 50)
    memory.becomes.append(error)
    await written(store, *said("一"))
    await written(store, *said("好"), chat="乙")
    service = await serve(memory, rules=Rules(on_ambiguous=on_ambiguous))
    await come_to(store, ends, "sent")
    assert [chat for chat, _ in memory.tried].count("甲") == tries
    assert delivered(service, "ambiguous") == 1
    assert (await memory.ask("你好")).text


@pytest.mark.parametrize(("past", "ends"), [(-1, "waiting"), (0, "waiting"), (1, "given_up")])
async def test_a_message_is_given_up_a_day_after_what_it_answers_came(
    memory: Memory, serve: Serve, store: Store, past: int, ends: str
) -> None:
    memory.becomes_to["甲"] = deque([DeliveryError("down", 3600)])
    await written(store, *said("一"), at=T0)
    service = await serve(memory, clock=SetClock(T0 + DAY + past))
    await until(lambda: len(memory.tried) == 1)
    await come_to(store, ends)
    assert delivered(service, "given_up") == (ends == "given_up")


async def test_no_more_are_sent_to_one_chat_than_its_network_allows(serve: Serve, store: Store) -> None:
    memory = Memory(limits=Limits(apart=0.25))
    await written(store, *said(*"一二三四"))
    await written(store, *said("好"), chat="乙")
    await serve(memory)
    await memory.replies(5)
    times = [shown.at for shown in memory.to("甲")]
    apart = [after - before for before, after in pairwise(times)]
    assert min(apart) >= 0.24
    assert memory.to("乙")[0].at < times[1]


async def test_a_chat_that_must_pause_keeps_no_other_waiting(serve: Serve, store: Store) -> None:
    memory = Memory(limits=Limits(a_second=30, apart=1.0))
    await written(store, *said(*"一二三四五六"))
    for number in range(30):
        await written(store, *said("好"), chat=f"chat {number}")
    await serve(memory)
    await until(lambda: len({shown.chat for shown in memory.shown}) == 31)
    others = [shown.at for shown in memory.shown if shown.chat != "甲"]
    assert len(memory.to("甲")) <= 4
    assert max(others) - min(others) < 3


async def test_no_more_are_sent_in_all_than_the_network_allows(serve: Serve, store: Store) -> None:
    memory = Memory(limits=Limits(a_second=20))
    for number in range(50):
        await written(store, *said("好"), chat=f"chat {number}")
    await serve(memory)
    await memory.replies(50)
    times = [shown.at for shown in memory.shown]
    assert times[49] - times[0] >= 2.3
    for begin in times:
        assert sum(begin <= each < begin + 1 for each in times) <= 23


async def test_slow_deliveries_to_many_chats_go_side_by_side_up_to_a_limit(
    serve: Serve, store: Store
) -> None:
    memory = Memory(takes=0.2)
    for number in range(80):
        await written(store, *said("好"), chat=f"chat {number}")
    await serve(memory)
    await memory.replies(80)
    assert memory.most_side_by_side == sending.IN_FLIGHT


async def test_a_slow_chat_never_has_two_messages_on_their_way(serve: Serve, store: Store) -> None:
    memory = Memory(takes=0.1)
    await written(store, *said(*"一二三四"))
    await serve(memory)
    await memory.replies(4)
    assert memory.most_side_by_side == 1


async def test_what_was_on_its_way_when_its_process_died_is_sent_by_the_next(
    memory: Memory, serve: Serve, store: Store
) -> None:
    await written(store, *said("一"))
    old = T0
    await store.run(lambda c: outbox.take(c, "dead", "memory", now=old, until=old + 1, most=1))
    await serve(memory)
    [shown] = await memory.replies(1)
    assert shown.text == "一"


async def test_stopping_answers_and_delivers_what_came_in(memory: Memory, serve: Serve, store: Store) -> None:
    memory.takes = 0.05
    service = await serve(memory)
    for number in range(30):
        await memory.does(Said("你好"), f"chat {number % 10}")
    assert await service.stop(20) is True
    assert len(memory.shown) == 30
    assert memory.closed_times == 1


async def test_stopping_leaves_what_cannot_be_delivered_in_time_to_the_next_start(
    memory: Memory, app: Any, database_url: str
) -> None:
    memory.becomes.append(Hangs())
    first = Service(app, await asyncio.to_thread(opened, database_url), [memory])
    await first.prepare()
    first.start()
    await memory.does(Said("你好"))
    await until(lambda: len(memory.tried) == 1)
    assert await first.stop(0.3) is False
    assert memory.shown == []
    store = await asyncio.to_thread(opened, database_url)
    assert await states(store) == ["sending"]
    second = Service(app, store, [memory], clock=SetClock(SystemClock().now() + sending.LEASE + 1))
    await second.prepare()
    second.start()
    await memory.replies(1)
    assert await second.stop(10) is True


async def test_nothing_more_is_taken_in_once_stopping_has_begun(
    memory: Memory, serve: Serve, store: Store
) -> None:
    service = await serve(memory)
    await memory.ask("你好")
    assert await service.stop(10) is True
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(memory.does(Said("还在吗")), 0.3)


async def test_after_a_pause_a_few_go_at_once_and_then_one_at_a_time(serve: Serve, store: Store) -> None:
    memory = Memory(limits=Limits(apart=0.6, burst=3))
    await written(store, *said(*"一二三四五"))
    await serve(memory)
    await memory.replies(5)
    first = [shown.at - memory.shown[0].at for shown in memory.shown]
    # One at a time the third would go 1.2 seconds after the first.
    assert first[2] < 1.1
    assert first[3] >= 0.59
    assert first[4] >= 1.19
    await asyncio.sleep(1.9)
    await written(store, *said(*"甲乙丙丁"))
    await memory.replies(9)
    again = [shown.at - memory.shown[5].at for shown in memory.shown[5:]]
    assert again[2] < 1.1
    assert again[3] >= 0.55


@pytest.mark.parametrize(
    ("outcome", "on_ambiguous", "told"),
    [
        (None, "resend", 1),
        (UndeliverableError("too long"), "resend", 1),
        (BlockedError("blocked"), "resend", 1),
        (DeliveryError("down", 3600), "resend", 0),
        (UncertainError("line broke"), "resend", 0),
        (UncertainError("line broke"), "drop", 1),
    ],
)
async def test_it_is_told_when_nothing_more_is_to_be_said_for_now(
    memory: Memory, store: Store, outcome: Exception | None, on_ambiguous: Any, told: int
) -> None:
    memory.becomes.append(outcome)
    await written(store, *said("一"))
    answered: list[tuple[str, str]] = []

    def note(channel: str, chat: str) -> None:
        answered.append((channel, chat))

    sender = Sending(store, memory, Metrics(("memory",)), SystemClock(), on_ambiguous, note)
    assert await sender.take(lambda: None) == 1
    await until(lambda: sender.in_flight == 0)
    assert answered == [("memory", "甲")] * told
    await sender.leave(1.0)
