"""The chat in a terminal: a line in, a reply out, choices by number."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.app import App
from bot.channels.streams import put
from bot.dialogue import Said

_PROMPT = "> "
_LEAVE = frozenset({"退出", "再见", "拜拜", "exit", "quit", "bye"})
_AROUND = " \t\r\n。.！!，,～~"


def run(app: App, preset: Mapping[str, Any]) -> None:
    """Talk until the person leaves: with a word, or at the end of the input."""
    today = app.settings.today()
    state = app.dialogue.start(preset, introduced=True)
    _show(f"{app.dialogue.first_words()}\n{app.templates.say('talk', 'terminal_hint')}")
    for line in _lines():
        if line.strip(_AROUND).lower() in _LEAVE:
            _show(app.templates.say("errors", "goodbye"))
            return
        state, reply = app.dialogue.step(state, Said(line), today)
        _show(shown(reply.text, reply.choices))


def shown(text: str, choices: Sequence[str]) -> str:
    """Return a reply with its choices numbered."""
    return "\n".join([text, *(f"  {number}. {label}" for number, label in enumerate(choices, 1))])


def _show(text: str) -> None:
    put(f"\n{text}\n")


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
        except EOFError:
            return
