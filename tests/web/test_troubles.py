"""Where there is nothing, or something fails: a page for people, plain text for programs."""

import asyncio
from collections.abc import Sequence

import httpx
import pytest
from hosting import app
from markup import page_of
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.web import Site, Web
from bot.service.protocol import Channel
from bot.serving.troubles import handlers

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
TITLES = {404: "没有找到", 405: "没有找到", 500: "出了错"}


class Broken(Web):
    """Its page of trouble is in trouble itself."""

    def trouble(self, request: Request, status: int) -> Response:
        raise RuntimeError


async def breaks(_: Request) -> Response:
    raise RuntimeError("hush")


def answer(
    path: str, headers: dict[str, str], channels: Sequence[Channel] | None = None, method: str = "GET"
) -> httpx.Response:
    web = Web(app, Site())
    routes: list[BaseRoute] = [Route("/breaks", breaks), *web.routes]
    told = handlers([web] if channels is None else channels)
    transport = httpx.ASGITransport(
        Starlette(routes=routes, exception_handlers=told), raise_app_exceptions=False
    )

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://pages.test") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(ask())


CASES = [
    ("GET", "/nowhere", 404),
    ("GET", "/" + "%E6%B9%96" * 2000, 404),
    ("GET", "/<script>alert(1)</script>", 404),
    ("GET", "/say", 405),
    ("DELETE", "/", 405),
    ("GET", "/breaks", 500),
]


@pytest.mark.parametrize(("method", "path", "status"), CASES)
def test_a_browser_gets_a_page_with_the_way_back_and_the_hotline(method: str, path: str, status: int) -> None:
    found = answer(path, BROWSER, method=method)
    assert found.status_code == status
    assert found.headers["content-type"] == "text/html; charset=utf-8"
    assert "content-security-policy" in found.headers
    assert found.headers["cache-control"] == "no-store"
    assert ("allow" in found.headers) == (status == 405)
    page = page_of(found.text)
    assert TITLES[status] in page.one("title").words
    assert app().library.numbers.hotline in page.one("main").words
    assert page.one("a", class_="button").attrs["href"] == "/"
    assert len(found.text) < 5000
    assert not {"alert", "hush", "湖湖"} & set(page.words.split())


@pytest.mark.parametrize(("method", "path", "status"), CASES)
@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_a_program_gets_plain_text(method: str, path: str, status: int, accept: str) -> None:
    found = answer(path, {"Accept": accept}, method=method)
    assert found.status_code == status
    assert found.headers["content-type"] == "text/plain; charset=utf-8"
    words = {404: "Not Found", 405: "Method Not Allowed", 500: "Internal Server Error"}
    assert found.text == words[status]
    assert ("allow" in found.headers) == (status == 405)


@pytest.mark.parametrize(("method", "path", "status"), CASES)
@pytest.mark.parametrize("channels", [[], [Broken(app, Site())]], ids=["none", "broken"])
def test_without_a_page_a_browser_gets_plain_text_too(
    method: str, path: str, status: int, channels: Sequence[Channel]
) -> None:
    found = answer(path, BROWSER, channels, method)
    assert (found.status_code, found.headers["content-type"]) == (status, "text/plain; charset=utf-8")
