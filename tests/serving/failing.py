"""The service with one thing in it that fails; what is told of it is what an operator would read.

Its argument: `part` or `server` for what fails, or the name of a signal that comes while it loads.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence

import uvicorn
from starlette.routing import BaseRoute

from bot.app import App
from bot.service import logs
from bot.service.protocol import Desk, Limits, Message, Opening
from bot.serving import ServingError, serve
from bot.settings import Settings


class BrokenError(BaseException):
    """What no part of the service expects."""


class Silent:
    """A channel that nobody uses; at its end it tells which loaded libraries are still held."""

    name, limits, opening, edits = "mine", Limits(), Opening(), True
    routes: Sequence[BaseRoute] = ()

    def __init__(self, app: Callable[[], App], *, breaks: bool) -> None:
        self._app, self._breaks = app, breaks

    async def open(self) -> None:
        """Nothing is needed."""

    async def bring(self, desk: Desk) -> None:
        if self._breaks:
            raise BrokenError

    def address(self, chat: str) -> str:
        return chat

    def in_parts(self, message: Message) -> Sequence[Message]:
        return (message,)

    async def composing(self, chat: str) -> None:
        """Nobody sees it."""

    async def deliver(self, chat: str, message: Message) -> None:
        """Nobody reads it."""

    async def close(self) -> None:
        held = [each for each in gc.get_objects() if isinstance(each, App)]
        logs.get("x").info("held", apps=len(held), current=held == [self._app()])


async def _fails(server: uvicorn.Server) -> None:
    raise RuntimeError("no more")


def main() -> None:
    _, what = sys.argv
    if what == "server":
        uvicorn.Server.main_loop = _fails  # type: ignore[method-assign, assignment]

    def channels(app: Callable[[], App]) -> list[Silent]:
        # By now all is loaded, and nothing else is begun.
        if what.startswith("SIG"):
            os.kill(os.getpid(), signal.Signals[what])
        return [Silent(app, breaks=what == "part")]

    try:
        serve(Settings(), "all", channels)
    except ServingError as error:
        sys.exit(str(error))
