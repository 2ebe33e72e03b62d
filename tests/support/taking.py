"""How updates are taken in tests of how they come; for tests in `tests/telegram` alone."""

import pytest
from fake import FakeTelegram
from telegram import Bot

from bot.channels.telegram.aside import Aside
from bot.channels.telegram.calling import Calls
from bot.channels.telegram.inline import Inlines
from bot.channels.telegram.reading import Reading
from bot.channels.telegram.taking import Taking
from bot.rendering import Marked
from bot.settings import data_folder
from support import warm

from .bots import Kept, words


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def aside() -> Aside:
    return Aside()


@pytest.fixture
def taking(bot: Bot, fake: FakeTelegram, kept: Kept, aside: Aside) -> Taking:
    app = warm.app()
    inlines = Inlines(bot, "baoduoshao_bot", lambda: app, Marked(data_folder("templates"), "telegram"))
    reading = Reading("baoduoshao_bot", fake.bot.id)
    return Taking(reading, kept.receive, Calls(bot), inlines, words, aside)
