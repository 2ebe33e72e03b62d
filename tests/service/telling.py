"""A program that logs as Python text says. Its arguments: form, level, secrets (JSON), the token, the text.

The text finds a server of its own at `base`, and the token as TOKEN.
"""

import json
import logging
import sys
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from bot.service import logs


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def main() -> None:
    _, form, level, secrets, token, text = sys.argv
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    logs.configure("json" if form == "json" else "console", level, json.loads(secrets))
    known = {"httpx": httpx, "logging": logging, "logs": logs, "threading": threading, "warnings": warnings}
    given = {"TOKEN": token, "base": f"http://127.0.0.1:{server.server_port}"}
    exec(compile(text, "<string>", "exec"), known | given)
