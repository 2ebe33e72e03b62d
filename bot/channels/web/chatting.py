"""The chat over HTTP: the page, and what is posted from it."""

import asyncio
import math
import re
import time
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from hashlib import sha256
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.channels.posted import body_of
from bot.channels.web.pages import Pages
from bot.channels.web.pictures import BusyError, Pictures
from bot.channels.web.site import Site, chat_of, new_token
from bot.channels.web.talk_view import shown
from bot.dialogue import Said
from bot.rendering import Cards
from bot.service import logs
from bot.service.pacing import Pace, Pacing
from bot.service.protocol import Amending, Arrival, Desk, Event, Pressed, Rated, Recalled
from bot.storage import StorageError

FRAME = "/frame"
_LARGEST = 128 * 1024
"""Bytes of a post: what is kept of the longest message, as a form writes it."""
_MOST_FIELDS = 20
_LONGEST_POST = 10.0
_LONGEST_WAIT = 8.0
"""Seconds until the page is shown without the answer."""
_LOOK_EVERY = 0.1
_MOST_POSTS = 240
"""Posts a minute for one address, behind which a whole office may sit."""
_MOST_PICTURES = 60
"""Pictures a minute for one address."""
_REFUSALS_APART = 60.0
"""Seconds between two lines in the log, for anybody can post without end."""
_FAILED = 500
_LATER = {"Retry-After": "60"}
_NONCE = re.compile(r"[A-Za-z0-9_-]{8,40}")
_NAME = re.compile(r"[a-z_0-9]{1,40}")
_MOST_DIGITS = 40
_LARGEST_NUMBER = 2**62

_log = logs.get(__name__)


class Chatting:
    """Shows talks and takes in what people do. Refuses until it is opened."""

    def __init__(self, app: Callable[[], App], pages: Pages, site: Site, painter: Cards) -> None:
        self._app = app
        self._pages = pages
        self._site = site
        self._pictures = Pictures(painter)
        self._desk: Desk | None = None
        self._pacing, self._pacing_pictures = Pacing(_MOST_POSTS), Pacing(_MOST_PICTURES)
        self._refused_at = -math.inf
        self._waiting: dict[str, asyncio.Event] = {}

    @property
    def routes(self) -> list[Route]:
        """Where the page is, by itself and in a frame where some site may show it so."""
        bases = ["", FRAME] if self._site.embed_origins else [""]
        return [route for base in bases for route in self._routes(base)]

    def _routes(self, base: str) -> list[Route]:
        return [
            Route(base or "/", self._page, methods=["GET"]),
            Route(f"{base}/say", self._said, methods=["POST"]),
            Route(f"{base}/size", self._sized, methods=["POST"]),
            Route(f"{base}/card/{{message}}.png", self._card, methods=["GET"]),
        ]

    def open(self, desk: Desk) -> None:
        """Take in from now on."""
        self._desk = desk

    def close(self) -> None:
        """Refuse from now on."""
        self._desk = None

    def answered(self, chat: str) -> None:
        """Let those who wait for an answer look."""
        if (waiting := self._waiting.get(chat)) is not None:
            waiting.set()

    async def _page(self, request: Request) -> Response:
        framed = _framed(request)
        token = self._site.token(request, framed)
        recalled = Recalled((), 0)
        chat = "" if token is None else chat_of(token)
        if token is not None:
            if self._desk is None:
                return self._trouble(request, "closed", 503)
            try:
                recalled = await self._desk.recall(chat)
            except StorageError:
                return self._trouble(request, "closed", 503)
            if not recalled.turns:
                self._pictures.forget(chat)
        # Cards are drawn for it, while others wait for shorter answers.
        response = await asyncio.to_thread(self._talk, request, chat, recalled)
        # Also one that is known, so that its time begins anew.
        self._site.keep_token(request, response, framed, token or new_token())
        return response

    def _talk(self, request: Request, chat: str, recalled: Recalled) -> Response:
        app, framed = self._app(), _framed(request)
        return self._pages.html(
            request,
            "chat",
            framed=framed,
            base=_base(request),
            turns=shown(recalled, app, partial(self._pictures.drawing, chat)),
            more=recalled.more,
            waits=recalled.waits,
            # A link may say so to somebody of whom nothing was ever kept.
            forgotten="forgotten" in request.query_params and self._site.token(request, framed) is not None,
            form=recalled.form,
            nonce=new_token(),
            starters=app.templates.say("web", "starters").splitlines(),
        )

    async def _card(self, request: Request) -> Response:
        """Give out the picture of a result, to whom it belongs."""
        token = self._site.token(request, _framed(request))
        number = _whole(request.path_params["message"])
        if token is None or self._desk is None or number is None:
            return self._trouble(request, "no_card", 404)
        if not _paces(self._pacing_pictures, request):
            return self._trouble(request, "too_many", 429, _LATER)
        chat = chat_of(token)
        try:
            message = await self._desk.message(chat, number)
            picture = None if message is None else await self._pictures.picture(chat, message)
        except StorageError:
            return self._trouble(request, "closed", 503)
        except BusyError:
            return self._trouble(request, "too_many", 429, _LATER)
        if picture is None:
            return self._trouble(request, "no_card", 404)
        name = f'attachment; filename="baoduoshao-{number}.png"'
        headers = {"Cache-Control": "private, no-store", "Content-Disposition": name}
        return Response(picture, 200, headers, "image/png")

    async def _said(self, request: Request) -> Response:
        framed = _framed(request)
        fields = await self._posted(request)
        if isinstance(fields, Response):
            return fields
        token = self._site.token(request, framed)
        if token is None:
            # The page it came from has set one: this browser keeps none.
            return self._trouble(request, "no_cookies", 400)
        chat = chat_of(token)
        event = _event(fields)
        nonce = fields.get("n", "")
        if event is None or not _NONCE.fullmatch(nonce):
            return self._back(request)
        # It may be closed while this waits; what was kept until then is answered by whoever comes next.
        desk = self._desk
        if desk is None:
            return self._trouble(request, "closed", 503)
        arrival = Arrival(_update(chat, nonce, fields), chat, event)
        try:
            if await desk.receive(arrival) == "dropped":
                # Not back to the page, which would be without what was typed.
                return self._trouble(request, "too_many", 429, _LATER)
            await self._answered(desk, chat)
            forgotten = isinstance(event, Said) and not (await desk.recall(chat)).turns
        except StorageError:
            return self._trouble(request, "closed", 503)
        if forgotten:
            self._pictures.forget(chat)
        return self._back(request, "?forgotten" if forgotten else "")

    async def _answered(self, desk: Desk, chat: str) -> None:
        """Wait until all is answered, or for as long as a page may take. Raises StorageError."""
        waiting = self._waiting.setdefault(chat, asyncio.Event())
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                while True:
                    waiting.clear()
                    if self._desk is None or not await desk.waits(chat):
                        return
                    # Another process may answer, and what is taken in silence is told to nobody.
                    await _first(waiting, _LOOK_EVERY)
        except TimeoutError:
            return
        finally:
            if self._waiting.get(chat) is waiting:
                del self._waiting[chat]

    async def _sized(self, request: Request) -> Response:
        fields = await self._posted(request)
        if isinstance(fields, Response):
            return fields
        back = fields.get("back", "")
        response = self._back(request) if not back.startswith("/policy/") else _to_policies(back)
        self._site.keep_size(request, response, _framed(request), fields.get("size", ""))
        return response

    async def _posted(self, request: Request) -> Mapping[str, str] | Response:
        """Return the fields of a form of ours, or the page that says why they aren't taken."""
        if not self._site.is_own(request):
            self._refused(request)
            return self._trouble(request, "not_ours", 403)
        if not _paces(self._pacing, request):
            return self._trouble(request, "too_many", 429, _LATER)
        try:
            async with asyncio.timeout(_LONGEST_POST):
                body = await body_of(request, _LARGEST)
        except (TimeoutError, ClientDisconnect):
            return self._trouble(request, "broken", 408)
        if body is None:
            return self._trouble(request, "too_long", 413)
        try:
            pairs = parse_qsl(
                body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="replace"
            )
        except ValueError:
            return self._trouble(request, "broken", 400)
        return dict(pairs)

    def _refused(self, request: Request) -> None:
        """Tell the operator, who sees nothing else of a proxy that has every post refused."""
        now = time.monotonic()
        if now - self._refused_at >= _REFUSALS_APART:
            self._refused_at = now
            origin, host = self._site.hosts(request)
            _log.warning(
                "a post from another origin was refused; if it came from your own page, have the proxy keep "
                "the Host header, or set BAODUOSHAO_PUBLIC_URL to the address in the browser",
                origin=origin,
                host=host,
            )

    def _back(self, request: Request, query: str = "") -> Response:
        """Show the talk anew, where its last turn begins."""
        return RedirectResponse(f"{_base(request) or '/'}{query}#last", 303, {"Cache-Control": "no-store"})

    def trouble(self, request: Request, status: int) -> Response:
        """Return the page for what no route of ours answers, or where one failed."""
        return self._trouble(request, "failed" if status >= _FAILED else "nowhere", status)

    def _trouble(
        self, request: Request, why: str, status: int, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Return the page that says what is the matter, and what to do."""
        text = self._app().templates.say("web", why, hotline=self._app().library.numbers.hotline)
        return self._pages.html(
            request,
            "trouble",
            status,
            headers,
            framed=_framed(request),
            base=_base(request),
            text=text,
            alone=why == "no_cookies",
        )


def _paces(pacing: Pacing, request: Request) -> bool:
    """Count what takes work for an address; False where it has had enough for a minute."""
    address = request.client.host if request.client is not None else ""
    pace = pacing.pace(address)
    pacing.count(address, pace)
    return pace is Pace.WITHIN


def _framed(request: Request) -> bool:
    # Not of the address, which would be made of what the request says is our host.
    path: str = request.scope["path"]
    return path.startswith(FRAME)


def _base(request: Request) -> str:
    return FRAME if _framed(request) else ""


def _to_policies(path: str) -> Response:
    # A path alone, so that nobody is led to another site.
    found = re.fullmatch(r"/policy/[A-Za-z0-9/_.-]{0,200}", path)
    return RedirectResponse(path if found else "/policy/", 303)


async def _first(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


def _update(chat: str, nonce: str, fields: Mapping[str, str]) -> str:
    """Return the name of what was done: the same when a form is posted again as it was."""
    made = sha256()
    for name, value in sorted(fields.items()):
        made.update(f"{name}\0{value}\0".encode("utf-8", "replace"))
    return f"{chat}:{nonce}:{made.hexdigest()[:32]}"


def _event(fields: Mapping[str, str]) -> Event | None:
    """Return what a form means; None where there is nothing in it."""
    if "choice" in fields or "good" in fields:
        number, of = (_whole(fields.get(name, "")) for name in ("choice", "form"))
        message, good = _whole(fields.get("message", "")), fields.get("good")
        if "choice" in fields:
            return None if number is None or of is None else Pressed(number, of)
        return None if message is None or good not in {"0", "1"} else Rated(message, good == "1")
    if "amend" in fields:
        name = fields["amend"]
        return Amending(name) if _NAME.fullmatch(name) else None
    text = fields.get("text") or _amount(fields.get("amount", "")) or fields.get("count") or fields.get("day")
    return Said(text) if text and text.strip() else None


def _amount(text: str) -> str:
    """Return an amount from a field for numbers as a sum of yuan; what is none as it is."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return text
    if not found.is_finite() or len(text) > _MOST_DIGITS or abs(found.adjusted()) > _MOST_DIGITS:
        return text
    return f"{found:f}元"


def _whole(text: str) -> int | None:
    """Return a whole number from 0 that the database can hold; None for anything else."""
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS:
        return None
    found = int(text)
    return found if found < _LARGEST_NUMBER else None
