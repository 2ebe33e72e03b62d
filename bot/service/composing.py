"""Shows a person who has waited a while that an answer is on its way."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from bot.service.protocol import Channel
from bot.storage import StorageError, Store, inbox

_AFTER = 0.3
"""Seconds that are no wait."""
_AGAIN = 4.0
"""Seconds after which a network takes the sign away."""
_MOST_SIGNS = 8
_LOOK_EVERY = 0.1
_AT_ONCE = 2
"""Chats at a look: who waits in a crowd needs the messages themselves more than signs."""
_LONGEST_SIGN = 1.0
_MOST_CHATS = 1000


@dataclass(slots=True)
class _Wait:
    due: float
    signs: int = 0


class Composing:
    """Remembers which chats wait for an answer to what this process took in."""

    def __init__(self, store: Store, channels: Mapping[str, Channel]) -> None:
        self._store = store
        self._channels = channels
        self._waits: dict[tuple[str, str], _Wait] = {}
        self._any = asyncio.Event()

    def came(self, channel: str, chat: str) -> None:
        """Begin to wait."""
        if len(self._waits) < _MOST_CHATS:
            self._waits.setdefault((channel, chat), _Wait(time.monotonic() + _AFTER))
            self._any.set()

    def answered(self, channel: str, chat: str) -> None:
        """End the wait."""
        self._waits.pop((channel, chat), None)

    async def run(self) -> None:
        """Show it to whoever has waited long enough, until cancelled."""
        while True:
            if not self._waits:
                self._any.clear()
                await self._any.wait()
            await asyncio.sleep(_LOOK_EVERY)
            # Where the database can't say who waits, nothing is shown.
            with contextlib.suppress(StorageError):
                await self._once(time.monotonic())

    async def _once(self, now: float) -> None:
        due = [*islice((whose for whose, wait in self._waits.items() if wait.due <= now), _AT_ONCE)]
        if not due:
            return
        # Another process may have answered.
        waiting = await self._store.run(lambda connection: inbox.unanswered(connection, due))
        for whose in due:
            wait = self._waits.pop(whose, None)
            if wait is None or whose not in waiting or wait.signs >= _MOST_SIGNS:
                continue
            # Behind the others.
            self._waits[whose] = _Wait(now + _AGAIN, wait.signs + 1)
            await self._show(*whose)

    async def _show(self, channel: str, chat: str) -> None:
        # A sign that can't be given isn't worth a word; the answer tells of its own troubles.
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_LONGEST_SIGN):
                await self._channels[channel].composing(chat)
