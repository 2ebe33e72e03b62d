"""Questions and cases from files: each line of JSON gets a line of JSON, whatever it holds."""

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
        try:
            request = read_object(line)
        except BadLineError as error:
            return self._invalid(error.code)
        echoed = _echo(request)
        request.pop("id", None)
        result = self._app.engine.estimate_request(request, self._today)
        return {**echoed, **self._app.estimates.as_json(result)}

    def ask(self, text: str) -> dict[str, Any]:
        """Return the reply to one question."""
        state = self._app.dialogue.start(self._preset, self._today)
        return self._stepped(state, Said(text))[1]

    def ask_line(self, line: str) -> dict[str, Any]:
        """Return the reply to one question of a line, with its own city, date and insurance."""
        try:
            request = read_object(line)
        except BadLineError as error:
            return self._invalid(error.code)
        state = self._started(request)
        if not isinstance(state, State):
            return {**_echo(request), **state}
        text = request.get("text")
        if not isinstance(text, str):
            return {**_echo(request), **self._invalid("missing_text", "text")}
        return {**_echo(request), **self._stepped(state, Said(text))[1]}

    def converse_line(self, line: str) -> dict[str, Any]:
        """Return the replies to all turns of one dialogue."""
        try:
            request = read_object(line)
        except BadLineError as error:
            return self._invalid(error.code)
        state = self._started(request)
        if not isinstance(state, State):
            return {**_echo(request), **state}
        turns = request.get("turns")
        if not isinstance(turns, list):
            return {**_echo(request), **self._invalid("missing_turns", "turns")}
        replies: list[dict[str, Any]] = []
        for turn in turns:
            state, reply = self._stepped(state, _event(turn))
            replies.append(reply)
        return {**_echo(request), "replies": replies}

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
        own = {name: request[name] for name in _PRESETS if request.get(name) is not None}
        wrong = self._app.engine.wrong_fields(own)
        if wrong:
            return self._invalid("unknown_code" if wrong[0] != "date" else "not_a_day", wrong[0])
        return self._app.dialogue.start({**self._preset, **own}, self._today)

    def _invalid(self, code: str, field: str = "line") -> dict[str, Any]:
        message = self._app.templates.say("errors", code)
        return {"outcome": "invalid", "errors": [{"field": field, "message": message}]}


def _echo(request: dict[str, Any]) -> dict[str, Any]:
    return {"id": request["id"]} if "id" in request else {}


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
