"""What is deleted: a chat that asks to be forgotten, and what is older than it need be."""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, exists, select, update

from bot.storage.dialects import inserted
from bot.storage.schema import feedback, inbox, meta, outbox, sessions, unanswered

_DAY = 24 * 60 * 60 * 1000
UPDATE_DAYS = 7
"""How long an update is known, so that one that comes twice counts once."""
_AT_ONCE = 5000
_SCRUB = "scrub"
_ended = outbox.c.ended_at.is_not(None)


def forget(connection: Connection, channel: str, chat: str, chat_key: str) -> None:
    """Erase every row of a chat; of what it said only the salted digest stays, for the rest of its days.

    What is still to be sent to it is erased as soon as it is sent, what it said since stays in the inbox.
    """
    here = and_(inbox.c.channel == channel, inbox.c.chat == chat)
    connection.execute(
        update(inbox)
        .where(here, inbox.c.done_at.is_not(None))
        .values(chat=None, event=None, place=0, error=None)
    )
    waits = exists().where(here, inbox.c.done_at.is_(None))
    session = and_(sessions.c.channel == channel, sessions.c.chat == chat)
    connection.execute(delete(sessions).where(session, ~waits))
    connection.execute(update(sessions).where(session).values(state=None, asking=None))
    mine = and_(outbox.c.channel == channel, outbox.c.chat == chat)
    connection.execute(delete(outbox).where(mine, _ended))
    connection.execute(update(outbox).where(mine).values(erase=True))
    for table in (unanswered, feedback):
        connection.execute(delete(table).where(table.c.chat_key == chat_key))
    ask_for_scrubbing(connection)


def ask_for_scrubbing(connection: Connection) -> None:
    """Remember, also over a restart, that what was deleted is still to be cleaned out of the files."""
    asked = {"value": secrets.token_hex(8)}
    statement = inserted(connection, meta).values(name=_SCRUB, **asked)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=asked))


def scrubbing_asked(connection: Connection) -> str | None:
    """Return what asks for cleaning the files, None where nothing does."""
    return connection.scalar(select(meta.c.value).where(meta.c.name == _SCRUB))


def scrubbed(connection: Connection, asked: str) -> None:
    """Note that the files were cleaned since that was asked; what was asked later still stands."""
    connection.execute(delete(meta).where(meta.c.name == _SCRUB, meta.c.value == asked))


@dataclass(frozen=True, slots=True)
class Expired:
    """How many rows were deleted, 0 when nothing is left; how many of them nobody had answered or sent."""

    rows: int
    unfinished: int


def expire(connection: Connection, *, now: int, session_days: int, record_days: int) -> Expired:
    """Delete a portion of what is too old."""
    known_until = now - UPDATE_DAYS * _DAY
    waits = exists().where(
        inbox.c.channel == sessions.c.channel, inbox.c.chat == sessions.c.chat, inbox.c.done_at.is_(None)
    )
    deleted = unfinished = 0
    for table, old in (
        # What nobody took, of a channel that is gone, goes too: what people wrote is kept no longer.
        (inbox, and_(inbox.c.received_at < known_until, inbox.c.done_at.is_(None))),
        (outbox, and_(outbox.c.received_at < known_until, ~_ended)),
    ):
        portion = select(table.c.id).where(old).limit(_AT_ONCE)
        unfinished += connection.execute(delete(table).where(table.c.id.in_(portion))).rowcount
    for table, old in (
        (inbox, inbox.c.received_at < known_until),
        (outbox, outbox.c.received_at < known_until),
        (unanswered, unanswered.c.at < now - record_days * _DAY),
        (feedback, feedback.c.at < now - record_days * _DAY),
    ):
        portion = select(table.c.id).where(old).limit(_AT_ONCE)
        deleted += connection.execute(delete(table).where(table.c.id.in_(portion))).rowcount
    idle = and_(sessions.c.touched_at < now - session_days * _DAY, ~waits)
    deleted += connection.execute(delete(sessions).where(idle)).rowcount
    if deleted or unfinished:
        ask_for_scrubbing(connection)
    return Expired(deleted + unfinished, unfinished)
