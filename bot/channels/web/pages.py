"""Pages of HTML from our own templates, with what every page needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.channels.web.prose import prose
from bot.channels.web.site import Site
from bot.rendering import blocks
from bot.rendering.templates import grouped

_FILES = {
    "page.css": "text/css",
    "policy.css": "text/css",
    "page.js": "text/javascript",
    "embed.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_A_WHILE = "public, max-age=3600"
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    media_type: str
    version: str


class Pages:
    """Makes pages of `templates/web/*.html` in a folder, and gives out the files that they use."""

    def __init__(self, folder: Path, site: Site) -> None:
        self._site = site
        self._files = {name: _file(folder / "web" / "static" / name) for name in _FILES}
        self._env = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._env.globals["static"] = lambda name: f"/static/{name}?v={self._files[name].version}"
        self._env.filters["grouped"] = grouped
        self._env.filters["thousands"] = blocks.grouped
        self._env.filters["prose"] = prose
        self._env.filters["drawn"] = Markup  # a picture of ours, in which all text is escaped already

    def html(
        self,
        request: Request,
        name: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        *,
        framed: bool = False,
        **words: Any,
    ) -> Response:
        """Return the page `web/<name>.html` filled with words, all of which are escaped.

        `framed`: it may stand in a frame of the sites that are allowed to.
        """
        size = self.size(request, framed=framed)
        template = self._env.get_template(f"web/{name}.html")
        content = template.render(size=size, framed=framed, code=status, **words)
        return self.response(content, status, headers, framed=framed)

    def size(self, request: Request, *, framed: bool = False) -> str:
        """Return the size of text that somebody has chosen, by which a page differs."""
        return self._site.size(request, framed)

    def response(
        self,
        content: str | bytes,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        *,
        framed: bool = False,
    ) -> Response:
        """Return a page that was made by `html`, with the headers of one."""
        ancestors = " ".join(self._site.embed_origins) if framed else ""
        policy = _POLICY.format(ancestors=ancestors or "'none'")
        all_headers = {"Cache-Control": "no-store", **(headers or {}), "Content-Security-Policy": policy}
        return HTMLResponse(content, status, all_headers)

    @property
    def routes(self) -> list[Route]:
        """Where the files are given out, and the script for other sites where there are such."""
        routes = [Route("/static/{name}", self._static)]
        if self._site.embed_origins:
            routes.append(Route("/embed.js", self._embed))
        return routes

    async def _static(self, request: Request) -> Response:
        found = self._files.get(request.path_params["name"])
        if found is None or request.path_params["name"] == "embed.js":
            return Response(status_code=404)
        current = request.query_params.get("v") == found.version
        headers = {"Cache-Control": _FOR_EVER if current else _A_WHILE}
        return Response(found.content, 200, headers, found.media_type)

    async def _embed(self, _: Request) -> Response:
        found = self._files["embed.js"]
        # The one thing here that other sites load.
        headers = {"Cache-Control": _A_WHILE, "Cross-Origin-Resource-Policy": "cross-origin"}
        return Response(found.content, 200, headers, found.media_type)


def _file(path: Path) -> _File:
    content = path.read_bytes()
    return _File(content, _FILES[path.name], sha256(content).hexdigest()[:12])
