"""The tables come to be in steps, and end as the schema says."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from bot.storage import StorageError, Store, opened, postgres
from bot.storage.migrating import _ONE_AT_A_TIME, config, migrate
from bot.storage.postgres import made
from bot.storage.schema import metadata


def differences(connection: Connection) -> object:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return compare_metadata(context, metadata)


def engine_of(url: str) -> Engine:
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(exist_ok=True)
        return create_engine(url, isolation_level="AUTOCOMMIT")
    return made(url, 1)


def by_hand(url: str, work: Callable[[Connection], object]) -> object:
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            return work(connection)
    finally:
        engine.dispose()


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def downgraded(connection: Connection) -> None:
    with connection.begin():
        command.downgrade(config(connection), "base")


@pytest.mark.asyncio
async def test_the_migrations_lead_to_the_schema_and_nothing_else(store: Store) -> None:
    assert await store.run(differences) == []


def test_what_the_schema_lacks_would_be_seen(database_url: str) -> None:
    def changed(connection: Connection) -> object:
        migrate(connection)
        with connection.begin():
            connection.execute(text("ALTER TABLE outbox ADD COLUMN more TEXT"))
            connection.execute(text("DROP INDEX ix_inbox_waiting"))
        return differences(connection)

    found = by_hand(database_url, changed)
    assert isinstance(found, list)
    assert {each[0] for each in found} == {"remove_column", "add_index"}


def test_a_second_migration_changes_nothing_and_keeps_what_is_there(database_url: str) -> None:
    def twice(connection: Connection) -> object:
        migrate(connection)
        with connection.begin():
            connection.execute(text("INSERT INTO meta (name, value) VALUES ('kept', '1')"))
        migrate(connection)
        found = connection.execute(text("SELECT name, value FROM meta")).all()
        connection.rollback()
        return found

    assert by_hand(database_url, twice) == [("kept", "1")]


def test_back_to_nothing_and_up_again_leads_to_the_same(database_url: str) -> None:
    def there_and_back(connection: Connection) -> object:
        migrate(connection)
        downgraded(connection)
        empty = tables(connection)
        connection.rollback()
        migrate(connection)
        return empty, differences(connection)

    assert by_hand(database_url, there_and_back) == ({"alembic_version"}, [])


def test_a_migration_that_fails_leaves_the_tables_as_they_were(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(connection: Connection) -> object:
        upgrade = command.upgrade

        def broken(*arguments: str) -> None:
            upgrade(*arguments)  # type: ignore[arg-type]
            raise RuntimeError("lost power")

        monkeypatch.setattr(command, "upgrade", broken)
        with pytest.raises(RuntimeError, match="lost power"):
            migrate(connection)
        return tables(connection)

    assert by_hand(database_url, failing) == set()


def test_two_processes_may_make_the_tables_at_once(postgres_dsn: str) -> None:
    program = "import asyncio, sys; from bot.storage import opened; asyncio.run(opened(sys.argv[1]).close())"
    both = [subprocess.Popen([sys.executable, "-c", program, postgres_dsn]) for _ in range(2)]
    assert [each.wait(60) for each in both] == [0, 0]
    assert by_hand(postgres_dsn, differences) == []


def test_a_database_of_a_newer_program_is_refused_and_left_alone(database_url: str) -> None:
    def made_newer(connection: Connection) -> None:
        migrate(connection)
        with connection.begin():
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    by_hand(database_url, made_newer)
    with pytest.raises(StorageError) as caught:
        asyncio.run(opened(database_url).close())
    assert str(caught.value) == (
        "its tables are of version 9999, which this baoduoshao doesn't know: they were made by a newer one. "
        "Run that one, or restore the backup from before the upgrade"
    )
    version = by_hand(database_url, lambda c: c.scalar(text("SELECT version_num FROM alembic_version")))
    assert version == "9999"


def test_whoever_waits_for_another_to_make_the_tables_waits_as_long_as_it_takes(
    postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgres._OPTIONS, "statement_timeout", "200ms")
    monkeypatch.setitem(postgres._OPTIONS, "lock_timeout", "200ms")
    engine = engine_of(postgres_dsn)
    with ThreadPoolExecutor(1) as thread:
        with engine.connect() as other:
            other.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
            waiting = thread.submit(opened, postgres_dsn)
            with pytest.raises(TimeoutError):
                waiting.result(1)
        store = waiting.result(30)
    asyncio.run(store.close())
    engine.dispose()
