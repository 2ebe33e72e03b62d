"""Takes updates in, however they come: answers presses and inline questions, has the rest kept."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from telegram.error import TelegramError

from bot.channels.telegram.calling import Calls
from bot.channels.telegram.inline import Inlines
from bot.channels.telegram.reading import Inline, Press, Read, Reading
from bot.service import logs
from bot.service.protocol import Arrival, Rated, Receive

_MOST_ASIDE = 200
"""Answers to presses and inline questions on their way at once; who comes later must do without."""

Say = Callable[[str], str]
"""Returns a word of talk by its name, as it is in the words in force now."""

_log = logs.get(__name__)


class Taking:
    """Takes updates for a bot whose name is known."""

    def __init__(self, reading: Reading, receive: Receive, calls: Calls, inlines: Inlines, say: Say) -> None:
        self._reading = reading
        self._receive = receive
        self._calls = calls
        self._inlines = inlines
        self._say = say
        self._aside: set[asyncio.Task[None]] = set()

    def read(self, raw: Any) -> Read:
        """Return what an update means."""
        return self._reading.read(raw)

    def begin(self, read: Read) -> Arrival | None:
        """Answer what must be answered at once, and return what is to be kept."""
        if isinstance(read, Press):
            # First, and apart: the button shows that it waits, whatever becomes of the press.
            self._do_aside(self._calls.acknowledge(read.query, self._toast(read.arrival)))
            return read.arrival
        if isinstance(read, Inline):
            self._do_aside(self._inlines.answer(read))
            return None
        return read

    async def keep(self, arrival: Arrival) -> None:
        """Have an arrival kept; its update may be acknowledged once this returns. Raises StorageError."""
        await self._receive(arrival)

    async def finish(self, within: float) -> None:
        """Wait for what goes on aside, at most so many seconds."""
        if self._aside:
            await asyncio.wait(self._aside, timeout=within)
        for task in self._aside:
            task.cancel()

    def _toast(self, arrival: Arrival | None) -> str | None:
        if arrival is None:
            return self._say("stale_press")
        if isinstance(arrival.event, Rated):
            return self._say("rated_good" if arrival.event.good else "rated_bad")
        return None

    def _do_aside(self, work: Coroutine[Any, Any, None]) -> None:
        if len(self._aside) >= _MOST_ASIDE:
            work.close()
            return
        task = asyncio.create_task(_quietly(work))
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except TelegramError as error:
        _log.info("a press or an inline question could not be answered", reason=type(error).__name__)
    except Exception as error:
        _log.error("a press or an inline question could not be answered", reason=logs.where(error))
