"""Delivers what is to be said over one channel: a chat's messages in order, each marked by itself.

What is being sent when the process dies may have arrived or not; `on_ambiguous` says what becomes of it.
"""

import asyncio
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Literal

from aiolimiter import AsyncLimiter
from sqlalchemy import Connection

from bot.service.clock import Clock
from bot.service.logs import get, where
from bot.service.metrics import DeliveryResult, Metrics
from bot.service.protocol import BlockedError, Channel, DeliveryError, UncertainError, UndeliverableError
from bot.service.written import message_of
from bot.storage import StorageError, Store, erasing, outbox
from bot.storage.outbox import Letter, OnAmbiguous
from bot.storage.schema import ALWAYS

LONGEST_DELIVERY = 20.0
"""Seconds after which a delivery counts as uncertain."""
LEASE = 60_000
"""Milliseconds for which a process has a message that it took; longer than a delivery and its marking."""
IN_FLIGHT = 32
"""Messages of a channel on their way at once."""
_GIVEN_UP_AFTER = 24 * 60 * 60 * 1000
_FIRST_PAUSE, _LONGEST_PAUSE = 1_000, 300_000
_LONGEST_WAIT = 24 * 60 * 60 * 1000
_LONGEST_HALT = 30.0
"""Seconds for which a taken message may wait here; LEASE is longer."""
_BURST = 0.05
"""Seconds' worth of messages that may go at once."""
_PACED = 10_000
_LONGEST_REF = 128

_log = get(__name__)


class Sending:
    """Sends what waits in the outbox for one channel. Each has a name of its own, new at every start.

    `answered` is called with channel and chat when nothing more is to be said to them for now.
    """

    def __init__(
        self,
        store: Store,
        channel: Channel,
        metrics: Metrics,
        clock: Clock,
        on_ambiguous: OnAmbiguous,
        answered: Callable[[str, str], None],
    ) -> None:
        self._store = store
        self._channel = channel
        self._metrics = metrics
        self._clock = clock
        self._on_ambiguous = on_ambiguous
        self._answered = answered
        self._owner = secrets.token_hex(16)
        self._in_flight: dict[int, asyncio.Task[None]] = {}
        self._to_begin: set[int] = set()  # of those, not yet handed to the channel
        self._queueing: set[int] = set()  # of these, that wait for nothing but the network as a whole
        self._taking: asyncio.Future[list[Letter]] | None = None
        self._unmarkable: set[int] = set()
        self._at_once = max(1, math.floor(channel.limits.a_second * _BURST))
        self._limiter = AsyncLimiter(self._at_once, self._at_once / channel.limits.a_second)
        self._paid: OrderedDict[str, float] = OrderedDict()  # until when a chat has used up its pace
        self._first = True
        self._changed: Callable[[], None] = lambda: None

    @property
    def in_flight(self) -> int:
        """How many messages are on their way."""
        return len(self._in_flight)

    async def take(self, changed: Callable[[], None], before: int = ALWAYS) -> int:
        """Begin to send what is due; return how many that is. `changed` is called when more may be taken.

        Only what answers messages from `before` then (ms). Raises StorageError.
        """
        self._changed = changed
        # No more are taken than may go now: one that waits its turn here can't be sent by another process.
        free = min(IN_FLIGHT - len(self._in_flight), self._at_once - len(self._queueing))
        if free <= 0:
            return 0
        taken_at = time.monotonic()
        now = self._clock.now()
        work = partial(
            outbox.take,
            owner=self._owner,
            channel=self._channel.name,
            now=now,
            until=now + LEASE,
            most=free,
            before=before,
        )
        # Held, for what is cut off here may yet be committed there.
        self._taking = asyncio.ensure_future(self._store.run(work))
        letters = await asyncio.shield(self._taking)
        for letter in letters:
            self._to_begin.add(letter.id)
            self._queueing.add(letter.id)
            task = asyncio.create_task(self._send(letter, taken_at))
            self._in_flight[letter.id] = task
            task.add_done_callback(partial(self._done, letter.id))
        return len(letters)

    def _done(self, id: int, task: asyncio.Task[None]) -> None:  # noqa: A002
        # A later attempt may have taken the place.
        if self._in_flight.get(id) is task:
            del self._in_flight[id]
            self._to_begin.discard(id)
            self._queueing.discard(id)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Never sent again by itself: nobody could say how often it would be.
            self._unmarkable.add(id)
            _log.critical("what became of a message can't be kept", exc_info=error)
        self._changed()

    async def recover(self) -> None:
        """Take up what nobody is sending any more. Raises StorageError."""
        now, name = self._clock.now(), self._channel.name
        mine = (*self._in_flight, *self._unmarkable)
        # Alone with the file, whatever another process was sending ended with it.
        alone = self._first and not self._store.shared

        def work(connection: Connection) -> tuple[int, int]:
            return outbox.put_back(connection, self._owner, name, mine), outbox.recover(
                connection, self._owner, name, now=now, on_ambiguous=self._on_ambiguous, alone=alone
            )

        untried, uncertain = await self._store.run(work)
        self._first = False
        for _ in range(uncertain):
            self._count("ambiguous")
            if self._on_ambiguous == "drop":
                self._count("given_up")
        if untried or uncertain:
            _log.warning(
                "messages taken up again", untried=untried, uncertain=uncertain, then=self._on_ambiguous
            )

    async def leave(self, within: float) -> None:
        """Let go of what isn't handed to the channel yet, and wait for the rest, at most so many seconds.

        Raises StorageError.
        """
        if self._taking is not None:
            await asyncio.wait([self._taking], timeout=within)
        begun = {number: task for number, task in self._in_flight.items() if number not in self._to_begin}
        for number in tuple(self._to_begin):
            self._in_flight[number].cancel()
        kept = (*begun, *self._unmarkable)
        try:
            await self._store.run(
                lambda connection: outbox.put_back(connection, self._owner, self._channel.name, kept)
            )
        finally:
            if begun:
                await asyncio.wait(begun.values(), timeout=within)
            for task in begun.values():
                task.cancel()

    async def _send(self, letter: Letter, taken_at: float) -> None:
        await self._paced(letter)
        if time.monotonic() - taken_at > LEASE / 1000 - LONGEST_DELIVERY:
            # Another process may have it by now; if none has, it is taken up again.
            return
        self._to_begin.discard(letter.id)
        self._changed()
        try:
            message = message_of(letter.content, letter.id, letter.edits)
            async with asyncio.timeout(LONGEST_DELIVERY):
                ref = await self._channel.deliver(letter.chat, message)
        except DeliveryError as error:
            self._count("retried")
            if error.retry_after is not None and math.isfinite(error.retry_after):
                self._halt(letter.chat, error.retry_after)
            await self._later(letter, error)
        except BlockedError:
            await self._ended(letter, "refused", whole_chat=True)
        except UndeliverableError as error:
            _log.error("a message can't be delivered", channel=letter.channel, reason=str(error))
            await self._ended(letter, "refused")
        except (UncertainError, TimeoutError) as error:
            await self._uncertain(letter, error)
        except Exception as error:
            _log.error("a channel failed at delivering", channel=letter.channel, reason=where(error))
            await self._uncertain(letter, error)
        else:
            self._metrics.reply_took((self._clock.now() - letter.received_at) / 1000)
            await self._ended(letter, "sent", ref=ref)

    async def _paced(self, letter: Letter) -> None:
        """Wait until the network takes another message, in all and to this chat."""
        address, limits = self._channel.address(letter.chat), self._channel.limits
        apart = limits.apart if address == letter.chat else limits.apart_shared
        pause = self._paid.get(address, 0.0) - (limits.burst - 1) * apart - time.monotonic()
        if pause > 0:
            # One chat's pause is no reason for the others to wait.
            self._queueing.discard(letter.id)
            self._changed()
            await asyncio.sleep(pause)
            self._queueing.add(letter.id)
        await self._limiter.acquire()
        self._queueing.discard(letter.id)
        if apart:
            self._pay(address, max(self._paid.get(address, 0.0), time.monotonic()) + apart)

    def _pay(self, address: str, until: float) -> None:
        self._paid[address] = until
        self._paid.move_to_end(address)
        if len(self._paid) > _PACED:
            self._paid.popitem(last=False)

    def _halt(self, chat: str, seconds: float) -> None:
        """Let all that goes where this chat's messages go wait too."""
        address, limits = self._channel.address(chat), self._channel.limits
        apart = limits.apart if address == chat else limits.apart_shared
        self._pay(address, time.monotonic() + min(seconds, _LONGEST_HALT) + (limits.burst - 1) * apart)

    async def _later(self, letter: Letter, error: Exception) -> None:
        now = self._clock.now()
        if now - letter.received_at > _GIVEN_UP_AFTER:
            _log.error("a message is given up", channel=letter.channel, reason=str(error))
            await self._ended(letter, "given_up")
            return
        until = now + _pause(letter.attempts, error)
        await self._mark(lambda connection: outbox.postpone(connection, self._owner, letter, until=until))

    async def _uncertain(self, letter: Letter, error: Exception) -> None:
        self._count("ambiguous")
        if self._on_ambiguous == "resend":
            await self._later(letter, error)
        else:
            await self._ended(letter, "given_up")

    async def _ended(
        self,
        letter: Letter,
        state: Literal["sent", "refused", "given_up"],
        *,
        ref: str | None = None,
        whole_chat: bool = False,
    ) -> None:
        self._count(state)
        self._answered(letter.channel, letter.chat)
        at = self._clock.now()
        if ref is not None and len(ref) > _LONGEST_REF:
            _log.error("a channel's name for a message is too long to be kept", channel=letter.channel)
            ref = None

        def work(connection: Connection) -> None:
            erased = outbox.end(connection, self._owner, letter, state, at=at, ref=ref)
            if whole_chat:
                outbox.refuse_all(connection, letter, at=at)
            if erased:
                erasing.ask_for_scrubbing(connection)

        await self._mark(work)

    async def _mark(self, work: Callable[[Connection], None]) -> None:
        """Write what became of a message, however long the database is away: nobody else knows it."""
        pause = 0.1
        while True:
            try:
                return await self._store.run(work)
            except StorageError as error:
                self._metrics.storage_error()
                _log.warning("what became of a message can't be kept yet", reason=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)

    def _count(self, result: DeliveryResult) -> None:
        self._metrics.delivery(self._channel.name, result)


def _pause(attempts: int, error: Exception) -> int:
    """Return the milliseconds to wait: as the network says, else more after each attempt."""
    known = error.retry_after if isinstance(error, DeliveryError) else None
    if known is not None and math.isfinite(known):
        return int(min(max(0.0, known * 1000), _LONGEST_WAIT))
    return int(min(_FIRST_PAUSE * 2 ** min(attempts - 1, 20), _LONGEST_PAUSE))
