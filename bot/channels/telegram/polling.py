"""Asks Telegram for updates; what has been kept is acknowledged by asking for the next."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter
from typing import Any, TypeVar

from telegram import Bot
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.calling import is_of_another, pause
from bot.channels.telegram.reading import ALLOWED_UPDATES
from bot.channels.telegram.taking import Taking
from bot.service import logs
from bot.service.protocol import Arrival
from bot.storage import StorageError

_LONGEST_POLL = 25
"""Seconds for which Telegram holds a question for updates open."""
_LONGEST_ANSWER = 10.0
_AT_ONCE = 100
_FIRST_PAUSE, _OTHERS_PAUSE, _LONGEST_PAUSE = 0.5, 5.0, 30.0
_STAYS, _PASSES = logging.ERROR, logging.WARNING
"""Levels of what somebody must mend, and of what may pass by itself."""

UNREACHED = "look at the network; where Telegram is reached through a proxy, set HTTPS_PROXY"

_NOTHING = "nothing needs to be done"
_PASSING = frozenset({UNREACHED, _NOTHING})

_Returned = TypeVar("_Returned")

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
            began = perf_counter()
            raw = await self._next(offset)
            await self._take(raw)
            numbers = [number for each in raw if (number := _number(each)) is not None]
            if numbers:
                # The last, not the greatest: after a week without updates the count begins anew somewhere.
                offset = numbers[-1] + 1
            elif perf_counter() - began < _FIRST_PAUSE:
                # Nothing, and at once: whoever answers so is no Telegram.
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


async def persistently(call: Callable[[], Awaitable[_Returned]], trouble: str) -> _Returned:
    """Return what a call returns, made again until Telegram takes it; `trouble` says what fails meanwhile."""
    wait, told = _FIRST_PAUSE, ""
    while True:
        try:
            found = await call()
        except TelegramError as error:
            this, reason, mend = _trouble(error, wait)
            if mend != told:
                _log.log(_PASSES if mend in _PASSING else _STAYS, trouble, reason=reason, mend=mend)
            told = mend
        except Exception as error:
            # Such as an answer that is nested too deep to be read.
            this, told = wait, type(error).__name__
            _log.error(trouble, reason=logs.where(error))
        else:
            if told:
                _log.info("Telegram is reached again")
            return found
        await asyncio.sleep(this)
        wait = min(wait * 2, _LONGEST_PAUSE)


def _trouble(error: TelegramError, wait: float) -> tuple[float, str, str]:
    """Return for how long to wait, what is wrong, and how to mend it."""
    if is_of_another(error):
        return wait, "something else answered in Telegram's place", UNREACHED
    if isinstance(error, RetryAfter):
        return max(wait, pause(error)), "too many requests", _NOTHING
    if isinstance(error, Conflict):
        reason = "another program asks for this bot's updates, or a webhook is set"
        return max(wait, _OTHERS_PAUSE), reason, "stop the other one"
    if isinstance(error, InvalidToken):
        return _LONGEST_PAUSE, "Telegram does not take the token", "set TELEGRAM_TOKEN anew"
    if isinstance(error, BadRequest):
        return _LONGEST_PAUSE, error.message, "look at the settings that begin with TELEGRAM_"
    return wait, error.message, UNREACHED


def _number(raw: Any) -> int | None:
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if type(number) is int else None
