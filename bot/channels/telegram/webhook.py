"""Where Telegram posts updates: nothing is acknowledged that isn't kept."""

import asyncio
import json
import secrets

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.posted import body_of
from bot.channels.telegram.reading import unreadable
from bot.channels.telegram.taking import Taking
from bot.service import logs
from bot.service.protocol import Arrival
from bot.storage import StorageError

PATH = "/telegram"
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
_LARGEST = 256 * 1024
"""Bytes of an update."""
_LONGEST_POST = 10.0
_FORBIDDEN, _TIMED_OUT, _TOO_LARGE, _LATER = 403, 408, 413, 503

_log = logs.get(__name__)


class Posts:
    """Takes what is posted; `secret` must come with each. Refuses until it is opened."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._taking: Taking | None = None

    @property
    def route(self) -> Route:
        return Route(PATH, self._posted, methods=["POST"])

    def open(self, taking: Taking) -> None:
        """Take updates from now on."""
        self._taking = taking

    def close(self) -> None:
        """Refuse them from now on: Telegram keeps them, and tries again."""
        self._taking = None

    async def _posted(self, request: Request) -> Response:
        given = request.headers.get(_SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not secrets.compare_digest(given, self._secret):
            return Response(status_code=_FORBIDDEN)
        try:
            async with asyncio.timeout(_LONGEST_POST):
                body = await body_of(request, _LARGEST)
        except (TimeoutError, ClientDisconnect):
            return Response(status_code=_TIMED_OUT)
        if body is None:
            _log.warning("an update was too large", most_bytes=_LARGEST)
            return Response(status_code=_TOO_LARGE)
        try:
            return Response(status_code=200 if await self._kept(body) else _LATER)
        except StorageError:
            return Response(status_code=_LATER)

    async def _kept(self, body: bytes) -> bool:
        """Have an update kept; False where none is taken now. Raises StorageError."""
        taking = self._taking
        if taking is None:
            return False
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError) as error:
            arrival: Arrival | None = unreadable(body.decode("utf-8", "replace"), error)
        else:
            arrival = taking.begin(taking.read(raw))
        if arrival is not None:
            await taking.keep(arrival)
        return True
