"""The policy pages as a site of their own, asked without a network."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from urllib.parse import urlsplit

import httpx
from starlette.applications import Starlette

from bot.app import App
from bot.channels.web.pages import Pages
from bot.channels.web.policies import routes
from bot.channels.web.site import Site
from bot.settings import Settings, data_folder

TODAY = date(2026, 11, 21)
APP = App(Settings(fixed_day=TODAY))
LIBRARY = APP.library

_VOID = {"meta", "link", "input", "br", "img", "hr"}


def site_of(app: App) -> Starlette:
    """Return the policy pages alone."""
    return Starlette(routes=routes(lambda: app, Pages(data_folder("templates"), Site())))


SITE = site_of(APP)


async def get(path: str, headers: dict[str, str] | None = None, site: Starlette = SITE) -> httpx.Response:
    """Return what the site answers, without going where it sends on."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://pages.test") as client:
        return await client.get(path, headers=headers)


@dataclass
class Parsed(HTMLParser):
    """A page taken apart: text by element with an id, links, and what is wrong with its markup."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    by_id: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)
    metas: dict[str, str] = field(default_factory=dict)
    canonical: str | None = None

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if len(given) != len(attrs):
            self.wrong.append(f"an attribute twice in <{tag}>")
        self.attributes |= given.keys()
        if "id" in given:
            if given["id"] in self.ids:
                self.wrong.append(f"the id {given['id']} twice")
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        if tag == "meta" and "name" in given:
            self.metas[given["name"]] = given["content"]
        if tag == "link" and given.get("rel") == "canonical":
            self.canonical = given["href"]
        if tag == "p" and any(open_ == "p" for open_, _ in self._open):
            self.wrong.append("a paragraph in a paragraph")
        if tag not in _VOID:
            self._open.append((tag, given.get("id")))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            self.wrong.append(f"</{tag}> where {self._open[-1:]} is open")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        for _, id_ in self._open:
            if id_ is not None:
                self.by_id[id_] = self.by_id.get(id_, "") + data

    def close(self) -> None:
        super().close()
        self.wrong += [f"<{tag}> is never closed" for tag, _ in self._open]

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())


def parsed(text: str) -> Parsed:
    """Return a page taken apart."""
    page = Parsed()
    page.feed(text)
    page.close()
    return page


def internal(links: list[str], here: str) -> Iterator[tuple[str, str]]:
    """Yield path and anchor of the links to policy pages."""
    for link in links:
        parts = urlsplit(link)
        path = parts.path or here
        if not parts.scheme and path.startswith("/policy"):
            yield path, parts.fragment
