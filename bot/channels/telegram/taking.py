"""Takes updates in, however they come: answers presses and inline questions, has the rest kept."""

from collections.abc import Callable
from typing import Any

from bot.channels.telegram.aside import Aside
from bot.channels.telegram.calling import Calls
from bot.channels.telegram.inline import Inlines
from bot.channels.telegram.reading import Inline, Press, Read, Reading
from bot.service.protocol import Arrival, Rated, Receive


class Taking:
    """Takes updates for a bot whose name is known; `say` returns a word of the channel's by its name."""

    def __init__(
        self,
        reading: Reading,
        receive: Receive,
        calls: Calls,
        inlines: Inlines,
        say: Callable[[str], str],
        aside: Aside,
    ) -> None:
        self._reading = reading
        self._receive = receive
        self._calls = calls
        self._inlines = inlines
        self._say = say
        self._aside = aside

    def read(self, raw: Any) -> Read:
        """Return what an update means."""
        return self._reading.read(raw)

    def begin(self, read: Read) -> Arrival | None:
        """Answer what must be answered at once, and return what is to be kept."""
        if isinstance(read, Press):
            # First, and apart: the button shows that it waits, whatever becomes of the press.
            self._aside.do(self._calls.acknowledge(read.query, self._toast(read)))
            return read.arrival
        if isinstance(read, Inline):
            self._aside.do(self._inlines.answer(read))
            return None
        return read

    async def keep(self, arrival: Arrival) -> None:
        """Have an arrival kept; its update may be acknowledged once this returns. Raises StorageError."""
        await self._receive(arrival)

    def _toast(self, press: Press) -> str | None:
        if press.arrival is None:
            return self._say("anothers_press" if press.another else "stale_press")
        if isinstance(press.arrival.event, Rated):
            return self._say("rated_good" if press.arrival.event.good else "rated_bad")
        return None
