"""From the setting to a store whose tables are up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.storage import schema
from bot.storage.migrating import migrate
from bot.storage.postgres import PostgresStore, made
from bot.storage.sqlite import SqliteStore
from bot.storage.store import StorageError, Store

_SQLITE = "sqlite:///"


def opened(url: str, *, pool_size: int = 5, most_pages: int | None = None) -> Store:
    """Open a database and bring its tables up to date.

    `url` is `sqlite:////abs/path.db` or `postgresql://…`. Raises DatabaseInUseError, or StorageError where it
    can't be reached or used.
    """
    if url.startswith(_SQLITE):
        return SqliteStore(Path(url.removeprefix(_SQLITE)), migrate, most_pages=most_pages)
    try:
        engine = made(url, 1)
        try:
            with engine.connect() as connection:
                migrate(connection)
        finally:
            engine.dispose()
    except SQLAlchemyError as error:
        raise StorageError(str(getattr(error, "orig", error)).strip()) from error
    return PostgresStore(url, pool_size)


def in_memory() -> Store:
    """Return an empty store that is gone with the process."""
    return SqliteStore(None, schema.metadata.create_all)


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """Yield a connection that only reads, also while a service has the database. Raises StorageError."""
    try:
        if url.startswith(_SQLITE):
            path = Path(url.removeprefix(_SQLITE))
            if not path.is_file():
                raise StorageError(f"{path} does not exist yet: nothing was served with it")
            engine = create_engine(f"sqlite+pysqlite:///file:{path}?mode=ro&uri=true", poolclass=NullPool)
        else:
            engine = made(url, 1)
        with engine.connect() as connection:
            yield connection
        engine.dispose()
    except SQLAlchemyError as error:
        raise StorageError(str(getattr(error, "orig", error)).strip()) from error
