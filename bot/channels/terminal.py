"""The chat in a terminal: a line in, a reply out, choices by number. Nothing of it is kept."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.routing import BaseRoute

from bot.app import App
from bot.channels.streams import is_read, lines, numbered, put
from bot.dialogue import Said
from bot.service.protocol import Arrival, Desk, Limits, Message, Opening

_CHAT = "terminal"
_PROMPT = "> "
_LEAVE = frozenset({"退出", "再见", "拜拜", "exit", "quit", "bye"})
_AROUND = " \t\r\n。.！!，,～~"


class Terminal:
    """A channel of one chat; the next line is read once the reply to the last is shown."""

    name = "terminal"
    edits = False
    limits = Limits()
    routes: tuple[BaseRoute, ...] = ()

    def __init__(self, app: App, preset: Mapping[str, Any]) -> None:
        self._app = app
        self.opening = Opening(preset, introduced=True)
        self._replied = asyncio.Event()
        self._alone = False

    async def open(self) -> None:
        """Nothing is needed."""

    async def bring(self, desk: Desk) -> None:
        """Bring line by line until the person leaves: with a word or a key, or at the end of the input."""
        number = 0
        async for line in _lines():
            if line.strip(_AROUND).lower() in _LEAVE:
                self._show(self._app.templates.say("errors", "goodbye"))
                return
            number += 1
            self._replied.clear()
            await desk.receive(Arrival(str(number), _CHAT, Said(line), number))
            await self._replied.wait()
            if self._alone:
                return

    def address(self, chat: str) -> str:
        """Return the chat: there is one."""
        return chat

    def in_parts(self, message: Message) -> tuple[Message, ...]:
        """Return it as it is: a terminal takes any length."""
        return (message,)

    async def composing(self, chat: str) -> None:
        """Show nothing: the prompt is away until there is an answer."""

    async def deliver(self, chat: str, message: Message) -> None:
        """Print a message; what it would take the place of stands above."""
        text = "\n".join(message.blocks)
        self._show(numbered(text, message.options))
        self._replied.set()

    async def close(self) -> None:
        """Nothing was opened."""

    def _show(self, text: str) -> None:
        # Within a task, an end of the program would pass for a failure of it.
        self._alone = not is_read(f"\n{text}\n") or self._alone


def run(app: App, preset: Mapping[str, Any]) -> None:
    """Talk until the person leaves."""
    with asyncio.Runner() as runner:
        # Made before the first words, as from then on Ctrl-C may be pressed.
        runner.get_loop()
        put(f"\n{app.dialogue.first_words()}\n{app.templates.say('talk', 'terminal_hint')}\n")
        runner.run(_talk(app, preset))


async def _talk(app: App, preset: Mapping[str, Any]) -> None:
    # Loaded while the person reads the first words.
    from bot.service import logs
    from bot.service.service import Service
    from bot.storage import in_memory

    # Who talks reads replies; warnings are for those who run the service.
    logs.configure("console", "error", ())
    service = Service(app, in_memory(), [Terminal(app, preset)])
    await service.prepare()
    service.start()
    try:
        await service.brought()
    finally:
        await service.stop(within=1.0)


async def _lines() -> AsyncIterator[str]:
    if not sys.stdin.isatty():
        # Piped in: prompt_toolkit would draw on a terminal that isn't there.
        async for line in lines():
            yield line
        return
    from prompt_toolkit import PromptSession

    session: PromptSession[str] = PromptSession()
    while True:
        try:
            yield await session.prompt_async(_PROMPT)
        except (EOFError, KeyboardInterrupt):
            return
