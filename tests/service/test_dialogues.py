"""Whole dialogues through the service are those of the bare dialogue, whatever happens on the way."""

import asyncio
import json
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from support import warm
from support.memory import Memory, of_metrics, until
from support.stores import rows

from bot.app import App
from bot.dialogue import Chose, Reply, Said, State
from bot.service.protocol import Opening, Pressed, Rated
from bot.service.service import Service
from bot.service.stepping import Stepping
from bot.service.written import event_of
from bot.settings import Settings, data_folder
from bot.storage import Store, opened, schema

from .conftest import Serve

pytestmark = pytest.mark.asyncio

TALK: Sequence[str | int] = (
    "你好",
    "衡阳职工住院花了两万能报多少",
    1,
    2,
    "要是二级医院呢",
    "异地就医怎么备案",
    "今天天气怎么样",
    "起付线是什么",
    "住院",
    "算了",
    "谢谢",
)
FAILED = "这句没能处理"


def played(app: App, turns: Sequence[str | int], state: State | None = None) -> list[Reply]:
    """Return the replies of the bare dialogue."""
    state = state or app.dialogue.start({}, introduced=True)
    replies = []
    for turn in turns:
        event = Said(turn) if isinstance(turn, str) else Chose(turn)
        state, reply = app.dialogue.step(state, event, app.settings.today())
        replies.append(reply)
    return replies


async def talked(memory: Memory, turns: Sequence[str | int], chat: str = "甲") -> None:
    form = memory.to(chat)[-1].message.form if memory.to(chat) else 0
    for turn in turns:
        shown = await memory.ask(turn if isinstance(turn, str) else Pressed(turn, form), chat)
        form = shown.message.form


async def abouts(store: Store) -> list[dict[str, Any]]:
    return [json.loads(row["about"]) for row in await rows(store, schema.outbox)]


async def test_a_whole_dialogue_is_that_of_the_bare_dialogue(app: App, memory: Memory, serve: Serve) -> None:
    await serve(memory)
    await talked(memory, TALK)
    bare = played(app, TALK)
    assert [(shown.text, shown.message.options) for shown in memory.shown] == [
        (reply.text, reply.choices) for reply in bare
    ]
    assert {reply.status for reply in bare} >= {"answered", "asked", "estimated", "foreign", "steered"}


async def test_dialogues_of_many_chats_at_once_do_not_touch_each_other(
    app: App, memory: Memory, serve: Serve
) -> None:
    await serve(memory)
    chats = [f"chat {number}" for number in range(8)]
    await asyncio.gather(*(talked(memory, TALK[n % 3 :], chat) for n, chat in enumerate(chats)))
    for number, chat in enumerate(chats):
        bare = played(app, TALK[number % 3 :])
        assert [shown.text for shown in memory.to(chat)] == [reply.text for reply in bare], chat


async def test_a_dialogue_goes_on_where_it_was_after_a_restart(
    app: App, memory: Memory, database_url: str
) -> None:
    for begin, end in ((0, 3), (3, 6), (6, len(TALK))):
        service = Service(app, await asyncio.to_thread(opened, database_url), [memory])
        await service.prepare()
        service.start()
        await talked(memory, TALK[begin:end])
        assert await service.stop(10)
    assert [shown.text for shown in memory.shown] == [reply.text for reply in played(app, TALK)]
    assert (memory.open_times, memory.closed_times) == (3, 3)


async def test_a_chat_that_was_not_greeted_is_told_first_who_speaks(app: App, serve: Serve) -> None:
    memory = Memory(opening=Opening({"city": "xiangtan"}, introduced=False))
    await serve(memory)
    first = await memory.ask("职工住院起付线多少")
    second = await memory.ask("谢谢")
    assert first.message.blocks[0] == app.dialogue.first_words()
    assert "湘潭" in first.message.blocks[1]
    assert len(second.message.blocks) == 1


async def test_four_quick_messages_are_answered_in_their_order(
    app: App, memory: Memory, serve: Serve
) -> None:
    await serve(memory)
    turns = ("衡阳职工住院花了两万", "三级医院", "退休", "要是二级医院呢")
    await asyncio.gather(*(memory.does(Said(text), place=place) for place, text in enumerate(turns)))
    await memory.replies(4)
    assert [shown.text for shown in memory.shown] == [reply.text for reply in played(app, turns)]


async def test_what_comes_in_the_wrong_order_while_nobody_works_is_answered_in_the_right_one(
    app: App, memory: Memory, serve: Serve
) -> None:
    turns = ("衡阳职工住院花了两万", "三级医院", "退休", "要是二级医院呢")
    ingest = await serve(memory, role="ingest")
    for place in (2, 0, 3, 1):
        await memory.does(Said(turns[place]), place=place)
    assert memory.shown == []
    await until(lambda: ingest.alive)
    worker = Memory()
    await serve(worker, role="worker")
    await worker.replies(4)
    assert [shown.text for shown in worker.shown] == [reply.text for reply in played(app, turns)]


async def test_an_update_brought_again_is_answered_once(memory: Memory, serve: Serve, store: Store) -> None:
    service = await serve(memory)
    receipts = await asyncio.gather(*(memory.does(Said("你好"), update="once") for _ in range(5)))
    assert sorted(receipts) == ["duplicate"] * 4 + ["new"]
    await memory.replies(1)
    assert await memory.does(Said("你好"), update="once") == "duplicate"
    await memory.ask("谢谢")
    assert len(memory.shown) == 2
    assert len(await rows(store, schema.inbox)) == 2
    labels = {"channel": "memory", "result": "duplicate"}
    assert of_metrics(service.metrics.text(), "baoduoshao_updates_total", labels) == 5


async def test_a_press_with_an_old_form_is_stale_and_the_present_choices_come_again(
    memory: Memory, serve: Serve
) -> None:
    await serve(memory)
    level = await memory.ask("衡阳职工住院花了两万")
    status = await memory.press(level, "三级医院")
    stale = await memory.press(level, "二级医院")
    assert "前面的选项" in stale.text
    assert stale.message.options == status.message.options
    assert stale.message.form == status.message.form
    result = await memory.press(stale, "退休")
    assert "三级医院" in result.text
    assert "二级医院" not in result.text.splitlines()[0]


async def test_a_press_on_choices_that_came_again_counts_from_either_message(
    memory: Memory, serve: Serve
) -> None:
    await serve(memory)
    level = await memory.ask("衡阳职工住院花了两万")
    again = await memory.ask(Pressed(99, level.message.form))
    assert again.message.options == level.message.options
    assert again.message.form == level.message.form
    status = await memory.press(level, "三级医院")
    assert status.message.options == ("在职", "退休", "不清楚")


async def test_the_buttons_of_a_forgotten_talk_mean_nothing_in_the_next_one(
    memory: Memory, serve: Serve
) -> None:
    await serve(memory)
    old = await memory.ask("衡阳职工住院花了两万")
    await memory.ask("忘记我")
    new = await memory.ask("湘潭职工住院花了两万")
    assert new.message.options == old.message.options
    stale = await memory.press(old, "二级医院")
    assert "前面的选项" in stale.text


async def test_presses_lead_through_a_form_in_one_place_and_words_go_on_below(
    memory: Memory, serve: Serve
) -> None:
    await serve(memory)
    level = await memory.ask("衡阳职工住院花了两万")
    assert level.message.edits is None
    status = await memory.press(level, "三级医院")
    assert status.message.edits == level.ref
    result = await memory.press(status, "退休")
    assert result.message.edits is None
    typed = await memory.ask("湘潭居民门诊花了五百")
    assert typed.message.edits is None


async def test_a_rating_is_kept_once_with_what_it_is_about_and_nothing_is_said(
    memory: Memory, serve: Serve, store: Store, app: App
) -> None:
    await serve(memory)
    shown = await memory.ask("衡阳职工住院起付线多少")
    await memory.rate(shown, good=True)
    await memory.rate(shown, good=False)
    await memory.ask("谢谢")
    assert len(memory.shown) == 2
    [kept] = await rows(store, schema.feedback)
    about = json.loads(kept["about"])
    assert kept["good"] is False
    assert about["policy_version"] == app.library.version
    assert about["status"] == "answered"
    assert about["intent"] == "employee_inpatient_deductible"
    assert about["slots"]["city"] == "hengyang"
    assert "甲" not in str(kept)


async def test_a_rating_of_anothers_message_or_of_none_is_not_kept(
    memory: Memory, serve: Serve, store: Store
) -> None:
    await serve(memory)
    shown = await memory.ask("衡阳职工住院起付线多少", "甲")
    await memory.does(Rated(shown.message.id, good=False), "乙")
    await memory.does(Rated(10_000, good=False), "甲")
    await memory.does(Rated(-1, good=False), "甲")
    await memory.ask("谢谢", "乙")
    await memory.ask("谢谢", "甲")
    assert await rows(store, schema.feedback) == []


async def test_a_message_on_which_the_dialogue_fails_gets_an_apology_and_the_chat_goes_on(
    app: App, memory: Memory, serve: Serve, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = app.dialogue.step

    def failing(state: State, event: Any, today: date) -> Any:
        if event == Said("坏"):
            raise ZeroDivisionError
        return step(state, event, today)

    monkeypatch.setattr(app.dialogue, "step", failing)
    service = await serve(memory)
    await memory.ask("衡阳职工住院花了两万")
    failed, other = await asyncio.gather(memory.ask("坏"), memory.ask("你好", "乙"))
    assert FAILED in failed.text
    assert "12393" in failed.text
    assert FAILED not in other.text
    # What was asked before still stands.
    bare = played(app, ("衡阳职工住院花了两万", "三级医院"))
    assert (await memory.ask("三级医院")).text == bare[1].text
    assert [each["status"] for each in await abouts(store)].count("failed") == 1
    assert of_metrics(service.metrics.text(), "baoduoshao_step_failures_total") == 1
    assert "坏" not in str(await rows(store, schema.unanswered))


@pytest.mark.parametrize("error", [ZeroDivisionError(), IntegrityError("", None, Exception())])
async def test_a_message_that_cannot_be_taken_gets_an_apology_and_the_chats_go_on(
    app: App, memory: Memory, serve: Serve, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    one = Stepping._answered

    def failing(self: Stepping, connection: Any, waiting: Any, event: Any, ref: Any) -> Any:
        found = one(self, connection, waiting, event, ref)
        if event == Said("坏"):
            raise error
        return found

    monkeypatch.setattr(Stepping, "_answered", failing)
    service = await serve(memory)
    sorry = await memory.ask("坏")
    assert sorry.text == app.templates.say("talk", "failed", hotline=app.library.numbers.hotline)
    assert (await memory.ask("衡阳职工住院花了两万")).message.options
    assert len(memory.shown) == 2
    # Side by side several may try it before the first has marked it.
    assert of_metrics(service.metrics.text(), "baoduoshao_step_failures_total") >= 1


@pytest.mark.parametrize("state", ["{", '{"form":99}', '{"form":1,"slots":{"city":"atlantis"}}', "[]"])
async def test_a_session_that_cannot_be_read_is_begun_anew_with_a_word_on_it(
    app: App, memory: Memory, serve: Serve, store: Store, state: str
) -> None:
    await serve(memory)
    level = await memory.ask("衡阳职工住院花了两万")
    await store.run(lambda c: c.execute(update(schema.sessions).values(state=state)))
    again = await memory.press(level, "三级医院")
    lost = app.templates.say("talk", "thread_lost")
    assert again.message.blocks[0] == lost
    bare = played(app, ("湘潭职工住院花了两万",))
    assert (await memory.ask("湘潭职工住院花了两万")).text == bare[0].text


async def test_new_policies_hold_from_the_next_message_on_in_the_middle_of_a_talk(
    app: App, memory: Memory, serve: Serve, store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "policies"
    shutil.copytree(data_folder("policies"), folder)
    document = folder / "hunan" / "employee-2022-66.yaml"
    document.write_text(document.read_text().replace("checked: ", "checked: 2020-01-01 #", 1))
    other = App(Settings(fixed_day=app.settings.fixed_day, policies_folder=folder))
    assert other.library.version != app.library.version
    service = await serve(memory)
    level = await memory.ask("衡阳职工住院花了两万")
    service.app = other
    status = await memory.press(level, "三级医院")
    assert level.message.policy_version == app.library.version
    assert status.message.policy_version == other.library.version
    assert status.text == played(other, ("衡阳职工住院花了两万", 1))[1].text
    assert [each["policy_version"] for each in await abouts(store)] == [
        app.library.version,
        other.library.version,
    ]


async def test_a_talk_can_be_replayed_from_what_is_kept(
    app: App, memory: Memory, serve: Serve, store: Store
) -> None:
    await serve(memory)
    await talked(memory, TALK)
    state = app.dialogue.start({}, introduced=True)
    again = []
    for row in await rows(store, schema.inbox):
        event, _ = event_of(row["event"])
        chosen = Chose(event.number) if isinstance(event, Pressed) else event
        assert isinstance(chosen, Said | Chose)
        state, reply = app.dialogue.step(state, chosen, app.settings.today())
        again.append((reply.text, reply.status))
    kept = await rows(store, schema.outbox)
    contents, about = [json.loads(row["content"]) for row in kept], await abouts(store)
    assert [("\n".join(c["blocks"]), a["status"]) for c, a in zip(contents, about, strict=True)] == again
    assert {each["version"] for each in contents} == {app.library.version}
    assert {each["policy_version"] for each in about} == {app.library.version}


async def test_what_is_not_answered_is_noted_and_nothing_else(
    memory: Memory, serve: Serve, store: Store, app: App
) -> None:
    await serve(memory)
    for text in ("这个东西是那样的吗", "衡阳职工住院起付线多少", "谢谢", "今天天气怎么样"):
        await memory.ask(text)
    kept = await rows(store, schema.unanswered)
    assert [(row["text"], row["status"]) for row in kept] == [
        ("这个东西是那样的吗", "rephrase"),
        ("今天天气怎么样", "foreign"),
    ]
    assert {row["policy_version"] for row in kept} == {app.library.version}
    assert all("甲" not in str(row) for row in kept)


async def test_another_day_is_another_day_to_the_dialogue(app: App, memory: Memory, serve: Serve) -> None:
    service = await serve(memory)
    await memory.ask("衡阳职工住院花了两万")
    service.app = warm.app(Settings(fixed_day=date(2024, 5, 3)))
    assert "过了当天" in (await memory.ask("三级")).text


async def test_a_session_counts_its_steps(memory: Memory, serve: Serve, store: Store) -> None:
    await serve(memory)
    for number in range(1, 4):
        await memory.ask("你好")
        [row] = await rows(store, schema.sessions)
        assert row["version"] == number
