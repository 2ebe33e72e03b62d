"""The chat in a terminal: a line in, a reply out, choices by number."""

import sys
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.dialogue import Dialogue, Reply, Said

_PROMPT = "> "


def run(dialogue: Dialogue, today: date, preset: Mapping[str, Any]) -> None:
    """Talk until the person leaves (end of input or Ctrl-C)."""
    state = dialogue.start(preset, today)
    _show(dialogue.first_words())
    for line in _lines():
        state, reply = dialogue.step(state, Said(line), today)
        _show(shown(reply))


def shown(reply: Reply) -> str:
    """Return a reply with its choices numbered."""
    choices = [f"  {number}. {label}" for number, label in enumerate(reply.choices, 1)]
    return "\n".join([reply.text, *choices])


def _show(text: str) -> None:
    sys.stdout.write(f"\n{text}\n\n")
    sys.stdout.flush()


def _lines() -> Iterator[str]:
    if not sys.stdin.isatty():
        # Piped in: prompt_toolkit would draw on a terminal that isn't there.
        for line in sys.stdin:
            yield line.rstrip("\n")
        return
    from prompt_toolkit import PromptSession

    session: PromptSession[str] = PromptSession()
    while True:
        try:
            yield session.prompt(_PROMPT)
        except (EOFError, KeyboardInterrupt):
            return
