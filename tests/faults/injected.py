"""What is done to the service from within its process, by wrapping its functions: nothing in it knows."""

import asyncio
import functools
import inspect
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import alembic.command
import alembic.op
import sqlalchemy
from sqlalchemy import Engine, UniqueConstraint, event

from bot import storage
from bot.service import keeping, sending, service
from bot.service.receiving import Receiving
from bot.service.sending import Sending
from bot.service.service import Service
from bot.serving import process
from bot.storage import inbox, outbox, postgres, schema, sqlite

from .wire import WireChannel

Act = Literal["kill", "stop"]
Guard = Literal["unique", "lock", "commit", "order"]


class _Place(NamedTuple):
    owner: Any
    name: str
    after: bool
    some: bool = False  # passed only when the function returns something


POINTS = {
    "migrate.begun": _Place(alembic.command, "upgrade", after=False),
    "migrate.written": _Place(alembic.command, "upgrade", after=True),
    "receive.begun": _Place(inbox, "put", after=False),
    "receive.written": _Place(inbox, "put", after=True),
    "receive.committed": _Place(Receiving, "receive", after=True),
    "receive.acknowledged": _Place(WireChannel, "acknowledge", after=True),
    "step.taken": _Place(inbox, "take", after=True, some=True),
    "step.begun": _Place(inbox, "done", after=True),
    "step.written": _Place(outbox, "put", after=True),
    "step.committed": _Place(Service, "_steps", after=True, some=True),
    "send.written": _Place(outbox, "take", after=True, some=True),
    "send.taken": _Place(Sending, "take", after=True, some=True),
    "deliver.begun": _Place(WireChannel, "deliver", after=False),
    "deliver.done": _Place(WireChannel, "deliver", after=True),
    "mark.begun": _Place(outbox, "end", after=False),
    "mark.written": _Place(outbox, "end", after=True),
    "mark.committed": _Place(Sending, "_ended", after=True),
    "scrub.begun": _Place(sqlite, "_scrub", after=False),
    "scrub.done": _Place(sqlite, "_scrub", after=True),
}
"""What can be wrapped, in the order in which a message passes: 'written' stands before a commit."""

READ = "step.read"
"""A point for pauses: a chat is chosen, its message isn't yet."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong in one process.

    At the `nth` pass of the point `at` it is killed or stopped. `pauses` are seconds at points. `quick` makes
    leases, time-outs and looks short. `most_pages` bounds a SQLite file until SIGUSR1. Each commit whose
    number, from 1, stands in `io_errors` fails, half of them after it was made. `without` removes guards.
    `one_by_one`: each message is taken in a transaction of its own.
    """

    at: str = ""
    nth: int = 1
    act: Act = "kill"
    pauses: dict[str, float] = field(default_factory=dict)
    quick: bool = False
    most_pages: int | None = None
    io_errors: tuple[int, ...] = ()
    without: tuple[Guard, ...] = ()
    one_by_one: bool = False


def install(faults: Faults) -> None:
    """Put all of it in place, before anything is opened."""
    if faults.at:
        _wrap(faults.at, _at_pass(faults.nth, faults.act))
    for point, seconds in faults.pauses.items():
        if point == READ:
            _pause_after_choosing(seconds)
        else:
            _wrap(point, functools.partial(float, seconds))
    if faults.quick:
        _quicken()
    if faults.one_by_one:
        service._TOGETHER = 1
    if faults.most_pages is not None:
        _bound(faults.most_pages)
    if faults.io_errors:
        _break_commits(frozenset(faults.io_errors))
    for guard in faults.without:
        _REMOVED[guard]()


def _at_pass(nth: int, act: Act) -> Callable[[], float]:
    passed, lock = 0, threading.Lock()

    def count() -> float:
        nonlocal passed
        with lock:
            passed += 1
            if passed == nth:
                os.kill(os.getpid(), signal.SIGKILL if act == "kill" else signal.SIGSTOP)
        return 0.0

    return count


def _wrap(point: str, act: Callable[[], float]) -> None:
    """Do it at each pass of the point, then wait for as many seconds as it returns."""
    place = POINTS[point]
    original = getattr(place.owner, place.name)

    @functools.wraps(original)
    async def waits(*arguments: Any, **named: Any) -> Any:
        if not place.after:
            await asyncio.sleep(act())
        result = await original(*arguments, **named)
        if place.after and (result or not place.some):
            await asyncio.sleep(act())
        return result

    @functools.wraps(original)
    def runs(*arguments: Any, **named: Any) -> Any:
        if not place.after:
            time.sleep(act())
        result = original(*arguments, **named)
        if place.after and (result or not place.some):
            time.sleep(act())
        return result

    setattr(place.owner, place.name, waits if inspect.iscoroutinefunction(original) else runs)


def _pause_after_choosing(seconds: float) -> None:
    def chosen(*told: Any) -> None:
        if "JOIN inbox" in told[2]:
            time.sleep(seconds)

    event.listen(Engine, "after_cursor_execute", chosen)


def _quicken() -> None:
    postgres._OPTIONS["idle_in_transaction_session_timeout"] = "1s"
    sending.LEASE, sending.LONGEST_DELIVERY = 2_000, 1.0
    service._RECOVER_EVERY = 0.3
    keeping._SCRUB_APART = 100


def _bound(most_pages: int) -> None:
    opened, stores = storage.opened, []

    def bounded(url: str, *, pool_size: int) -> Any:
        stores.append(store := opened(url, pool_size=pool_size, most_pages=most_pages))
        return store

    def room(*_: Any) -> None:
        # A connection is made anew after each error: the next one is bound no more.
        for store in stores:
            assert isinstance(store, sqlite.SqliteStore)
            store._most_pages = None

    signal.signal(signal.SIGUSR1, room)
    setattr(process, "opened", bounded)  # noqa: B010


def _break_commits(numbers: frozenset[int]) -> None:
    committed = 0

    class Broken(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            nonlocal committed
            if sql == "COMMIT":
                committed += 1
                if committed in numbers:
                    if committed % 2:
                        super().execute(sql)
                    raise sqlite3.OperationalError("disk I/O error")
            return super().execute(sql, *values)

    made = sqlalchemy.create_engine

    def breaking(url: str, *, connect_args: dict[str, Any], **named: Any) -> Engine:
        return made(url, connect_args={**connect_args, "factory": Broken}, **named)

    setattr(sqlite, "create_engine", breaking)  # noqa: B010


def _without_unique() -> None:
    made = alembic.op.create_table

    def create_table(name: str, *parts: Any, **named: Any) -> Any:
        kept = [
            part
            for part in parts
            if not (name == "inbox" and isinstance(part, UniqueConstraint) and part.name == "uq_inbox_key")
        ]
        return made(name, *kept, **named)

    setattr(alembic.op, "create_table", create_table)  # noqa: B010


def _without_lock() -> None:
    inbox._next_chat = inbox._next_chat._generate()
    inbox._next_chat._for_update_arg = None


def _without_commit() -> None:
    kept = Receiving.receive
    tasks: set[asyncio.Task[Any]] = set()

    async def receive(self: Receiving, channel: str, arrival: Any) -> str:
        tasks.add(asyncio.create_task(kept(self, channel, arrival)))
        return "new"

    setattr(Receiving, "receive", receive)  # noqa: B010


def _without_order() -> None:
    inbox._first_of_chat = inbox._first_of_chat.order_by(None).order_by(schema.inbox.c.place.desc())


_REMOVED: dict[Guard, Callable[[], None]] = {
    "unique": _without_unique,
    "lock": _without_lock,
    "commit": _without_commit,
    "order": _without_order,
}
