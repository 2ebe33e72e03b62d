"""The one statement that SQLite and PostgreSQL have but no standard."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


@cache
def _inserts(table: Table) -> dict[str, Any]:
    return {"sqlite": sqlite.insert(table), "postgresql": postgresql.insert(table)}


def inserted(connection: Connection, table: Table) -> Any:
    """Return an INSERT that may say what to do ON CONFLICT."""
    return _inserts(table)[connection.dialect.name]
