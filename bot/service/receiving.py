"""Keeps what comes in, before anybody is told that it came."""

from collections.abc import Callable

from bot.service.clock import Clock
from bot.service.metrics import Metrics, UpdateResult
from bot.service.protocol import Arrival, Receipt, Unreadable
from bot.service.written import event_text, reduced
from bot.storage import Store, inbox, keys

_OUT_OF_RANGE = Unreadable(0, "chat or place out of range")
_LONGEST_CHAT, _FURTHEST_PLACE = 128, 2**62


def _fits(arrival: Arrival) -> bool:
    """Whether a database takes it: what it refuses would be brought again and again."""
    return len(arrival.chat) <= _LONGEST_CHAT and abs(arrival.place) <= _FURTHEST_PLACE


class Receiving:
    """Puts arrivals into the inbox. `wake` is called when there is something new to do."""

    def __init__(
        self, store: Store, salt: bytes, metrics: Metrics, clock: Clock, wake: Callable[[], None]
    ) -> None:
        self._store = store
        self._salt = salt
        self._metrics = metrics
        self._clock = clock
        self._wake = wake

    async def receive(self, channel: str, arrival: Arrival) -> Receipt:
        """Keep an arrival; it may be acknowledged once this returns. Raises StorageError."""
        event = reduced(arrival.event) if _fits(arrival) else _OUT_OF_RANGE
        key = keys.digest(self._salt, channel, arrival.update)
        unread = event if isinstance(event, Unreadable) else None
        came = inbox.Came(
            key,
            channel,
            arrival.chat if unread is None else None,
            arrival.place if unread is None else 0,
            event_text(event),
            self._clock.now(),
            unread.size if unread is not None else None,
            unread.error if unread is not None else None,
        )
        new = await self._store.run(lambda connection: inbox.put(connection, came))
        found: UpdateResult = "duplicate" if not new else "unreadable" if unread is not None else "new"
        self._metrics.update(channel, found)
        if found == "new":
            self._wake()
        return "new" if new else "duplicate"
