"""The page as a channel of the service."""

import asyncio
from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.app import App
from bot.channels.web import policies
from bot.channels.web.chatting import Chatting
from bot.channels.web.pages import Pages
from bot.channels.web.site import Site
from bot.rendering import Cards
from bot.service.protocol import Desk, Limits, Message, Opening
from bot.settings import data_folder

_MOST_A_MINUTE = 40


class Web:
    """The chat in a browser. What is said is delivered once it is kept, for a page shows what is kept."""

    name = "web"
    edits = False
    limits = Limits(a_minute=_MOST_A_MINUTE)
    # The page begins with the first words itself.
    opening = Opening(introduced=True)

    def __init__(self, app: Callable[[], App], site: Site, cards: Cards | None = None) -> None:
        self._app = app
        self._pages = Pages(data_folder("templates"), site)
        self._chatting = Chatting(app, self._pages, site, cards or Cards(data_folder("templates")))

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """The page, the policy library, and the files they use."""
        return [*self._chatting.routes, *policies.routes(self._app, self._pages), *self._pages.routes]

    def trouble(self, request: Request, status: int) -> Response:
        """Return the page that says that there is nothing here, or that it went wrong."""
        return self._chatting.trouble(request, status)

    async def open(self) -> None:
        """Nothing is needed."""

    async def bring(self, desk: Desk) -> None:
        """Take in what is posted, until cancelled."""
        self._chatting.open(desk)
        try:
            await asyncio.Event().wait()
        finally:
            self._chatting.close()

    def address(self, chat: str) -> str:
        """Return the chat itself."""
        return chat

    def in_parts(self, message: Message) -> Sequence[Message]:
        """Return it as it is: a page takes any length."""
        return (message,)

    async def composing(self, chat: str) -> None:
        """Show nothing: the page says so itself."""

    async def deliver(self, chat: str, message: Message) -> None:
        """Let a page that waits for it look."""
        self._chatting.answered(chat)

    async def close(self) -> None:
        """Nothing was opened."""
