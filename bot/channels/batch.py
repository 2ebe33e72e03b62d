"""Questions and cases from files: each line of JSON gets a line of JSON, whatever it holds."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

from bot.app import App
from bot.channels.jsonl import BadLineError, read_object
from bot.dialogue import Chose, Said, State
from bot.rendering import slots_json

_PRESETS = ("city", "date", "insurance")


class Batch:
    """Answers lines. `preset` holds the city, date and insurance that a line may override."""

    def __init__(self, app: App, preset: dict[str, Any] | None = None) -> None:
        self._app = app
        self._preset = preset or {}
        self._today = app.settings.today()

    def estimate_line(self, line: str) -> dict[str, Any]:
        """Return the estimate for one case."""
        return self._answered(line, self._estimate)

    def ask_line(self, line: str) -> dict[str, Any]:
        """Return the reply to one question, with the line's own city, date and insurance."""
        return self._answered(line, self._ask)

    def converse_line(self, line: str) -> dict[str, Any]:
        """Return the replies to all turns of one dialogue."""
        return self._answered(line, self._converse)

    def ask(self, text: str) -> dict[str, Any]:
        """Return the reply to one question."""
        return self._ask({"text": text})

    def _answered(self, line: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
        """Return what `answer` makes of the line's object, with its id; a bad line is told, never fatal."""
        try:
            request = read_object(line)
        except BadLineError as error:
            return self._invalid("line", error.code)
        echoed = {"id": request.pop("id")} if "id" in request else {}
        return {**echoed, **answer(request)}

    def _estimate(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._app.estimates.as_json(self._app.engine.estimate_request(request, self._today))

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        text = request.get("text")
        if not isinstance(text, str):
            return self._invalid("text", "missing_text")
        state = self._started(request)
        return self._stepped(state, Said(text))[1] if isinstance(state, State) else state

    def _converse(self, request: dict[str, Any]) -> dict[str, Any]:
        turns = request.get("turns")
        if not isinstance(turns, list):
            return self._invalid("turns", "missing_turns")
        state = self._started(request)
        if not isinstance(state, State):
            return state
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
        return state, {**found, "elapsed_ms": round((perf_counter() - began) * 1000, 3)}

    def _started(self, request: dict[str, Any]) -> State | dict[str, Any]:
        """Return the state to begin with, or what is wrong with the request's city, date or insurance."""
        own = {name: request[name] for name in _PRESETS if request.get(name) is not None}
        wrong = self._app.engine.wrong_fields(own)
        if wrong:
            return self._invalid(wrong[0], "not_a_day" if wrong[0] == "date" else "unknown_code")
        return self._app.dialogue.start({**self._preset, **own}, self._today)

    def _invalid(self, field: str, code: str) -> dict[str, Any]:
        message = self._app.templates.say("errors", code)
        return {"outcome": "invalid", "errors": [{"field": field, "message": message}]}


def _event(turn: object) -> Said | Chose:
    """Return a turn as an event; whatever is neither a text nor a choice counts as an empty text."""
    if isinstance(turn, str):
        return Said(turn)
    if isinstance(turn, dict):
        number = turn.get("choice")
        if isinstance(number, int) and not isinstance(number, bool):
            return Chose(number)
        if isinstance(turn.get("text"), str):
            return Said(turn["text"])
    return Said("")
