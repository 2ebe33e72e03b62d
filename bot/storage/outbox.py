"""What is to be said: each message marked by itself, a chat's in their order, one at a time.

A message is `waiting`, then `sending` for the process that took it, then `sent`, `refused` or `given_up`.
Whoever takes one has it until its lease is over; what is still `sending` then was in flight when its process
died, and nobody knows whether it arrived.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.storage.dialects import of_channel, of_channels
from bot.storage.erasing import ask_for_scrubbing
from bot.storage.schema import ALWAYS, outbox

OnAmbiguous = Literal["resend", "drop"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message taken for sending. `content` is the channel's message as text, times in ms.

    `edits` is what the channel calls the message that this one takes the place of, or closes.
    """

    id: int
    channel: str
    chat: str
    content: str
    attempts: int  # this one included
    received_at: int
    edits: str | None


_open = outbox.c.ended_at.is_(None)


_put = insert(outbox).returning(outbox.c.id)


def put(
    connection: Connection,
    channel: str,
    chat: str,
    *,
    inbox_id: int,
    part: int,
    content: str,
    about: str,
    edits: int | None,
    at: int,
    received_at: int,
    erase: bool,
) -> int:
    """Put a message behind those of its chat, and return its number."""
    values = {
        "channel": channel,
        "chat": chat,
        "inbox_id": inbox_id,
        "part": part,
        "content": content,
        "about": about,
        "edits": edits,
        "state": "waiting",
        "attempts": 0,
        "next_try_at": at,
        "received_at": received_at,
        "erase": erase,
    }
    found = connection.execute(_put, values).scalar_one()
    return int(found)


_before = outbox.alias("before")
_first_of_chat = ~exists().where(
    _before.c.channel == outbox.c.channel,
    _before.c.chat == outbox.c.chat,
    _before.c.id < outbox.c.id,
    _before.c.ended_at.is_(None),
)
_edited = outbox.alias("edited")
_free = (
    select(
        outbox.c.id,
        outbox.c.channel,
        outbox.c.chat,
        outbox.c.content,
        outbox.c.attempts,
        outbox.c.received_at,
        select(_edited.c.ref).where(_edited.c.id == outbox.c.edits).scalar_subquery().label("edits"),
    )
    .where(
        _open,
        outbox.c.state == "waiting",
        outbox.c.next_try_at <= bindparam("now"),
        outbox.c.received_at <= bindparam("before"),
        of_channel(outbox.c.channel, bindparam("of")),
        _first_of_chat,
    )
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=outbox, skip_locked=True)
)
# One statement for all: after several sent in a row, the driver's pipeline leaves the server without its
# limit on idle transactions, and whoever froze then would keep these chats from the others for good.
_taken = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("those", expanding=True)))
    .values(
        state="sending",
        attempts=outbox.c.attempts + 1,
        owner=bindparam("by"),
        lease_until=bindparam("until"),
    )
)


def take(
    connection: Connection, owner: str, channel: str, *, now: int, until: int, most: int, before: int = ALWAYS
) -> list[Letter]:
    """Take up to `most` messages of a channel that are due, of each chat the first, with a lease until then.

    Only such as answer what came in `before` then (ms).
    """
    free = connection.execute(_free, {"now": now, "of": channel, "most": most, "before": before}).all()
    if not free:
        return []
    connection.execute(_taken, {"those": [row.id for row in free], "by": owner, "until": until})
    return [
        Letter(row.id, row.channel, row.chat, row.content, row.attempts + 1, row.received_at, row.edits)
        for row in free
    ]


# What became of one attempt says nothing of the next, which the same process may have begun since.
_mine = and_(
    outbox.c.id == bindparam("one"),
    outbox.c.state == "sending",
    outbox.c.owner == bindparam("by"),
    outbox.c.attempts == bindparam("attempt"),
)
_ended = (
    update(outbox)
    .where(_mine)
    .values(state=bindparam("as_"), ref=bindparam("called"), ended_at=bindparam("at"), lease_until=None)
    .returning(outbox.c.erase)
)
_again = update(outbox).where(_mine).values(state="waiting", next_try_at=bindparam("next"), lease_until=None)
_erased = delete(outbox).where(outbox.c.id == bindparam("one"))


def end(
    connection: Connection,
    owner: str,
    letter: Letter,
    state: Literal["sent", "refused", "given_up"],
    *,
    at: int,
    ref: str | None = None,
) -> bool:
    """Mark a message as done with; return whether that was its chat's last trace, now erased."""
    values = {
        "one": letter.id,
        "by": owner,
        "attempt": letter.attempts,
        "as_": state,
        "called": ref,
        "at": at,
    }
    if not connection.execute(_ended, values).scalar():
        return False
    connection.execute(_erased, {"one": letter.id})
    return True


def postpone(connection: Connection, owner: str, letter: Letter, *, until: int) -> None:
    """Put a message back that wasn't delivered, to be tried again at that time."""
    mine = {"one": letter.id, "by": owner, "attempt": letter.attempts}
    connection.execute(_again, {**mine, "next": until})


_of_chat = and_(outbox.c.channel == bindparam("of"), outbox.c.chat == bindparam("whom"))
_refused = (
    update(outbox)
    .where(_of_chat, outbox.c.state == "waiting")
    .values(state="refused", ended_at=bindparam("at"))
)
_forgotten = delete(outbox).where(_of_chat, outbox.c.erase, ~_open)


def refuse_all(connection: Connection, letter: Letter, *, at: int) -> None:
    """Give up all that waits for a chat that wants nothing more."""
    whom = {"of": letter.channel, "whom": letter.chat}
    connection.execute(_refused, {**whom, "at": at})
    if connection.execute(_forgotten, whom).rowcount:
        ask_for_scrubbing(connection)


def put_back(connection: Connection, owner: str, channel: str, kept: Sequence[int]) -> int:
    """Let go of what this process took of a channel, but for what it has `kept`: it was never tried.

    Return how many that was.
    """
    mine = and_(
        _sending, of_channel(outbox.c.channel, channel), outbox.c.owner == owner, outbox.c.id.not_in(kept)
    )
    return connection.execute(update(outbox).where(mine).values(state="waiting", lease_until=None)).rowcount


_sending = and_(_open, outbox.c.state == "sending")


def recover(
    connection: Connection, owner: str, channel: str, *, now: int, on_ambiguous: OnAmbiguous, alone: bool
) -> int:
    """Take up what another process was sending; return how many messages that are.

    Whose lease is over, or, where this process is `alone`, who is any other, was in flight when that process
    died: it is sent again, or given up, as `on_ambiguous` says.
    """
    lost = and_(_sending, of_channel(outbox.c.channel, channel), outbox.c.owner != owner)
    if not alone:
        lost = and_(lost, outbox.c.lease_until < now)
    after = {"state": "waiting"} if on_ambiguous == "resend" else {"state": "given_up", "ended_at": now}
    taken_up = update(outbox).where(lost).values(lease_until=None, **after)
    rows = connection.execute(taken_up.returning(outbox.c.id, outbox.c.erase)).all()
    erased = [row.id for row in rows if row.erase]
    if erased and on_ambiguous == "drop":
        connection.execute(delete(outbox).where(outbox.c.id.in_(erased)))
        ask_for_scrubbing(connection)
    return len(rows)


_counted = select(func.count(), func.min(outbox.c.received_at)).where(_open)


def waiting(connection: Connection) -> tuple[int, int | None]:
    """Return how many messages are still to be sent, and when the oldest of what they answer came in (ms)."""
    count, oldest = connection.execute(_counted).one()
    return int(count), None if oldest is None else int(oldest)


_overdue = select(func.min(outbox.c.next_try_at)).where(
    _open,
    or_(outbox.c.state == "waiting", outbox.c.lease_until < bindparam("now")),
    of_channels(outbox.c.channel),
    _first_of_chat,
)


def overdue(connection: Connection, channels: Sequence[str], now: int) -> int:
    """Return for how many milliseconds the message that waits longest could have been tried."""
    found = connection.scalar(_overdue, {"channels": channels, "now": now})
    return 0 if found is None else max(0, now - int(found))


_kept = select(outbox.c.content, outbox.c.ref).where(
    outbox.c.id == bindparam("one"), outbox.c.channel == bindparam("of"), outbox.c.chat == bindparam("whom")
)


def kept(connection: Connection, channel: str, chat: str, id: int) -> tuple[str, str | None] | None:  # noqa: A002
    """Return a message to this chat as text, and what the channel calls it; None where there is none."""
    found = connection.execute(_kept, {"one": id, "of": channel, "whom": chat}).first()
    return None if found is None else (found.content, found.ref)


_last = select(outbox.c.content, outbox.c.received_at).where(_of_chat).order_by(outbox.c.id.desc()).limit(1)


def last(connection: Connection, channel: str, chat: str) -> tuple[str, int] | None:
    """Return the last message to a chat as text, and when what it answers came in (ms); None before it."""
    found = connection.execute(_last, {"of": channel, "whom": chat}).first()
    return None if found is None else (found.content, found.received_at)


_about = select(outbox.c.about).where(
    outbox.c.id == bindparam("one"), outbox.c.channel == bindparam("of"), outbox.c.chat == bindparam("whom")
)


def about(connection: Connection, channel: str, chat: str, id: int) -> str | None:  # noqa: A002
    """Return what a message to this chat stands for, None where there is no such message."""
    return connection.scalar(_about, {"one": id, "of": channel, "whom": chat})
