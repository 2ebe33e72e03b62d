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
from bot.service import recalling
from bot.service.clock import Clock, SystemClock
from bot.service.composing import Composing
from bot.service.keeping import Keeping
from bot.service.logs import get, where
from bot.service.looping import FIRST_PAUSE, LONGEST_PAUSE, Looping, rest
from bot.service.metrics import Metrics
from bot.service.protocol import Arrival, Channel, Message, Recalled, Receipt
from bot.service.receiving import InboxFullError, Receiving
from bot.service.sending import Sending
from bot.service.stepping import BrokenStepError, Stepping
from bot.storage import StorageError, Store, inbox, keys, talks
from bot.storage.outbox import OnAmbiguous
from bot.storage.schema import ALWAYS

Role = Literal["ingest", "worker", "all"]

_TOGETHER = 32
"""Messages taken side by side, over all writers."""
_ALONE_POLL, _SHARED_POLL = 1.0, 0.15
"""Seconds after which a loop looks by itself; what other processes put in wakes nobody here."""
_RECOVER_EVERY = 5.0
_LATELY = 5.0
_LONGEST_RECEIVE = 10.0
_DRAINING = 0.75
"""The share of the time for a stop in which what is there is finished; the rest is for letting go."""

_log = get(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """How the service deals with what a channel can't tell, and how much it keeps.

    So many messages may wait in the inbox; sessions and records are kept for days.
    """

    on_ambiguous: OnAmbiguous = "resend"
    inbox_most: int = 20_000
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
        self._come = asyncio.Event()
        self._bringing: list[asyncio.Task[None]] = []
        self._stepping: list[asyncio.Task[None]] = []
        self._sending: list[asyncio.Task[None]] = []
        self._keeping: asyncio.Task[None] | None = None
        self._showing: asyncio.Task[None] | None = None
        self._steps_end = self._sends_end = False
        self._failed: str | None = None
        self._loops = Looping(self.metrics)
        self._before = ALWAYS
        self._refused_at = -math.inf

    async def prepare(self) -> None:
        """Get the channels and the database ready. Raises StorageError, or UnusableError for a channel."""
        salt = await self._store.run(keys.salt)
        openings = {name: channel.opening for name, channel in self._channels.items()}
        limits = {name: channel.limits for name, channel in self._channels.items()}
        self._composing = Composing(self._store, self._channels)
        self._receiver = Receiving(
            self._store, salt, self.metrics, self._clock, self._came, limits, self._rules.inbox_most
        )
        parts = {name: channel.in_parts for name, channel in self._channels.items()}
        edits = frozenset(name for name, channel in self._channels.items() if channel.edits)
        self._stepper = Stepping(lambda: self.app, openings, parts, edits, salt, self.metrics, self._clock)
        answered, on_ambiguous = self._composing.answered, self._rules.on_ambiguous
        self._senders = [
            (
                Sending(self._store, channel, self.metrics, self._clock, on_ambiguous, answered),
                asyncio.Event(),
            )
            for channel in self._channels.values()
        ]
        self.keeping = Keeping(
            lambda: self.app,
            self._store,
            self.metrics,
            self._clock,
            tuple(self._channels),
            session_days=self._rules.session_days,
            record_days=self._rules.record_days,
            cleans=self._works,
            looked=self._receiver.looked,
        )
        for channel in self._channels.values():
            await channel.open()

    def start(self) -> None:
        """Begin: bring what comes in, work on it, send, and keep house."""
        if self._works:
            # One of them looks for what other processes put in; it wakes the others where that is much.
            polls = [_SHARED_POLL if self._store.shared else _ALONE_POLL] + [_ALONE_POLL * 5] * 99
            self._stepping = [self._task(self._step(poll)) for poll in polls[: self._store.writers]]
            self._sending = [self._task(self._send(*each)) for each in self._senders]
        self._keeping = self._task(self._keep())
        if self._ingests:
            self._showing = self._task(self._composing.run())
            self._bringing = [self._task(self._bring(channel)) for channel in self._channels.values()]

    async def recall(self, channel: str, chat: str) -> Recalled:
        """Return what was said in a chat and answered. Raises StorageError."""
        return await recalling.recall(self._store, channel, chat)

    async def message(self, channel: str, chat: str, number: int) -> Message | None:
        """Return one message to a chat; None where there is none of this number. Raises StorageError."""
        return await recalling.one(self._store, channel, chat, number)

    async def waits(self, channel: str, chat: str) -> bool:
        """Whether anything of a chat is still to be answered. Raises StorageError."""
        return await self._store.run(lambda connection: talks.waits(connection, channel, chat))

    async def receive(self, channel: str, arrival: Arrival) -> Receipt:
        """Keep what a channel brings; it may be acknowledged once this returns.

        Raises StorageError, and InboxFullError where too much waits already.
        """
        try:
            async with asyncio.timeout(_LONGEST_RECEIVE):
                receipt = await self._receiver.receive(channel, arrival)
        except InboxFullError:
            raise
        except (StorageError, TimeoutError) as error:
            self.metrics.storage_error()
            self._refused_at = time.monotonic()
            raise StorageError(str(error) or "no answer in time") from error
        self._refused_at = -math.inf
        return receipt

    @property
    def alive(self) -> bool:
        """Whether all that was started still runs."""
        return self._failed is None

    @property
    def struggles(self) -> bool:
        """Whether the database refuses what is to be done now, or refused what came in some seconds ago."""
        return self._loops.stuck or time.monotonic() - self._refused_at < _LATELY

    async def brought(self) -> None:
        """Wait until no channel can bring anything more."""
        await asyncio.gather(*self._bringing)

    async def stop(self, within: float) -> bool:
        """Take nothing more in, finish and deliver what came until now, and leave; return whether it all was.

        What is left after `within` seconds stays in the database. Never raises.
        """
        for task in self._bringing:
            task.cancel()
        await asyncio.gather(*self._bringing, return_exceptions=True)
        # Where others go on, what came later is theirs.
        self._before = self._clock.now()
        try:
            async with asyncio.timeout(within * _DRAINING):
                await self._drain()
            finished = True
        except (TimeoutError, StorageError):
            finished = False
        except Exception as error:
            _log.error("a part of the service failed at finishing", reason=where(error))
            finished = False
        others = (self._keeping, self._showing)
        rest = [task for task in (*self._stepping, *self._sending, *others) if task is not None]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await self._let_go(within * (1 - _DRAINING))
        return finished

    async def _let_go(self, within: float) -> None:
        async def quietly(work: Awaitable[None]) -> None:
            try:
                async with asyncio.timeout(within):
                    await work
            except (StorageError, TimeoutError) as error:
                _log.warning("something is left behind", reason=str(error) or "not done in time")
            except Exception as error:
                _log.error("a part of the service failed at leaving", reason=where(error))

        await asyncio.gather(*(quietly(sender.leave(within * 0.8)) for sender, _ in self._senders))
        await asyncio.gather(*(quietly(channel.close()) for channel in self._channels.values()))
        await quietly(self._store.close())

    async def _drain(self) -> None:
        self._steps_end = True
        self._come.set()
        if self._stepping:
            await asyncio.wait(self._stepping)
        self._sends_end = True
        self._wake_senders()
        if self._sending:
            await asyncio.wait(self._sending)
        if self._works:
            await self.keeping.scrub()

    def _came(self, channel: str, chat: str) -> None:
        self._composing.came(channel, chat)
        self._come.set()

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
        pause = FIRST_PAUSE
        while True:
            try:
                return await channel.bring(_Desk(self, channel.name))
            except Exception as error:
                _log.error(
                    "a channel failed at bringing and begins again", channel=channel.name, reason=where(error)
                )
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _step(self, poll: float) -> None:
        most = max(1, _TOGETHER // self._store.writers)
        while True:
            taken = await self._loops.safely(partial(self._steps, most))
            if taken:
                self._wake_senders()
            elif self._steps_end:
                return
            if taken == most:
                # There may be more than one can do.
                self._come.set()
            elif not self._steps_end:
                await rest(self._come, poll)

    async def _steps(self, most: int) -> int:
        try:
            steps = await self._store.run(partial(self._stepper.take, most=most, before=self._before))
        except BrokenStepError as error:
            broken = error.id
            _log.error("a message is left unanswered", message=broken, reason=error.reason)
        else:
            self._stepper.count(steps)
            return len(steps)
        self.metrics.step_failure()
        try:
            await self._store.run(partial(self._stepper.give_up, id=broken))
        except StorageError:
            raise
        except Exception as error:
            _log.error("not even sorry could be said", message=broken, reason=where(error))
            await self._store.run(partial(inbox.done, id=broken, at=self._clock.now()))
        return 1

    async def _send(self, sender: Sending, woken: asyncio.Event) -> None:
        poll = _SHARED_POLL if self._store.shared else _ALONE_POLL
        recovered = -math.inf
        while True:
            if time.monotonic() - recovered > _RECOVER_EVERY:
                await self._loops.safely(partial(_nothing, sender.recover))
                recovered = time.monotonic()
            busy = sender.in_flight
            taken = await self._loops.safely(partial(sender.take, woken.set, self._before))
            if taken:
                continue
            # What was on its way may have ended meanwhile, and the next to its chat is free only since then.
            if self._sends_end and not busy and not sender.in_flight:
                return
            await rest(woken, poll)

    def _wake_senders(self) -> None:
        for _, woken in self._senders:
            woken.set()

    async def _keep(self) -> None:
        while True:
            await self._loops.safely(self.keeping.once)
            await asyncio.sleep(1.0)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the service does for one channel."""

    service: Service
    channel: str

    async def receive(self, arrival: Arrival) -> Receipt:
        return await self.service.receive(self.channel, arrival)

    async def recall(self, chat: str) -> Recalled:
        return await self.service.recall(self.channel, chat)

    async def message(self, chat: str, number: int) -> Message | None:
        return await self.service.message(self.channel, chat, number)

    async def waits(self, chat: str) -> bool:
        return await self.service.waits(self.channel, chat)


async def _nothing(work: Callable[[], Awaitable[None]]) -> int:
    await work()
    return 0
