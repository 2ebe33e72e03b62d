"""Pages of our own templates, and the files that they use."""

import asyncio
import re
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from jinja2 import UndefinedError
from starlette.applications import Starlette
from starlette.requests import Request

from bot.channels.web import Site
from bot.channels.web.pages import Pages
from bot.settings import data_folder

STATIC = data_folder("templates") / "web" / "static"
FILES = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
EMBEDS = ("https://ybj.example.org", "https://hy.example.org")


def asked(path: str, site: Site | None = None, method: str = "GET") -> httpx.Response:
    """Return what is answered to a request for a file."""
    app = Starlette(routes=Pages(data_folder("templates"), site or Site()).routes)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://a.test") as client:
            return await client.request(method, path)

    return asyncio.run(ask())


def request() -> Request:
    return Request({"type": "http", "method": "GET", "scheme": "http", "path": "/", "headers": []})


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_given_out_as_what_it_is(name: str) -> None:
    content = (STATIC / name).read_bytes()
    version = sha256(content).hexdigest()[:12]
    current = asked(f"/static/{name}?v={version}")
    assert (current.status_code, current.content) == (200, content)
    assert current.headers["content-type"] == FILES[name]
    assert current.headers["cache-control"] == "public, max-age=31536000, immutable"
    # One that isn't what was asked for is not kept for ever under that name.
    for other in ("", "?v=", f"?v={version[::-1]}", f"?v={version}0"):
        found = asked(f"/static/{name}{other}")
        assert found.content == content
        assert found.headers["cache-control"] == "public, max-age=3600"


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/nothing.css",
        "/static/embed.js",
        "/static/../chat.html",
        "/static/..%2fchat.html",
        "/static/%2e%2e%2fchat.html",
        "/static/PAGE.CSS",
        "/static/page.css%00",
        "/static/" + "a" * 10_000,
    ],
)
def test_nothing_else_is_given_out(path: str) -> None:
    found = asked(path, Site(embed_origins=EMBEDS))
    assert found.status_code == 404
    assert "{%" not in found.text


def test_a_file_is_only_read() -> None:
    assert asked("/static/page.css", method="HEAD").status_code == 200
    assert asked("/static/page.css", method="POST").status_code == 405


def test_the_script_for_other_sites_is_there_only_where_some_may_show_the_page() -> None:
    assert asked("/embed.js").status_code == 404
    found = asked("/embed.js", Site(embed_origins=EMBEDS))
    assert found.content == (STATIC / "embed.js").read_bytes()
    assert found.headers["cross-origin-resource-policy"] == "cross-origin"
    assert found.headers["cache-control"] == "public, max-age=3600"


def test_a_page_names_its_files_by_what_they_hold() -> None:
    body = _trouble(Site()).text
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', body)
    assert len(named) >= 2
    for each in named:
        assert asked(each).headers["cache-control"].endswith("immutable"), each


def _trouble(site: Site, text: str = "好", framed: bool = False) -> httpx.Response:
    pages = Pages(data_folder("templates"), site)
    found = pages.html(
        request(), "trouble", 503, {"Retry-After": "9"}, framed=framed, base="", text=text, alone=False
    )
    return httpx.Response(found.status_code, headers=found.raw_headers, content=bytes(found.body))


@pytest.mark.parametrize(
    ("site", "framed", "ancestors"),
    [
        (Site(), False, "'none'"),
        (Site(), True, "'none'"),
        (Site(embed_origins=EMBEDS), False, "'none'"),
        (Site(embed_origins=EMBEDS), True, "https://ybj.example.org https://hy.example.org"),
    ],
)
def test_only_the_frame_may_stand_in_pages_of_the_sites_that_are_named(
    site: Site, framed: bool, ancestors: str
) -> None:
    found = _trouble(site, framed=framed)
    assert found.status_code == 503
    assert found.headers["retry-after"] == "9"
    assert found.headers["cache-control"] == "no-store"
    assert found.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    )


def test_words_are_never_markup() -> None:
    body = _trouble(Site(), "<b>&\"'{{ 1 }}").text
    assert "&lt;b&gt;&amp;&#34;&#39;{{ 1 }}" in body


def test_a_page_that_lacks_a_word_is_not_shown_with_a_gap() -> None:
    with pytest.raises(UndefinedError):
        Pages(data_folder("templates"), Site()).html(request(), "trouble", base="")


def test_no_page_loads_anything_from_elsewhere_or_has_what_the_policy_forbids() -> None:
    for path in (*Path(data_folder("templates"), "web").glob("*.html"), *STATIC.iterdir()):
        text = path.read_text()
        assert not re.search(
            r"\son[a-z]+=|\sstyle=|javascript:|<style|url\(\s*['\"]?(?:https?:)?//|@import", text
        ), path
        if path.suffix == ".html":
            assert not re.search(r'(?:href|src|action)="(?:https?:)?//', text), path
            assert "| safe" not in text, path
            assert "autoescape" not in text, path


def test_every_value_that_a_style_asks_for_is_given() -> None:
    folder = data_folder("templates") / "web" / "static"
    style = "".join((folder / name).read_text("utf-8") for name in ("page.css", "policy.css"))
    asked = set(re.findall(r"var\((--[\w-]+)", style))
    assert asked
    assert asked <= set(re.findall(r"(--[\w-]+):", style))
