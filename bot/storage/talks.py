"""What was said in a chat and answered, for a channel that shows it again."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, Connection, and_, bindparam, exists, select

from bot.storage.schema import feedback, inbox, outbox, sessions


@dataclass(frozen=True, slots=True)
class Said:
    """What a person did, as text; `done` says whether it is answered."""

    id: int
    event: str
    done: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """A message that answers what has the number `inbox_id`; `good` is what the person thought of it."""

    id: int
    inbox_id: int
    content: str
    good: bool | None


@dataclass(frozen=True, slots=True)
class Talk:
    """The last of a talk, oldest first; `form` is the number of the choices that are open.

    `more`: something was said before.
    """

    said: Sequence[Said]
    answered: Sequence[Answered]
    form: int
    more: bool = False


_channel: BindParameter[str] = bindparam("of")
_chat: BindParameter[str] = bindparam("whom")
_said = (
    select(inbox.c.id, inbox.c.event, inbox.c.done_at)
    .where(inbox.c.channel == _channel, inbox.c.chat == _chat, inbox.c.event.not_like(bindparam("besides")))
    .order_by(inbox.c.id.desc())
    .limit(bindparam("most"))
)
_answered = (
    select(outbox.c.id, outbox.c.inbox_id, outbox.c.content, feedback.c.good)
    .select_from(outbox.outerjoin(feedback, feedback.c.outbox_id == outbox.c.id))
    # One that is to be erased is nobody's to read again.
    .where(
        outbox.c.channel == _channel,
        outbox.c.chat == _chat,
        outbox.c.inbox_id >= bindparam("since"),
        ~outbox.c.erase,
    )
    .order_by(outbox.c.id)
)
_message = select(outbox.c.content).where(
    outbox.c.id == bindparam("number"), outbox.c.channel == _channel, outbox.c.chat == _chat, ~outbox.c.erase
)
_form = select(sessions.c.form).where(sessions.c.channel == _channel, sessions.c.chat == _chat)
_waits = select(
    exists().where(
        and_(
            inbox.c.channel == _channel,
            inbox.c.chat == _chat,
            inbox.c.done_at.is_(None),
        )
    )
)


def recall(connection: Connection, channel: str, chat: str, most: int, besides: str = "") -> Talk:
    """Return what a person did last in a chat, at most so much, and what was answered.

    Events like `besides`, a pattern of SQL's LIKE, are left out.
    """
    whose = {"of": channel, "whom": chat}
    found = connection.execute(_said, {**whose, "most": most + 1, "besides": besides}).all()
    more = len(found) > most
    said = found[:most][::-1]
    since = said[0].id if said else 0
    answered = connection.execute(_answered, {**whose, "since": since}).all() if said else []
    form = connection.scalar(_form, whose)
    return Talk(
        [Said(row.id, row.event, row.done_at is not None) for row in said],
        [Answered(row.id, row.inbox_id, row.content, row.good) for row in answered],
        0 if form is None else int(form),
        more,
    )


def message(connection: Connection, channel: str, chat: str, number: int) -> str | None:
    """Return the content of one message to a chat; None where there is none with this number."""
    found = connection.scalar(_message, {"of": channel, "whom": chat, "number": number})
    return None if found is None else str(found)


def waits(connection: Connection, channel: str, chat: str) -> bool:
    """Whether anything of a chat is still to be answered."""
    return bool(connection.scalar(_waits, {"of": channel, "whom": chat}))
