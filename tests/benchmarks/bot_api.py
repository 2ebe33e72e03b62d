"""A lean Bot API and a crowd that talks through it: fast enough to keep a bot busy, and counts every message.

It checks nothing of what a bot asks for; that is what the strict one of the tests is for.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TOKEN = "7:benchmark"
_ME = {"id": 7, "is_bot": True, "first_name": "bot", "username": "bench_bot"}
_CONNECTIONS = 40
"""As many as Telegram opens to a webhook."""
_LONGEST = 120.0
"""Seconds after which what isn't answered counts as lost."""
_ENDLESS = 1_000_000
_PROFILE: dict[str, Any] = {
    "getwebhookinfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
    "getme": _ME,
    "getmycommands": [],
    "setmycommands": True,
    "getmydescription": {"description": ""},
    "setmydescription": True,
    "getmyshortdescription": {"short_description": ""},
    "setmyshortdescription": True,
    "deletewebhook": True,
    "sendchataction": True,
    "answercallbackquery": True,
    "editmessagereplymarkup": True,
}

Answer = Callable[[Any], None]


class CrowdError(Exception):
    """A bot did not do what everybody here relies on."""


class Crowd:
    """Private chats; each writes the texts in turn, the next one when the last is answered.

    They begin at different texts, so that at every moment all of them are written equally often.
    """

    def __init__(self, size: int, texts: Sequence[str], send: Callable[[int, str], None]) -> None:
        self._texts = texts
        self._send = send
        self._sent = [0] * size
        self._replied = [0] * size
        self._left = [0] * size
        self._asked_at = [0.0] * size
        self._talking = 0
        self._silent = asyncio.Event()
        self._failed: str | None = None
        self.replies: list[tuple[float, float]] = []
        """When each came, and after how many seconds."""

    async def talk(self, each: int) -> None:
        """Have every chat write so many messages. Raises CrowdError where not each gets just one reply."""
        self._begin(each)
        await self._answered()

    async def listen(self, seconds: float) -> None:
        """Have all chats write, and go on after so long; `hush` ends it. Raises CrowdError."""
        self._begin(_ENDLESS)
        await asyncio.sleep(seconds)
        self._check()

    async def hush(self) -> None:
        """Have nothing more written, and every last message answered. Raises CrowdError."""
        self._left = [0] * len(self._left)
        await self._answered()

    @property
    def waiting(self) -> list[float]:
        """For how many seconds each chat has waited that waits now."""
        now = perf_counter()
        counts = zip(self._sent, self._replied, self._asked_at, strict=True)
        return [now - asked_at for sent, replied, asked_at in counts if sent > replied]

    def _begin(self, each: int) -> None:
        self.replies.clear()
        self._left = [each] * len(self._sent)
        self._talking = len(self._sent)
        self._silent.clear()
        for chat in range(len(self._sent)):
            self._say(chat)

    async def _answered(self) -> None:
        try:
            async with asyncio.timeout(_LONGEST):
                await self._silent.wait()
        except TimeoutError:
            self.fail(f"no more replies came within {_LONGEST:.0f} seconds")
        if self._failed is None and self._sent != self._replied:
            self.fail("not every message got one reply")
        self._check()

    def _check(self) -> None:
        if self._failed is not None:
            raise CrowdError(f"{self._failed}: {sum(self._sent)} sent, {sum(self._replied)} replies")

    def reply(self, chat: int) -> None:
        """Take a reply of the bot."""
        now = perf_counter()
        self._replied[chat] += 1
        if self._replied[chat] != self._sent[chat]:
            self.fail("a reply came that answers nothing")
        self.replies.append((now, now - self._asked_at[chat]))
        if self._left[chat]:
            self._say(chat)
            return
        self._talking -= 1
        if self._talking == 0:
            self._silent.set()

    def fail(self, reason: str) -> None:
        self._failed = self._failed or reason
        self._silent.set()

    def _say(self, chat: int) -> None:
        self._left[chat] -= 1
        text = self._texts[(chat + self._sent[chat]) % len(self._texts)]
        self._sent[chat] += 1
        self._asked_at[chat] = perf_counter()
        self._send(chat, text)


class BotApi:
    """The Bot API of one bot, and its crowd. `latency`: seconds after which each call is answered."""

    def __init__(self, chats: int, texts: Sequence[str], latency: float = 0.0) -> None:
        self.crowd = Crowd(chats, texts, self._said)
        self.asked = asyncio.Event()
        """Set once the bot has asked for updates, or for a webhook."""
        self._latency = latency
        self._number = 0
        self._waiting: deque[tuple[int, str]] = deque()
        self._poll: tuple[Answer, int, asyncio.TimerHandle] | None = None
        self._webhook: tuple[str, str] | None = None
        self._posted: asyncio.Queue[bytes] = asyncio.Queue()
        self._posting: list[asyncio.Task[None]] = []

    async def open(self) -> str:
        """Listen on a free port; return the address."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Line(self), "127.0.0.1", 0, backlog=1024)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        for task in self._posting:
            task.cancel()
        await asyncio.gather(*self._posting, return_exceptions=True)
        self._server.close()

    def call(self, method: str, fields: dict[str, str], answer: Answer) -> None:
        """Carry a call out, and answer it when its time has come."""
        method = method.lower()
        if method == "getupdates":
            self._polled(fields, answer)
        elif method == "sendmessage":
            self._answer(answer, self._sent(fields))
            self.crowd.reply(int(fields["chat_id"]) - 1)
        elif method == "setwebhook":
            self._answer(answer, True)
            self._install(fields["url"], fields["secret_token"])
        elif method in _PROFILE:
            self._answer(answer, _PROFILE[method])
        else:
            self.crowd.fail(f"the bot called {method}, which the benchmark doesn't know")

    def _answer(self, answer: Answer, result: Any) -> None:
        if self._latency:
            asyncio.get_running_loop().call_later(self._latency, answer, result)
        else:
            answer(result)

    def _said(self, chat: int, text: str) -> None:
        self._number += 1
        person = {"id": chat + 1, "first_name": "王", "last_name": "阿姨", "username": f"person{chat}"}
        message = {
            "message_id": self._number,
            "date": 1717200000,
            "from": {**person, "is_bot": False, "language_code": "zh-hans"},
            "chat": {**person, "type": "private"},
            "text": text,
        }
        update = json.dumps({"update_id": self._number, "message": message})
        if self._webhook is not None:
            self._posted.put_nowait(update.encode())
            return
        self._waiting.append((self._number, update))
        if self._poll is not None:
            # What is said at the same moment comes in the same answer.
            answer, most, timer = self._poll
            self._poll = None
            timer.cancel()
            asyncio.get_running_loop().call_soon(self._hand_over, answer, most)

    def _sent(self, fields: dict[str, str]) -> dict[str, Any]:
        self._number += 1
        chat = int(fields["chat_id"])
        sent: dict[str, Any] = {
            "message_id": self._number,
            "date": 1717200000,
            "from": _ME,
            "chat": {"id": chat, "type": "private", "first_name": "王", "username": f"person{chat - 1}"},
            "text": fields["text"],
        }
        if "reply_markup" in fields:
            sent["reply_markup"] = json.loads(fields["reply_markup"])
        return sent

    def _polled(self, fields: dict[str, str], answer: Answer) -> None:
        offset = int(fields.get("offset", "0"))
        while self._waiting and self._waiting[0][0] < offset:
            self._waiting.popleft()
        most, timeout = int(fields.get("limit", "100")), float(fields.get("timeout", "0"))
        if self._waiting or timeout == 0:
            self._hand_over(answer, most)
        else:
            timer = asyncio.get_running_loop().call_later(timeout, self._nothing_came)
            self._poll = answer, most, timer
        self.asked.set()

    def _nothing_came(self) -> None:
        if self._poll is not None:
            answer, most, _ = self._poll
            self._poll = None
            self._hand_over(answer, most)

    def _hand_over(self, answer: Answer, most: int) -> None:
        found = [update for _, update in list(self._waiting)[:most]]
        self._answer(answer, _Written("[" + ",".join(found) + "]"))

    def _install(self, url: str, secret: str) -> None:
        self._webhook = url, secret
        self._posting = [asyncio.create_task(self._post()) for _ in range(_CONNECTIONS)]
        self.asked.set()

    async def _post(self) -> None:
        """Post one update after the other over one connection; what isn't taken is posted again."""
        assert self._webhook is not None
        url, secret = self._webhook
        parts = urlsplit(url)
        head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: "
        ).encode()
        while True:
            update = await self._posted.get()
            for _ in range(100):
                try:
                    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
                    break
                except OSError:
                    await asyncio.sleep(0.05)
            while await self._accepted(reader, writer, head, update):
                update = await self._posted.get()
            self._posted.put_nowait(update)
            writer.close()
            await asyncio.sleep(0.1)

    @staticmethod
    async def _accepted(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes, update: bytes
    ) -> bool:
        writer.write(head + b"%d\r\n\r\n" % len(update) + update)
        try:
            answer = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(_length(answer))
        except (asyncio.IncompleteReadError, ConnectionError):
            return False
        return answer.startswith(b"HTTP/1.1 200")


class _Written(str):
    """A result that is JSON already."""


class _Line(asyncio.Protocol):
    """One connection of HTTP/1.1 that is kept."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        came = self._came + data
        while (end := came.find(b"\r\n\r\n") + 4) > 3:
            length = _length(came[:end])
            if len(came) < end + length:
                break
            method = came[: came.index(b"\r\n")].split(b" ")[1].rsplit(b"/", 1)[1].decode()
            fields = dict(parse_qsl(came[end : end + length].decode()))
            came = came[end + length :]
            self._api.call(method, fields, self._answer)
        self._came = came

    def _answer(self, result: Any) -> None:
        if self._transport.is_closing():
            return
        written = result if isinstance(result, _Written) else json.dumps(result)
        body = f'{{"ok":true,"result":{written}}}'.encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest[: rest.index(b"\r\n")]) if found else 0
