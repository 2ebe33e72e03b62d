"""Pages served within the tests' own process, in a thread beside the browser, quick to start."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date
from functools import cache
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.app import App
from bot.service.protocol import Channel
from bot.service.service import Service
from bot.settings import Settings
from bot.storage import opened

DAY = date(2024, 5, 1)

Serving = Callable[[str], AbstractAsyncContextManager[Sequence[BaseRoute]]]
"""Takes the address at which it will be found, as http://host:port, and gives what is served there."""


@cache
def app() -> App:
    """Return all that answers, loaded once for all tests."""
    found = App(Settings(fixed_day=DAY))
    found.warm()
    return found


def plainly(routes: Sequence[BaseRoute]) -> Serving:
    """Serve these routes and nothing else."""

    @asynccontextmanager
    async def serving(_: str) -> AsyncIterator[Sequence[BaseRoute]]:
        yield routes

    return serving


def channelled(make: Callable[[str], Channel], url: str, within: float = 10.0) -> Serving:
    """Serve the whole service with the channel that `make` gives for its address, the database at `url`.

    `within`: seconds it has for finishing at the stop. Asserts that no part of it failed.
    """

    @asynccontextmanager
    async def serving(address: str) -> AsyncIterator[Sequence[BaseRoute]]:
        channel = make(address)
        store = await asyncio.to_thread(opened, url)
        service = Service(app(), store, [channel])
        await service.prepare()
        service.start()
        yield channel.routes
        await service.stop(within)
        assert service.alive, "a part of the service failed"

    return serving


class Hosted:
    """Something served at `address`; leaving the context asserts that nothing failed.

    Port 0 is any free one.
    """

    def __init__(self, serving: Serving, port: int = 0) -> None:
        self._serving = serving
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), name="hosted", daemon=True)
        self._ready = threading.Event()
        self._error: BaseException | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(20), "what is to be served did not start"
        if self._error is not None:
            raise self._error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(30)
        if kind is None:
            assert not self._thread.is_alive(), "what is served did not stop"
            if self._error is not None:
                raise self._error

    async def _main(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        try:
            with self._listener:
                async with self._serving(self.address) as routes, _listening(self._listener, routes):
                    self._ready.set()
                    await self._stopping.wait()
        except BaseException as error:
            self._error = error
        finally:
            self._ready.set()


@asynccontextmanager
async def _listening(listener: socket.socket, routes: Sequence[BaseRoute]) -> AsyncIterator[None]:
    config = uvicorn.Config(
        Starlette(routes=routes),
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=5,  # a page may still be waiting for what is new
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    while not server.started:
        await asyncio.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        await serving
