"""Where a message goes: below what stands there, or in the place of the question before it."""

from dataclasses import dataclass, replace
from typing import cast, get_args

from sqlalchemy import Connection

from bot.dialogue import Reply
from bot.policy.codes import INPUTS
from bot.service.protocol import Closed, Event, Message, Pressed, Typed
from bot.service.written import asked_of
from bot.storage import outbox
from bot.storage.inbox import Waiting

_QUESTIONS = frozenset({"asked", "asked_again", "stuck", "no_such_choice", "bad_amount"})
_TYPED: frozenset[str] = frozenset(get_args(Typed))
_AT_ONCE = 3_000
"""Milliseconds within which a second tap is one of an unsteady hand."""


@dataclass(frozen=True, slots=True)
class Question:
    """The message that asks what is still open: its number, what the channel calls it, and what it holds.

    `head` are its blocks before the question; one that holds something else than a question is not `bare`.
    """

    id: int
    ref: str | None
    head: tuple[str, ...]
    bare: bool
    ratable: bool


def question(connection: Connection, waiting: Waiting) -> Question | None:
    """Return the open question of a chat."""
    if waiting.asking is None:
        return None
    found = outbox.kept(connection, waiting.channel, waiting.chat, waiting.asking)
    if found is None:
        return None
    text, ref = found
    asked = asked_of(text)
    return Question(waiting.asking, ref, asked.head, asked.asks, asked.ratable)


def is_bare(reply: Reply | None) -> bool:
    """Whether a reply is a question and nothing else, but for its lead."""
    return reply is not None and reply.asked is not None and reply.status in _QUESTIONS


def blocks(reply: Reply) -> tuple[str, ...]:
    """Return a reply in paragraphs: a question apart from what stands before it, which stays.

    The text of a sheet is a paragraph of its own.
    """
    if reply.sheet is not None:
        found = reply.text.partition(reply.sheet.text)
        return tuple(block for each in found if (block := each.strip("\n")))
    if not is_bare(reply) or not reply.lead.strip() or not reply.text.startswith(reply.lead):
        return (reply.text,)
    return reply.lead.strip(), reply.text.removeprefix(reply.lead)


def typed(reply: Reply) -> Typed | None:
    """Return what kind of number or day is asked for, if it is one."""
    kind = INPUTS[reply.asked].kind if reply.asked in INPUTS else reply.asked
    return cast("Typed", kind) if kind in _TYPED else None


def is_second_tap(
    connection: Connection, waiting: Waiting, event: Event, asked: Question | None, now: int
) -> bool:
    """Whether a press was taken before: what it led to is there already."""
    if not isinstance(event, Pressed) or event.form == waiting.form or event.on is None:
        return False
    if asked is not None and asked.ref == event.on:
        return True
    last = outbox.last(connection, waiting.channel, waiting.chat)
    return last is not None and asked_of(last[0]).tapped == event.on and now - last[1] < _AT_ONCE


def placed(
    message: Message, asked: Question, event: Event, waiting: Waiting, reply: Reply | None
) -> tuple[Message, bool]:
    """Return a message as it is to go out, and whether it takes the place of the question before it.

    A press leads from question to question in one place; what is typed stands below the last. Whatever goes
    below ends the choices of the question above.
    """
    if asked.bare and is_bare(reply) and isinstance(event, Pressed) and event.form == waiting.form:
        at_hand = event.on is None or asked.ref in {None, event.on}
        if at_hand:
            return replace(message, blocks=(*asked.head, *message.blocks)), True
    return closing(message, asked), False


def closing(message: Message, asked: Question) -> Message:
    """Return a message that ends the choices of the question above it."""
    return replace(message, closes=Closed(asked.ref, asked.id, asked.ratable))
