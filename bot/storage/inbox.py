"""What came in: each update once, each chat's in its order, no chat before its turn.

A chat's updates go in the order of the channel's own count. Among chats the one whose message is due first
goes first; each further message of a chat that still has some waiting is due a little later, so that a chat
which floods waits for itself alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, exists, func, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.dialects import inserted, of_channels
from bot.storage.schema import ALWAYS, inbox, outbox, sessions

_APART = 200
"""Milliseconds between the turns of one chat's waiting messages."""


@dataclass(frozen=True, slots=True)
class Came:
    """An update to be kept: `key` stands for channel and update id, `place` for its order in the chat.

    `event` is the reduced event as text; of what can't be read only `size` (bytes) and `error` are known.
    """

    key: str
    channel: str
    chat: str | None
    place: int
    event: str | None
    at: int  # ms
    size: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update whose turn it is, with what is remembered of its chat."""

    id: int
    channel: str
    chat: str
    event: str
    received_at: int
    state: str | None
    version: int
    form: int
    asking: int | None


_waits = inbox.c.done_at.is_(None)
_of_chat = and_(inbox.c.channel == bindparam("channel"), inbox.c.chat == bindparam("chat"))

_last_due = (
    select(func.max(inbox.c.due) + _APART)
    .where(_waits, inbox.c.channel == bindparam("channel"), inbox.c.chat == bindparam("chat"))
    .scalar_subquery()
)
_due = case((_last_due > bindparam("at"), _last_due), else_=bindparam("at"))
_row = {
    "key": bindparam("key"),
    "channel": bindparam("channel"),
    "chat": bindparam("chat"),
    "place": bindparam("place"),
    "due": _due,
    "event": bindparam("event"),
    "size": bindparam("size"),
    "error": bindparam("error"),
    "received_at": bindparam("at"),
    "done_at": bindparam("done_at"),
}
_session: dict[str, Any] = {
    "channel": bindparam("channel"),
    "chat": bindparam("chat"),
    "version": literal_column("0"),
    "form": literal_column("0"),
    "touched_at": bindparam("at"),
}
_inserts = {
    "sqlite": sqlite.insert(inbox).values(_row).on_conflict_do_nothing().returning(inbox.c.id),
    "postgresql": postgresql.insert(inbox).values(_row).on_conflict_do_nothing().returning(inbox.c.id),
}
_begins = {
    "sqlite": sqlite.insert(sessions).values(_session).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(sessions).values(_session).on_conflict_do_nothing(),
}


def put(connection: Connection, came: Came) -> bool:
    """Keep an update; False where it was kept before."""
    dialect = connection.dialect.name
    values = {
        "key": came.key,
        "channel": came.channel,
        "chat": came.chat,
        "place": came.place,
        "event": came.event,
        "size": came.size,
        "error": came.error,
        "at": came.at,
        "done_at": None if came.event is not None else came.at,
    }
    if connection.execute(_inserts[dialect], values).scalar() is None:
        return False
    if came.event is not None:
        connection.execute(_begins[dialect], {"channel": came.channel, "chat": came.chat, "at": came.at})
    return True


_next_chat = (
    select(
        sessions.c.channel,
        sessions.c.chat,
        sessions.c.state,
        sessions.c.version,
        sessions.c.form,
        sessions.c.asking,
    )
    .join(inbox, and_(inbox.c.channel == sessions.c.channel, inbox.c.chat == sessions.c.chat))
    .where(_waits, of_channels(inbox.c.channel), inbox.c.received_at <= bindparam("before"))
    .order_by(inbox.c.due, inbox.c.id)
    .limit(1)
    .with_for_update(of=sessions, skip_locked=True)
)
_first_of_chat = (
    select(inbox.c.id, inbox.c.event, inbox.c.received_at)
    .where(_waits, _of_chat)
    .order_by(inbox.c.place, inbox.c.id)
    .limit(1)
)


def take(connection: Connection, channels: Sequence[str], before: int = ALWAYS) -> Waiting | None:
    """Return the next update of these channels, its chat locked by this transaction; None if none is free.

    Only chats are taken of which something waits that came in `before` then (ms).

    The lock is looked at first and the update after it: what another process did meanwhile is seen.
    """
    while (
        chat := connection.execute(_next_chat, {"channels": channels, "before": before}).first()
    ) is not None:
        found = connection.execute(_first_of_chat, {"channel": chat.channel, "chat": chat.chat}).first()
        if found is not None:
            return Waiting(
                found.id,
                chat.channel,
                chat.chat,
                found.event,
                found.received_at,
                chat.state,
                chat.version,
                chat.form,
                chat.asking,
            )
    return None


_begins_anew = (
    select(
        inbox.c.channel, inbox.c.chat, literal_column("0"), literal_column("0"), func.max(inbox.c.received_at)
    )
    .where(
        _waits,
        ~exists().where(sessions.c.channel == inbox.c.channel, sessions.c.chat == inbox.c.chat),
    )
    .group_by(inbox.c.channel, inbox.c.chat)
)


def rescue(connection: Connection) -> int:
    """Give a session to chats that have an update but none; return how many.

    A session may be erased by one process at the very moment in which another keeps an update of its chat.
    """
    names = ["channel", "chat", "version", "form", "touched_at"]
    statement = inserted(connection, sessions).from_select(names, _begins_anew).on_conflict_do_nothing()
    kept = connection.execute(statement, execution_options={"preserve_rowcount": True})
    return int(kept.rowcount)


_done = update(inbox).where(inbox.c.id == bindparam("one"), _waits).values(done_at=bindparam("at"))


def done(connection: Connection, id: int, at: int) -> bool:  # noqa: A002
    """Mark an update as dealt with; False where it was before."""
    return connection.execute(_done, {"one": id, "at": at}).rowcount > 0


_whose = select(
    inbox.c.channel,
    inbox.c.chat,
    inbox.c.received_at,
).where(inbox.c.id == bindparam("one"), _waits)


def whose(connection: Connection, id: int) -> tuple[str, str, int] | None:  # noqa: A002
    """Return channel, chat and time of arrival (ms) of an update that waits."""
    found = connection.execute(_whose, {"one": id}).first()
    return None if found is None else (found.channel, found.chat, found.received_at)


_count = select(func.count()).select_from(inbox).where(_waits)


def waiting(connection: Connection) -> int:
    """Return how many updates wait."""
    return int(connection.scalar(_count) or 0)


_unanswered = select(
    or_(
        exists().where(_waits, _of_chat),
        exists().where(
            outbox.c.channel == bindparam("channel"),
            outbox.c.chat == bindparam("chat"),
            outbox.c.ended_at.is_(None),
            # One that must be tried again may take hours.
            outbox.c.attempts <= 1,
        ),
    )
)


def unanswered(connection: Connection, chats: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return those of these chats, each with its channel, that have something to wait for."""
    return {
        (channel, chat)
        for channel, chat in chats
        if connection.scalar(_unanswered, {"channel": channel, "chat": chat})
    }
