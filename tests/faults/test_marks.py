import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event, select
from sqlalchemy.exc import DBAPIError

from bot.storage import in_memory, inbox, opened, outbox, postgres, schema
from bot.storage.outbox import Letter


def put(connection: Connection, chat: str, update: int) -> int:
    return outbox.put(
        connection,
        "wire",
        chat,
        inbox_id=update,
        part=0,
        content="",
        about="{}",
        edits=None,
        at=0,
        received_at=0,
        erase=False,
    )


def taken(connection: Connection) -> list[Letter]:
    return outbox.take(connection, "me", "wire", now=9, until=99, most=9)


def test_what_became_of_an_attempt_is_not_taken_for_that_of_the_next() -> None:
    """A commit may be made though it seemed to fail; its repetition then meets the next attempt."""

    async def scenario() -> str:
        store = in_memory()
        await store.run(lambda connection: put(connection, "chat", 1))
        [first] = await store.run(taken)
        for _ in range(2):
            await store.run(lambda connection: outbox.postpone(connection, "me", first, until=5))
        [again] = await store.run(taken)
        assert again.attempts == 2
        await store.run(lambda connection: outbox.postpone(connection, "me", first, until=5))
        state: str = await store.run(
            lambda connection: connection.execute(select(schema.outbox.c.state)).scalar_one()
        )
        await store.close()
        return state

    assert asyncio.run(scenario()) == "sending"


def test_the_server_ends_what_one_holds_who_froze_while_taking_several_messages(
    postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(opened(postgres_dsn).close())
    patient = postgres.made(postgres_dsn, 1)
    with patient.begin() as connection:
        for number in range(3):
            put(connection, f"chat-{number}", number)
    patient.dispose()
    # Only now: on a busy machine making the tables may take longer between two statements.
    monkeypatch.setitem(postgres._OPTIONS, "idle_in_transaction_session_timeout", "500ms")
    engine = postgres.made(postgres_dsn, 2)
    with engine.connect() as frozen, engine.connect() as other:
        assert len(taken(frozen)) == 3
        assert taken(other) == []
        other.rollback()
        time.sleep(1.0)
        assert len(taken(other)) == 3
        with pytest.raises(DBAPIError):
            frozen.execute(select(1))
    engine.dispose()


@pytest.mark.parametrize(
    ("take", "index"),
    [
        (taken, "ix_outbox_open"),
        (lambda connection: inbox.take(connection, ["wire"]), "ix_inbox_waiting"),
    ],
    ids=["outbox", "inbox"],
)
def test_what_is_next_is_found_at_once_however_much_is_done_with(
    tmp_path: Path, take: Callable[[Connection], object], index: str
) -> None:
    """By the index of what is still to be done, in its order: nothing is sorted, nothing old is read."""
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    asyncio.run(opened(url).close())
    engine = create_engine(url)
    asked: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    with engine.connect() as connection:
        take(connection)
        [(statement, values)] = asked
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    engine.dispose()
    assert any(f"USING INDEX {index}" in step for step in plan), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan
