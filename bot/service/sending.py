"""Delivers what is to be said: a chat's messages in order, each marked by itself, no network overrun.

What is being sent when the process dies may have arrived or not; `on_ambiguous` says what becomes of it.
"""

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

from aiolimiter import AsyncLimiter
from sqlalchemy import Connection

from bot.service.clock import Clock
from bot.service.logs import get
from bot.service.metrics import Metrics
from bot.service.protocol import BlockedError, Channel, DeliveryError, UncertainError, UndeliverableError
from bot.service.written import message_of
from bot.storage import StorageError, Store, erasing, outbox
from bot.storage.outbox import Letter, OnAmbiguous

LONGEST_DELIVERY = 20.0
"""Seconds after which a delivery counts as uncertain."""
LEASE = 60_000
"""Milliseconds for which a process has a message that it took; longer than a delivery and its marking."""
IN_FLIGHT = 32
"""Messages on their way at once."""
_GIVEN_UP_AFTER = 24 * 60 * 60 * 1000
_FIRST_PAUSE, _LONGEST_PAUSE = 1_000, 300_000
_PACED = 10_000

_log = get(__name__)


class Sending:
    """Sends what waits in the outbox. Each process has a name of its own, new at every start."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        metrics: Metrics,
        clock: Clock,
        on_ambiguous: OnAmbiguous,
    ) -> None:
        self._store = store
        self._channels = channels
        self._metrics = metrics
        self._clock = clock
        self._on_ambiguous = on_ambiguous
        self._owner = secrets.token_hex(16)
        self._in_flight: dict[int, asyncio.Task[None]] = {}
        self._limiters = {
            name: AsyncLimiter(max(1.0, each.limits.a_second), max(1.0, 1 / each.limits.a_second))
            for name, each in channels.items()
        }
        self._last: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._first = True

    @property
    def in_flight(self) -> int:
        """How many messages are on their way."""
        return len(self._in_flight)

    async def take(self, sent: Callable[[], None]) -> int:
        """Begin to send what is due; return how many that is. `sent` is called as each is done with.

        Raises StorageError.
        """
        free = IN_FLIGHT - len(self._in_flight)
        if free <= 0:
            return 0
        taken_at = time.monotonic()
        now = self._clock.now()
        letters = await self._store.run(
            lambda connection: outbox.take(
                connection, self._owner, self._channels.keys(), now=now, until=now + LEASE, most=free
            )
        )
        for letter in letters:
            task = asyncio.create_task(self._send(letter, taken_at))
            self._in_flight[letter.id] = task
            task.add_done_callback(partial(self._done, letter.id, sent))
        return len(letters)

    def _done(self, id: int, sent: Callable[[], None], task: asyncio.Task[None]) -> None:  # noqa: A002
        # A later attempt may have taken the place.
        if self._in_flight.get(id) is task:
            del self._in_flight[id]
        sent()

    async def recover(self) -> None:
        """Take up what nobody is sending any more. Raises StorageError."""
        now, mine = self._clock.now(), tuple(self._in_flight)
        # Alone with the file, whatever another process was sending ended with it.
        alone = self._first and not self._store.shared
        untried, uncertain = await self._store.run(
            lambda connection: outbox.recover(
                connection, self._owner, mine, now=now, on_ambiguous=self._on_ambiguous, alone=alone
            )
        )
        self._first = False
        if untried or uncertain:
            _log.warning(
                "messages taken up again", untried=untried, uncertain=uncertain, then=self._on_ambiguous
            )

    async def finish(self) -> None:
        """Wait for all that is on its way."""
        while self._in_flight:
            await asyncio.wait(list(self._in_flight.values()))

    async def _send(self, letter: Letter, taken_at: float) -> None:
        channel = self._channels[letter.channel]
        await self._paced(channel, letter)
        if time.monotonic() - taken_at > LEASE / 1000 - LONGEST_DELIVERY:
            # Another process may have it by now; if none has, it is taken up again.
            return
        try:
            message = message_of(letter.content, letter.id, letter.edits)
            async with asyncio.timeout(LONGEST_DELIVERY):
                ref = await channel.deliver(letter.chat, message)
        except DeliveryError as error:
            self._metrics.delivery(letter.channel, "retried")
            await self._later(letter, error)
        except BlockedError:
            await self._ended(letter, "refused", whole_chat=True)
        except UndeliverableError as error:
            _log.error("a message can't be delivered", channel=letter.channel, reason=str(error))
            await self._ended(letter, "refused")
        except (UncertainError, TimeoutError) as error:
            await self._uncertain(letter, error)
        except Exception as error:
            _log.exception("a channel failed at delivering", channel=letter.channel)
            await self._uncertain(letter, error)
        else:
            self._metrics.reply_took((self._clock.now() - letter.received_at) / 1000)
            await self._ended(letter, "sent", ref=ref)

    async def _paced(self, channel: Channel, letter: Letter) -> None:
        """Wait until the network takes another message, in all and to this chat."""
        whom = (letter.channel, letter.chat)
        apart = channel.limits.apart
        if apart and (last := self._last.get(whom)) is not None:
            await asyncio.sleep(max(0.0, last + apart - time.monotonic()))
        await self._limiters[letter.channel].acquire()
        if apart:
            self._last[whom] = time.monotonic()
            self._last.move_to_end(whom)
            if len(self._last) > _PACED:
                self._last.popitem(last=False)

    async def _later(self, letter: Letter, error: Exception) -> None:
        now = self._clock.now()
        if now - letter.received_at > _GIVEN_UP_AFTER:
            _log.error("a message is given up", channel=letter.channel, reason=str(error))
            await self._ended(letter, "given_up")
            return
        known = error.retry_after if isinstance(error, DeliveryError) else None
        until = now + (int(known * 1000) if known is not None else _pause(letter.attempts))
        await self._mark(lambda connection: outbox.postpone(connection, self._owner, letter, until=until))

    async def _uncertain(self, letter: Letter, error: Exception) -> None:
        self._metrics.delivery(letter.channel, "ambiguous")
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
        self._metrics.delivery(letter.channel, state)
        at = self._clock.now()

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


def _pause(attempts: int) -> int:
    """Return the milliseconds to wait after so many attempts."""
    return int(min(_FIRST_PAUSE * 2 ** min(attempts - 1, 20), _LONGEST_PAUSE))
