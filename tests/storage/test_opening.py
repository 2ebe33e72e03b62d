"""A database is opened, or it is said in one line why not; its records can be read beside the service."""

import asyncio
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from support.postgres import free_port
from support.stores import T0, came, put

from bot.storage import StorageError, Store, inbox, opened, reading, records
from bot.storage.records import Rating, Unanswered

asynchronous = pytest.mark.asyncio

QUESTION = Unanswered(T0, "能报吗", "rephrase", ("estimate", "referral"), "2026-01-01")
RATING = Rating(T0, good=True, about='{"status":"answered"}')


def with_password(dsn: str, password: str, port: int | None = None) -> str:
    parts = urlsplit(dsn)
    return parts._replace(netloc=f"{parts.username}:{password}@127.0.0.1:{port or parts.port}").geturl()


def test_a_postgresql_that_is_down_is_told_without_its_password() -> None:
    with pytest.raises(StorageError) as caught:
        opened(f"postgresql://someone:s3cr3t%40word@127.0.0.1:{free_port()}/talks")
    assert "refused" in str(caught.value).lower()
    assert "s3cr3t" not in repr(caught.value)
    assert "s3cr3t" not in repr(caught.value.__cause__)


def test_a_wrong_password_is_told_without_it(postgres_dsn: str) -> None:
    with pytest.raises(StorageError) as caught:
        opened(with_password(postgres_dsn, "wr0ng%3Aword"))
    assert "password authentication failed" in str(caught.value)
    assert "wr0ng" not in repr(caught.value)
    assert "wr0ng" not in repr(caught.value.__cause__)


def test_a_database_that_is_not_there_is_told_by_its_name(postgres_dsn: str) -> None:
    with pytest.raises(StorageError, match='database "nowhere" does not exist'):
        opened(urlsplit(postgres_dsn)._replace(path="/nowhere").geturl())


def test_reading_from_a_postgresql_that_is_down_is_told_without_its_password() -> None:
    with (
        pytest.raises(StorageError) as caught,
        reading(f"postgresql://someone:s3cr3t@127.0.0.1:{free_port()}/talks"),
    ):
        pass
    assert "s3cr3t" not in repr(caught.value)


def test_without_the_package_for_postgresql_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "psycopg"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StorageError, match=r"install baoduoshao\[postgres\]"):
        opened("postgresql://127.0.0.1/talks")


def test_a_file_that_was_never_served_with_has_nothing_to_read(tmp_path: Path) -> None:
    with (
        pytest.raises(StorageError, match=r"talks\.db does not exist yet: nothing was served with it"),
        reading(f"sqlite:///{tmp_path}/talks.db"),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def noted(connection: Connection) -> None:
    records.note_unanswered(connection, "someone", QUESTION)
    records.rate(connection, "someone", 7, RATING)


@asynchronous
async def test_the_records_can_be_read_while_a_service_has_the_database(
    store: Store, database_url: str
) -> None:
    await store.run(noted)
    with reading(database_url) as connection:
        assert list(records.all_unanswered(connection)) == [QUESTION]
        assert await asyncio.wait_for(put(store, came(1)), 10) == [True]
        assert list(records.all_ratings(connection)) == [RATING]
    assert await store.run(inbox.waiting) == 1


@asynchronous
async def test_the_records_can_be_read_after_the_service_has_left(database_url: str) -> None:
    store = opened(database_url)
    await store.run(noted)
    await store.close()
    with reading(database_url) as connection:
        assert list(records.all_unanswered(connection)) == [QUESTION]
    await opened(database_url).close()


@asynchronous
async def test_whoever_reads_a_file_cannot_write_to_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/{quote('数据 #1%20.db')}"
    store = opened(url)
    await store.run(noted)
    with reading(url) as connection:
        assert list(records.all_ratings(connection)) == [RATING]
        with pytest.raises(OperationalError, match="readonly"):
            connection.execute(text("DELETE FROM feedback"))
    await store.close()


@asynchronous
async def test_an_error_while_reading_is_told_in_a_line(store: Store, database_url: str) -> None:
    with pytest.raises(StorageError) as caught, reading(database_url) as connection:
        connection.execute(text("SELECT secret_column FROM inbox"))
    assert "secret_column" in str(caught.value)
    assert "[SQL" not in str(caught.value)
    assert isinstance(caught.value.__cause__, OperationalError | ProgrammingError)


@asynchronous
async def test_a_later_rating_takes_the_place_of_the_first(store: Store) -> None:
    await store.run(noted)
    await store.run(lambda c: records.rate(c, "someone", 7, Rating(T0 + 5, good=False, about="{}")))
    found = await store.run(lambda c: list(records.all_ratings(c)))
    assert found == [Rating(T0 + 5, good=False, about=RATING.about)]


@asynchronous
async def test_a_store_goes_on_after_its_server_was_restarted(postgres_dsn: str, postgres: object) -> None:
    from support.postgres import PostgresServer, running_server

    assert isinstance(postgres, PostgresServer)
    with running_server() as own:
        dsn = own.create_database()
        store = opened(dsn, pool_size=2)
        assert await put(store, came(1)) == [True]
        own.halt("immediate")
        with pytest.raises(StorageError):
            await store.run(inbox.waiting)
        own.start()
        assert await store.run(inbox.waiting) == 1
        await store.close()
