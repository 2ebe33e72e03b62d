"""Takes each chat's messages in their order: session, step, reply, all in one transaction."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.app import App
from bot.dialogue import Amend, Chose, Reply, Said, Sent, State, UnreadableStateError, restored, saved
from bot.rendering import slots_json
from bot.service.clock import Clock
from bot.service.logs import get, where
from bot.service.metrics import Metrics
from bot.service.placing import Question, blocks, closing, is_bare, is_second_tap, placed, question, typed
from bot.service.protocol import Amending, Event, Hurried, Link, Message, Opening, Pressed, Rated
from bot.service.written import event_of, message_text
from bot.storage import erasing, inbox, keys, outbox, records, sessions
from bot.storage.inbox import Waiting
from bot.storage.schema import ALWAYS
from bot.storage.store import is_passing

_UNANSWERED = frozenset({"clarified", "rephrase", "handed_over", "not_held", "stuck", "foreign", "elsewhere"})
_RATABLE = frozenset({"answered", "explained", "estimated", "compared"})
_OUTDATED = Chose(0, outdated=True)

_log = get(__name__)


class BrokenStepError(Exception):
    """A message can't be taken, whatever is tried; it is the inbox's `id`."""

    def __init__(self, id: int, error: Exception) -> None:  # noqa: A002
        super().__init__(f"message {id} can't be taken")
        self.id = id
        self.reason = where(error)


@dataclass(frozen=True, slots=True)
class Step:
    """What came of a message, for the figures: None where nothing is said or the dialogue failed."""

    status: str | None
    seconds: float = 0.0
    failed: bool = False


@dataclass(frozen=True, slots=True)
class _Stepped:
    """The state after a message, and what is said; no reply where nothing could be made of it."""

    state: State
    reply: Reply | None
    blocks: tuple[str, ...]
    step: Step


@dataclass(frozen=True, slots=True)
class _Placed:
    """A message as its network takes it, and the number of the one before it.

    It takes the place of that one, unless it closes it.
    """

    parts: Sequence[Message]
    before: int | None = None
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a message answers, and what it stands for."""

    inbox_id: int
    channel: str
    chat: str
    received_at: int
    about: str


class Stepping:
    """Steps through what waits in the inbox. `app` gives the rules and words in force now.

    `openings` and `in_parts` tell of each channel how a chat begins and how it takes a long message; those in
    `edits` can put a message in the place of another.
    """

    def __init__(
        self,
        app: Callable[[], App],
        openings: Mapping[str, Opening],
        in_parts: Mapping[str, Callable[[Message], Sequence[Message]]],
        edits: frozenset[str],
        salt: bytes,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._app = app
        self._openings = openings
        self._in_parts = in_parts
        self._edits = edits
        self._channels = tuple(openings)
        self._salt = salt
        self._metrics = metrics
        self._clock = clock

    def take(self, connection: Connection, most: int, before: int = ALWAYS) -> list[Step]:
        """Take up to `most` messages of chats where one came `before` then (ms); fewer when no more is free.

        Raises BrokenStepError for a message that can't be taken at all; nothing must be committed then.
        """
        steps: list[Step] = []
        while len(steps) < most and (waiting := inbox.take(connection, self._channels, before)) is not None:
            try:
                steps.append(self._one(connection, waiting))
            except Exception as error:
                if isinstance(error, SQLAlchemyError) and is_passing(error):
                    raise
                raise BrokenStepError(waiting.id, error) from error
        return steps

    def count(self, steps: Sequence[Step]) -> None:
        """Put steps into the figures, once they are committed."""
        for step in steps:
            if step.failed:
                self._metrics.step_failure()
            elif step.status is not None:
                self._metrics.reply(step.status)
                self._metrics.step_took(step.seconds)

    def give_up(self, connection: Connection, id: int) -> None:  # noqa: A002
        """Say sorry for a message that can't be taken, so that its chat and the others go on."""
        whose = inbox.whose(connection, id)
        app, now = self._app(), self._clock.now()
        if whose is None or not inbox.done(connection, id, now):
            return
        channel, chat, received_at = whose
        answer = _Answer(id, channel, chat, received_at, self._about(app, None))
        self._put(connection, answer, self._plain(channel, self._sorry(app)))

    def _one(self, connection: Connection, waiting: Waiting) -> Step:
        # First, for a wish to be forgotten erases what is done with, and this message is part of it.
        inbox.done(connection, waiting.id, self._clock.now())
        event, ref = event_of(waiting.event)
        if isinstance(event, Rated):
            self._rated(connection, waiting, event)
            return Step(None)
        if isinstance(event, Hurried):
            app = self._app()
            message = self._plain(waiting.channel, app.templates.say("channel", "too_fast"), ref)
            self._put(connection, self._answer(waiting, self._about(app, None)), message)
            return Step(None)
        return self._answered(connection, waiting, event, ref)

    def _rated(self, connection: Connection, waiting: Waiting, rated: Rated) -> None:
        about = outbox.about(connection, waiting.channel, waiting.chat, rated.message)
        # Of a reply that is forgotten or another's nothing is kept.
        if about is not None:
            rating = records.Rating(self._clock.now(), rated.good, about)
            records.rate(connection, self._chat_key(waiting), rated.message, rating)

    def _answered(self, connection: Connection, waiting: Waiting, event: Event, ref: str | None) -> Step:
        app, now = self._app(), self._clock.now()
        asked = question(connection, waiting)
        if is_second_tap(connection, waiting, event, asked, now):
            return Step(None)
        before = self._state(app, waiting)
        found = self._stepped(app, before, waiting, event)
        offers_same = before is not None and before.options == found.state.options
        form = waiting.form if offers_same else 0
        reply = found.reply
        forgets = reply is not None and reply.forgets
        if forgets:
            erasing.forget(connection, waiting.channel, waiting.chat, self._chat_key(waiting))
        options = tuple(option.label for option in found.state.options) if reply and reply.choices else ()
        message = Message(
            0,
            found.blocks,
            options,
            form,
            answers=ref,
            ratable=reply is not None and reply.status in _RATABLE,
            policy_version=app.library.version,
            links=self._links(app, reply),
            sheet=None if reply is None else reply.sheet,
            typed=None if reply is None else typed(reply),
        )
        number = self._put(
            connection,
            self._answer(waiting, self._about(app, reply)),
            self._placed(message, asked, event, waiting, reply),
            asks=is_bare(reply),
            tapped=event.on if isinstance(event, Pressed) else None,
            erase=forgets,
        )
        if not forgets:
            sessions.keep(
                connection,
                waiting.channel,
                waiting.chat,
                state=saved(found.state),
                version=waiting.version + 1,
                form=form or number,
                asking=number if reply is not None and reply.asked is not None else None,
                at=now,
            )
        if reply is not None:
            self._noted(connection, waiting, event, reply, app.library.version)
        return found.step

    def _placed(
        self, message: Message, asked: Question | None, event: Event, waiting: Waiting, reply: Reply | None
    ) -> _Placed:
        in_parts = self._in_parts[waiting.channel]
        if asked is None or waiting.channel not in self._edits:
            return _Placed(in_parts(message))
        found, in_place = placed(message, asked, event, waiting, reply)
        parts = in_parts(found)
        if not in_place:
            return _Placed(parts, asked.id)
        if len(parts) == 1:
            return _Placed(parts, asked.id, in_place=True)
        # What grows into several would tear what stood in one place apart.
        return _Placed(in_parts(closing(message, asked)), asked.id)

    def _put(
        self,
        connection: Connection,
        answer: _Answer,
        message: _Placed,
        *,
        asks: bool = False,
        tapped: str | None = None,
        erase: bool = False,
    ) -> int:
        """Put a message into the outbox as its network takes it; return the number of its last part."""
        number = 0
        for place, part in enumerate(message.parts):
            number = outbox.put(
                connection,
                answer.channel,
                answer.chat,
                inbox_id=answer.inbox_id,
                part=place,
                content=message_text(part, asks=asks and len(message.parts) == 1, tapped=tapped),
                about=answer.about,
                edits=message.before if message.in_place or part.closes is not None else None,
                at=self._clock.now(),
                received_at=answer.received_at,
                erase=erase,
            )
        return number

    @staticmethod
    def _answer(waiting: Waiting, about: str) -> _Answer:
        return _Answer(waiting.id, waiting.channel, waiting.chat, waiting.received_at, about)

    def _plain(self, channel: str, text: str, ref: str | None = None) -> _Placed:
        message = Message(0, (text,), answers=ref, policy_version=self._app().library.version)
        return _Placed(self._in_parts[channel](message))

    def _state(self, app: App, waiting: Waiting) -> State | None:
        """Return the state of the chat; None where it can't be read any more."""
        if waiting.state is None:
            opening = self._openings[waiting.channel]
            return app.dialogue.start(opening.preset, introduced=opening.introduced)
        try:
            return restored(waiting.state, app.library)
        except UnreadableStateError as error:
            _log.warning("session unreadable, begun anew", reason=str(error))
            return None

    def _stepped(self, app: App, before: State | None, waiting: Waiting, event: Event) -> _Stepped:
        state = before if before is not None else app.dialogue.start({}, introduced=True)
        lead = () if before is not None else (app.templates.say("talk", "thread_lost"),)
        began = perf_counter()
        try:
            after, reply = app.dialogue.step(state, self._event(event, waiting), app.settings.today())
        except Exception as error:
            # The dialogue is pure: what it fails on once it fails on always, so it isn't tried again.
            version = app.library.version
            _log.error("a message could not be answered", reason=where(error), policy_version=version)
            return _Stepped(state, None, (*lead, self._sorry(app)), Step(None, failed=True))
        notice = (reply.notice,) if reply.notice else ()
        step = Step(reply.status, perf_counter() - began)
        return _Stepped(after, reply, (*notice, *lead, *blocks(reply)), step)

    @staticmethod
    def _links(app: App, reply: Reply | None) -> tuple[Link, ...]:
        """Return where the rules that a reply cites can be read."""
        if reply is None or not reply.sources:
            return ()
        path = app.addresses.of(reply.slots, reply.sources, app.settings.today())
        return () if path is None else (Link(app.templates.say("channel", "rules"), path),)

    @staticmethod
    def _sorry(app: App) -> str:
        return app.templates.say("talk", "failed", hotline=app.library.numbers.hotline)

    @staticmethod
    def _event(event: Event, waiting: Waiting) -> Said | Sent | Chose | Amend:
        if isinstance(event, Pressed):
            return Chose(event.number) if event.form == waiting.form else _OUTDATED
        if isinstance(event, Amending):
            return Amend(event.name)
        assert isinstance(event, Said | Sent)
        return event

    def _noted(
        self, connection: Connection, waiting: Waiting, event: Event, reply: Reply, version: str
    ) -> None:
        if isinstance(event, Said) and reply.status in _UNANSWERED:
            found = records.Unanswered(self._clock.now(), event.text, reply.status, reply.candidates, version)
            records.note_unanswered(connection, self._chat_key(waiting), found)

    def _chat_key(self, waiting: Waiting) -> str:
        return keys.digest(self._salt, waiting.channel, waiting.chat)

    @staticmethod
    def _about(app: App, reply: Reply | None) -> str:
        found: dict[str, Any] = {"policy_version": app.library.version}
        if reply is None:
            found["status"] = "failed"
        else:
            found |= {"status": reply.status, "intent": reply.intent, "slots": slots_json(reply.slots)}
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))
