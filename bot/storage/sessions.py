"""What is remembered of a chat: the state of its dialogue as text."""

from sqlalchemy import Connection, bindparam, update

from bot.storage.schema import sessions

_kept = (
    update(sessions)
    .where(sessions.c.channel == bindparam("of"), sessions.c.chat == bindparam("whom"))
    .values(
        state=bindparam("state"),
        version=bindparam("version"),
        form=bindparam("form"),
        asking=bindparam("asking"),
        touched_at=bindparam("at"),
    )
)


def keep(
    connection: Connection,
    channel: str,
    chat: str,
    *,
    state: str,
    version: int,
    form: int,
    asking: int | None,
    at: int,
) -> None:
    """Keep the state of a chat whose row is locked by this transaction."""
    values = {
        "of": channel,
        "whom": chat,
        "state": state,
        "version": version,
        "form": form,
        "asking": asking,
        "at": at,
    }
    connection.execute(_kept, values)
