"""The service on a SQLite file, beside the dialogue alone: CPU and updates a second."""

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

from bot.app import App
from bot.dialogue import Said, State
from bot.service.protocol import Arrival, Desk, Limits, Message, Opening
from bot.service.service import Service
from bot.storage import opened

TEXTS = ("你好", "退休职工三级医院住院花了两万能报多少", "衡阳", "不对，是二级", "起付线是什么意思", "谢谢")
_CHATS = 200
_AT_ONCE = 200
"""Updates that wait to be acknowledged, as a webhook would have them."""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU of an update in µs, and updates a second."""

    cpu: float
    a_second: float


class _Channel:
    """Delivers to nobody, and counts."""

    name = "bench"
    edits = True
    limits = Limits(a_second=1e6)
    opening = Opening()
    routes = ()

    def __init__(self, expected: int) -> None:
        self._left = expected
        self.all = asyncio.Event()

    async def open(self) -> None:
        """Nothing is needed."""

    async def bring(self, desk: Desk) -> None:
        await asyncio.Event().wait()

    def address(self, chat: str) -> str:
        return chat

    def in_parts(self, message: Message) -> tuple[Message, ...]:
        return (message,)

    async def composing(self, chat: str) -> None:
        """Show nothing."""

    async def deliver(self, chat: str, message: Message) -> None:
        self._left -= 1
        if self._left == 0:
            self.all.set()

    async def close(self) -> None:
        """Nothing was opened."""


def costs(app: App, updates: int = 6_000) -> dict[str, Cost]:
    """Return what an update costs in the dialogue alone, and in the whole service, in this order."""
    return {
        "the dialogue alone": _bare(app, updates),
        "kept, answered, delivered": asyncio.run(_served(app, updates)),
    }


def _said(updates: int) -> Iterator[tuple[str, str]]:
    for number in range(updates):
        yield str(number % _CHATS), TEXTS[number // _CHATS % len(TEXTS)]


def _bare(app: App, updates: int) -> Cost:
    states: dict[str, State] = {}
    today = app.settings.today()
    began, cpu = perf_counter(), process_time()
    for chat, text in _said(updates):
        state = states.get(chat) or app.dialogue.start({})
        states[chat], _ = app.dialogue.step(state, Said(text), today)
    return _cost(updates, began, cpu)


async def _served(app: App, updates: int) -> Cost:
    channel = _Channel(updates)
    with tempfile.TemporaryDirectory() as folder:
        service = Service(app, opened(f"sqlite:///{Path(folder) / 'bench.db'}"), [channel])
        await service.prepare()
        service.start()
        at_once = asyncio.Semaphore(_AT_ONCE)

        async def come(number: int, chat: str, text: str) -> None:
            async with at_once:
                await service.receive(channel.name, Arrival(str(number), chat, Said(text), number))

        began, cpu = perf_counter(), process_time()
        await asyncio.gather(*(come(n, chat, text) for n, (chat, text) in enumerate(_said(updates))))
        await channel.all.wait()
        cost = _cost(updates, began, cpu)
        await service.stop(within=10)
    return cost


def _cost(updates: int, began: float, cpu: float) -> Cost:
    return Cost((process_time() - cpu) / updates * 1e6, updates / (perf_counter() - began))
