"""Brings the tables of a database up to date, whichever version it has."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

if TYPE_CHECKING:
    from alembic.config import Config

# Any number that nothing else locks: only one process at a time brings the tables up to date.
_ONE_AT_A_TIME = 0x62616F64


def config(connection: Connection) -> "Config":
    """Return what Alembic needs to know to work on this connection."""
    # Loaded here, for a database in memory needs none of it.
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    found.set_main_option("path_separator", "os")
    found.attributes["connection"] = connection
    return found


def migrate(connection: Connection) -> None:
    """Bring the tables up to date, in one transaction; of several processes the others wait."""
    from alembic import command

    if connection.dialect.name == "postgresql":
        with connection.begin():
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
            command.upgrade(config(connection), "head")
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        command.upgrade(config(connection), "head")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
