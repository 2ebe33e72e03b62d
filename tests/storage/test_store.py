"""What holds for every database: work is kept whole or not at all."""

import asyncio

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError
from support.stores import came, put, rows

from bot.storage import StorageError, Store, inbox, keys, opened, schema

pytestmark = pytest.mark.asyncio


async def test_work_that_raises_leaves_nothing(store: Store) -> None:
    def fails(connection: Connection) -> None:
        inbox.put(connection, came(1))
        raise KeyError("a defect")

    with pytest.raises(KeyError, match="a defect"):
        await store.run(fails)
    assert await rows(store, schema.inbox) == []
    assert await rows(store, schema.sessions) == []


async def test_a_broken_rule_of_the_tables_comes_as_it_is_and_leaves_nothing(store: Store) -> None:
    def fails(connection: Connection) -> None:
        for _ in range(2):
            connection.execute(text("INSERT INTO meta (name, value) VALUES ('once', '1')"))

    with pytest.raises(IntegrityError):
        await store.run(fails)
    assert await rows(store, schema.meta) == []


async def test_an_error_of_the_database_never_tells_what_was_to_be_written(store: Store) -> None:
    def fails(connection: Connection) -> None:
        for _ in range(2):
            connection.execute(schema.meta.insert(), {"name": "once", "value": "金丝雀"})

    with pytest.raises(IntegrityError) as caught:
        await store.run(fails)
    assert "金丝雀" not in str(caught.value)


async def test_what_many_do_at_once_is_all_done(store: Store) -> None:
    found = await asyncio.gather(*(put(store, came(number)) for number in range(100)))
    assert found == [[True]] * 100
    assert len(await rows(store, schema.inbox)) == 100


async def test_one_key_put_by_many_at_once_is_new_to_one_of_them(store: Store) -> None:
    found = await asyncio.gather(*(put(store, came(7)) for _ in range(20)))
    assert found.count([True]) == 1
    assert len(await rows(store, schema.inbox)) == 1


async def test_a_closed_database_says_so(database_url: str) -> None:
    store = opened(database_url)
    await store.close()
    with pytest.raises(StorageError, match="the database is closed"):
        await store.run(inbox.waiting)


async def test_the_salt_is_made_once_and_stays(store: Store, database_url: str) -> None:
    found = await asyncio.gather(*(store.run(keys.salt) for _ in range(10)))
    assert len(set(found)) == 1
    assert len(found[0]) == 32


async def test_a_digest_depends_on_salt_and_parts_and_where_they_part() -> None:
    salt = b"s" * 32
    assert len(keys.digest(salt, "telegram", "12")) == 32
    made = {
        keys.digest(salt, "telegram", "12"),
        keys.digest(salt, "telegram1", "2"),
        keys.digest(salt, "telegram12"),
        keys.digest(b"t" * 32, "telegram", "12"),
        keys.digest(salt, "telegram", "\ud800"),
        keys.digest(salt, "telegram", "\x00"),
    }
    assert len(made) == 6
    assert keys.digest(salt, "telegram", "12") == keys.digest(salt, "telegram", "12")


async def test_a_write_is_tried_where_the_health_is_asked_for(store: Store) -> None:
    for at in (5, 6):
        await store.run(lambda connection, at=at: keys.touch(connection, at))  # type: ignore[misc]
    assert [(row["name"], row["value"]) for row in await rows(store, schema.meta)] == [("touched", "6")]
