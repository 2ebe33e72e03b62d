"""A SQLite file: one connection in one thread that writes, so that nothing ever waits for a lock.

Pieces of work that wait together are committed together: one write to the disk for all of them, each in a
savepoint of its own.
"""

import asyncio
import os
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from bot.storage.store import DatabaseInUseError, StorageError, Work, is_passing, said

T = TypeVar("T")

_TOGETHER = 64
"""The most pieces of work in one commit."""


class _Job:
    """A piece of work and where its result goes."""

    def __init__(self, work: Work[Any], *, alone: bool = False) -> None:
        self.work = work
        self.alone = alone  # outside a transaction
        self.future: Future[Any] = Future()

    @property
    def begins(self) -> bool:
        """Whether anybody still waits for it; from now on it can't be called off."""
        return self.future.set_running_or_notify_cancel()


class SqliteStore:
    """Work on a SQLite database. Raises DatabaseInUseError where another process has the file.

    `path` None: in memory, gone with this object. `most_pages` bounds the size of the file, as a full disk
    would. `prepare` is given the connection when it is first opened.
    """

    writers = 1
    shared = False

    def __init__(
        self, path: Path | None, prepare: Callable[[Connection], None], *, most_pages: int | None = None
    ) -> None:
        self._path = path
        self._most_pages = most_pages
        self._lock = _locked(path) if path is not None else None
        self._engine = self._made()
        self._connection: Connection | None = None
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._closing = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="sqlite-writer", daemon=True)
        self._thread.start()
        prepared = _Job(prepare, alone=True)
        self._jobs.put(prepared)
        try:
            prepared.future.result()
        except BaseException:
            self._stop()
            raise

    async def run(self, work: Work[T]) -> T:
        result: T = await self._put(_Job(work))
        return result

    async def scrub(self) -> bool:
        clean: bool = await self._put(_Job(_scrub, alone=True))
        return clean

    async def close(self) -> None:
        await asyncio.to_thread(self._stop)

    async def _put(self, job: _Job) -> Any:
        with self._closing:
            if self._closed:
                raise StorageError("the database is closed")
            self._jobs.put(job)
        return await asyncio.wrap_future(job.future)

    def _stop(self) -> None:
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._thread.join()
        if self._lock is not None:
            self._lock.release()

    def _made(self) -> Engine:
        url = URL.create("sqlite+pysqlite", database=None if self._path is None else str(self._path))
        # Transactions are begun and ended here, in words of our own, so the driver must begin none.
        engine = create_engine(
            url,
            poolclass=StaticPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"check_same_thread": False},
            hide_parameters=True,
        )
        event.listen(engine, "connect", self._set_up)
        return engine

    def _set_up(self, raw: sqlite3.Connection, _: object) -> None:
        if self._path is not None:
            raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA secure_delete=ON")
        raw.execute("PRAGMA trusted_schema=OFF")
        if self._most_pages is not None:
            raw.execute(f"PRAGMA max_page_count={self._most_pages:d}")

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if job.alone:
                self._alone(job)
                continue
            together = [job]
            last: _Job | None = job
            while len(together) < _TOGETHER:
                try:
                    last = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if last is None or last.alone:
                    break
                together.append(last)
            self._together(together)
            if last is None:
                break
            if last.alone:
                self._alone(last)
        self._drop()

    def _open(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _drop(self) -> None:
        """Let go of the connection: after an error of the disk it may hold what isn't in the file."""
        connection, self._connection = self._connection, None
        if connection is not None and self._path is not None:
            with suppress(SQLAlchemyError, sqlite3.Error):
                connection.invalidate()
                connection.close()
                self._engine.dispose()

    def _alone(self, job: _Job) -> None:
        if not job.begins:
            return
        try:
            result = job.work(self._open())
        except Exception as error:
            if isinstance(error, SQLAlchemyError | sqlite3.Error):
                self._drop()
            job.future.set_exception(_told(error))
        else:
            job.future.set_result(result)

    def _together(self, jobs: list[_Job]) -> None:
        """Run each in a savepoint and commit them all; where that fails, none of them is done."""
        begun = [job for job in jobs if job.begins]
        try:
            outcomes = self._committed(begun)
        except Exception as error:
            self._undo()
            for job in begun:
                job.future.set_exception(_told(error))
            return
        # Only now, for what isn't committed isn't done.
        for job, (result, failed) in zip(begun, outcomes, strict=True):
            if failed is not None:
                job.future.set_exception(failed)
            else:
                job.future.set_result(result)

    def _committed(self, jobs: list[_Job]) -> list[tuple[Any, Exception | None]]:
        """Return what each came to: its result, or its own error, for which the others needn't suffer."""
        outcomes: list[tuple[Any, Exception | None]] = []
        connection = self._open()
        raw = _raw(connection)
        raw.execute("BEGIN IMMEDIATE")
        for job in jobs:
            raw.execute("SAVEPOINT job")
            try:
                outcomes.append((job.work(connection), None))
            except Exception as error:
                if isinstance(error, SQLAlchemyError) and is_passing(error):
                    raise
                raw.execute("ROLLBACK TO job")
                outcomes.append((None, error))
            raw.execute("RELEASE job")
        raw.execute("COMMIT")
        return outcomes

    def _undo(self) -> None:
        if self._connection is None:
            return
        try:
            self._connection.rollback()
        except SQLAlchemyError:
            pass
        finally:
            self._drop()


def _raw(connection: Connection) -> sqlite3.Connection:
    """Return the driver's connection: what is said to it many times a second goes the short way."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def _told(error: Exception) -> Exception:
    passing = isinstance(error, sqlite3.Error) or (isinstance(error, SQLAlchemyError) and is_passing(error))
    return StorageError(said(error)) if passing else error


def _scrub(connection: Connection) -> bool:
    """Write the file anew and empty its log.

    Deleted content is overwritten where it lay, but not the copies of it that stay in the unused part of a
    page when rows move to another. False where somebody who reads keeps the log from being emptied.
    """
    connection.exec_driver_sql("VACUUM")
    # Nothing is written while this waits for readers.
    connection.exec_driver_sql("PRAGMA busy_timeout=200").all()
    busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    connection.exec_driver_sql("PRAGMA busy_timeout=5000").all()
    return not busy


def _locked(path: Path) -> FileLock:
    """Return the lock on a database file; its folder is made, for this user alone."""
    lock = FileLock(f"{path}.lock", mode=0o600, thread_local=False)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(timeout=0)
        # Whoever else has an account on the machine has no business in it.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except Timeout:
        raise DatabaseInUseError(
            f"{path} is in use by another baoduoshao. Stop that one, or set DATABASE_URL to another file, "
            "or to a PostgreSQL database, which many processes can share."
        ) from None
    except OSError as error:
        lock.release()
        reason = (error.strerror or "unknown reason").lower()
        raise StorageError(f"{path} can't be written ({reason})") from None
    return lock
