import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any

import pytest
import pytest_asyncio
from support import warm
from support.memory import Memory
from support.stores import database_url, store

from bot.app import App
from bot.service.protocol import Channel
from bot.service.service import Service
from bot.settings import Settings
from bot.storage import Store

__all__ = ["database_url", "store"]

Serve = Callable[..., Awaitable[Service]]


@pytest.fixture(scope="session")
def app() -> App:
    return warm.app(Settings(fixed_day=date(2024, 5, 1)))


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest_asyncio.fixture
async def serve(store: Store, app: App) -> AsyncIterator[Serve]:
    """Start a service on the store with some channels; it is stopped after the test."""
    running: list[Service] = []

    async def start(
        *channels: Channel, on: Store | None = None, of: App | None = None, **more: Any
    ) -> Service:
        service = Service(of or app, on or store, channels, **more)
        await service.prepare()
        service.start()
        running.append(service)
        stop = service.stop

        async def stopped_here(within: float) -> bool:
            running.remove(service)
            return await stop(within)

        service.stop = stopped_here  # type: ignore[method-assign]
        return service

    yield start
    for service in running[:]:
        await asyncio.wait_for(service.stop(0.2), 20)
        assert service.alive
