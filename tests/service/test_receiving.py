"""What comes in is kept before it is acknowledged, and nothing of it that must not be kept."""

import asyncio
import json

import pytest
from sqlalchemy import update as updated
from support.memory import Memory, of_metrics
from support.stores import rows

from bot.app import App
from bot.dialogue import Said
from bot.service.protocol import Arrival, Limits, Pressed, Rated, Unreadable
from bot.service.receiving import InboxFullError
from bot.service.service import Rules
from bot.storage import StorageError, Store, schema

from .conftest import Serve

pytestmark = pytest.mark.asyncio
TABLES = schema.metadata.sorted_tables


async def everything(store: Store) -> str:
    return "\n".join(
        [json.dumps(row, ensure_ascii=False) for table in TABLES for row in await rows(store, table)]
    )


async def kept(store: Store) -> list[str]:
    return [json.loads(row["event"])["said"] for row in await rows(store, schema.inbox)]


async def test_what_is_acknowledged_is_kept(memory: Memory, serve: Serve, store: Store) -> None:
    await serve(memory, role="ingest")
    for number in range(20):
        assert await memory.does(Said(f"第{number}句")) == "new"
        assert len(await kept(store)) == number + 1


async def test_what_cannot_be_kept_is_not_acknowledged(memory: Memory, serve: Serve, store: Store) -> None:
    service = await serve(memory, role="ingest")
    await store.close()
    with pytest.raises(StorageError, match="the database is closed"):
        await memory.does(Said("你好"))
    assert of_metrics(service.metrics.text(), "baoduoshao_storage_errors_total") >= 1


@pytest.mark.parametrize(("chat", "place"), [("c" * 129, 1), ("甲", 2**63), ("甲", -(2**63) - 1)])
async def test_what_no_database_takes_is_kept_as_unreadable_once(
    memory: Memory, serve: Serve, store: Store, chat: str, place: int
) -> None:
    await serve(memory)
    update = Arrival("9", chat, Said("你好"), place)
    assert [await memory.bring_in(update) for _ in range(2)] == ["new", "duplicate"]
    [row] = await rows(store, schema.inbox)
    assert (row["chat"], row["event"], row["error"]) == (
        None,
        None,
        "chat, place or name of a message out of range",
    )


async def test_of_an_update_that_cannot_be_read_only_its_size_and_what_is_wrong_are_kept(
    memory: Memory, serve: Serve, store: Store
) -> None:
    service = await serve(memory)
    update = Arrival("9", "chat of 金丝雀", Unreadable(4711, "no text: " + "x" * 500), 3)
    assert await memory.bring_in(update) == "new"
    assert await memory.bring_in(update) == "duplicate"
    [row] = await rows(store, schema.inbox)
    assert (row["chat"], row["event"], row["size"]) == (None, None, 4711)
    assert row["error"] == ("no text: " + "x" * 500)[:200]
    assert row["done_at"] is not None
    assert "金丝雀" not in await everything(store)
    assert memory.shown == []
    labels = {"channel": "memory", "result": "unreadable"}
    assert of_metrics(service.metrics.text(), "baoduoshao_updates_total", labels) == 1


@pytest.mark.parametrize(
    ("error", "stands"),
    [("byte \x00 at 5", "byte  at 5"), ("half \ud83d", "half ?"), ("of 13812345678", "of 〔电话〕")],
)
async def test_whatever_is_said_to_be_wrong_with_an_update_can_be_kept(
    memory: Memory, serve: Serve, store: Store, error: str, stands: str
) -> None:
    await serve(memory)
    assert await memory.bring_in(Arrival("9", "甲", Unreadable(1, error))) == "new"
    [row] = await rows(store, schema.inbox)
    assert row["error"] == stands


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("a\x00b\x01c", "abc"),
        ("\x00", ""),
        ("半个\ud83d字", "半个?字"),
        ("\udc00\ud800", "??"),
        ("", ""),
        ("👨‍👩‍👧", None),
        ("报" * 100_000, "报" * 5000),
        ("我身份证430402199001011234电话13812345678", "我身份证〔证件号〕电话〔电话〕"),
        ("卡号6222021001111111111", "卡号〔证件号〕"),
        ("１３８１２３４５６７８", "〔电话〕"),
        ("x" * 4995 + "13812345678", "x" * 4995 + "〔电话〕"),
        ('{"pressed":1,"form":2}', '{"pressed":1,"form":2}'),
        # Cut within a number, where all before it shrinks to a mask: no half of it is left.
        (f"密码{'x' * 14_990} 1381234 5678", "密码〔证件号〕"),
        (f"密码{'x' * 14_980}，卡号 6222 0210 0111 1111", "密码〔证件号〕，卡号"),
        (f"密码{'x' * 14_980}，密码 ab1{'c' * 40}", "密码〔证件号〕，密码"),
    ],
    ids=range(15),
)
async def test_any_text_is_kept_masked_and_cut_and_gets_an_answer(
    memory: Memory, serve: Serve, store: Store, said: str, stands: str | None
) -> None:
    await serve(memory)
    shown = await memory.ask(said)
    assert shown.text.strip()
    if stands is not None:
        assert await kept(store) == [stands]
    assert "13812345678" not in await everything(store)
    assert "430402199001011234" not in await everything(store)


NUMBERS = ("430402199001011234", "13812345678", "6222021001111111111", "430402900101123")


def parted(number: str) -> str:
    """Return a number in groups, as people write it."""
    return " ".join((number[:3], number[3:7], number[7:]))


async def test_nobodys_number_is_in_any_table_wherever_in_a_talk_it_is_said(
    memory: Memory, serve: Serve, store: Store
) -> None:
    await serve(memory)
    for number in NUMBERS:
        await memory.ask(number)
        await memory.ask(f"这个东西{number}是那样的吗")
        await memory.ask("衡阳职工住院花了两万")
        await memory.ask(f"我的号是{parted(number)}")
    found = await everything(store)
    for number in NUMBERS:
        assert number not in found
        assert parted(number) not in found
    assert "衡阳" in found


@pytest.mark.parametrize(
    "event",
    [Pressed(0, 0), Pressed(-5, 2**40), Pressed(10**12, 1), Rated(2**62, good=True), Rated(0, good=False)],
)
async def test_any_press_or_rating_is_kept_and_harms_nothing(
    memory: Memory, serve: Serve, event: Pressed | Rated
) -> None:
    await serve(memory)
    assert await memory.does(event) == "new"
    assert (await memory.ask("你好", "乙")).text
    assert (await memory.ask("你好", "甲")).text


async def test_names_of_updates_and_chats_may_be_anything_a_network_has(memory: Memory, serve: Serve) -> None:
    await serve(memory)
    for number, (update, chat) in enumerate((("-1", "-100123"), ("a/b?c", "聊天"), ("x" * 500, "y" * 128))):
        assert await memory.bring_in(Arrival(update, chat, Said("你好"))) == "new"
        assert await memory.bring_in(Arrival(update, chat, Said("你好"))) == "duplicate"
        assert len(await memory.replies(1, chat)) == 1, number


async def test_the_order_of_a_chat_may_count_very_far(memory: Memory, serve: Serve) -> None:
    await serve(memory, role="ingest")
    for place in (2**62, -(2**62), 0):
        await memory.does(Said(str(place)), place=place)
    worker = Memory()
    await serve(worker, role="worker")
    assert len(await worker.replies(3)) == 3


async def test_many_updates_of_many_chats_at_once_are_all_answered_once(memory: Memory, serve: Serve) -> None:
    await serve(memory)
    await asyncio.gather(*(memory.does(Said("谢谢"), f"chat {number % 40}") for number in range(200)))
    await memory.replies(200)
    await asyncio.sleep(0.3)
    assert len(memory.shown) == 200
    for number in range(40):
        ids = [shown.message.id for shown in memory.to(f"chat {number}")]
        assert len(ids) == 5
        assert ids == sorted(ids)


async def test_when_too_much_waits_nothing_more_is_taken_until_some_is_answered(
    serve: Serve, store: Store
) -> None:
    ingest = Memory()
    service = await serve(ingest, role="ingest", rules=Rules(inbox_most=3))
    for _ in range(3):
        assert await ingest.does(Said("你好")) == "new"
    for _ in range(2):
        with pytest.raises(InboxFullError, match="too many messages wait to be answered"):
            await ingest.does(Said("还在吗"), update="again")
    assert len(await rows(store, schema.inbox)) == 3
    # That is no trouble of the database.
    assert not service.struggles
    assert of_metrics(service.metrics.text(), "baoduoshao_storage_errors_total") == 0
    await store.run(lambda c: c.execute(updated(schema.inbox).values(done_at=1)))
    async with asyncio.timeout(10):
        while True:
            try:
                assert await ingest.does(Said("还在吗"), update="again") == "new"
                break
            except InboxFullError:
                await asyncio.sleep(0.05)


async def test_who_works_off_what_waits_takes_more_in(memory: Memory, serve: Serve) -> None:
    await serve(memory, rules=Rules(inbox_most=2))
    asked = 0
    async with asyncio.timeout(20):
        while asked < 6:
            try:
                await memory.does(Said("谢谢"), f"chat {asked}")
                asked += 1
            except InboxFullError:
                await asyncio.sleep(0.05)
    await memory.replies(6)


@pytest.mark.parametrize("ref", ["r" * 129, "报" * 1000])
async def test_what_a_message_is_called_may_not_be_longer_than_a_database_takes(
    memory: Memory, serve: Serve, store: Store, ref: str
) -> None:
    await serve(memory)
    assert await memory.bring_in(Arrival("9", "甲", Said("金丝雀"), 1, ref)) == "new"
    [row] = await rows(store, schema.inbox)
    assert (row["chat"], row["event"]) == (None, None)
    assert row["error"] == "chat, place or name of a message out of range"
    assert await memory.bring_in(Arrival("10", "甲", Said("你好"), 1, "r" * 128)) == "new"
    assert (await memory.replies(1))[0].message.answers == "r" * 128
    assert "金丝雀" not in await everything(store)


async def test_who_sends_too_much_is_told_once_and_the_rest_is_not_kept(
    app: App, serve: Serve, store: Store
) -> None:
    memory = Memory(limits=Limits(a_minute=2))
    service = await serve(memory)
    assert [await memory.does(Said("谢谢")) for _ in range(5)] == ["new", "new", "new", "dropped", "dropped"]
    assert await memory.does(Said("谢谢"), "乙") == "new"
    await memory.replies(4)
    assert [shown.text for shown in memory.to("甲")][2] == app.templates.say("channel", "too_fast")
    await asyncio.sleep(0.2)
    assert len(memory.to("甲")) == 3
    assert len(await rows(store, schema.inbox)) == 4
    labels = {"channel": "memory", "result": "dropped"}
    assert of_metrics(service.metrics.text(), "baoduoshao_updates_total", labels) == 2


async def test_of_what_came_too_fast_not_a_word_is_kept(serve: Serve, store: Store) -> None:
    memory = Memory(limits=Limits(a_minute=1))
    await serve(memory, role="ingest")
    for text in ("你好", "金丝雀", "金丝雀"):
        await memory.does(Said(text))
    assert "金丝雀" not in await everything(store)


async def test_an_update_brought_again_does_not_count_twice(serve: Serve) -> None:
    memory = Memory(limits=Limits(a_minute=2))
    await serve(memory)
    found = [await memory.does(Said("谢谢"), update=each) for each in ("1", "1", "1", "2", "3", "4")]
    assert found == ["new", "duplicate", "duplicate", "new", "new", "dropped"]


async def test_updates_that_cannot_be_read_are_all_recorded_and_nobody_is_told_of_a_hurry(
    serve: Serve, store: Store
) -> None:
    memory = Memory(limits=Limits(a_minute=1))
    await serve(memory)
    for number in range(4):
        assert await memory.bring_in(Arrival(f"spoilt {number}", "", Unreadable(5, "TypeError"))) == "new"
    assert (await memory.ask("谢谢", "乙")).text
    assert [shown.chat for shown in memory.shown] == ["乙"]
    assert [row["error"] for row in await rows(store, schema.inbox)].count("TypeError") == 4
