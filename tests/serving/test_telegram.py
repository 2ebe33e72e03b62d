"""The service with a Telegram bot set: it begins though Telegram is away, and not with a wrong token."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.serving.process import _secrets as secrets_of
from bot.settings import Settings

from .running import Served, refused

TOKEN = "6201234567:AAhush-0123456789abcdefghijklmnopqr"
SECRET = "hush-0123456789abcdef"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
AWAY = "http://127.0.0.1:1"


def posted(served: Served, secret: str | None, body: bytes = b'{"update_id":1}') -> int:
    """Post an update as Telegram would, and return the status of the answer."""
    headers = {"Content-Type": "application/json"} | ({} if secret is None else {HEADER: secret})
    request = urllib.request.Request(f"http://{served.address}/telegram", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_it_serves_while_telegram_is_away_and_takes_no_post_that_it_could_not_answer(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with Served(
        f"sqlite:///{tmp_path}/talks.db",
        log=log,
        TELEGRAM_TOKEN=TOKEN,
        TELEGRAM_API_URL=AWAY,
        TELEGRAM_WEBHOOK_URL="https://bot.example.org",
        TELEGRAM_WEBHOOK_SECRET=SECRET,
    ) as served:
        assert served.logged("serving")["channels"] == ["web", "telegram"]
        assert served.logged("Telegram can't be reached yet")["level"] == "warning"
        assert served.asked("/readyz")[0] == 200
        assert posted(served, None) == 403
        assert posted(served, SECRET[:-1]) == 403
        assert posted(served, SECRET) == 503
        assert served.get("/telegram")[0] == 405
        assert served.stopped() == 0
    assert "hush" not in log.read_text()


def test_without_a_webhook_nothing_can_be_posted(tmp_path: Path) -> None:
    with Served(
        f"sqlite:///{tmp_path}/talks.db", log=tmp_path / "log", TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=AWAY
    ) as served:
        assert posted(served, SECRET) == 404
        assert served.stopped() == 0


@contextmanager
def refusing() -> Iterator[str]:
    """A server that takes no token."""

    class Refuses(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            body = json.dumps({"ok": False, "error_code": 401, "description": "Unauthorized"}).encode()
            self.send_response(401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Refuses) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_token_that_telegram_does_not_take_is_told_with_its_mend(tmp_path: Path) -> None:
    with refusing() as url:
        status, said = refused(f"sqlite:///{tmp_path}/talks.db", TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=url)
    assert status == 1
    assert said.splitlines()[-1] == (
        "TELEGRAM_TOKEN: Telegram does not take this token. Copy it anew from BotFather's message, "
        "or unset it to do without Telegram."
    )
    assert "hush" not in said
    assert "Traceback" not in said


def test_token_and_secret_are_among_what_no_log_may_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/talks.db")
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_WEBHOOK_URL", "https://bot.example.org")
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", SECRET)
    assert secrets_of(Settings()) == (TOKEN, SECRET)
