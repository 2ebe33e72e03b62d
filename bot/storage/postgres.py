"""A PostgreSQL database: a pool of connections, each used by one thread at a time."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.storage.store import StorageError, Work, is_passing, said

T = TypeVar("T")

_TRIES = 3
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


class PostgresStore:
    """Work on a PostgreSQL database, `size` pieces side by side."""

    shared = True

    def __init__(self, url: str, size: int) -> None:
        self.writers = size
        self._engine = made(url, size)
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="postgres")
        self._closed = False

    async def run(self, work: Work[T]) -> T:
        if self._closed:
            raise StorageError("the database is closed")
        return await asyncio.wrap_future(self._threads.submit(self._run, work))

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
        self._closed = True
        await asyncio.to_thread(self._threads.shutdown)
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
        connect_args={"connect_timeout": 5, "options": options, "application_name": "baoduoshao"},
    )
