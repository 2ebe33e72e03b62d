"""How each loop of the service goes on: through a database that is away, and to the next thing to do."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.service.logs import get, where
from bot.service.metrics import Metrics
from bot.storage import StorageError

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
_MOST_FAILURES = 15
"""In a row; about a minute's."""

_log = get(__name__)


class Looping:
    """Keeps loops going, and knows whether they are held up."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._stuck = 0

    @property
    def stuck(self) -> bool:
        """Whether a loop waits for the database at this moment."""
        return self._stuck > 0

    async def safely(self, work: Callable[[], Awaitable[int]]) -> int:
        """Do it as soon as the database can.

        An error of our own is logged and tried again too, but not for ever: then it is raised, and whoever
        looks after the process begins a new one.
        """
        pause, stuck, failures = FIRST_PAUSE, False, 0
        try:
            while True:
                try:
                    return await work()
                except StorageError as error:
                    self._metrics.storage_error()
                    _log.warning("the database can't do it now", reason=str(error))
                    failures = 0
                except Exception as error:
                    _log.error("a part of the service failed and is tried again", reason=where(error))
                    failures += 1
                    if failures == _MOST_FAILURES:
                        raise
                self._stuck += not stuck
                stuck = True
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            self._stuck -= stuck


async def rest(woken: asyncio.Event, at_most: float) -> None:
    """Wait until there is something to do, or for so many seconds."""
    try:
        async with asyncio.timeout(at_most):
            await woken.wait()
    except TimeoutError:
        return
    woken.clear()
