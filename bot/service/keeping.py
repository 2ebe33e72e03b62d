"""House-keeping: figures of what waits, what is too old deleted, documents that run out told of."""

from collections.abc import Callable, Sequence
from datetime import date
from time import perf_counter

from sqlalchemy import Connection

from bot.app import App
from bot.policy.expiry import days_left, expiring
from bot.service.clock import Clock
from bot.service.logs import get
from bot.service.metrics import Metrics
from bot.storage import Store, erasing, inbox, keys, outbox

_HOUR = 60 * 60 * 1000
_SCRUB_APART = 10_000
_SCRUB_SHARE = 50
"""Cleaning the files takes at most one part in so many of the time: nothing is written meanwhile."""

_log = get(__name__)


class Keeping:
    """Looks after the database and the rules. `app` gives the rules in force now; days are counts of days.

    `cleans`: this process also deletes what is too old, rather than only looking. `looked` is told how many
    messages wait to be answered.
    """

    def __init__(
        self,
        app: Callable[[], App],
        store: Store,
        metrics: Metrics,
        clock: Clock,
        channels: Sequence[str],
        *,
        session_days: int,
        record_days: int,
        cleans: bool = True,
        looked: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._app = app
        self._store = store
        self._metrics = metrics
        self._clock = clock
        self._channels = channels
        self._session_days = session_days
        self._record_days = record_days
        self._cleans = cleans
        self._looked = looked
        self._expired_at = self._scrub_from = 0
        self._told: tuple[date, str] | None = None

    async def once(self) -> int:
        """Do what is due. Raises StorageError."""
        now = self._clock.now()
        await self.look()
        if self._cleans:
            await self._clean(now)
        self.warn()
        return 0

    async def _clean(self, now: int) -> None:
        if self._store.shared:
            await self._store.run(inbox.rescue)
        if now - self._expired_at >= _HOUR:
            await self.expire()
            self._expired_at = now
        if now >= self._scrub_from:
            began = perf_counter()
            try:
                await self.scrub()
            finally:
                # Also after one that failed, on a full disk say.
                took = int((perf_counter() - began) * 1000)
                self._scrub_from = self._clock.now() + max(_SCRUB_APART, took * _SCRUB_SHARE)

    async def look(self) -> float:
        """Set the figures of what waits; return the age of the oldest message not yet sent, in seconds."""
        received = await self._store.run(inbox.waiting)
        self._looked(received)
        written, oldest = await self._store.run(outbox.waiting)
        age = 0.0 if oldest is None else max(0.0, (self._clock.now() - oldest) / 1000)
        self._metrics.waiting(received, written, age)
        return age

    async def look_hard(self) -> float:
        """Write something, and return for how many seconds a message is overdue. Raises StorageError."""
        now = self._clock.now()

        def work(connection: Connection) -> int:
            keys.touch(connection, now)
            return outbox.overdue(connection, self._channels, now)

        return await self._store.run(work) / 1000

    async def expire(self) -> int:
        """Delete what is older than it need be; return how many rows that was."""
        deleted = 0
        while (expired := await self._store.run(self._expire)).rows:
            deleted += expired.rows
            if expired.unfinished:
                _log.error("messages deleted that nobody had answered or sent", count=expired.unfinished)
        return deleted

    def _expire(self, connection: Connection) -> erasing.Expired:
        return erasing.expire(
            connection,
            now=self._clock.now(),
            session_days=self._session_days,
            record_days=self._record_days,
        )

    async def scrub(self) -> None:
        """Clean out of the files what was deleted, where there is any."""
        asked = await self._store.run(erasing.scrubbing_asked)
        if asked is not None and await self._store.scrub():
            await self._store.run(lambda connection: erasing.scrubbed(connection, asked))

    def warn(self) -> None:
        """Tell of documents that run out, once a day and for each new set of rules."""
        app = self._app()
        today = app.settings.today()
        if self._told == (today, app.library.version):
            return
        self._told = (today, app.library.version)
        self._metrics.policies(app.library.version, days_left(app.library, today))
        for document in expiring(app.library, today):
            _log.warning(
                "a policy document runs out",
                document=document.document,
                last_day=document.last_day.isoformat(),
                days_left=document.days_left,
            )
