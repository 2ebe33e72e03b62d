"""Questions and cases from files: each line of JSON gets a line of JSON, whatever it holds."""

import re
import traceback
from collections.abc import Callable
from decimal import Decimal
from time import perf_counter
from typing import Any

from bot.app import App
from bot.channels.jsonl import BadLineError, Fault, fit_name, read_line, written
from bot.dialogue import Chose, Said, State
from bot.rendering import slots_json

_PRESETS = ("city", "date", "insurance")
_CHOICE = re.compile(r"[0-9]{1,9}")
_MOST = 10**9
_NO_CHOICE = 0


class Batch:
    """Answers lines. `preset` holds the city, date and insurance that a line may override."""

    def __init__(self, app: App, preset: dict[str, Any] | None = None) -> None:
        self._app = app
        self._preset = preset or {}
        self._today = app.settings.today()

    def estimate_line(self, line: str) -> str:
        """Return the estimate for one case."""
        return self._answered(line, self._estimate)

    def ask_line(self, line: str) -> str:
        """Return the reply to one question, with the line's own city, date and insurance."""
        return self._answered(line, self._ask)

    def converse_line(self, line: str) -> str:
        """Return the replies to all turns of one dialogue."""
        return self._answered(line, self._converse)

    def ask(self, text: str) -> dict[str, Any]:
        """Return the reply to one question."""
        return self._ask({"text": text})

    def _answered(self, line: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> str:
        """Return what `answer` makes of the line, with its id; neither a bad line nor a defect is fatal."""
        try:
            request = read_line(line)
        except BadLineError as error:
            return written(self._invalid(*error.faults), error.id)
        try:
            return written(answer(request.fields), request.id)
        except Exception:
            traceback.print_exc()
            return written(self._invalid(Fault("line", "unexpected")), request.id)

    def _estimate(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._app.estimates.as_json(self._app.engine.estimate_request(request, self._today))

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        state = self._started(request, "text", introduced=True)
        if not isinstance(state, State):
            return state
        text = request.get("text")
        if not isinstance(text, str):
            return self._invalid(Fault("text", "missing_text"))
        return self._stepped(state, Said(text))[1]

    def _converse(self, request: dict[str, Any]) -> dict[str, Any]:
        state = self._started(request, "turns", introduced=False)
        if not isinstance(state, State):
            return state
        turns = request.get("turns")
        if not isinstance(turns, list):
            return self._invalid(Fault("turns", "missing_turns"))
        replies: list[dict[str, Any]] = []
        for turn in turns:
            state, reply = self._stepped(state, _event(turn))
            replies.append(reply)
        return {"replies": replies}

    def _stepped(self, state: State, event: Said | Chose) -> tuple[State, dict[str, Any]]:
        """Return the next state, and the reply in the contract's form with the time it took."""
        began = perf_counter()
        state, reply = self._app.dialogue.step(state, event, self._today)
        found: dict[str, Any] = {
            "outcome": reply.outcome,
            "status": reply.status,
            "intent": reply.intent,
            "confidence": round(reply.confidence, 3),
            "text": reply.text,
            "choices": list(reply.choices),
            "sources": [dict(source) for source in reply.sources],
            "slots": slots_json(reply.slots),
            "candidates": list(reply.candidates),
        }
        if reply.estimate is not None:
            found["estimate"] = reply.estimate
        if reply.notice:
            found["notice"] = reply.notice
        return state, {**found, "elapsed_ms": round((perf_counter() - began) * 1000, 3)}

    def _started(self, request: dict[str, Any], said: str, *, introduced: bool) -> State | dict[str, Any]:
        """Return the state to begin with, or what is wrong with the fields.

        `said` is the field for what is said, `introduced` whether there is no chat to introduce.
        """
        unknown = [fit_name(name) for name in request if name not in (said, *_PRESETS)]
        if unknown:
            return self._invalid(*(Fault(name, "unknown_field") for name in unknown))
        own = {name: request[name] for name in _PRESETS if request.get(name) is not None}
        wrong = self._app.engine.wrong_fields(own)
        if wrong:
            return self._invalid(
                *(Fault(name, "not_a_day" if name == "date" else "unknown_code") for name in wrong)
            )
        return self._app.dialogue.start({**self._preset, **own}, introduced=introduced)

    def _invalid(self, *faults: Fault) -> dict[str, Any]:
        return {
            "outcome": "invalid",
            "errors": [
                {"field": fault.field, "message": self._app.templates.say("errors", fault.code)}
                for fault in faults
            ],
        }


def _event(turn: object) -> Said | Chose:
    """Return a turn as an event; whatever is neither a text nor a choice counts as an empty text."""
    if isinstance(turn, str):
        return Said(turn)
    if isinstance(turn, dict):
        number = _choice(turn.get("choice"))
        if number is not None:
            return Chose(number)
        if isinstance(turn.get("text"), str):
            return Said(turn["text"])
    return Said("")


def _choice(value: object) -> int | None:
    """Return the number of a choice: 1, 1.0 and "1" alike; None for what is no number of anything."""
    if isinstance(value, str):
        text = value.strip()
        return int(text) if _CHOICE.fullmatch(text) else None
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        if not -_MOST < value < _MOST:
            return _NO_CHOICE
        return int(value) if value == int(value) else None
    return None
