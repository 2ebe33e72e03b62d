"""What is said comes in the parts that its network takes, and in the place where it belongs."""

import asyncio
from typing import Any

import pytest
from support.memory import Hangs, Memory, SetClock, until
from support.stores import rows

from bot.app import App
from bot.dialogue import Said, Sent
from bot.service import sending
from bot.service.clock import SystemClock
from bot.service.protocol import Arrival, Closed, DeliveryError, Hurried, Opening, Pressed
from bot.service.service import Service
from bot.storage import Store, opened, schema

from .conftest import Serve

pytestmark = pytest.mark.asyncio
LONG = "衡阳职工门诊报多少"


def bare(app: App, *events: Said | Sent) -> str:
    """Return what the bare dialogue says to the last of these."""
    state = app.dialogue.start({}, introduced=True)
    for event in events:
        state, reply = app.dialogue.step(state, event, app.settings.today())
    return reply.text


async def test_a_long_answer_comes_in_parts_in_their_order_each_marked_by_itself(
    app: App, serve: Serve, store: Store
) -> None:
    memory = Memory(most=60)
    whole = bare(app, Said(LONG))
    number = -(-len(whole) // 60)
    assert number >= 4
    memory.becomes.extend([None, DeliveryError("down", 0.2)])
    await serve(memory)
    await memory.does(Said(LONG))
    await memory.replies(number)
    assert "".join(shown.text for shown in memory.shown) == whole
    async with asyncio.timeout(10):
        while {row["state"] for row in await rows(store, schema.outbox)} != {"sent"}:
            await asyncio.sleep(0.02)
    kept = await rows(store, schema.outbox)
    assert [row["part"] for row in kept] == list(range(number))
    assert [row["attempts"] for row in kept] == [1, 2, *[1] * (number - 2)]
    assert len({row["inbox_id"] for row in kept}) == 1


async def test_after_a_death_between_two_parts_only_the_rest_is_sent(app: App, database_url: str) -> None:
    memory = Memory(most=60)
    memory.becomes.extend([None, Hangs()])
    first = Service(app, await asyncio.to_thread(opened, database_url), [memory])
    await first.prepare()
    first.start()
    await memory.does(Said(LONG))
    await until(lambda: len(memory.tried) == 2)
    assert await first.stop(0.3) is False
    assert len(memory.shown) == 1
    whole = bare(app, Said(LONG))
    clock = SetClock(SystemClock().now() + sending.LEASE + 1)
    second = Service(app, await asyncio.to_thread(opened, database_url), [memory], clock=clock)
    await second.prepare()
    second.start()
    await memory.replies(-(-len(whole) // 60))
    assert await second.stop(10) is True
    assert "".join(shown.text for shown in memory.shown) == whole


async def test_what_is_typed_stands_below_the_question_and_ends_its_choices(
    memory: Memory, serve: Serve
) -> None:
    await serve(memory)
    level = await memory.ask("衡阳职工住院花了两万")
    status = await memory.ask("三级医院")
    assert (status.message.edits, status.message.closes) == (None, Closed(level.ref, level.message.id))
    result = await memory.ask("退休")
    assert (result.message.edits, result.message.closes) == (None, Closed(status.ref, status.message.id))
    after = await memory.ask("谢谢")
    assert (after.message.edits, after.message.closes) == (None, None)


async def test_a_press_that_leads_to_the_result_ends_the_choices_of_the_question(
    memory: Memory, serve: Serve
) -> None:
    await serve(memory)
    level = await memory.ask("衡阳职工住院花了两万")
    status = await memory.press(level, "三级医院")
    assert (status.message.edits, status.message.closes) == (level.ref, None)
    result = await memory.press(status, "退休")
    assert (result.message.edits, result.message.closes) == (None, Closed(status.ref, status.message.id))


async def test_what_needs_several_parts_takes_no_place_and_its_last_ends_the_choices(serve: Serve) -> None:
    memory = Memory(most=20)
    await serve(memory)
    await memory.does(Said("衡阳职工住院花了两万"))
    await until(lambda: bool(memory.shown) and bool(memory.shown[-1].message.options))
    level = memory.shown[-1]
    before = len(memory.shown)
    await memory.does(Pressed(level.message.options.index("三级医院") + 1, level.message.form))
    await until(lambda: len(memory.shown) > before and bool(memory.shown[-1].message.options))
    parts = [shown.message for shown in memory.shown[before:]]
    assert len(parts) > 1
    assert {part.edits for part in parts} == {None}
    *others, last = [part.closes for part in parts]
    assert others == [None] * len(others)
    assert last == Closed(level.ref, level.message.id)


async def test_answers_and_results_can_be_rated_and_nothing_else(memory: Memory, serve: Serve) -> None:
    await serve(memory)
    ratable = {}
    for text in (
        "你好",
        LONG,
        "起付线",
        "衡阳职工住院花了两万",
        "三级医院",
        "退休",
        "今天天气怎么样",
        "谢谢",
    ):
        ratable[text] = (await memory.ask(text)).message.ratable
    assert [text for text, can in ratable.items() if can] == [LONG, "退休"]


async def test_who_was_in_a_hurry_is_told_so_and_goes_on_where_they_were(
    app: App, memory: Memory, serve: Serve, store: Store
) -> None:
    await serve(memory)
    level = await memory.ask("衡阳职工住院花了两万")
    before = await rows(store, schema.sessions)
    told = await memory.ask(Hurried())
    assert told.text == app.templates.say("channel", "too_fast")
    assert (told.message.edits, told.message.closes, told.message.options) == (None, None, ())
    assert not told.message.ratable
    assert await rows(store, schema.sessions) == before
    status = await memory.press(level, "三级医院")
    assert status.text == bare(app, Said("衡阳职工住院花了两万"), Said("三级医院"))
    assert status.message.edits == level.ref


async def test_who_begins_in_a_hurry_is_told_so_and_not_greeted_less_for_it(app: App, serve: Serve) -> None:
    memory = Memory(opening=Opening())
    await serve(memory)
    assert (await memory.ask(Hurried())).text == app.templates.say("channel", "too_fast")
    assert (await memory.ask("谢谢")).message.blocks[0] == app.dialogue.first_words()


@pytest.mark.parametrize(
    "event",
    [Sent("voice"), Sent("sticker"), Sent("edited"), Sent("photo"), Sent("photo", "衡阳职工住院花了两万")],
)
async def test_what_is_no_text_is_answered_as_the_dialogue_says(
    app: App, memory: Memory, serve: Serve, event: Sent
) -> None:
    await serve(memory)
    assert (await memory.ask(event)).text == bare(app, event)


async def test_a_photo_in_the_middle_of_a_form_leaves_it_open(app: App, memory: Memory, serve: Serve) -> None:
    await serve(memory)
    await memory.ask("衡阳职工住院花了两万")
    await memory.ask(Sent("photo"))
    events: list[Any] = [Said("衡阳职工住院花了两万"), Sent("photo"), Said("三级医院")]
    assert (await memory.ask("三级医院")).text == bare(app, *events)


@pytest.mark.parametrize("most", [None, 60])
async def test_an_answer_says_in_every_part_what_it_answers(app: App, serve: Serve, most: int | None) -> None:
    memory = Memory(most=most)
    await serve(memory)
    await memory.bring_in(Arrival("a", "甲", Said(LONG), 1, "4711"))
    await memory.bring_in(Arrival("b", "乙", Said("谢谢"), 1))
    whole = bare(app, Said(LONG))
    await until(lambda: "".join(shown.text for shown in memory.to("甲")) == whole)
    await memory.replies(1, "乙")
    assert {shown.message.answers for shown in memory.to("甲")} == {"4711"}
    assert {shown.message.answers for shown in memory.to("乙")} == {None}


async def test_a_rating_of_an_answer_in_parts_goes_by_its_last(serve: Serve, store: Store) -> None:
    memory = Memory(most=60)
    await serve(memory)
    await memory.does(Said(LONG))
    await until(lambda: "".join(each.text for each in memory.shown).endswith("12393。"))
    await memory.rate(memory.shown[-1], good=True)
    async with asyncio.timeout(10):
        while not (kept := await rows(store, schema.feedback)):
            await asyncio.sleep(0.02)
    assert [row["outbox_id"] for row in kept] == [memory.shown[-1].message.id]
