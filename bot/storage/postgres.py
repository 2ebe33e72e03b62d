"""A PostgreSQL database: a pool of connections, each used by one thread at a time."""

import asyncio
import queue
import threading
import time
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.storage.store import StorageError, Work, is_passing, said

T = TypeVar("T")

_TRIES = 3
_LONGEST_CLOSE = 3.0
_CROSSED = {"40001", "40P01"}  # serialization failure, deadlock: the same work may well pass the next time
_OPTIONS = {
    # A process that stopped in the middle must not keep a chat from the others.
    "idle_in_transaction_session_timeout": "10s",
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}


_CONNECTION = {
    "application_name": "baoduoshao",
    "connect_timeout": 5,
    # A server that is out of reach is noticed here too, in seconds rather than hours.
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


class PostgresStore:
    """Work on a PostgreSQL database, `size` pieces side by side."""

    shared = True

    def __init__(self, url: str, size: int) -> None:
        self.writers = size
        self._engine = made(url, size)
        self._jobs: queue.SimpleQueue[tuple[Work[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._closed = False
        # Of our own, for those of the standard library keep a process from ending while a server hangs.
        self._threads = [
            threading.Thread(target=self._work, name=f"postgres-{number}", daemon=True)
            for number in range(size)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Work[T]) -> T:
        if self._closed:
            raise StorageError("the database is closed")
        future: Future[T] = Future()
        self._jobs.put((work, future))
        return await asyncio.wrap_future(future)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            work, future = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = self._run(work)
            except Exception as error:
                future.set_exception(error)
            else:
                future.set_result(result)

    def _run(self, work: Work[T]) -> T:
        for left in reversed(range(_TRIES)):
            try:
                with self._engine.begin() as connection:
                    return work(connection)
            except OperationalError as error:
                if left == 0 or getattr(error.orig, "sqlstate", None) not in _CROSSED:
                    raise StorageError(said(error)) from error
                time.sleep(0.01)
            except SQLAlchemyError as error:
                if is_passing(error):
                    raise StorageError(said(error)) from error
                raise
        raise AssertionError("unreachable")

    async def scrub(self) -> bool:
        """Deleted rows are out of reach of SQL at once; the server's own cleaning frees their place."""
        return True

    async def close(self) -> None:
        """Finish what was begun, but don't wait for a server that hangs."""
        self._closed = True
        for _ in self._threads:
            self._jobs.put(None)
        await asyncio.to_thread(self._join)

    def _join(self) -> None:
        until = time.monotonic() + _LONGEST_CLOSE
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        if not any(thread.is_alive() for thread in self._threads):
            self._engine.dispose()


def made(url: str, size: int) -> Engine:
    """Return an engine of at most `size` connections; `url` begins with postgresql:// or postgres://."""
    _, _, rest = url.partition("://")
    options = " ".join(f"-c {name}={value}" for name, value in _OPTIONS.items())
    return create_engine(
        f"postgresql+psycopg://{rest}",
        isolation_level="READ COMMITTED",
        pool_size=size,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=10,
        hide_parameters=True,
        connect_args={**_CONNECTION, "options": options},
    )
