"""Telegram as a channel of the service."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from starlette.routing import BaseRoute
from telegram import Bot, User
from telegram.error import InvalidToken, TelegramError

from bot.app import App
from bot.channels.telegram.aside import Aside
from bot.channels.telegram.calling import Calls, is_of_another
from bot.channels.telegram.inline import Inlines
from bot.channels.telegram.polling import UNREACHED, Polling, persistently
from bot.channels.telegram.profile import introduce
from bot.channels.telegram.reading import ALLOWED_UPDATES, Reading
from bot.channels.telegram.requesting import Requests
from bot.channels.telegram.taking import Taking
from bot.channels.telegram.webhook import PATH, Posts
from bot.channels.telegram.writing import in_parts, keyboard, plain
from bot.language import MENU
from bot.rendering import Cards, Marked, Sheet
from bot.service import logs
from bot.service.protocol import Desk, Limits, Message, Opening, UnusableError
from bot.settings import data_folder

_LIMITS = Limits(a_second=25.0, apart=1.0, apart_shared=3.0, burst=3, a_minute=30)
"""Telegram allows 30 a second, one a second to a chat with short bursts, and 20 a minute to a group."""
_CONNECTIONS = 64
"""Messages on their way at once, with the answers to presses beside them."""
_CONNECT, _ANSWER, _UPLOAD = 5.0, 12.0, 15.0
"""Seconds; the service waits for a delivery somewhat longer than for one of them."""
_FIRST_LOOK = 5.0
_LAST_ANSWERS = 1.0

_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram is to post updates: the public address without a path, and what must come with each."""

    url: str
    secret: str = field(repr=False)


class Telegram:
    """A bot on Telegram: polls, or is posted to where there is a webhook.

    `app` gives what is in force. `site` is the public address of our pages, if they have one.
    """

    name = "telegram"
    edits = True
    opening = Opening()

    def __init__(
        self,
        app: Callable[[], App],
        token: str,
        api_url: str,
        webhook: Webhook | None = None,
        limits: Limits = _LIMITS,
        site: str | None = None,
        cards: Cards | None = None,
    ) -> None:
        self._site = site
        self.limits = limits
        self._app = app
        self._webhook = webhook
        self._request = Requests(_CONNECTIONS, connect=_CONNECT, answer=_ANSWER, upload=_UPLOAD)
        self._bot = Bot(token, f"{api_url}/bot", request=self._request, get_updates_request=self._request)
        self._calls = Calls(self._bot)
        self._marked = Marked(data_folder("templates"), self.name)
        self._cards = cards or Cards(data_folder("templates"))
        self._aside = Aside()
        self._posts = None if webhook is None else Posts(webhook.secret)
        self._me: User | None = None

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Where updates are posted, if they are."""
        return () if self._posts is None else (self._posts.route,)

    async def open(self) -> None:
        """Learn the bot's name; where Telegram can't be reached, later. Raises UnusableError."""
        try:
            self._me = await self._bot.get_me(
                connect_timeout=_FIRST_LOOK, read_timeout=_FIRST_LOOK, pool_timeout=_FIRST_LOOK
            )
        except TelegramError as error:
            if isinstance(error, InvalidToken) and not is_of_another(error):
                # Nobody closes a channel that never opened.
                await self.close()
                raise UnusableError(
                    "TELEGRAM_TOKEN: Telegram does not take this token. Copy it anew from BotFather's "
                    "message, or unset it to do without Telegram."
                ) from None
            _log.warning("Telegram can't be reached yet", reason=error.message, mend=UNREACHED)

    async def bring(self, desk: Desk) -> None:
        """Take updates in until cancelled."""
        me = self._me
        if me is None:
            me = self._me = await persistently(self._bot.get_me, "Telegram can't be reached")
        name = str(me.username)
        inlines = Inlines(self._bot, name, self._app, self._marked)
        taking = Taking(Reading(name, me.id), desk.receive, self._calls, inlines, self._say, self._aside)
        setting = asyncio.create_task(introduce(self._bot, MENU, self._say))
        try:
            if self._posts is not None:
                await self._posted(self._posts, taking, name)
            else:
                await self._polled(taking, name)
        finally:
            setting.cancel()

    async def _posted(self, posts: Posts, taking: Taking, name: str) -> None:
        assert self._webhook is not None
        url, secret = f"{self._webhook.url}{PATH}", self._webhook.secret
        posts.open(taking)
        try:
            await persistently(
                lambda: self._bot.set_webhook(
                    url, allowed_updates=list(ALLOWED_UPDATES), secret_token=secret
                ),
                "the webhook can't be set",
            )
            _log.info("Telegram posts updates", bot=f"https://t.me/{name}", url=url)
            await asyncio.Event().wait()
        finally:
            posts.close()

    async def _polled(self, taking: Taking, name: str) -> None:
        before = await persistently(self._bot.get_webhook_info, "Telegram can't be reached")
        if before.url:
            # What waits there is kept for us. But another process may count on it.
            _log.warning("updates were posted elsewhere until now, and are no more", url=before.url)
            await persistently(self._bot.delete_webhook, "the webhook can't be removed")
        _log.info("Telegram is asked for updates", bot=f"https://t.me/{name}")
        await Polling(self._bot, taking).run()

    def address(self, chat: str) -> str:
        """Return Telegram's number of the chat, which the talks of a group share."""
        return chat.partition(":")[0]

    def in_parts(self, message: Message) -> Sequence[Message]:
        """Return the calls that a message takes."""
        return in_parts(message)

    async def composing(self, chat: str) -> None:
        """Show 'typing'."""
        await self._calls.typing(_chat(chat))

    async def deliver(self, chat: str, message: Message) -> str:
        """Send one part of a message, or put it in the place of another; return its number."""
        where = _chat(chat)
        keys = keyboard(message, self._rating(), self._site)
        text = plain(message)
        html = self._marked.html(text)
        if message.sheet is not None and message.edits is None:
            picture = await asyncio.to_thread(self._drawn, message.sheet)
            if picture is not None:
                number = await self._calls.show(where, picture, html, text, keys, message.answers)
                return self._below(where, message, number)
        if message.edits is not None and await self._calls.edit(where, message.edits, html, text, keys):
            return message.edits
        number = await self._calls.send(where, html, text, keys, message.answers)
        return self._below(where, message, number)

    def _drawn(self, sheet: Sheet) -> bytes | None:
        """Return a sheet as a picture; None where that can't be drawn, for its words say the same."""
        try:
            return self._cards.png(sheet)
        except BaseException as error:
            # In a thread nothing is cancelled; and what fails in the library that draws is no Exception.
            _log.error("a card can't be drawn, its words go alone", reason=logs.where(error))
            return None

    def _below(self, chat: int, message: Message, number: str) -> str:
        """Take the buttons away above a message that ends what they offered."""
        closed = message.closes
        if closed is not None and closed.ref is not None:
            left = keyboard(Message(closed.id, (), ratable=closed.ratable), self._rating())
            self._aside.do(self._calls.close(chat, closed.ref, left))
        return number

    async def close(self) -> None:
        """End all connections."""
        await self._aside.finish(_LAST_ANSWERS)
        await self._request.shutdown()

    def _rating(self) -> tuple[str, str]:
        return self._say("good"), self._say("bad")

    def _say(self, name: str) -> str:
        return self._app().templates.say("channel", name)


def _chat(talk: str) -> int:
    """Return Telegram's number of the chat in which a talk is held."""
    return int(talk.partition(":")[0])
