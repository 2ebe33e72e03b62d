"""A talk as it stands in the database, for a channel that has no memory of its own."""

from collections.abc import Sequence

from bot.service.protocol import Answer, Message, Recalled, Turn
from bot.service.written import RATED_LIKE, event_of, message_of
from bot.storage import Store, talks

_MOST = 40
"""Turns; of a longer talk the last are shown."""


async def recall(store: Store, channel: str, chat: str) -> Recalled:
    """Return the talk of a chat. Raises StorageError."""
    found = await store.run(
        # Ratings are no turns: they are shown with what was rated.
        lambda connection: talks.recall(connection, channel, chat, _MOST, RATED_LIKE)
    )
    answers: dict[int, list[Answer]] = {}
    for each in found.answered:
        message = message_of(each.content, each.id, None)
        answers.setdefault(each.inbox_id, []).append(Answer(message, each.good))
    turns = tuple(_turn(said, answers.get(said.id, ())) for said in found.said)
    return Recalled(turns, found.form, found.more)


async def one(store: Store, channel: str, chat: str, message: int) -> Message | None:
    """Return one message to a chat; None where there is none of this number. Raises StorageError."""
    content = await store.run(lambda connection: talks.message(connection, channel, chat, message))
    return None if content is None else message_of(content, message, None)


def _turn(said: talks.Said, answers: Sequence[Answer]) -> Turn:
    event, _ = event_of(said.event)
    return Turn(said.id, event, tuple(answers), not said.done)
