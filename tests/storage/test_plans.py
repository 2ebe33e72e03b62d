"""What runs many times a second looks at what is open, never at all that was sent."""

import sqlite3
from typing import Any

import pytest
from sqlalchemy import create_engine, event

from bot.storage import inbox, outbox, schema


@pytest.fixture
def plans() -> Any:
    """Return what notes the plan of each statement that is run in a database of its own."""
    engine = create_engine("sqlite://")
    schema.metadata.create_all(engine)
    found: list[str] = []

    def note(_: Any, cursor: sqlite3.Cursor, statement: str, values: Any, *__: Any) -> None:
        if not statement.startswith(("PRAGMA", "EXPLAIN")):
            found.extend(row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values))

    event.listen(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        yield connection, found
    engine.dispose()


@pytest.mark.parametrize(
    ("work", "index"),
    [
        (lambda c: outbox.take(c, "me", "memory", now=1, until=2, most=9), "ix_outbox_open"),
        (lambda c: outbox.put_back(c, "me", "memory", (1, 2)), "ix_outbox_open"),
        (
            lambda c: outbox.recover(c, "me", "memory", now=1, on_ambiguous="resend", alone=False),
            "ix_outbox_open",
        ),
        (lambda c: outbox.overdue(c, ["memory"], 1), "ix_outbox_open"),
        (outbox.waiting, "ix_outbox_open"),
        (lambda c: inbox.take(c, ["memory"]), "ix_inbox_waiting"),
        (inbox.waiting, "ix_inbox_waiting"),
    ],
    ids=["take", "put back", "recover", "overdue", "waiting", "inbox take", "inbox waiting"],
)
def test_only_what_is_open_is_looked_through(plans: Any, work: Any, index: str) -> None:
    connection, found = plans
    work(connection)
    assert index in found[0]
    assert not [
        step
        for step in found
        if "TEMP B-TREE" in step or (step.startswith(("SCAN inbox ", "SCAN outbox ")) and "USING" not in step)
    ]
