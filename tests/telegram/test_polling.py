"""Polling acknowledges what is kept and nothing else, and goes on through whatever Telegram does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from fake import FakeTelegram
from structlog.testing import capture_logs
from support.bots import Kept, bot, fake
from support.memory import until
from support.taking import aside, kept, taking
from telegram import Bot

from bot.channels.telegram import polling
from bot.channels.telegram.polling import Polling, persistently
from bot.channels.telegram.reading import ALLOWED_UPDATES
from bot.channels.telegram.taking import Taking
from bot.dialogue import Said
from bot.service.protocol import Arrival, Receipt, Unreadable
from bot.storage import StorageError

__all__ = ["aside", "bot", "fake", "kept", "taking"]

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def _pauses_hardly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "_FIRST_PAUSE", 0.02)
    monkeypatch.setattr(polling, "_LONGEST_PAUSE", 0.04)


@contextlib.asynccontextmanager
async def running(bot: Bot, taking: Taking) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(Polling(bot, taking).run())
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def offsets(fake: FakeTelegram) -> list[int | None]:
    return [call.fields.get("offset") for call in fake.calls("getUpdates")]


def texts(kept: Kept) -> list[str]:
    return [each.event.text for each in kept.arrivals if isinstance(each.event, Said)]


async def test_what_is_kept_is_acknowledged_by_asking_for_the_next(
    fake: FakeTelegram, bot: Bot, taking: Taking, kept: Kept
) -> None:
    chat = fake.private(fake.user(7001))
    for text in "一二三":
        chat.says(text)
    async with running(bot, taking):
        await until(lambda: fake.pending == 0)
        chat.says("四")
        await until(lambda: len(kept.arrivals) == 4 and fake.pending == 0)
    assert texts(kept) == ["一", "二", "三", "四"]
    assert offsets(fake)[0] is None
    assert kept.tried == [str(update["update_id"]) for update in fake.made]


async def test_only_what_is_read_is_asked_for_and_long_questions_are_held_open(
    fake: FakeTelegram, bot: Bot, taking: Taking, kept: Kept
) -> None:
    async with running(bot, taking):
        fake.private(fake.user(7001)).says("一")
        await until(lambda: fake.pending == 0 and len(kept.arrivals) == 1)
    [asked, *_] = fake.calls("getUpdates")
    assert tuple(asked.fields["allowed_updates"]) == ALLOWED_UPDATES
    assert (asked.fields["timeout"], asked.fields["limit"]) == (25, 100)


async def test_nothing_is_acknowledged_before_it_is_kept(
    fake: FakeTelegram, bot: Bot, taking: Taking, kept: Kept
) -> None:
    kept.fails = [StorageError("away")] * 5
    chat = fake.private(fake.user(7001))
    for text in "一二三":
        chat.says(text)
    with capture_logs() as logs:
        async with running(bot, taking):
            await until(lambda: len(kept.tried) >= 5)
            assert (offsets(fake), fake.pending) == ([None], 3) or not kept.fails
            await until(lambda: fake.pending == 0)
    assert texts(kept) == ["一", "二", "三"]
    assert kept.tried[:6] == [kept.updates[0]] * 6
    assert [each["event"] for each in logs] == ["an update can't be kept yet"] * 5


async def test_one_chat_that_cannot_be_kept_yet_keeps_its_order_and_no_other_waiting(
    fake: FakeTelegram, bot: Bot, taking: Taking, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = asyncio.Event()
    begun: list[str] = []

    async def receive(arrival: Arrival) -> Receipt:
        assert isinstance(arrival.event, Said)
        begun.append(arrival.event.text)
        if arrival.event.text == "一":
            await go.wait()
        return await kept.receive(arrival)

    monkeypatch.setattr(taking, "_receive", receive)
    slow, quick = fake.private(fake.user(7001)), fake.private(fake.user(7002))
    for text in "一二":
        slow.says(text)
    for text in "甲乙":
        quick.says(text)
    async with running(bot, taking):
        await until(lambda: len(kept.arrivals) == 2)
        await asyncio.sleep(0.05)
        assert begun == ["一", "甲", "乙"]
        assert (offsets(fake), fake.pending) == ([None], 4)
        go.set()
        await until(lambda: fake.pending == 0)
    assert texts(kept) == ["甲", "乙", "一", "二"]


async def test_what_was_not_kept_when_the_process_died_comes_to_the_next_and_nothing_twice(
    fake: FakeTelegram, bot: Bot, taking: Taking, kept: Kept
) -> None:
    chat = fake.private(fake.user(7001))
    for text in "一二三":
        chat.says(text)
    kept.fails = [None, *[StorageError("away")] * 1000]
    async with running(bot, taking):
        await until(lambda: len(kept.tried) > 3)
    assert (texts(kept), fake.pending) == (["一"], 3)
    kept.fails = []
    async with running(bot, taking):
        await until(lambda: fake.pending == 0)
    assert texts(kept) == ["一", "二", "三"]


async def test_an_error_of_our_own_ends_it_with_nothing_acknowledged(
    fake: FakeTelegram, bot: Bot, taking: Taking, kept: Kept
) -> None:
    kept.fails = [ZeroDivisionError()]
    fake.private(fake.user(7001)).says("一")
    async with running(bot, taking) as task:
        with pytest.raises(ZeroDivisionError):
            await asyncio.wait_for(task, 5)
    assert (offsets(fake), fake.pending) == ([None], 1)


async def test_updates_whose_numbers_begin_anew_are_all_kept(
    fake: FakeTelegram, bot: Bot, taking: Taking, kept: Kept
) -> None:
    chat = fake.private(fake.user(7001))
    with fake.holding():
        chat.says("旧")
        fake.next_update_id = 1000
        chat.says("新")
    async with running(bot, taking):
        await until(lambda: fake.pending == 0)
    assert texts(kept) == ["旧", "新"]
    # After the last, not after the greatest: those that follow the new ones would be passed over.
    assert offsets(fake)[1] == 1001


async def test_one_that_cannot_be_read_between_others_is_recorded_and_skipped(
    fake: FakeTelegram, bot: Bot, taking: Taking, kept: Kept
) -> None:
    chat = fake.private(fake.user(7001))
    with fake.holding():
        chat.says("一")
        fake.raw({"message": {"text": ["金丝雀"]}})
        fake.raw("金丝雀")
        fake.raw({"update_id": None, "message": "金丝雀"})
        fake.raw({"message": {"message_id": "x", "from": {}, "chat": [], "date": {}}})
        chat.says("二")
    async with running(bot, taking):
        await until(lambda: fake.pending == 0)
        chat.says("三")
        await until(lambda: len(texts(kept)) == 3)
    assert texts(kept) == ["一", "二", "三"]
    spoilt = [each.event for each in kept.arrivals if isinstance(each.event, Unreadable)]
    assert len(spoilt) == 4
    assert all(each.size > 0 and each.error for each in spoilt)
    assert "金丝雀" not in repr(kept.arrivals)


async def test_updates_without_numbers_alone_are_recorded_once_and_asked_for_with_pauses(
    fake: FakeTelegram, bot: Bot, taking: Taking, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "_FIRST_PAUSE", 0.2)
    fake.raw(["nothing", "known"])
    async with running(bot, taking):
        await asyncio.sleep(0.5)
        assert len(fake.calls("getUpdates")) <= 4
        fake.private(fake.user(7001)).says("一")
        await until(lambda: fake.pending == 0)
    assert texts(kept) == ["一"]
    assert len(kept.arrivals) == 2


@pytest.mark.parametrize("page", [b'{"ok":true,"result":{"x":1}}', b'{"ok":true,"result":null}', b"<html>"])
async def test_an_answer_that_is_no_list_of_updates_is_asked_for_again(
    fake: FakeTelegram, bot: Bot, taking: Taking, kept: Kept, page: bytes
) -> None:
    fake.private(fake.user(7001)).says("一")
    fake.fails_next("getUpdates", status=200, page=page)
    async with running(bot, taking):
        await until(lambda: fake.pending == 0)
    assert texts(kept) == ["一"]


async def test_more_than_fit_into_one_answer_come_in_order(
    fake: FakeTelegram, bot: Bot, taking: Taking, kept: Kept
) -> None:
    chat = fake.private(fake.user(7001))
    for number in range(250):
        chat.says(str(number))
    async with running(bot, taking):
        await until(lambda: fake.pending == 0)
    assert texts(kept) == [str(number) for number in range(250)]


async def test_an_outage_is_told_of_once_and_its_end_too(
    fake: FakeTelegram, bot: Bot, taking: Taking, kept: Kept
) -> None:
    fake.fails_next("getUpdates", times=2, status=502, page=b"<html>Bad Gateway</html>")
    fake.cuts_next("getUpdates", times=2)
    fake.private(fake.user(7001)).says("一")
    with capture_logs() as logs:
        async with running(bot, taking):
            await until(lambda: fake.pending == 0)
    assert [(each["log_level"], each["event"]) for each in logs] == [
        ("warning", "updates can't be fetched"),
        ("info", "Telegram is reached again"),
    ]
    assert fake.token not in str(logs)
    assert texts(kept) == ["一"]


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses that are told of rather than made."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(polling, "asyncio", SimpleNamespace(sleep=sleep, gather=asyncio.gather))
    monkeypatch.setattr(polling, "_FIRST_PAUSE", 0.5)
    monkeypatch.setattr(polling, "_LONGEST_PAUSE", 30.0)
    return pauses


@pytest.mark.parametrize(
    ("trouble", "pauses", "level", "reason"),
    [
        ({"status": 409}, [5.0, 5.0, 5.0, 5.0, 8.0], "error", "stop the other one"),
        ({"status": 401}, [30.0] * 5, "error", "set TELEGRAM_TOKEN anew"),
        ({"status": 429, "retry_after": 3}, [3.0, 3.0, 3.0, 4.0, 8.0], "warning", "too many requests"),
        ({"status": 500}, [0.5, 1.0, 2.0, 4.0, 8.0], "warning", "Internal Server Error"),
        ({"status": 429}, [0.5, 1.0, 2.0, 4.0, 8.0], "warning", "Too Many Requests"),
    ],
)
async def test_each_trouble_is_named_and_waited_for(
    fake: FakeTelegram,
    bot: Bot,
    slept: list[float],
    trouble: dict[str, Any],
    pauses: list[float],
    level: str,
    reason: str,
) -> None:
    fake.fails_next("getMe", times=5, **trouble)
    with capture_logs() as logs:
        me = await persistently(bot.get_me, "Telegram can't be reached")
    assert me.username == "baoduoshao_bot"
    assert slept == pauses
    assert (logs[0]["log_level"], logs[0]["event"]) == (level, "Telegram can't be reached")
    assert reason in f"{logs[0]['reason']}; {logs[0]['mend']}"
    assert fake.token not in str(logs)


async def test_pauses_grow_no_longer_than_half_a_minute(
    fake: FakeTelegram, bot: Bot, slept: list[float]
) -> None:
    fake.fails_next("getMe", times=9, status=500)
    await persistently(bot.get_me, "Telegram can't be reached")
    assert slept == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


async def test_another_program_that_polls_is_named_and_polling_goes_on_after_it(
    fake: FakeTelegram, bot: Bot, taking: Taking, kept: Kept, slept: list[float]
) -> None:
    with capture_logs() as logs:
        async with running(bot, taking):
            await until(lambda: fake.updates._waiting != set())
            # Its question ends the one that is held open.
            other = asyncio.create_task(bot.get_updates(timeout=1, read_timeout=5.0))
            await until(lambda: any("stop the other one" in each.get("mend", "") for each in logs))
            await asyncio.gather(other, return_exceptions=True)
            fake.private(fake.user(7001)).says("一")
            await until(lambda: len(kept.arrivals) == 1)
    assert texts(kept) == ["一"]
