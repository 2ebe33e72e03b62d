"""The policy library as pages: by city, scheme and day, and by document. Nothing here needs a script."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.channels.web.pages import Pages
from bot.policy import Library
from bot.policy.codes import INSURANCES
from bot.rendering.addresses import START, city_path, document_path, provision_path
from bot.rendering.library_pages import (
    cities_in_order,
    city_page,
    document_page,
    documents,
    schemes,
    turning_days,
)
from bot.settings import data_folder

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SITEMAP = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
)
_MOST_KEPT = 48
"""Pages of up to some hundred kilobytes."""
_FIRST_YEAR, _LAST_YEAR = 1950, 2199

# The canonical address of a page, and the words that it is filled with.
_Made = tuple[str, dict[str, Any]]


def routes(app: Callable[[], App], pages: Pages) -> list[Route]:
    """Return the routes of the policy pages, of the sitemap and of robots.txt.

    `app` gives the App of the moment, so that a reloaded library is shown from the next request on.
    """
    served = _Policies(app, pages, _digest(), _Kept())
    return [
        Route("/policy", served.without_slash, methods=["GET"]),
        Route(START, served.start, methods=["GET"]),
        Route(START + "document/{document}", served.document, methods=["GET"]),
        Route(START + "{city}/{insurance}", served.city, methods=["GET"]),
        Route(START + "{city}/{insurance}/{day}", served.city, methods=["GET"]),
        Route(START + "{rest:path}", served.unknown, methods=["GET"]),
        Route("/sitemap.xml", served.sitemap, methods=["GET"]),
        Route("/robots.txt", served.robots, methods=["GET"]),
    ]


@dataclass(frozen=True, slots=True)
class _Policies:
    """The handlers, plain functions that are run in threads, for a page takes its time to make.

    None repeats anything of an address but codes and days that are known.
    """

    app: Callable[[], App]
    pages: Pages
    written: str  # a digest of the templates, which change with the program
    kept: "_Kept"

    def without_slash(self, request: Request) -> Response:
        return RedirectResponse(START, status_code=308)

    def start(self, request: Request) -> Response:
        """The choice of city, scheme and day; a complete choice leads to its own address."""
        library, today = self._now()
        asked = {name: request.query_params.get(name, "") for name in ("city", "insurance", "date")}
        if any(asked.values()):
            day = _day(asked["date"]) if asked["date"] else today
            if asked["city"] in library.cities and asked["insurance"] in INSURANCES and day is not None:
                path = city_path(asked["city"], asked["insurance"], None if day == today else day)
                return RedirectResponse(path, status_code=303)
            return self._html(request, "policy_start", 400, START, self._choice(asked))
        return self._respond(request, "policy_start", (library, today), lambda: (START, self._choice(asked)))

    def city(self, request: Request) -> Response:
        library, today = self._now()
        city, insurance = request.path_params["city"], request.path_params["insurance"]
        given = request.path_params.get("day")
        day = today if given is None else _day(given)
        if city not in library.cities or insurance not in INSURANCES or day is None:
            return self.unknown(request)

        def made() -> _Made:
            page = city_page(library, city, insurance, day)
            now = city_path(city, insurance)
            current = max((turn for turn in page.days if turn <= today), default=None)
            # Many days are alike: what search engines are to keep is the first of them.
            canonical = now if page.since == current else city_path(city, insurance, page.since or day)
            choice = self._choice({"city": city, "insurance": insurance, "date": day.isoformat()})
            return canonical, {"page": page, "is_today": day == today, **choice}

        return self._respond(request, "policy_city", (library, today), made)

    def document(self, request: Request) -> Response:
        library, today = self._now()

        def made() -> _Made | None:
            page = document_page(library, request.path_params["document"], today)
            return None if page is None else (document_path(page.head.id), {"page": page, **self._choice({})})

        return self._respond(request, "policy_document", (library, today), made)

    def unknown(self, request: Request) -> Response:
        return self._html(request, "policy_unknown", 404, None, self._choice({}))

    def sitemap(self, request: Request) -> Response:
        """Every page to be found by search engines; addresses there have to be absolute."""
        public = self._public()
        if public is None:
            return PlainTextResponse("No public address is set.\n", status_code=404)
        library, today = self._now()
        places = "".join(
            f"<url><loc>{escape(public + path)}</loc></url>\n" for path in _paths(library, today)
        )
        return Response(f"{_SITEMAP}{places}</urlset>\n", media_type="application/xml")

    def robots(self, request: Request) -> Response:
        """Policy pages are for everybody to find; a talk and its cards are one person's own."""
        public = self._public()
        lines = ["User-agent: *", f"Allow: {START}", "Allow: /static/", "Allow: /sitemap.xml", "Disallow: /"]
        if public is not None:
            lines += ["", f"Sitemap: {public}/sitemap.xml"]
        return PlainTextResponse("\n".join(lines) + "\n")

    def _now(self) -> tuple[Library, date]:
        app = self.app()
        return app.library, app.settings.today()

    def _public(self) -> str | None:
        """Return scheme and host that people reach the site by, if they are set."""
        given = self.app().settings.public_url
        return given.rstrip("/") if given else None

    def _choice(self, asked: dict[str, str]) -> dict[str, Any]:
        """Return what the form for choosing another place, scheme or day needs."""
        library, today = self._now()
        day = _day(asked.get("date", ""))
        return {
            "cities": [(library.cities[code], own) for code, own in cities_in_order(library)],
            "schemes": schemes(library),
            "documents": documents(library),
            "chosen": {
                "city": asked.get("city") if asked.get("city") in library.cities else None,
                "insurance": asked.get("insurance") if asked.get("insurance") in INSURANCES else None,
                "date": (day or today).isoformat(),
            },
            "incomplete": any(asked.values()),
        }

    def _respond(
        self, request: Request, name: str, now: tuple[Library, date], made: Callable[[], _Made | None]
    ) -> Response:
        """Return a page that is there, made anew only if it isn't kept; that of nothing where it is None."""
        library, today = now
        # All that a page goes by: of the reader only the size of the text, of the address only its path.
        size = self.pages.size(request)
        seen = f"{self.written} {library.version} {today} {self._public()} {size} {request.url.path}"
        tag = f'"{sha256(seen.encode()).hexdigest()[:24]}"'
        found = self.kept.get(library.version, tag)
        if found is None:
            words = made()
            if words is None:
                return self.unknown(request)
            canonical, others = words
            found = bytes(self._html(request, name, 200, canonical, others).body)
            # Some of it may be of another library or day, where that has just changed.
            if self._now() == now:
                self.kept.put(library.version, tag, found)
        headers = {"Cache-Control": "no-cache", "ETag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return self.pages.response(found, 200, headers)

    def _html(
        self, request: Request, name: str, status: int, canonical: str | None, words: dict[str, Any]
    ) -> Response:
        library, today = self._now()
        return self.pages.html(
            request,
            name,
            status,
            canonical=canonical and (self._public() or "") + canonical,
            here=request.url.path if status == 200 else START,
            today=today,
            hotline=library.numbers.hotline,
            city_path=city_path,
            document_path=document_path,
            provision_path=provision_path,
            replaced_in=library.places,
            **words,
        )


class _Kept:
    """The pages of one library that were asked for last, by their tags. May be used by several threads."""

    def __init__(self) -> None:
        self._version = ""
        self._pages: OrderedDict[str, bytes] = OrderedDict()
        self._keeping = threading.Lock()

    def get(self, version: str, tag: str) -> bytes | None:
        """Return a page of the library of this version; those of another are dropped."""
        with self._keeping:
            if version != self._version:
                self._version = version
                self._pages.clear()
            if tag in self._pages:
                self._pages.move_to_end(tag)
            return self._pages.get(tag)

    def put(self, version: str, tag: str, page: bytes) -> None:
        """Keep a page, unless the library has changed meanwhile."""
        with self._keeping:
            if version == self._version:
                self._pages[tag] = page
                if len(self._pages) > _MOST_KEPT:
                    self._pages.popitem(last=False)


def _digest() -> str:
    """Return what tells apart the pages of this program from those of another version of it."""
    digest = sha256()
    for path in sorted((data_folder("templates") / "web").glob("*.html")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _day(text: str) -> date | None:
    """Return the day that `text` writes as YYYY-MM-DD, within the years that rules may have."""
    if not _DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _paths(library: Library, today: date) -> Iterator[str]:
    yield START
    for head in documents(library):
        yield document_path(head.id)
    for city, _ in cities_in_order(library):
        for insurance in INSURANCES:
            yield city_path(city, insurance)
            days = turning_days(library, city, insurance)
            current = max((day for day in days if day <= today), default=None)
            yield from (city_path(city, insurance, day) for day in days if day != current)
