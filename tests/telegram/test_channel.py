"""The channel as the service holds it: opened, bringing, delivering, closed."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import httpx
import pytest
import pytest_asyncio
from fake import FakeTelegram
from structlog.testing import capture_logs
from support import warm
from support.bots import Kept, fake
from support.memory import until
from support.sheets import RESULT

from bot.app import App
from bot.channels.telegram import Telegram, Webhook
from bot.channels.telegram import polling as polling_module
from bot.channels.telegram.reading import ALLOWED_UPDATES
from bot.dialogue import Said
from bot.language import MENU
from bot.rendering import Cards
from bot.service.protocol import BlockedError, Closed, DeliveryError, Message, Pressed, UnusableError
from bot.settings import Settings, data_folder

__all__ = ["fake"]

pytestmark = pytest.mark.asyncio
SECRET = "hush-0123456789abcdef"


@pytest.fixture(scope="module")
def app() -> App:
    return warm.app(Settings(fixed_day=date(2024, 5, 1)))


@pytest_asyncio.fixture
async def telegram(fake: FakeTelegram, app: App) -> AsyncIterator[Telegram]:
    channel = Telegram(lambda: app, fake.token, fake.url)
    yield channel
    await channel.close()


@pytest_asyncio.fixture
async def posted(fake: FakeTelegram, app: App) -> AsyncIterator[Telegram]:
    """One that is posted to at an address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    channel = Telegram(lambda: app, fake.token, fake.url, Webhook(url, SECRET))
    yield channel
    await channel.close()


@contextlib.asynccontextmanager
async def bringing(channel: Telegram, kept: Kept) -> AsyncIterator[None]:
    task = asyncio.create_task(channel.bring(kept))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_people_write_is_brought(telegram: Telegram, fake: FakeTelegram) -> None:
    kept = Kept()
    await telegram.open()
    chat = fake.private(fake.user(7001))
    chat.says("住院报多少")
    async with bringing(telegram, kept):
        await until(lambda: fake.pending == 0)
    assert [(each.chat, each.event) for each in kept.arrivals] == [("7001", Said("住院报多少"))]


async def test_its_menu_is_set_beside_and_a_webhook_of_before_is_taken_away(
    telegram: Telegram, fake: FakeTelegram, app: App
) -> None:
    await telegram.open()
    async with httpx.AsyncClient() as other:
        elsewhere = {"url": "http://127.0.0.1:9/of-another"}
        set_before = await other.post(f"{fake.url}/bot{fake.token}/setWebhook", json=elsewhere)
    assert set_before.json()["ok"]
    async with bringing(telegram, Kept()):
        await until(lambda: len(fake.descriptions) == 2)
    [commands] = fake.commands.values()
    assert [each["command"] for each in commands] == list(MENU)
    [first] = [each for each in commands if each["command"] == "calc"]
    assert first["description"] == app.templates.say("channel", "menu_calc")
    [removed] = fake.calls("deleteWebhook")
    # What waits there is kept.
    assert not removed.fields.get("drop_pending_updates")


async def test_it_brings_though_its_menu_cannot_be_set(telegram: Telegram, fake: FakeTelegram) -> None:
    fake.fails_next("getMyCommands", times=5, status=500)
    kept = Kept()
    fake.private(fake.user(7001)).says("你好")
    async with bringing(telegram, kept):
        await until(lambda: len(kept.arrivals) == 1)


async def test_a_token_that_telegram_does_not_take_is_told_with_its_mend(
    fake: FakeTelegram, app: App
) -> None:
    channel = Telegram(lambda: app, fake.token[:-4] + "hush", fake.url)
    with pytest.raises(UnusableError) as caught:
        await channel.open()
    await channel.close()
    assert str(caught.value) == (
        "TELEGRAM_TOKEN: Telegram does not take this token. Copy it anew from BotFather's message, "
        "or unset it to do without Telegram."
    )
    assert "hush" not in repr(caught.value)


async def test_where_telegram_cannot_be_reached_it_opens_and_learns_its_name_later(
    telegram: Telegram, fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling_module, "_FIRST_PAUSE", 0.02)
    fake.fails_next("getMe", times=3, status=502)
    kept = Kept()
    with capture_logs() as logs:
        await telegram.open()
        fake.private(fake.user(7001)).says("你好")
        async with bringing(telegram, kept):
            await until(lambda: len(kept.arrivals) == 1)
    assert [each["event"] for each in logs[:3]] == [
        "Telegram can't be reached yet",
        "Telegram can't be reached",
        "Telegram is reached again",
    ]
    assert fake.token not in str(logs)


async def test_with_a_webhook_telegram_is_told_where_to_post_and_what(
    posted: Telegram, fake: FakeTelegram
) -> None:
    await posted.open()
    with capture_logs() as logs:
        async with bringing(posted, Kept()):
            await until(lambda: bool(fake.calls("setWebhook")))
            await until(lambda: any(each["event"] == "Telegram posts updates" for each in logs))
    [told] = fake.calls("setWebhook")
    assert told.fields["url"].endswith("/telegram")
    assert told.fields["secret_token"] == SECRET
    assert tuple(told.fields["allowed_updates"]) == ALLOWED_UPDATES
    assert not told.fields.get("drop_pending_updates")
    assert fake.calls("getUpdates") == []
    assert SECRET not in str(logs)


async def test_only_with_a_webhook_it_answers_over_http(telegram: Telegram, posted: Telegram) -> None:
    assert telegram.routes == ()
    [route] = posted.routes
    assert getattr(route, "path", "") == "/telegram"


async def test_a_secret_stands_in_no_text_of_it(posted: Telegram) -> None:
    assert SECRET not in f"{Webhook('https://b.example.org', SECRET)!r} {posted!r} {posted.routes!r}"


async def test_a_message_is_delivered_with_its_marks_keys_and_rating(
    telegram: Telegram, fake: FakeTelegram, app: App
) -> None:
    chat = fake.private(fake.user(7001))
    asked = chat.says("?")
    message = Message(9, ("医保付：1.00元", "二"), ("甲",), 5, answers=str(asked.id), ratable=True)
    number = await telegram.deliver("7001", message)
    [shown] = chat.messages
    assert (str(shown.id), shown.text, shown.reply_to) == (number, "医保付：1.00元\n\n二", asked.id)
    good, bad = app.templates.say("channel", "good"), app.templates.say("channel", "bad")
    assert shown.labels == ("1. 甲", good, bad)
    assert [button.data for button in shown.buttons] == ["c:5:1", "r:9:1", "r:9:0"]
    assert shown.entities[0]["type"] == "bold"


async def test_one_person_of_a_group_is_written_to_in_the_group(
    telegram: Telegram, fake: FakeTelegram
) -> None:
    group = fake.group([fake.user(7001)])
    await telegram.deliver(f"{group.id}:7001", Message(1, ("好",)))
    await telegram.composing(f"{group.id}:7001")
    assert ([each.text for each in group.messages], group.actions) == (["好"], ["typing"])


async def test_a_message_takes_the_place_of_another_and_keeps_its_number(
    telegram: Telegram, fake: FakeTelegram
) -> None:
    chat = fake.private(fake.user(7001))
    first = await telegram.deliver("7001", Message(1, ("几级医院？",), ("三级",), 1))
    assert await telegram.deliver("7001", Message(2, ("在职还是退休？",), ("在职",), 2, edits=first)) == first
    [shown] = chat.messages
    assert (shown.text, shown.labels) == ("在职还是退休？", ("1. 在职",))


async def test_where_the_other_is_gone_it_stands_below(telegram: Telegram, fake: FakeTelegram) -> None:
    chat = fake.private(fake.user(7001))
    number = await telegram.deliver("7001", Message(2, ("好",), edits="4711"))
    assert [(str(each.id), each.text) for each in chat.messages] == [(number, "好")]


async def test_what_ends_the_choices_of_another_takes_its_buttons_away(
    telegram: Telegram, fake: FakeTelegram
) -> None:
    chat = fake.private(fake.user(7001))
    first = await telegram.deliver("7001", Message(1, ("几级医院？",), ("三级",), 1))
    second = await telegram.deliver("7001", Message(2, ("付：1元",), ("改",), 2, closes=Closed(first, 1)))
    assert second != first
    await until(lambda: chat.messages[0].labels == ())
    assert chat.messages[0].text == "几级医院？"
    assert chat.messages[1].labels == ("1. 改",)


async def test_a_message_arrives_though_the_buttons_above_cannot_be_taken_away(
    telegram: Telegram, fake: FakeTelegram
) -> None:
    chat = fake.private(fake.user(7001))
    fake.fails_next("editMessageReplyMarkup", status=500)
    assert await telegram.deliver("7001", Message(2, ("好",), closes=Closed("4711", 1)))
    await telegram.deliver("7001", Message(3, ("的",), closes=Closed("4711", 1)))
    assert [each.text for each in chat.messages] == ["好", "的"]


SHEET = replace(RESULT, text=f"{RESULT.head}\n\n怎么算的：\n1. 起付线")


async def test_a_result_is_delivered_as_its_card_and_what_that_does_not_tell(
    telegram: Telegram, fake: FakeTelegram
) -> None:
    chat = fake.private(fake.user(7001))
    for part in telegram.in_parts(Message(4, (SHEET.text, "完"), ("改",), 4, sheet=SHEET)):
        await telegram.deliver("7001", part)
    card, rest = chat.messages
    assert card.photo == Cards(data_folder("templates"), strict=True).png(SHEET)
    assert (card.caption, rest.text) == (SHEET.head, "怎么算的：\n1. 起付线\n\n完")
    assert (card.labels, rest.labels) == ((), ("1. 改",))


async def test_where_a_card_cannot_be_drawn_its_words_go_alone_and_it_is_logged(
    telegram: Telegram, fake: FakeTelegram
) -> None:
    chat = fake.private(fake.user(7001))
    # It has no amount: nothing can be drawn of it.
    broken = replace(SHEET, amount=None)  # type: ignore[arg-type]
    with capture_logs() as logs:
        for part in telegram.in_parts(Message(4, (SHEET.text,), ("改",), 4, sheet=broken)):
            await telegram.deliver("7001", part)
    assert [each.words for each in chat.messages] == [SHEET.head, "怎么算的：\n1. 起付线"]
    assert all(each.photo is None for each in chat.messages)
    [logged] = [each for each in logs if each["log_level"] == "error"]
    assert logged["event"] == "a card can't be drawn, its words go alone"
    assert logged["reason"].startswith("IndexError < _span")


async def test_a_card_that_was_not_taken_yet_is_drawn_anew_and_sent_once(
    telegram: Telegram, fake: FakeTelegram
) -> None:
    chat = fake.private(fake.user(7001))
    first, *_ = telegram.in_parts(Message(4, (SHEET.text,), sheet=SHEET))
    fake.fails_next("sendPhoto", status=429, retry_after=1)
    with pytest.raises(DeliveryError):
        await telegram.deliver("7001", first)
    assert chat.messages == []
    await telegram.deliver("7001", first)
    assert [each.caption for each in chat.messages] == [SHEET.head]


async def test_whoever_blocked_the_bot_is_told_to_the_service(telegram: Telegram, fake: FakeTelegram) -> None:
    chat = fake.private(fake.user(7001))
    chat.blocks()
    with pytest.raises(BlockedError):
        await telegram.deliver("7001", Message(1, ("好",)))


async def test_a_button_that_was_delivered_comes_back_as_what_it_offered(
    telegram: Telegram, fake: FakeTelegram
) -> None:
    kept = Kept()
    chat = fake.private(fake.user(7001))
    await telegram.deliver("7001", Message(7, ("几级医院？",), ("三级", "二级"), 5))
    async with bringing(telegram, kept):
        chat.taps(chat.messages[0], "2. 二级")
        await until(lambda: len(kept.arrivals) == 1)
        await until(lambda: len(fake.calls("answerCallbackQuery")) == 1)
    assert kept.arrivals[0].event == Pressed(2, 5, str(chat.messages[0].id))


async def test_closing_waits_for_the_last_answers_and_ends_the_connections(
    fake: FakeTelegram, app: App
) -> None:
    channel = Telegram(lambda: app, fake.token, fake.url)
    chat = fake.private(fake.user(7001))
    first = await channel.deliver("7001", Message(1, ("几级医院？",), ("三级",), 1))
    fake.latency = 0.2
    await channel.deliver("7001", Message(2, ("好",), closes=Closed(first, 1)))
    await channel.close()
    assert chat.messages[0].labels == ()
    await channel.close()


async def test_it_is_paced_as_telegram_allows(telegram: Telegram) -> None:
    assert telegram.limits.a_second <= 30
    assert telegram.limits.apart >= 1
    assert telegram.limits.burst <= 3
    assert telegram.limits.a_minute == 30
