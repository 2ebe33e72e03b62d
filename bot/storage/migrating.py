"""Brings the tables of a database up to date, whichever version it has."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.storage.store import StorageError

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
    """Bring the tables up to date, in one transaction; of several processes the others wait.

    Raises StorageError where they are newer than this program.
    """
    if connection.dialect.name == "postgresql":
        with connection.begin():
            # Waiting for the others, or changing a large table, takes as long as it takes.
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
            _upgrade(connection)
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        _upgrade(connection)
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    found = config(connection)
    known = {each.revision for each in ScriptDirectory.from_config(found).walk_revisions()}
    for version in MigrationContext.configure(connection).get_current_heads():
        if version not in known:
            raise StorageError(
                f"its tables are of version {version}, which this baoduoshao doesn't know: they were made by "
                "a newer one. Run that one, or restore the backup from before the upgrade"
            )
    command.upgrade(found, "head")
