"""The bot as scenarios need it: the whole service in a thread beside its fake Telegram, quick to start.

What only a real process shows is run by `serving.running.Served`; `environment` names its settings.
"""

import asyncio
import socket
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from datetime import date
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from fake import FakeTelegram
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from support import warm
from support.memory import of_metrics

from bot.app import App
from bot.channels.telegram import Telegram, Webhook
from bot.service.protocol import Limits
from bot.service.service import Rules, Service
from bot.settings import Settings
from bot.storage import opened

DAY = date(2024, 5, 1)
UNPACED = Limits()
"""For scenarios in which Telegram's own limits play no part."""
SECRET = "Wh-scenario_secret-0123456789"


@cache
def app() -> App:
    """Return all that answers, loaded once for all scenarios."""
    return warm.app(Settings(fixed_day=DAY))


def say(name: str, room: str = "channel", **more: Any) -> str:
    """Return words of the product by their name, so that no test has them twice."""
    return app().templates.say(room, name, **more)


def environment(fake: FakeTelegram, **more: str) -> Mapping[str, str]:
    """Return the settings with which a real process serves this fake Telegram."""
    return {
        "TELEGRAM_TOKEN": fake.token,
        "TELEGRAM_API_URL": fake.url,
        "BAODUOSHAO_TODAY": DAY.isoformat(),
        **more,
    }


class Performing:
    """The service with Telegram's channel on a fake, its database at `url`, in a thread of its own.

    Leaving the context stops it and asserts that nothing failed; `within` are the seconds for finishing.
    `posted`: updates are posted to its `address` with SECRET, else it asks for them.
    """

    def __init__(
        self,
        fake: FakeTelegram,
        url: str,
        *,
        limits: Limits = UNPACED,
        rules: Rules | None = None,
        posted: bool = False,
        within: float = 10.0,
    ) -> None:
        self._fake, self._url, self._limits, self._rules = fake, url, limits, rules
        self._posted, self._within = posted, within
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), name="bot", daemon=True)
        self._ready = threading.Event()
        self._error: BaseException | None = None
        self.finished = False
        """Whether all that came was answered and delivered at the stop."""
        self.address = ""

    def __enter__(self) -> Self:
        app()
        self._thread.start()
        assert self._ready.wait(20), "the service did not start"
        if self._error is not None:
            raise self._error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(self._within + 20)
        if kind is None:
            assert not self._thread.is_alive(), "the service did not stop"
            if self._error is not None:
                raise self._error

    def figure(self, name: str, **labels: str) -> float:
        """Return a figure of /metrics."""
        return of_metrics(self._service.metrics.text(), name, labels)

    async def _main(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        try:
            await self._serve()
        except BaseException as error:
            self._error = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        listener = socket.create_server(("127.0.0.1", 0)) if self._posted else None
        if listener is not None:
            self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        webhook = Webhook(self.address, SECRET) if self._posted else None
        channel = Telegram(app, self._fake.token, self._fake.url, webhook, self._limits)
        store = await asyncio.to_thread(opened, self._url)
        self._service = service = Service(app(), store, [channel], rules=self._rules)
        await service.prepare()
        async with _listening(listener, channel.routes):
            service.start()
            self._ready.set()
            await self._stopping.wait()
            self.finished = await service.stop(self._within)
            assert service.alive, "a part of the service failed"


@asynccontextmanager
async def _listening(listener: socket.socket | None, routes: Sequence[BaseRoute]) -> AsyncIterator[None]:
    if listener is None:
        yield
        return
    config = uvicorn.Config(Starlette(routes=routes), log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def rows(file: Path, table: str) -> list[dict[str, Any]]:
    """Return a table of a SQLite file that may be in use, in the order of its keys."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1")]


def all_marked(file: Path) -> bool:
    """Whether the bot noted of all that it sent how that went."""
    return all(row["ended_at"] is not None for row in rows(file, "outbox"))


def wait_until_marked(file: Path, timeout: float = 20.0) -> None:
    """Wait until the bot knows what the network calls the messages that people see already."""
    deadline = time.monotonic() + timeout
    while not all_marked(file):
        assert time.monotonic() < deadline, "what was sent was never marked"
        time.sleep(0.01)


def traces(folder: Path, words: Sequence[str]) -> list[str]:
    """Return which of the words stand in the bytes of a folder's files, and where."""
    return [
        f"{file.name}: {word}"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for word in words
        if word.encode() in file.read_bytes()
    ]
