"""Every kind of database: one suite runs on a real SQLite file and on a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, Table, select

from bot.storage import Store, inbox, opened
from bot.storage.inbox import Came

KINDS = ("sqlite", "postgresql")
T0 = 1_760_000_000_000  # ms, 2025-10-09
DAY = 24 * 60 * 60 * 1000


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data/talks.db"
    return str(request.getfixturevalue("postgres_dsn"))


@pytest_asyncio.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An open database with its tables, once of each kind."""
    found = await asyncio.to_thread(opened, database_url)
    yield found
    await found.close()


async def rows(store: Store, table: Table) -> list[dict[str, Any]]:
    """Return a table's rows in the order of their keys."""

    def work(connection: Connection) -> list[dict[str, Any]]:
        found = connection.execute(select(table).order_by(*table.primary_key.columns))
        return [dict(row._mapping) for row in found]

    return await store.run(work)


def came(
    update: int | str,
    chat: str = "甲",
    *,
    place: int = 0,
    at: int = T0,
    channel: str = "memory",
    event: str | None = '{"said":"你好"}',
) -> Came:
    """Return an update as it is kept, its key made of channel and update."""
    readable = event is not None
    return Came(
        f"{channel}:{update}",
        channel,
        chat if readable else None,
        place,
        event,
        at,
        None if readable else 12,
        None if readable else "no JSON",
    )


async def put(store: Store, *updates: Came) -> list[bool]:
    """Keep updates, each in a transaction of its own; return which are new."""
    return [
        await store.run(lambda connection, each=each: inbox.put(connection, each))  # type: ignore[misc]
        for each in updates
    ]
