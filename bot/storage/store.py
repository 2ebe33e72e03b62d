"""What runs work in a transaction, whatever the database."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

T = TypeVar("T")
Work = Callable[[Connection], T]


class StorageError(Exception):
    """The database couldn't do it now: not reached, full, or restarted. To be tried again later.

    Whether the work was done is not known where the connection broke while it was being committed.
    """


class DatabaseInUseError(Exception):
    """Another process has the database file."""


class Store(Protocol):
    """A database. Each piece of work is a transaction: all of it is kept once `run` returns, or none.

    Work may be run again from its start, so it must do nothing but read and write through its connection.
    """

    @property
    def writers(self) -> int:
        """How many pieces of work run side by side."""
        ...

    @property
    def shared(self) -> bool:
        """Whether other processes may use the same database."""
        ...

    async def run(self, work: Work[T]) -> T:
        """Return what `work` returns, once it is committed.

        Raises StorageError where the database can't do it now; errors of the work itself come as they are.
        """
        ...

    async def scrub(self) -> bool:
        """Leave no trace of deleted rows in the files; False where that must be tried again."""
        ...

    async def close(self) -> None:
        """Finish what was begun and let go of the database."""
        ...


def said(error: Exception) -> str:
    """Return what the database said, without the statement and its values."""
    return str(getattr(error, "orig", None) or error).strip()


_BEING_CHANGED = {"42P01", "42703", "42501"}
"""No such table, no such column, no right to it: a newer program is bringing the tables up to date."""


def is_passing(error: SQLAlchemyError) -> bool:
    """Tell whether an error may be gone the next time, so that it's none of the work itself."""
    if isinstance(error, IntegrityError | ProgrammingError | DataError | NotSupportedError):
        return getattr(error.orig, "sqlstate", None) in _BEING_CHANGED
    return isinstance(error, DBAPIError | PoolTimeoutError)
