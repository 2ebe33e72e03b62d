"""Messages that steer the talk or must not be answered, whatever is open."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import ClassVar

from bot.dialogue.hearing import agrees, asks_meaning, fits, names_scheme, to_be_amended
from bot.dialogue.remembering import behind, forgotten, fresh
from bot.dialogue.replies import Replies
from bot.dialogue.state import Next, Reply, State, Status
from bot.language import Understanding
from bot.policy import Library

_STATUS: dict[str, Status] = {
    "empty": "unreadable",
    "nonsense": "unreadable",
    "private": "private",
    "danger": "danger",
    "despair": "despair",
    "foreign": "foreign",
    "elsewhere": "elsewhere",
}
_URGENT = frozenset({"danger", "despair"})
_FIRST = _URGENT | {"private"}


class Steering:
    """Takes what is said of the talk itself."""

    def __init__(self, library: Library, replies: Replies) -> None:
        self._library = library
        self._replies = replies

    def urgent(self, state: State, said: Understanding, today: date) -> Next | None:
        """Take what must not wait: danger, despair, and what must not be kept."""
        return self.gated(state, said, today) if said.gate in _FIRST else None

    def gated(self, state: State, said: Understanding, today: date) -> Next | None:
        """Take what must not be answered: empty, private, dangerous, foreign."""
        if said.gate is None:
            return None
        status = _STATUS[said.gate]
        if said.gate in _URGENT:
            # Nothing is asked now; what was said stays, and the person can go on later.
            return state, replace(self._replies.command(said.gate, status=status), alone=True)
        if said.gate in {"foreign", "nonsense"} or (said.gate == "elsewhere" and not names_scheme(said)):
            if state.pending and fits(state.pending, said):
                return None
            if said.gate == "nonsense" and agrees(said) and (state.calculating or state.answered):
                return None
        return self._replies.with_question(state, Reply("unknown", self._replies.say(said.gate), status))

    def commanded(self, state: State, said: Understanding, today: date) -> Next | None:
        """Take a command."""
        if said.wish is not None and said.wish.kind == "memory":
            return self._replies.with_question(state, self._replies.remembered(state))
        name = to_be_amended(said, state.slots) if state.calculating else None
        if name is not None:
            return self._replies.question(replace(state, earlier=behind(state), tries=0), name)
        take = self._COMMANDS.get(said.command or "")
        return take(self, state, said, today) if take is not None else None

    def _talked(self, state: State, said: Understanding, today: date) -> Next:
        assert said.command is not None
        return self._replies.with_question(state, self._replies.talk(state, said.command))

    def _cancelled(self, state: State, said: Understanding, today: date) -> Next:
        after = replace(fresh(state), parked=state.parked)
        reply = self._replies.command("cancelled" if state.calculating else "nothing_to_cancel")
        return replace(after, options=self._replies.to_resume(after)), reply

    def _forgotten(self, state: State, said: Understanding, today: date) -> Next:
        return forgotten(state), replace(self._replies.command("forgotten"), forgets=True)

    def _restarted(self, state: State, said: Understanding, today: date) -> Next:
        again = replace(fresh(state), parked=state.parked)
        if not state.calculating:
            return again, self._restarted_talk(again)
        kept = {**again.slots, **({"benefit": b} if (b := state.slots.get("benefit")) else {})}
        names = self._replies.names_remembered(again)
        lead = f"{self._replies.say('restarted', names=names)}\n"
        return self._replies.calculated(replace(again, slots=kept), today, lead)

    def _restarted_talk(self, again: State) -> Reply:
        names = self._replies.names_remembered(again)
        return Reply("command", self._replies.say("restarted", names=names), "steered", None, 1.0)

    def _gone_back(self, state: State, said: Understanding, today: date) -> Next:
        if not state.earlier:
            return self._replies.with_question(state, self._replies.command("nothing_before"))
        before = replace(state.earlier[-1], earlier=state.earlier[:-1], parked=state.parked, day=state.day)
        return self._replies.calculated(before, today, f"{self._replies.say('one_step_back')}\n")

    def _to_change(self, state: State, said: Understanding, today: date) -> Next | None:
        if not state.calculating:
            return None
        open_ = replace(state, done=True, pending=None, options=(), clarifying=False)
        return open_, self._replies.command("what_to_change")

    _COMMANDS: ClassVar[Mapping[str, Callable[["Steering", State, Understanding, date], Next | None]]] = {
        "help": _talked,
        "thanks": _talked,
        "handoff": _talked,
        "cancel": _cancelled,
        "forget": _forgotten,
        "restart": _restarted,
        "back": _gone_back,
        "change": _to_change,
    }

    def explained(self, state: State, said: Understanding, today: date) -> Next | None:
        """Take a question for what a term means."""
        if not asks_meaning(said):
            return None
        terms = self._library.terms.explained
        term = max((t for t in terms if t in said.text), key=len, default=None)
        if term is None:
            return None
        text = self._replies.say("meaning", text=terms[term])
        reply = Reply("answer", text, "explained", "help", 1.0, candidates=("help",))
        return self._replies.with_question(state, reply)
