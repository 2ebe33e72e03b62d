"""Telegram's updates through the service, beside a bare echo of python-telegram-bot.

Every bot is a program of its own and is asked for its CPU before and after a number of updates; they have
their turns one after the other, so that a noisy machine disturbs all alike.
"""

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Literal

from .bot_api import BotApi
from .timing import percentile

TEXTS = ("你好", "退休职工三级医院住院能报多少", "衡阳", "不对，是二级", "起付线是什么意思", "谢谢")
"""None of them comes to a result: an echo draws no picture, and what that takes is told by itself."""

Way = Literal["polling", "webhook"]
Kind = Literal["echo", "echo at once", "ours"]
"""An echo takes one update after the other, as python-telegram-bot does by itself, or many at once."""
WAYS: tuple[Way, ...] = ("polling", "webhook")
KINDS: tuple[Kind, ...] = ("echo", "echo at once", "ours")
CHATS, LATENCY = 2_000, 0.020

_BUSY = 20
"""Chats that write at the same time, each its next message when it has its reply."""
_WARM_UP = 6
"""Messages of each chat before anything is counted: every text once."""
_BEFORE, _COUNTED = 3.0, 5.0
"""Seconds in which all chats come into their stride, and in which replies are counted."""


@dataclass(frozen=True, slots=True)
class Sustained:
    """Updates a second, and the seconds that a person waits: half of them at most, and 99 in 100.

    Who still waits at the end counts with the wait until then.
    """

    a_second: float
    p50: float
    p99: float


class _Bot:
    def __init__(self, process: asyncio.subprocess.Process, api: BotApi) -> None:
        self._process = process
        self.crowd = api.crowd

    async def talk(self, each: int) -> float:
        """Have each chat write so many messages; return the CPU of an update in µs."""
        began = await self._cpu()
        await self.crowd.talk(each)
        used = await self._cpu() - began
        return used / len(self.crowd.replies) * 1e6

    async def _cpu(self) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"\n")
        return float(await self._process.stdout.readline())


def costs(way: Way, turns: int = 3) -> dict[Kind, float]:
    """Return the CPU of an update in µs, for each kind of bot."""
    return asyncio.run(_costs(way, _BUSY, turns, len(TEXTS)))


def sustained(kind: Kind, way: Way) -> Sustained:
    """Return what a bot holds out with 2,000 chats and 20 ms for each call."""
    return asyncio.run(_sustained(kind, way))


async def _costs(way: Way, chats: int, turns: int, each: int) -> dict[Kind, float]:
    found: dict[Kind, list[float]] = {kind: [] for kind in KINDS}
    async with AsyncExitStack() as stack:
        bots = {kind: await stack.enter_async_context(_running(kind, way, chats)) for kind in KINDS}
        for bot in bots.values():
            await bot.talk(_WARM_UP)
        for _ in range(turns):
            for kind, bot in bots.items():
                found[kind].append(await bot.talk(each))
    return {kind: median(each) for kind, each in found.items()}


async def _sustained(kind: Kind, way: Way) -> Sustained:
    async with _running(kind, way, CHATS, LATENCY) as bot:
        began = perf_counter()
        await bot.crowd.listen(_BEFORE + _COUNTED)
        counted = [waited for at, waited in bot.crowd.replies if at - began >= _BEFORE]
        waits = counted + bot.crowd.waiting
        if kind == "ours":
            await bot.crowd.hush()
    return Sustained(len(counted) / _COUNTED, percentile(waits, 0.5), percentile(waits, 0.99))


@asynccontextmanager
async def _running(kind: Kind, way: Way, chats: int, latency: float = 0.0) -> AsyncIterator[_Bot]:
    """Start a bot, and end it afterwards."""
    api = BotApi(chats, TEXTS, latency)
    url = await api.open()
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TELEGRAM_")}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", f"{__package__}.telegram_bots", kind, url, str(_free_port()), way),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**kept, "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.db'}"},
        )
        try:
            async with asyncio.timeout(60):
                await api.asked.wait()
            yield _Bot(process, api)
        finally:
            if process.returncode is None:
                # It has nothing to finish; an echo would first answer all that waits.
                process.kill()
            await process.wait()
            await api.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port
