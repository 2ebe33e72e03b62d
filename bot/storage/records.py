"""What wasn't answered, and what people thought of the answers; neither says who."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from bot.storage.dialects import inserted
from bot.storage.schema import feedback, unanswered


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question without an answer, its private numbers masked. `at` in ms, candidates best first."""

    at: int
    text: str
    status: str
    candidates: tuple[str, ...]
    policy_version: str


@dataclass(frozen=True, slots=True)
class Rating:
    """What somebody thought of a reply; `about` is what that stood for, as JSON. `at` in ms."""

    at: int
    good: bool
    about: str


def note_unanswered(connection: Connection, chat_key: str, found: Unanswered) -> None:
    connection.execute(
        insert(unanswered),
        {
            "chat_key": chat_key,
            "at": found.at,
            "text": found.text,
            "status": found.status,
            "candidates": " ".join(found.candidates),
            "policy_version": found.policy_version,
        },
    )


def rate(connection: Connection, chat_key: str, outbox_id: int, rating: Rating) -> None:
    """Keep a rating; a later one for the same reply takes its place."""
    values = {"at": rating.at, "good": rating.good}
    statement = inserted(connection, feedback).values(
        chat_key=chat_key, outbox_id=outbox_id, about=rating.about, **values
    )
    connection.execute(statement.on_conflict_do_update(index_elements=["outbox_id"], set_=values))


def all_unanswered(connection: Connection) -> Iterator[Unanswered]:
    """Yield them, oldest first."""
    for row in connection.execute(select(unanswered).order_by(unanswered.c.id)):
        yield Unanswered(row.at, row.text, row.status, tuple(row.candidates.split()), row.policy_version)


def all_ratings(connection: Connection) -> Iterator[Rating]:
    """Yield them, oldest first."""
    for row in connection.execute(select(feedback).order_by(feedback.c.id)):
        yield Rating(row.at, row.good, row.about)
