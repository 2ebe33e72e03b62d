import json
import logging
import os
import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import structlog
from support import forked

from bot.service import logs
from bot.service.redacting import Redactor

from . import telling

TOKEN = "7654321:AAE-abcdefghijklmnopqrstuvwxyz_01234"
BARE_SECRET = "s3cr3t/of the=hook"
FORMS = pytest.mark.parametrize("form", ["json", "console"])


def run(form: str, code: str, secrets: Sequence[str] = (), level: str = "debug") -> str:
    """Return what a program writes to stderr whose logs are configured so."""
    arguments = (form, level, json.dumps(secrets), TOKEN, textwrap.dedent(code))
    done = forked.run(telling.main, "telling", *arguments, environment=os.environ)
    assert done.stdout == ""
    return done.stderr


def hidden(text: str) -> bool:
    return "abcdefghijklmnop" not in text and "7654321" not in text


REQUEST = """
httpx.get(f'{base}/bot{TOKEN}/getMe')
httpx.get(base + '/bot' + TOKEN.replace(':', '%3A') + '/getMe')
"""


@FORMS
def test_a_request_with_the_token_in_its_address_is_not_told_of(form: str) -> None:
    written = run(form, REQUEST + "logs.get('x').info('sent')", level="info")
    assert "sent" in written
    assert "HTTP Request" not in written
    assert hidden(written)


@FORMS
def test_a_client_made_to_tell_of_its_requests_does_so_without_the_token(form: str) -> None:
    loud = "for name in ('httpx', 'httpcore'): logging.getLogger(name).setLevel('DEBUG')"
    written = run(form, loud + REQUEST)
    assert written.count("HTTP Request") == 2
    assert "/bot***/getMe" in written
    assert hidden(written)


@FORMS
@pytest.mark.parametrize(
    "code",
    [
        "try: httpx.get(f'http://127.0.0.1:1/bot{TOKEN}/getMe').raise_for_status()\n"
        "except Exception as error:\n"
        "    try: raise RuntimeError(f'cannot reach /bot{TOKEN}/getMe') from error\n"
        "    except RuntimeError: logs.get('x').exception('failed')",
        "raise RuntimeError(f'cannot reach /bot{TOKEN}/getMe')",
        "def fail(): raise RuntimeError(f'cannot reach /bot{TOKEN}/getMe')\n"
        "thread = threading.Thread(target=fail); thread.start(); thread.join()",
        "logging.getLogger('lib').error('failed', exc_info=RuntimeError(f'cannot reach /bot{TOKEN}/getMe'))",
    ],
)
def test_a_traceback_has_no_token(form: str, code: str) -> None:
    written = run(form, code)
    assert "RuntimeError: cannot reach /bot***/getMe" in written
    assert hidden(written)


@FORMS
@pytest.mark.parametrize(
    "code",
    [
        "warnings.warn(f'slow: {TOKEN}')",
        "logging.getLogger('some.library').debug('slow: %s', TOKEN)",
        "logging.getLogger('some.library').debug('slow: %r', {'url': [TOKEN.encode()]})",
        "logs.get('x').info('slow: ' + TOKEN)",
        "logs.get('x').info('slow', url={'deep': [(TOKEN,)], TOKEN: 1})",
        "logs.get('x').bind(at=TOKEN).info('slow: %s', TOKEN)",
        "logs.get(TOKEN).info('slow: x')",
        "logging.getLogger('some.library').info('slow: %d %s', TOKEN)",
    ],
)
def test_a_token_is_hidden_by_whatever_way_it_comes(form: str, code: str) -> None:
    written = run(form, code)
    assert "***" in written or "unreadable" in written
    assert "slow" in written
    assert hidden(written)


@FORMS
def test_known_secrets_are_hidden_as_they_are_and_in_addresses(form: str) -> None:
    code = f"""
    from urllib.parse import quote, quote_plus, urlencode
    secret = {BARE_SECRET!r}
    for each in (secret, quote(secret), quote(secret, safe=''), quote_plus(secret),
                 urlencode({{'a': secret}}), quote(secret, safe='').lower(), repr([secret])):
        logs.get('x').info(f'here: {{each}}', value=each)
    """
    written = run(form, code, secrets=[BARE_SECRET, "", "ab"])
    assert written.count("***") == 14
    assert "s3cr3t" not in written


@FORMS
def test_an_event_is_one_line_even_with_line_breaks_in_it(form: str) -> None:
    code = r"""
    logs.get('x').info('one\ntwo', text='a\nb\r\nc\u2028d\x1b[31m')
    logging.getLogger('y').info('e\nf')
    """
    written = run(form, code)
    assert len(written.splitlines()) == 2
    assert "\x1b" not in written


@pytest.fixture
def restored() -> Iterator[None]:
    """Put the logging of the test run back afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook, logs.threading.excepthook  # type: ignore[attr-defined]
    yield
    root.handlers[:], level, sys.excepthook, logs.threading.excepthook = before  # type: ignore[attr-defined]
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


class Unreadable:
    def __repr__(self) -> str:
        raise RuntimeError("no")


class BadError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.usefixtures("restored")
def test_a_line_of_json_says_when_how_grave_who_and_what(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json", "info", [])
    logs.get("bot.x").warning("slow", seconds=1.5, chats=3, fine=True, nothing=None)
    logging.getLogger("lib").debug("not heard")
    (line,) = lines(capsys)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("timestamp"))
    assert line == {
        "level": "warning", "logger": "bot.x", "event": "slow",
        "seconds": 1.5, "chats": 3, "fine": True, "nothing": None,
    }  # fmt: skip


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("form", ["json", "console"])
def test_no_value_makes_logging_fail(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json" if form == "json" else "console", "debug", [])
    circle: list[Any] = []
    circle.append(circle)
    weird = [
        b"\xff\x00", Unreadable(), [Unreadable()], {Unreadable(): 1}, circle, 10**5000, float("nan"),
        "\ud800", object(), {1: {2: {3: {4: {5: {6: {7: {8: {9: 10}}}}}}}}}, BadError(),
    ]  # fmt: skip
    for each in weird:
        logs.get("x").info("weird", value=each)
        logging.getLogger("lib").info("weird %s", each)
    logs.get("x").error("weird", exc_info=BadError())
    logging.getLogger("lib").info("weird %d %d", "x")
    written = capsys.readouterr().err.splitlines()
    assert sum("weird" in line for line in written) == 2 * len(weird) + 2
    if form == "json":
        assert all(json.loads(line)["level"] in {"info", "error"} for line in written)


@pytest.mark.usefixtures("restored")
def test_private_numbers_and_passwords_are_masked_wherever_they_stand(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("json", "debug", [])
    logs.get("x").info(
        "身份证430402199001011234",
        said={"text": ["电话13812345678"], "chat": 13812345678},
        url="postgresql://bot:p@ss:w0rd@db:5432/x?sslmode=on",
        webhook_secret="anything",
        line="password=hunter2 rest",
    )
    (line,) = lines(capsys)
    assert line["event"] == "身份证〔证件号〕"
    assert line["said"] == {"text": ["电话〔电话〕"], "chat": "〔电话〕"}
    assert line["url"] == "postgresql://bot:***@db:5432/x?sslmode=on"
    assert line["webhook_secret"] == "***"
    assert line["line"] == "password=*** rest"


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("name", ["httpx", "httpcore.http11", "uvicorn.access", "aiohttp.client"])
def test_libraries_that_tell_too_much_are_heard_from_warnings_on(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger(name).addHandler(logging.StreamHandler())
    logs.configure("json", "debug", [])
    logging.getLogger(name).handlers.clear()
    logging.getLogger(name).info("who wrote what")
    logging.getLogger(name).warning("lost")
    assert [line["event"] for line in lines(capsys)] == ["lost"]


@pytest.mark.usefixtures("restored")
def test_the_library_that_writes_what_people_wrote_is_never_heard(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("json", "debug", [])
    logging.getLogger("telegram.request.BaseRequest").error('can not load "{"text":"我叫王五"}"')
    assert lines(capsys) == []


@pytest.mark.usefixtures("restored")
def test_configuring_twice_writes_each_event_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json", "debug", [])
    logs.configure("json", "debug", ["hidden-word"])
    logs.get("x").info("a hidden-word")
    assert [line["event"] for line in lines(capsys)] == ["a ***"]


def test_an_unknown_level_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no such log level: 'loud'; use debug"):
        logs.configure("json", "loud", [])


def test_a_long_text_is_cut_and_leaves_no_half_of_a_number() -> None:
    clean = Redactor([]).text("长" * 19_990 + "430402199001011234")
    assert clean == "长" * 19_990 + "… (cut)"
