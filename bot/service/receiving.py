"""Keeps what comes in, before anybody is told that it came."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.service.clock import Clock
from bot.service.metrics import Metrics, UpdateResult
from bot.service.pacing import Pace, Pacing
from bot.service.protocol import Arrival, Hurried, Limits, Receipt, Unreadable
from bot.service.written import event_text, reduced
from bot.storage import StorageError, Store, inbox, keys

_OUT_OF_RANGE = Unreadable(0, "chat, place or name of a message out of range")
_LONGEST_CHAT, _LONGEST_REF, _FURTHEST_PLACE = 128, 128, 2**62


class InboxFullError(StorageError):
    """So much waits already that nothing more is taken."""

    def __init__(self) -> None:
        super().__init__("too many messages wait to be answered")


def _fits(arrival: Arrival) -> bool:
    """Whether a database takes it: what it refuses would be brought again and again."""
    return (
        len(arrival.chat) <= _LONGEST_CHAT
        and len(arrival.ref or "") <= _LONGEST_REF
        and abs(arrival.place) <= _FURTHEST_PLACE
    )


class Receiving:
    """Puts arrivals into the inbox. `came` is called with channel and chat when there is something to do.

    `most`: so many may wait to be answered, all chats together.
    """

    def __init__(
        self,
        store: Store,
        salt: bytes,
        metrics: Metrics,
        clock: Clock,
        came: Callable[[str, str], None],
        limits: Mapping[str, Limits],
        most: int,
    ) -> None:
        self._store = store
        self._salt = salt
        self._metrics = metrics
        self._clock = clock
        self._came = came
        self._pacing = {name: Pacing(each.a_minute) for name, each in limits.items()}
        self._most = most
        self._waiting = 0

    def looked(self, waiting: int) -> None:
        """Take note of how many wait."""
        self._waiting = waiting

    @property
    def full(self) -> bool:
        """Whether nothing more is taken now."""
        return self._waiting >= self._most

    async def receive(self, channel: str, arrival: Arrival) -> Receipt:
        """Keep an arrival; it may be acknowledged once this returns. Raises StorageError, InboxFullError."""
        if self.full:
            raise InboxFullError
        pacing = self._pacing[channel]
        pace = pacing.pace(arrival.chat)
        if pace is Pace.BEYOND:
            self._metrics.update(channel, "dropped")
            return "dropped"
        if pace is Pace.FIRST_BEYOND:
            arrival = replace(arrival, event=Hurried())
        event = reduced(arrival.event) if _fits(arrival) else _OUT_OF_RANGE
        key = keys.digest(self._salt, channel, arrival.update)
        unread = event if isinstance(event, Unreadable) else None
        came = inbox.Came(
            key,
            channel,
            arrival.chat if unread is None else None,
            arrival.place if unread is None else 0,
            event_text(event, arrival.ref),
            self._clock.now(),
            unread.size if unread is not None else None,
            unread.error if unread is not None else None,
        )
        new = await self._store.run(lambda connection: inbox.put(connection, came))
        found: UpdateResult = "duplicate" if not new else "unreadable" if unread is not None else "new"
        self._metrics.update(channel, found)
        if new:
            # Only now: one that couldn't be kept comes again, and is the same message then.
            pacing.count(arrival.chat, pace)
        if found == "new":
            self._waiting += 1
            self._came(channel, arrival.chat)
        return "new" if new else "duplicate"
