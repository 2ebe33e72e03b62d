"""The service: channels on one side, the dialogue on the other, the database between them.

Each of its loops does one thing and can be cut off at any moment: what was begun and not committed is done
again by whoever comes next.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from bot.app import App
from bot.service.clock import Clock, SystemClock
from bot.service.keeping import Keeping
from bot.service.logs import get
from bot.service.metrics import Metrics
from bot.service.protocol import Arrival, Channel, Receipt
from bot.service.receiving import Receiving
from bot.service.sending import Sending
from bot.service.stepping import BrokenStepError, Stepping
from bot.storage import StorageError, Store, inbox, keys
from bot.storage.outbox import OnAmbiguous

Role = Literal["ingest", "worker", "all"]

_TOGETHER = 32
"""Messages taken side by side, over all writers."""
_ALONE_POLL, _SHARED_POLL = 1.0, 0.1
"""Seconds after which a loop looks by itself; what other processes put in wakes nobody here."""
_RECOVER_EVERY = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_LATELY = 5.0

_log = get(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """How the service deals with what the channel can't tell, and how long it keeps what (days)."""

    on_ambiguous: OnAmbiguous = "resend"
    session_days: int = 30
    record_days: int = 180


class Service:
    """Runs channels on one database. `role`: bring what comes in, work on it and send, or both.

    `prepare` first, then `run`; `stop` ends it.
    """

    def __init__(
        self,
        app: App,
        store: Store,
        channels: Sequence[Channel],
        *,
        role: Role = "all",
        rules: Rules | None = None,
        metrics: Metrics | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.app = app
        self._store = store
        self._channels: Mapping[str, Channel] = {channel.name: channel for channel in channels}
        self._ingests, self._works = role in {"ingest", "all"}, role in {"worker", "all"}
        self._rules = rules or Rules()
        self.metrics = metrics or Metrics(self._channels)
        self._clock = clock or SystemClock()
        self._come, self._written = asyncio.Event(), asyncio.Event()
        self._bringing: list[asyncio.Task[None]] = []
        self._stepping: list[asyncio.Task[None]] = []
        self._sending: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._steps_end = self._sends_end = False
        self._failed: str | None = None
        self._stuck = 0
        self._refused_at = -math.inf

    async def prepare(self) -> None:
        """Get the channels and the database ready. Raises StorageError."""
        salt = await self._store.run(keys.salt)
        openings = {name: channel.opening for name, channel in self._channels.items()}
        self._receiver = Receiving(self._store, salt, self.metrics, self._clock, self._come.set)
        self._stepper = Stepping(lambda: self.app, openings, salt, self.metrics, self._clock)
        self._sender = Sending(
            self._store, self._channels, self.metrics, self._clock, self._rules.on_ambiguous
        )
        self.keeping = Keeping(
            lambda: self.app,
            self._store,
            self.metrics,
            self._clock,
            session_days=self._rules.session_days,
            record_days=self._rules.record_days,
            cleans=self._works,
        )
        for channel in self._channels.values():
            await channel.open()

    def start(self) -> None:
        """Begin: bring what comes in, work on it, send, and keep house."""
        if self._works:
            self._stepping = [self._task(self._step()) for _ in range(self._store.writers)]
            self._sending = self._task(self._send())
        self._keeping = self._task(self._keep())
        if self._ingests:
            self._bringing = [self._task(self._bring(channel)) for channel in self._channels.values()]

    async def receive(self, channel: str, arrival: Arrival) -> Receipt:
        """Keep what a channel brings; it may be acknowledged once this returns. Raises StorageError."""
        try:
            receipt = await self._receiver.receive(channel, arrival)
        except StorageError:
            self.metrics.storage_error()
            self._refused_at = time.monotonic()
            raise
        self._refused_at = -math.inf
        return receipt

    @property
    def alive(self) -> bool:
        """Whether all that was started still runs."""
        return self._failed is None

    @property
    def struggles(self) -> bool:
        """Whether the database refuses what is to be done now, or refused what came in some seconds ago."""
        return self._stuck > 0 or time.monotonic() - self._refused_at < _LATELY

    async def brought(self) -> None:
        """Wait until no channel can bring anything more."""
        await asyncio.gather(*self._bringing)

    async def stop(self, within: float) -> bool:
        """Take nothing more in, finish and deliver what is there, and leave; return whether it all was.

        What is left after `within` seconds stays in the database.
        """
        for task in self._bringing:
            task.cancel()
        await asyncio.gather(*self._bringing, return_exceptions=True)
        try:
            async with asyncio.timeout(within):
                await self._drain()
            finished = True
        except TimeoutError:
            finished = False
        rest = [task for task in (*self._stepping, self._sending, self._keeping) if task is not None]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        for channel in self._channels.values():
            await channel.close()
        await self._store.close()
        return finished

    async def _drain(self) -> None:
        self._steps_end = True
        self._come.set()
        if self._stepping:
            await asyncio.wait(self._stepping)
        self._sends_end = True
        self._written.set()
        if self._sending is not None:
            await asyncio.wait([self._sending])
        if self._works:
            await self.keeping.scrub()

    def _task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed = type(error).__name__
            _log.critical("a part of the service has ended", exc_info=error)

    async def _bring(self, channel: Channel) -> None:
        """Bring until nothing more can come; a channel that fails begins again."""
        pause = _FIRST_PAUSE
        while True:
            try:
                return await channel.bring(partial(self.receive, channel.name))
            except Exception:
                _log.exception("a channel failed at bringing and begins again", channel=channel.name)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _step(self) -> None:
        most = max(1, _TOGETHER // self._store.writers)
        while True:
            taken = await self._safely(lambda: self._steps(most))
            if taken:
                self._written.set()
            elif self._steps_end:
                return
            if taken < most and not self._steps_end:
                await self._rest(self._come)

    async def _steps(self, most: int) -> int:
        try:
            return await self._store.run(lambda connection: self._stepper.take(connection, most))
        except BrokenStepError as error:
            _log.exception("a message is left unanswered", message=error.id)
            self.metrics.step_failure()
            broken, at = error.id, self._clock.now()
            await self._store.run(lambda connection: inbox.done(connection, broken, at))
            return 1

    async def _send(self) -> None:
        recovered = 0.0
        while True:
            if time.monotonic() - recovered > _RECOVER_EVERY:
                await self._safely(self._recover)
                recovered = time.monotonic()
            busy = self._sender.in_flight
            taken = await self._safely(lambda: self._sender.take(self._written.set))
            if taken:
                continue
            # What was on its way may have ended meanwhile, and the next to its chat is free only since then.
            if self._sends_end and not busy and not self._sender.in_flight:
                return
            await self._rest(self._written)

    async def _recover(self) -> int:
        await self._sender.recover()
        return 0

    async def _keep(self) -> None:
        while True:
            await self._safely(self.keeping.once)
            await asyncio.sleep(1.0)

    async def _rest(self, woken: asyncio.Event) -> None:
        poll = _SHARED_POLL if self._store.shared else _ALONE_POLL
        try:
            async with asyncio.timeout(poll):
                await woken.wait()
        except TimeoutError:
            return
        woken.clear()

    async def _safely(self, work: Callable[[], Awaitable[int]]) -> int:
        """Do it as soon as the database can; an error of our own is logged, and the loop goes on."""
        pause, stuck = _FIRST_PAUSE, False
        try:
            while True:
                try:
                    return await work()
                except StorageError as error:
                    self.metrics.storage_error()
                    _log.warning("the database can't do it now", reason=str(error))
                    self._stuck += not stuck
                    stuck = True
                except Exception:
                    _log.exception("a part of the service failed and goes on")
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        finally:
            self._stuck -= stuck
