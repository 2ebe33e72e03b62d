"""Takes each chat's messages in their order: session, step, reply, all in one transaction."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.app import App
from bot.dialogue import Chose, Reply, Said, State, UnreadableStateError, restored, saved
from bot.rendering import slots_json
from bot.service.clock import Clock
from bot.service.logs import get
from bot.service.metrics import Metrics
from bot.service.protocol import Event, Message, Opening, Pressed, Rated
from bot.service.written import event_of, message_text
from bot.storage import erasing, inbox, keys, outbox, records, sessions
from bot.storage.inbox import Waiting

_UNANSWERED = frozenset({"clarified", "rephrase", "handed_over", "not_held", "stuck", "foreign", "elsewhere"})
_STALE = Chose(0)
"""No choice there is: what is offered now is said again."""

_log = get(__name__)


class BrokenStepError(Exception):
    """A message can't be taken, whatever is tried; it is the inbox's `id`."""

    def __init__(self, id: int) -> None:  # noqa: A002
        super().__init__(f"message {id} can't be taken")
        self.id = id


@dataclass(frozen=True, slots=True)
class _Stepped:
    """The state after a message, and what is said; `failed`: nothing could be made of it."""

    state: State
    reply: Reply | None
    text: tuple[str, ...]
    failed: bool = False


class Stepping:
    """Steps through what waits in the inbox. `app` gives the rules and words in force now."""

    def __init__(
        self,
        app: Callable[[], App],
        openings: Mapping[str, Opening],
        salt: bytes,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._app = app
        self._openings = openings
        self._channels = tuple(openings)
        self._salt = salt
        self._metrics = metrics
        self._clock = clock

    def take(self, connection: Connection, most: int) -> int:
        """Take up to `most` messages; return how many there were, less than `most` when none is left free.

        Raises BrokenStepError for a message that can't be taken at all; nothing must be committed then.
        """
        for taken in range(most):
            waiting = inbox.take(connection, self._channels)
            if waiting is None:
                return taken
            try:
                self._one(connection, waiting)
            except SQLAlchemyError:
                raise
            except Exception as error:
                raise BrokenStepError(waiting.id) from error
        return most

    def _one(self, connection: Connection, waiting: Waiting) -> None:
        # First, for a wish to be forgotten erases what is done with, and this message is part of it.
        inbox.done(connection, waiting.id, self._clock.now())
        event = event_of(waiting.event)
        if isinstance(event, Rated):
            self._rated(connection, waiting, event)
        else:
            self._answered(connection, waiting, event)

    def _rated(self, connection: Connection, waiting: Waiting, rated: Rated) -> None:
        about = outbox.about(connection, waiting.channel, waiting.chat, rated.message)
        # Of a reply that is forgotten or another's nothing is kept.
        if about is not None:
            rating = records.Rating(self._clock.now(), rated.good, about)
            records.rate(connection, self._chat_key(waiting), rated.message, rating)

    def _answered(self, connection: Connection, waiting: Waiting, event: Event) -> None:
        app = self._app()
        before = self._state(app, waiting)
        found = self._stepped(app, before, waiting, event)
        offers_same = before is not None and before.options == found.state.options
        form = waiting.form if offers_same else 0
        reply = found.reply
        asks = reply is not None and reply.asked is not None
        forgets = reply is not None and reply.forgets
        if forgets:
            erasing.forget(connection, waiting.channel, waiting.chat, self._chat_key(waiting))
        options = tuple(option.label for option in found.state.options) if reply and reply.choices else ()
        message = Message(0, found.text, options, form, policy_version=app.library.version)
        now = self._clock.now()
        number = outbox.put(
            connection,
            waiting.channel,
            waiting.chat,
            inbox_id=waiting.id,
            part=0,
            content=message_text(message),
            about=self._about(app, reply),
            # A press leads from question to question in one place; what is typed stands below the last.
            edits=waiting.asking if asks and isinstance(event, Pressed) else None,
            at=now,
            received_at=waiting.received_at,
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
                asking=number if asks else None,
                at=now,
            )
        if reply is not None:
            self._noted(connection, waiting, event, reply, app.library.version)

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
        except Exception:
            # The dialogue is pure: what it fails on once it fails on always, so it isn't tried again.
            _log.exception("a message could not be answered", policy_version=app.library.version)
            self._metrics.step_failure()
            sorry = app.templates.say("talk", "failed", hotline=app.library.numbers.hotline)
            return _Stepped(state, None, (*lead, sorry), failed=True)
        self._metrics.step_took(perf_counter() - began)
        self._metrics.reply(reply.status)
        notice = (reply.notice,) if reply.notice else ()
        return _Stepped(after, reply, (*notice, *lead, reply.text))

    @staticmethod
    def _event(event: Event, waiting: Waiting) -> Said | Chose:
        if isinstance(event, Pressed):
            return Chose(event.number) if event.form == waiting.form else _STALE
        assert isinstance(event, Said)
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
