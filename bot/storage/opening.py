"""From the setting to a store whose tables are up to date."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.storage import schema
from bot.storage.migrating import migrate
from bot.storage.postgres import PostgresStore, made
from bot.storage.sqlite import SqliteStore
from bot.storage.store import StorageError, Store, said


def opened(url: str, *, pool_size: int = 5, most_pages: int | None = None) -> Store:
    """Open a database and bring its tables up to date.

    `url` is `sqlite:////abs/path.db` or `postgresql://…`. Raises DatabaseInUseError, or StorageError where it
    can't be reached or used.
    """
    if (path := _file(url)) is not None:
        return SqliteStore(path, migrate, most_pages=most_pages)
    with _told():
        engine = made(url, 1)
        try:
            with engine.connect() as connection:
                migrate(connection)
        finally:
            engine.dispose()
    return PostgresStore(url, pool_size)


def in_memory() -> Store:
    """Return an empty store that is gone with the process."""
    return SqliteStore(None, schema.metadata.create_all)


def _file(url: str) -> Path | None:
    found = make_url(url)
    if found.drivername != "sqlite":
        return None
    path = Path(str(found.database))
    try:
        # By its real name, so that the lock beside it is one and the same, whatever link leads there.
        return path.resolve()
    except (OSError, RuntimeError):  # such as links in a circle
        raise StorageError(f"{path} can't be found: follow the links on the way to it") from None


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """Yield a connection that only reads, also while a service has the database. Raises StorageError."""
    with _told():
        engine = _reader(path) if (path := _file(url)) is not None else made(url, 1)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()


def _reader(path: Path) -> Engine:
    if not path.is_file():
        raise StorageError(f"{path} does not exist yet: nothing was served with it")
    uri = f"file:{quote(str(path))}?mode=ro"
    return create_engine(
        "sqlite+pysqlite://",
        creator=lambda: sqlite3.connect(uri, uri=True),
        poolclass=NullPool,
        hide_parameters=True,
    )


@contextmanager
def _told() -> Iterator[None]:
    """Tell in few words what is in the way of opening a database."""
    try:
        yield
    except SQLAlchemyError as error:
        raise StorageError(said(error)) from error
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise StorageError("PostgreSQL needs one more package: install baoduoshao[postgres]") from None
