"""The pages' templates, and the responses made of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.channels.web.site import Site


class Pages:
    """Makes pages of `templates/web/*.html` in a folder."""

    def __init__(self, folder: Path, site: Site) -> None:
        self._site = site
        self._env = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._env.globals["static"] = lambda name: f"/static/{name}"

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
        """Return the page `web/<name>.html` filled with words, all of which are escaped."""
        text = self._env.get_template(f"web/{name}.html").render(size="1", framed=framed, **words)
        return HTMLResponse(text, status, {"Cache-Control": "no-store", **(headers or {})})
