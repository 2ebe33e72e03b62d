"""One sentence in English before a reply, for whoever wrote in English; the reply itself stays Chinese."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue.state import Reply
from bot.policy.library import Numbers
from bot.rendering.templates import Templates

_WORDS = "english"
_TALK = frozenset({"help", "greeting", "thanks", "handoff"})
_ABOUT_CHAT = frozenset({"private", "elsewhere", "foreign"})


class English:
    """Says in one English sentence what a reply is; every figure in it comes from the reply itself."""

    def __init__(self, templates: Templates, numbers: Numbers) -> None:
        self._templates = templates
        self._numbers = numbers

    def lead(self, reply: Reply, command: str | None = None) -> str:
        """Return the sentence for a reply; `command` is the one it was given to, if any."""
        status = reply.status
        if status == "danger":
            return self._say("danger", emergency=self._numbers.emergency)
        if status == "despair":
            return self._say("despair", crisis=self._numbers.crisis, emergency=self._numbers.emergency)
        if status in _ABOUT_CHAT:
            return self._say(status)
        if status == "compared":
            return self._say("compared")
        if reply.outcome == "estimate" and reply.estimate is not None:
            return self._estimate(reply.estimate)
        if reply.outcome == "question":
            name = f"ask_{reply.asked}"
            return self._say(name if self._templates.can_say(_WORDS, name) else "ask_other")
        if reply.outcome == "answer":
            return self._answer(reply.intent)
        if reply.outcome == "command" and reply.intent in _TALK:
            return self._say(str(reply.intent))
        if reply.outcome == "command" and self._templates.can_say(_WORDS, f"after_{command}"):
            return self._say(f"after_{command}")
        return self._say("command" if reply.outcome == "estimate" else reply.outcome)

    def _answer(self, intent: str | None) -> str:
        about = f"about_{intent}"
        if not self._templates.can_say(_WORDS, about):
            return self._say("answer")
        return self._say("answer_about", subject=self._say(about))

    def _estimate(self, estimate: Mapping[str, Any]) -> str:
        amount, own, unit = estimate["amount"], estimate.get("own"), estimate["unit"]
        if isinstance(amount, str):
            if isinstance(own, str) and unit == "yuan":
                return self._say("pays", amount=amount, own=own)
            return self._say("comes_to", amount=self._quantity(amount, unit))
        low, high = amount
        if own is not None and unit == "yuan":
            own_low, own_high = own
            return self._say("pays_between", low=low, high=high, own_low=own_low, own_high=own_high)
        return self._say("comes_between", low=low, high=self._quantity(high, unit))

    def _quantity(self, amount: str, unit: str) -> str:
        return self._say(f"unit_{unit.replace('/', '_')}", amount=amount)

    def _say(self, name: str, **words: str) -> str:
        return self._templates.say(_WORDS, name, **words)
