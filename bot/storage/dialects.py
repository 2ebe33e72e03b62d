"""What SQLite and PostgreSQL need said in their own way."""

from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Column, ColumnElement, Connection, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite


@cache
def _inserts(table: Table) -> dict[str, Any]:
    return {"sqlite": sqlite.insert(table), "postgresql": postgresql.insert(table)}


def inserted(connection: Connection, table: Table) -> Any:
    """Return an INSERT that may say what to do ON CONFLICT."""
    return _inserts(table)[connection.dialect.name]


def of_channels(column: Column[str]) -> ColumnElement[bool]:
    """Return the condition that a channel is one of the parameter `channels`.

    Written so that no index is chosen for it: there are few channels, and the index by turn finds the first.
    """
    return (column + "").in_(bindparam("channels", expanding=True))


def of_channel(column: Column[str], channel: str | BindParameter[str]) -> ColumnElement[bool]:
    """Return the condition that a channel is this one, so written that no index is chosen for it."""
    return (column + "") == channel
