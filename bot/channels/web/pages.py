"""The pages' templates, and the responses made of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response


class Pages:
    """Renders `web/*.html` of the templates' folder, escaping all that isn't markup of ours."""

    def __init__(self, folder: Path) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def respond(
        self,
        request: Request,
        name: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **words: Any,
    ) -> Response:
        """Return page `name` (below web/) filled with `words`."""
        text = self.environment.get_template(f"web/{name}").render(**words)
        return HTMLResponse(text, status, headers)
