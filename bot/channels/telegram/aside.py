"""Small things done beside the messages: worth doing, and not worth waiting for."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from telegram.error import TelegramError

from bot.service import logs

_MOST, _AT_ONCE = 500, 16
"""So many may wait, and so many of them be on their way, so that messages find connections."""

_log = logs.get(__name__)


class Aside:
    """Runs them; one that fails is told of in the log."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(_AT_ONCE)

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin something."""
        if len(self._tasks) >= _MOST:
            work.close()
            _log.warning("something beside the messages is left undone", waiting=len(self._tasks))
            return
        task = asyncio.create_task(self._in_turn(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _in_turn(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            async with self._turns:
                await _quietly(work)
        finally:
            work.close()

    async def finish(self, within: float) -> None:
        """Wait for what is on its way, at most so many seconds, and let go of the rest."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within)
        for task in tuple(self._tasks):
            task.cancel()


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except TelegramError as error:
        _log.info("something beside the messages was not done", reason=type(error).__name__)
    except Exception as error:
        _log.error("something beside the messages failed", reason=logs.where(error))
