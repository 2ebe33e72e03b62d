"""Tells whoever starts the service where its page is, and opens it there."""

import os
import sys
import webbrowser
from collections.abc import Mapping

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def address_of(host: str, port: int) -> str:
    """Return where a browser on this machine finds what listens there."""
    here = _EVERYWHERE.get(host, host)
    return f"http://{f'[{here}]' if ':' in here else here}:{port}"


def has_screen(platform: str, environment: Mapping[str, str]) -> bool:
    """Whether a browser would open in a window; elsewhere one may take over the terminal."""
    if platform in {"darwin", "win32"}:
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def show(address: str) -> None:
    """Open a page in the person's browser, where there is a screen."""
    if has_screen(sys.platform, os.environ):
        webbrowser.open(address)
