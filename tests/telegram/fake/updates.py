"""The queue of updates, kept until the bot acknowledges them, and getUpdates on top of it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from aiogram.enums import UpdateType

from .errors import conflict

KINDS = frozenset(kind.value for kind in UpdateType)
# What a bot gets only if it asks for it by name.
UNASKED = frozenset(("chat_member", "message_reaction", "message_reaction_count"))
LONGEST_POLL = 50


@dataclass(eq=False)
class Queued:
    """An update on its way. `again`: given out once more although its id was acknowledged before.

    `lane` is the chat or the person it belongs to: a webhook gets the updates of one lane in order.
    """

    id: int
    body: Any
    lane: int
    again: bool = False
    attempts: int = 0


class Updates:
    def __init__(self, changed: threading.Condition) -> None:
        self.changed = changed
        self.next_id = 700_000_001
        self.made: list[Any] = []
        self.queue: list[Queued] = []
        self.allowed: frozenset[str] = KINDS - UNASKED
        self.webhook_url = ""
        self.held: list[Queued] | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self.closing = False
        self._waiting: set[asyncio.Event] = set()
        self._turn = 0
        self._terminated_by = ""

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Take over what the bot asks for: None keeps what it asked for before, nothing means the usual."""
        if kinds is not None:
            self.allowed = frozenset(kind.lower() for kind in kinds) & KINDS or KINDS - UNASKED

    def put(self, kind: str, content: dict[str, Any], *, lane: int) -> dict[str, Any] | None:
        """Queue an update with the next id, or drop it where the bot does not want its kind."""
        with self.changed:
            if kind not in self.allowed:
                return None
            update = {"update_id": self.next_id, kind: content}
            self.put_raw(update, lane=lane)
            return update

    def put_raw(self, body: Any, *, lane: int = 0, again: bool = False) -> None:
        """Queue anything as an update, in the place of the next id."""
        with self.changed:
            given = body.get("update_id") if isinstance(body, dict) else None
            number = given if isinstance(given, int) else self.next_id
            if not again:
                self.made.append(body)
                self.next_id = max(self.next_id, number) + 1
            (self.queue if self.held is None else self.held).append(Queued(number, body, lane, again))
            self.changed.notify_all()
        self.wake()

    def waiting_event(self) -> asyncio.Event:
        event = asyncio.Event()
        self._waiting.add(event)
        return event

    def forget_event(self, event: asyncio.Event) -> None:
        self._waiting.discard(event)

    def wake(self) -> None:
        """Let long polls and the webhook look at the queue again; from any thread."""
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._set_all)

    def _set_all(self) -> None:
        for event in self._waiting:
            event.set()

    def drop(self) -> None:
        self.queue.clear()

    def terminate_polls(self, by: str) -> None:
        self._turn += 1
        self._terminated_by = by
        self._set_all()

    def _take(self, offset: int, limit: int) -> list[Any]:
        with self.changed:
            if offset < 0:
                self.queue = self.queue[offset:]
            elif offset > 0:
                self.queue = [queued for queued in self.queue if queued.again or queued.id >= offset]
            batch = self.queue[:limit]
            self.queue = [queued for queued in self.queue if not (queued in batch and queued.again)]
            self.changed.notify_all()
            return [queued.body for queued in batch]

    async def poll(self, fields: dict[str, Any], gone: Callable[[], Awaitable[bool]]) -> list[Any]:
        """getUpdates: what is queued from the offset on, waiting up to `timeout` seconds for the first.

        A poll that has to wait ends the one already waiting with 409; `gone` tells whether the client left.
        """
        self.allow(fields.get("allowed_updates"))
        if self.webhook_url:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        offset = fields.get("offset") or 0
        limit = min(max(fields.get("limit", 100), 1), 100)
        timeout = min(max(fields.get("timeout", 0), 0), LONGEST_POLL)
        batch = self._take(offset, limit)
        if batch or not timeout:
            return batch
        self.terminate_polls("other getUpdates request; make sure that only one bot instance is running")
        turn = self._turn
        event = self.waiting_event()
        try:
            async with asyncio.timeout(timeout):
                while not self.closing:
                    event.clear()
                    if batch := self._take(max(offset, 0), limit):
                        break
                    await event.wait()
                    if turn != self._turn:
                        raise conflict(f"terminated by {self._terminated_by}")
                    if await gone():
                        break
        except TimeoutError:
            pass
        finally:
            self.forget_event(event)
        return batch
