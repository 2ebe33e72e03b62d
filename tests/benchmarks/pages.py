"""What pages take to be made, as a browser asks for them, without a network."""

import asyncio
import tempfile
from pathlib import Path
from time import perf_counter

import httpx
from starlette.applications import Starlette

from bot.app import App
from bot.channels.web import Site, Web
from bot.channels.web.pages import Pages
from bot.channels.web.policies import routes
from bot.policy.codes import INSURANCES
from bot.rendering.addresses import city_path, document_path
from bot.rendering.library_pages import documents
from bot.service.service import Service
from bot.settings import data_folder
from bot.storage import opened

_ADDRESS = "http://pages.bench"
_TEXT = "衡阳退休职工三级医院住院花了{}能报多少"
_TIMES = 15
RESULTS = (1, 10)


def largest_policy_page(app: App) -> tuple[str, int, list[float]]:
    """Return the path of the largest policy page, its bytes, and the ms that it takes to be made anew."""

    def site() -> Starlette:
        # A new one each time, for pages are kept.
        return Starlette(routes=routes(lambda: app, Pages(data_folder("templates"), Site())))

    async def got(path: str, served: Starlette) -> tuple[float, int]:
        async with _client(served) as client:
            return await _timed(client, path)

    paths = [document_path(head.id) for head in documents(app.library)]
    paths += [city_path(city, insurance) for city in app.library.cities for insurance in INSURANCES]
    all_of_it = site()
    sizes = {path: asyncio.run(got(path, all_of_it))[1] for path in paths}
    largest = max(sizes, key=lambda path: sizes[path])
    times = []
    for _ in range(_TIMES):
        served = site()
        # The templates are compiled by then, as they are in a process that has served for a while.
        asyncio.run(got("/policy/document/none", served))
        asyncio.run(got(next(path for path in paths if path != largest and _alike(path, largest)), served))
        times.append(asyncio.run(got(largest, served))[0])
    return largest, sizes[largest], times


def _alike(path: str, other: str) -> bool:
    return path.startswith(document_path("")) == other.startswith(document_path(""))


def talk_pages(app: App) -> dict[int, tuple[int, list[float]]]:
    """Return the bytes of the chat's page and the ms it takes, by the number of results on it."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_talk_pages(app, Path(folder)))


async def _talk_pages(app: App, folder: Path) -> dict[int, tuple[int, list[float]]]:
    channel = Web(lambda: app, Site())
    store = opened(f"sqlite:///{folder}/talks.db")
    service = Service(app, store, [channel])
    await service.prepare()
    service.start()
    found = {}
    async with _client(Starlette(routes=channel.routes)) as client:
        await _open(client)
        for number in range(1, max(RESULTS) + 1):
            fields = {"n": f"nonce-{number:04}", "text": _TEXT.format(f"{number}万")}
            response = await client.post("/say", data=fields, headers={"Origin": _ADDRESS})
            assert response.status_code == 303, response.text
            if number in RESULTS:
                page = (await client.get("/")).text
                assert page.count('<details class="picture"') == number, "each question has a result"
                timed = [await _timed(client, "/") for _ in range(_TIMES)]
                found[number] = timed[-1][1], [time for time, _ in timed]
    await service.stop(5)
    return found


async def _open(client: httpx.AsyncClient) -> None:
    # Until what brings posts in has begun.
    while (await client.get("/")).status_code != 200 or not client.cookies:
        await asyncio.sleep(0.01)
    while (await client.get("/")).status_code != 200:
        await asyncio.sleep(0.01)


async def _timed(client: httpx.AsyncClient, path: str) -> tuple[float, int]:
    began = perf_counter()
    response = await client.get(path)
    return (perf_counter() - began) * 1000, len(response.content)


def _client(served: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url=_ADDRESS)
