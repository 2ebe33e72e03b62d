"""Asks Telegram for updates; what has been kept is acknowledged by asking for the next."""

import asyncio
from collections.abc import Sequence
from typing import Any

from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channels.telegram.calling import pause
from bot.channels.telegram.reading import ALLOWED_UPDATES
from bot.channels.telegram.taking import Taking
from bot.service import logs
from bot.service.protocol import Arrival
from bot.storage import StorageError

_LONGEST_POLL = 25
"""Seconds for which Telegram holds a question for updates open."""
_LONGEST_ANSWER = 10.0
_AT_ONCE = 100
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0

UNREACHED = "look at the network; where Telegram is reached through a proxy, set HTTPS_PROXY"

_log = logs.get(__name__)


class Polling:
    """Polls for one bot. Only one process may."""

    def __init__(self, bot: Bot, taking: Taking) -> None:
        self._bot = bot
        self._taking = taking

    async def run(self) -> None:
        """Take updates until cancelled."""
        offset: int | None = None
        while True:
            raw = await self._next(offset)
            await self._take(raw)
            numbers = [number for each in raw if (number := _number(each)) is not None]
            if numbers:
                # The last, not the greatest: after a week without updates the count begins anew somewhere.
                offset = numbers[-1] + 1
            elif raw:
                await asyncio.sleep(_FIRST_PAUSE)

    async def _next(self, offset: int | None) -> Sequence[Any]:
        """Return the next updates as Telegram sent them: one that can't be read must not spoil the others."""
        asked = {"timeout": _LONGEST_POLL, "limit": _AT_ONCE, "allowed_updates": list(ALLOWED_UPDATES)}
        if offset is not None:
            asked["offset"] = offset

        async def ask() -> Any:
            # So written, for which Telegram doesn't care, the library hands on what came as it came.
            return await self._bot.do_api_request(
                "getupdates", api_kwargs=asked, read_timeout=_LONGEST_POLL + _LONGEST_ANSWER
            )

        found = await persistently(ask, "updates can't be fetched")
        return found if isinstance(found, list) else ()

    async def _take(self, raw: Sequence[Any]) -> None:
        """Take all of them: those of one talk one after the other, talks side by side."""
        talks: dict[str, list[Arrival]] = {}
        for each in raw:
            arrival = self._taking.begin(self._taking.read(each))
            if arrival is not None:
                talks.setdefault(arrival.chat, []).append(arrival)
        await asyncio.gather(*map(self._keep_in_order, talks.values()))

    async def _keep_in_order(self, talk: Sequence[Arrival]) -> None:
        for arrival in talk:
            wait = _FIRST_PAUSE
            while True:
                try:
                    await self._taking.keep(arrival)
                    break
                except StorageError as error:
                    _log.warning("an update can't be kept yet", reason=str(error))
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_PAUSE)


async def persistently(call: Any, trouble: str) -> Any:
    """Return what a call returns, made again until Telegram takes it; `trouble` says what fails meanwhile."""
    wait, told = _FIRST_PAUSE, False
    while True:
        this = wait
        try:
            found = await call()
        except RetryAfter as error:
            this = max(wait, pause(error))
            _log.warning(trouble, reason="too many requests", pause=this)
        except Conflict:
            this = max(wait, 5.0)
            _log.error(
                trouble,
                reason="another program asks for this bot's updates, or a webhook is set; stop the other one",
            )
        except InvalidToken:
            this = _LONGEST_PAUSE
            _log.error(trouble, reason="Telegram does not take the token; set TELEGRAM_TOKEN anew")
        except (NetworkError, TelegramError) as error:
            if not told:
                _log.warning(trouble, reason=error.message, mend=UNREACHED)
            told = True
        else:
            if told:
                _log.info("Telegram is reached again")
            return found
        await asyncio.sleep(this)
        wait = min(wait * 2, _LONGEST_PAUSE)


def _number(raw: Any) -> int | None:
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if type(number) is int else None
