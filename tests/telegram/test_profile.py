"""What Telegram shows of the bot is set once, and setting it keeps nobody waiting."""

from typing import Any

import pytest
from fake import FakeTelegram
from structlog.testing import capture_logs
from support import warm
from support.bots import bot, fake, words
from telegram import Bot

from bot.channels.telegram.profile import introduce
from bot.language import MENU

__all__ = ["bot", "fake"]

pytestmark = pytest.mark.asyncio


def settings_made(fake: FakeTelegram) -> list[str]:
    return [request.method for request in fake.requests if request.method.startswith("set")]


async def test_menu_and_descriptions_are_set_where_there_are_none(bot: Bot, fake: FakeTelegram) -> None:
    await introduce(bot, ("calc", "help"), words)
    assert fake.commands == {
        ("default", ""): [
            {"command": "calc", "description": "〔menu_calc〕"},
            {"command": "help", "description": "〔menu_help〕"},
        ]
    }
    assert {kind: text for (kind, _), text in fake.descriptions.items()} == {
        "description": "〔description〕",
        "short_description": "〔short_description〕",
    }


async def test_what_is_set_already_is_not_set_again(bot: Bot, fake: FakeTelegram) -> None:
    await introduce(bot, MENU, words)
    assert len(settings_made(fake)) == 3
    await introduce(bot, MENU, words)
    assert len(settings_made(fake)) == 3


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("menu_help", "setMyCommands"),
        ("description", "setMyDescription"),
        ("short_description", "setMyShortDescription"),
    ],
)
async def test_only_what_differs_is_set(bot: Bot, fake: FakeTelegram, name: str, method: str) -> None:
    await introduce(bot, ("help",), words)
    before = len(settings_made(fake))
    await introduce(bot, ("help",), lambda each: "新" if each == name else words(each))
    assert settings_made(fake)[before:] == [method]


async def test_a_menu_in_another_order_is_set_anew(bot: Bot, fake: FakeTelegram) -> None:
    await introduce(bot, ("calc", "help"), words)
    await introduce(bot, ("help", "calc"), words)
    assert [each["command"] for each in fake.commands["default", ""]] == ["help", "calc"]


@pytest.mark.parametrize("trouble", [{"status": 500}, {"status": 429, "retry_after": 60}, {"status": 400}])
async def test_failing_is_told_once_and_of_no_weight(
    bot: Bot, fake: FakeTelegram, trouble: dict[str, Any]
) -> None:
    fake.fails_next("setMyCommands", **trouble)
    with capture_logs() as logs:
        await introduce(bot, MENU, words)
    [told] = logs
    assert told["log_level"] == "warning"
    assert fake.token not in str(told)


async def test_the_real_words_are_taken_by_telegram(bot: Bot, fake: FakeTelegram) -> None:
    app = warm.app()
    await introduce(bot, MENU, lambda name: app.templates.say("channel", name))
    assert fake.refusals == []
    assert len(fake.commands["default", ""]) == len(MENU)
    before = len(settings_made(fake))
    await introduce(bot, MENU, lambda name: app.templates.say("channel", name))
    assert len(settings_made(fake)) == before
