"""HTTP for python-telegram-bot by aiohttp: the client it comes with uses most of the CPU of a message."""

from io import BytesIO
from typing import Any

import aiohttp
import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)


class NeverSentError(NetworkError):
    """No connection was had, so that Telegram certainly knows nothing of it."""


class Requests(BaseRequest):
    """At most so many calls at once; the seconds for a connection, for an answer, and for sending a file."""

    def __init__(self, connections: int, *, connect: float, answer: float, upload: float) -> None:
        self._connections = connections
        self._connect = connect
        self._answer = answer
        self._upload = upload
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._answer

    async def initialize(self) -> None:
        """Nothing is needed: the session begins with the first call."""

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return status and body. Raises NeverSentError, TimedOut or NetworkError, none with the address."""
        uploads = request_data is not None and bool(request_data.multipart_data)
        connect = _given(connect_timeout, self._connect) + _given(pool_timeout, 0.0)
        read = _given(read_timeout, self._answer)
        write = _given(write_timeout, self._upload if uploads else self._answer)
        # Nothing is read while a file goes out, which says nothing of the other side.
        silent = None if uploads else read
        timeout = aiohttp.ClientTimeout(connect + write + read, connect=connect, sock_read=silent)
        try:
            async with self._begun().request(
                method, url, data=_body(request_data), timeout=timeout, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except _NEVER_SENT as error:
            raise NeverSentError(_told(error)) from error
        except TimeoutError as error:
            raise TimedOut(_told(error)) from error
        except aiohttp.ClientError as error:
            raise NetworkError(_told(error)) from error

    def _begun(self) -> aiohttp.ClientSession:
        if self._session is None:
            # The roots that come along, for a small image may have none of its own.
            connector = aiohttp.TCPConnector(limit=self._connections, ssl=httpx.create_ssl_context())
            headers = {"User-Agent": self.USER_AGENT}
            self._session = aiohttp.ClientSession(connector=connector, headers=headers, trust_env=True)
        return self._session


def _given(seconds: Any, usual: float) -> float:
    return usual if seconds is None or seconds is BaseRequest.DEFAULT_NONE else float(seconds)


def _body(data: RequestData | None) -> dict[str, str] | aiohttp.FormData | None:
    if data is None:
        return None
    if not data.multipart_data:
        return data.json_parameters
    form = aiohttp.FormData(data.json_parameters)
    for name, (file_name, content, kind) in data.multipart_data.items():
        # Of a file it sends piece by piece; bytes it would send in one go, and other calls would wait.
        file = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, file, filename=file_name, content_type=kind)
    return form


def _told(error: Exception) -> str:
    # Its text may hold the address, and with it the token.
    return type(error).__name__
