"""A talk is shown again as it was, whoever asks, from whatever process."""

import asyncio

import pytest
from sqlalchemy import Connection, select
from structlog.testing import capture_logs
from support.memory import Memory
from support.stores import T0, came, put

from bot.app import App
from bot.dialogue import Said
from bot.rendering import ResultSheet
from bot.service.protocol import Amending, Hurried, Limits, Pressed, Turn
from bot.service.recalling import one, recall
from bot.service.service import Service
from bot.storage import Store, outbox, schema, talks

from .conftest import Serve

pytestmark = pytest.mark.asyncio
RESULT = "衡阳退休职工三级医院住院花了两万能报多少"


async def settled(store: Store, chat: str = "甲") -> tuple[Turn, ...]:
    """Wait until all of a chat is answered, and return its turns."""
    for _ in range(2000):
        # Also a rating, which is no turn.
        if not await store.run(lambda connection: talks.waits(connection, "memory", chat)):
            return (await recall(store, "memory", chat)).turns
        await asyncio.sleep(0.005)
    raise AssertionError("never answered")


async def test_of_a_chat_that_never_was_there_is_nothing(store: Store) -> None:
    found = await recall(store, "memory", "甲")
    assert (found.turns, found.form, found.waits) == ((), 0, False)


async def test_a_talk_is_recalled_as_it_was_shown(serve: Serve, memory: Memory, store: Store) -> None:
    await serve(memory)
    asked = await memory.ask("住院花了两万能报多少")
    label = asked.message.options[0]
    await memory.press(asked, label)
    result = await memory.ask(RESULT)
    await memory.rate(result, good=True)
    opening, pressed, told = await settled(store)
    assert opening.event == Said("住院花了两万能报多少")
    assert pressed.event == Pressed(1, asked.message.form)
    assert told.event == Said(RESULT)
    [first] = opening.answers
    assert (first.message.blocks, first.message.options) == (asked.message.blocks, asked.message.options)
    [last] = told.answers
    assert last.good is True
    assert last.message.sheet == result.message.sheet
    assert isinstance(last.message.sheet, ResultSheet)
    assert last.message.sheet.text in last.message.blocks
    assert (await recall(store, "memory", "甲")).form == result.message.form


async def test_an_input_is_asked_for_anew_and_a_number_or_day_is_typed(
    serve: Serve, memory: Memory, store: Store
) -> None:
    await serve(memory)
    result = await memory.ask(RESULT)
    kinds = {}
    for name in ("eligible_cost", "date", "hospital_level"):
        asked = await memory.ask(Amending(name))
        kinds[name] = asked.message.typed
        result = await memory.ask({"eligible_cost": "30000元", "date": "2024-03-01"}.get(name, "二级医院"))
        assert result.message.sheet is not None, result.text
    assert kinds == {"eligible_cost": "money", "date": "date", "hospital_level": None}
    turns = await settled(store)
    assert [turn.event for turn in turns if isinstance(turn.event, Amending)]
    assert [answer.message.typed for turn in turns for answer in turn.answers] == [
        None,
        "money",
        None,
        "date",
        None,
        None,
        None,
    ]


async def test_a_change_at_a_result_that_is_no_longer_the_last_is_stale(
    serve: Serve, memory: Memory, store: Store
) -> None:
    await serve(memory)
    old = await memory.ask(RESULT)
    new = await memory.ask("门诊花了两千能报多少")
    assert new.message.form != old.message.form
    stale = await memory.ask(Amending("hospital_level"))
    assert stale.message.typed is None
    assert stale.message.sheet is None


async def test_what_waits_says_so(store: Store) -> None:
    await put(store, came(1, event='{"said":"一"}', at=T0), came(2, event='{"hurried":true}', at=T0))
    found = await recall(store, "memory", "甲")
    assert found.waits
    assert [(turn.event, turn.answers, turn.waits) for turn in found.turns] == [
        (Said("一"), (), True),
        (Hurried(), (), True),
    ]


async def test_another_process_recalls_the_same(serve: Serve, memory: Memory, store: Store, app: App) -> None:
    service = await serve(memory)
    await memory.ask(RESULT)
    turns = await settled(store)
    other = Service(app, store, [Memory()])
    assert (await other.recall("memory", "甲")).turns == turns
    assert (await service.recall("memory", "甲")).turns == turns
    assert not await other.waits("memory", "甲")


async def test_who_is_forgotten_is_recalled_as_one_who_never_came(
    serve: Serve, memory: Memory, store: Store
) -> None:
    await serve(memory)
    await memory.ask(RESULT)
    await memory.ask(RESULT, "乙")
    await memory.ask("/forget")
    assert await settled(store) == ()
    assert len(await settled(store, "乙")) == 1


async def test_of_those_who_hurry_it_is_recalled_once(serve: Serve, store: Store) -> None:
    memory = Memory(limits=Limits(a_minute=2))
    await serve(memory)
    for _ in range(5):
        await memory.does(Said("你好"))
    turns = await settled(store)
    assert [turn.event for turn in turns] == [Said("你好"), Said("你好"), Hurried()]
    assert turns[-1].answers


async def test_of_a_long_talk_forty_turns_are_recalled(serve: Serve, memory: Memory, store: Store) -> None:
    await serve(memory)
    for number in range(40):
        await memory.does(Said(f"你好{number}"))
    assert (await settled(store))[0].event == Said("你好0")
    assert not (await recall(store, "memory", "甲")).more
    for number in range(40, 43):
        await memory.does(Said(f"你好{number}"))
    turns = await settled(store)
    assert (await recall(store, "memory", "甲")).more
    assert [turn.event for turn in turns] == [Said(f"你好{number}") for number in range(3, 43)]
    assert all(turn.answers for turn in turns)


async def test_ratings_push_nothing_of_a_talk_away(serve: Serve, memory: Memory, store: Store) -> None:
    await serve(memory)
    result = await memory.ask(RESULT)
    for number in range(43):
        await memory.rate(result, good=bool(number % 2))
    [turn] = await settled(store)
    assert (turn.event, turn.answers[0].good) == (Said(RESULT), False)
    assert not (await recall(store, "memory", "甲")).more


async def test_one_message_is_recalled_for_its_own_chat_alone(
    serve: Serve, memory: Memory, store: Store
) -> None:
    await serve(memory)
    result = (await memory.ask(RESULT)).message
    found = await one(store, "memory", "甲", result.id)
    assert found is not None
    assert (found.blocks, found.sheet) == (result.blocks, result.sheet)
    assert await one(store, "memory", "乙", result.id) is None
    assert await one(store, "other", "甲", result.id) is None
    assert await one(store, "memory", "甲", result.id + 99) is None
    await memory.ask("/forget")
    await settled(store)
    assert await one(store, "memory", "甲", result.id) is None


async def test_a_sheet_of_another_version_leaves_the_words_of_its_message(store: Store) -> None:
    await put(store, came(1, event='{"said":"一"}'))

    def work(connection: Connection) -> int:
        number = connection.execute(select(schema.inbox.c.id)).scalar_one()
        return outbox.put(
            connection,
            "memory",
            "甲",
            inbox_id=number,
            part=0,
            content='{"blocks":["前","大约报五千元"],"version":"v","ratable":true,'
            '"sheet":[1,{"kind":"result","title":"住院"}]}',
            about="{}",
            edits=None,
            at=T0,
            received_at=T0,
            erase=False,
        )

    number = await store.run(work)
    with capture_logs() as logs:
        [turn] = (await recall(store, "memory", "甲")).turns
    [answer] = turn.answers
    assert (answer.message.blocks, answer.message.sheet) == (("前", "大约报五千元"), None)
    [line] = logs
    assert line["message"] == number
    assert "住院" not in str(line)
    assert "五千" not in str(line)
