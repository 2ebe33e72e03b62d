"""What is answered where no route answers, or one fails: a page for a browser, plain text for a program."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.service import logs
from bot.service.protocol import Channel, Telling

_FAILED = 500

_log = logs.get(__name__)

Handler = Callable[[Request, Exception], Awaitable[Response]]


def handlers(channels: Sequence[Channel]) -> Mapping[Any, Handler]:
    """Return the handlers of Starlette, with the pages of the first channel that has such."""
    telling = next((channel for channel in channels if isinstance(channel, Telling)), None)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        page = _page(telling, request, error.status_code)
        if page is None:
            return PlainTextResponse(error.detail, error.status_code, error.headers)
        page.headers.update(error.headers or {})
        return page

    async def failed(request: Request, error: Exception) -> Response:
        return _page(telling, request, _FAILED) or PlainTextResponse("Internal Server Error", _FAILED)

    return {HTTPException: refused, _FAILED: failed}


def _page(telling: Telling | None, request: Request, status: int) -> Response | None:
    if telling is None or "text/html" not in request.headers.get("accept", ""):
        return None
    try:
        return telling.trouble(request, status)
    except Exception as error:
        _log.error("the page that tells of trouble can't be made", reason=logs.where(error))
        return None
