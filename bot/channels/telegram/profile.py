"""What Telegram shows of the bot before anybody has written: its menu of commands, and what it is for."""

from collections.abc import Callable

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.service import logs

_log = logs.get(__name__)


async def introduce(bot: Bot, menu: tuple[str, ...], say: Callable[[str], str]) -> None:
    """Set menu and descriptions where they differ; `say` returns the words of `templates/words/channel.j2`.

    Failing is of no weight: Telegram keeps what it has.
    """
    try:
        commands = tuple(BotCommand(name, say(f"menu_{name}")) for name in menu)
        if await bot.get_my_commands() != commands:
            await bot.set_my_commands(commands)
        if (await bot.get_my_description()).description != (text := say("description")):
            await bot.set_my_description(text)
        if (await bot.get_my_short_description()).short_description != (text := say("short_description")):
            await bot.set_my_short_description(text)
    except TelegramError as error:
        _log.warning("the bot's menu and description could not be set", reason=error.message)
