"""A press is answered before anything else, whatever becomes of it."""

import asyncio
from typing import Any

import pytest
from fake import FakeTelegram
from support import warm
from support.bots import Kept, bot, fake
from support.taking import aside, kept, taking
from support.updates import BOT, GROUP, LI, message, press

from bot.channels.telegram.aside import Aside
from bot.channels.telegram.reading import Inline
from bot.channels.telegram.taking import Taking
from bot.service.protocol import Pressed
from bot.storage import StorageError

__all__ = ["aside", "bot", "fake", "kept", "taking"]

pytestmark = pytest.mark.asyncio


def pressed(fake: FakeTelegram, data: str) -> Any:
    """Return the update of a press that the fake waits to have answered."""
    with fake.world.changed:
        query = fake.world.new_query().id
    return press(data, id=query)


async def test_a_press_is_answered_before_it_is_kept(
    taking: Taking, fake: FakeTelegram, kept: Kept, aside: Aside
) -> None:
    arrival = taking.begin(taking.read(pressed(fake, "c:5:2")))
    await aside.finish(1.0)
    assert len(fake.calls("answerCallbackQuery")) == 1
    assert kept.arrivals == []
    assert arrival is not None
    await taking.keep(arrival)
    assert [each.event for each in kept.arrivals] == [Pressed(2, 5, "15")]


async def test_a_press_is_answered_though_it_cannot_be_kept(
    taking: Taking, fake: FakeTelegram, kept: Kept, aside: Aside
) -> None:
    kept.fails = [StorageError("away")]
    arrival = taking.begin(taking.read(pressed(fake, "c:5:2")))
    assert arrival is not None
    with pytest.raises(StorageError):
        await taking.keep(arrival)
    await aside.finish(1.0)
    assert [call.ok for call in fake.calls("answerCallbackQuery")] == [True]


async def test_a_press_is_kept_though_it_cannot_be_answered(
    taking: Taking, fake: FakeTelegram, kept: Kept, aside: Aside
) -> None:
    fake.fails_next("answerCallbackQuery", status=500)
    arrival = taking.begin(taking.read(pressed(fake, "c:5:2")))
    assert arrival is not None
    await taking.keep(arrival)
    await aside.finish(1.0)
    assert len(kept.arrivals) == 1


@pytest.mark.parametrize(
    ("data", "toast"),
    [
        ("c:5:2", None),
        ("r:5:1", "〔rated_good〕"),
        ("r:5:0", "〔rated_bad〕"),
        ("of yesterday", "〔stale_press〕"),
    ],
)
async def test_what_the_button_shows_tells_what_became_of_the_press(
    taking: Taking, fake: FakeTelegram, aside: Aside, data: str, toast: str | None
) -> None:
    arrival = taking.begin(taking.read(pressed(fake, data)))
    assert (arrival is None) is (data == "of yesterday")
    await aside.finish(1.0)
    [call] = fake.calls("answerCallbackQuery")
    assert call.fields.get("text") == toast


async def test_whoever_presses_under_anothers_answer_is_told_and_nothing_is_kept(
    taking: Taking, fake: FakeTelegram, kept: Kept, aside: Aside
) -> None:
    question = message(chat=GROUP, by=LI, text="住院")
    on = message(chat=GROUP, by=BOT, text="几级医院？", reply_to_message=question)
    for data in ("c:5:2", "r:5:1"):
        update = pressed(fake, data)
        update["callback_query"]["message"] = on
        assert taking.begin(taking.read(update)) is None
    await aside.finish(1.0)
    assert [call.fields["text"] for call in fake.calls("answerCallbackQuery")] == ["〔anothers_press〕"] * 2
    assert kept.tried == []


@pytest.mark.parametrize("name", ["rated_good", "rated_bad", "stale_press", "anothers_press"])
async def test_what_a_button_shows_for_a_moment_is_short(name: str) -> None:
    assert 0 < len(warm.app().templates.say("channel", name)) <= 30


async def test_a_message_is_to_be_kept_and_nothing_is_called(taking: Taking, fake: FakeTelegram) -> None:
    read = taking.read({"update_id": 9, "message": message(text="你好")})
    assert taking.begin(read) == read
    assert taking.begin(None) is None
    assert fake.requests == []


async def test_a_question_from_another_chat_is_answered_and_never_kept(
    taking: Taking, fake: FakeTelegram, kept: Kept, aside: Aside
) -> None:
    with fake.world.changed:
        query = fake.world.new_query().id
    assert taking.begin(Inline(query, "7001", "")) is None
    await aside.finish(5.0)
    assert len(fake.calls("answerInlineQuery")) == 1
    assert kept.tried == []


async def test_a_hundred_presses_wait_for_no_answer_of_telegrams(
    taking: Taking, fake: FakeTelegram, aside: Aside
) -> None:
    fake.latency = 0.3
    began = asyncio.get_running_loop().time()
    for _ in range(100):
        taking.begin(taking.read(pressed(fake, "c:5:2")))
    assert asyncio.get_running_loop().time() - began < 0.3
    await aside.finish(10.0)
    assert len(fake.calls("answerCallbackQuery")) > 10
