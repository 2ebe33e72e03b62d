"""Cookies by which a browser is known, and whose posts are taken."""

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web import Site
from bot.channels.web.site import chat_of, new_token

TOKEN = "abcdefghijklmnopqrstuv_-"
MONTH = 30 * 24 * 60 * 60


def request(
    headers: Mapping[str, str] | None = None, *, scheme: str = "http", host: str = "127.0.0.1:8000"
) -> Request:
    """Return a request as it comes from a browser."""
    every = {"host": host, **(headers or {})}
    return Request(
        {
            "type": "http",
            "method": "POST",
            "scheme": scheme,
            "path": "/say",
            "query_string": b"",
            "server": ("127.0.0.1", 8000),
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in every.items()],
        }
    )


def cookie(site: Site, asked: Request, *, framed: bool) -> str:
    """Return the cookie by which a browser is to be known."""
    response = Response()
    site.keep_token(asked, response, framed, TOKEN)
    return response.headers["set-cookie"]


@pytest.mark.parametrize(
    ("public_url", "scheme", "framed", "expected"),
    [
        (None, "http", False, f"talk={TOKEN}; Path=/; Max-Age={MONTH}; HttpOnly; SameSite=Lax"),
        (None, "http", True, f"talk-frame={TOKEN}; Path=/; Max-Age={MONTH}; HttpOnly; SameSite=Lax"),
        (
            None,
            "https",
            False,
            f"__Host-talk={TOKEN}; Path=/; Max-Age={MONTH}; HttpOnly; SameSite=Lax; Secure",
        ),
        (
            None,
            "https",
            True,
            f"__Host-talk-frame={TOKEN}; Path=/; Max-Age={MONTH}; HttpOnly; "
            "SameSite=None; Secure; Partitioned",
        ),
        # A proxy in front speaks https, and plain http to us.
        (
            "https://bot.example.org",
            "http",
            False,
            f"__Host-talk={TOKEN}; Path=/; Max-Age={MONTH}; HttpOnly; SameSite=Lax; Secure",
        ),
        (
            "https://bot.example.org",
            "http",
            True,
            f"__Host-talk-frame={TOKEN}; Path=/; Max-Age={MONTH}; HttpOnly; "
            "SameSite=None; Secure; Partitioned",
        ),
        (
            "http://bot.example.org",
            "http",
            False,
            f"talk={TOKEN}; Path=/; Max-Age={MONTH}; HttpOnly; SameSite=Lax",
        ),
    ],
)
def test_a_cookie_is_as_safe_as_the_way_it_goes(
    public_url: str | None, scheme: str, framed: bool, expected: str
) -> None:
    assert cookie(Site(public_url), request(scheme=scheme), framed=framed) == expected


def test_a_cookie_lasts_as_long_as_the_talk() -> None:
    assert "; Max-Age=172800; " in cookie(Site(days=2), request(), framed=False)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("framed", [False, True])
def test_a_browser_is_known_again_by_what_was_set(scheme: str, framed: bool) -> None:
    site = Site()
    pair = cookie(site, request(scheme=scheme), framed=framed).partition(";")[0]
    again = request({"cookie": f"other=1; {pair}"}, scheme=scheme)
    assert site.token(again, framed) == TOKEN
    assert site.token(again, not framed) is None, "a frame of another site knows nothing of the page"


def test_over_https_a_cookie_without_the_prefix_is_nobodys() -> None:
    assert Site().token(request({"cookie": f"talk={TOKEN}"}, scheme="https"), False) is None
    assert Site("https://bot.example.org").token(request({"cookie": f"talk={TOKEN}"}), False) is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        TOKEN[:-1],
        f"{TOKEN}x",
        f"{TOKEN[:-1]}!",
        f"{TOKEN[:-1]}=",
        f"{TOKEN[:-1]}.",
        f"{TOKEN[:-1]}é",
        f"{TOKEN[:-1]}%",
        f"{TOKEN}\0",
        f'"{TOKEN}\\012"',
        "x" * 10_000,
        "../../etc/passwd........",
    ],
)
def test_a_token_that_is_none_of_ours_is_nobodys(value: str) -> None:
    assert Site().token(request({"cookie": f"talk={value}"}), False) is None


def test_without_a_cookie_nobody_is_known() -> None:
    assert Site().token(request(), False) is None
    assert Site().token(request({"cookie": ";;;=; talk"}), False) is None


def test_tokens_are_new_each_time_and_fit() -> None:
    made = {new_token() for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{24}", each) for each in made)


def test_a_talk_is_called_what_its_token_cannot_be_told_from() -> None:
    assert chat_of(TOKEN) == chat_of(TOKEN)
    assert chat_of(TOKEN) != chat_of(TOKEN[::-1])
    assert re.fullmatch(r"[0-9a-f]{32}", chat_of(TOKEN))
    assert TOKEN not in chat_of(TOKEN)


@pytest.mark.parametrize(("value", "size"), [("1", "1"), ("2", "2"), ("3", "3")])
@pytest.mark.parametrize("framed", [False, True])
def test_a_size_of_text_is_remembered(value: str, size: str, framed: bool) -> None:
    site, response = Site(), Response()
    site.keep_size(request(), response, framed, value)
    pair = response.headers["set-cookie"].partition(";")[0]
    assert site.size(request({"cookie": pair}), framed) == size


@pytest.mark.parametrize("value", ["", "0", "4", "11", "-1", "２", '"><script>', "x" * 5000, "1; Domain=a"])
def test_a_size_that_there_is_not_is_the_smallest(value: str) -> None:
    site, response = Site(), Response()
    site.keep_size(request(), response, False, value)
    assert response.headers["set-cookie"].startswith("size=1; ")
    given_back = value.encode("utf-8").decode("latin-1").replace(";", "")
    assert site.size(request({"cookie": f"size={given_back}"}), False) == "1"


OURS = "https://bot.example.org"


@pytest.mark.parametrize(
    ("public_url", "host", "origin"),
    [
        (None, "127.0.0.1:8000", "http://127.0.0.1:8000"),
        (None, "localhost:8000", "http://localhost:8000"),
        (None, "bot.example.org", "https://bot.example.org"),
        (None, "BOT.example.org", "https://bot.example.org"),
        (None, "[::1]:8000", "http://[::1]:8000"),
        (None, "bot.example.org:8443", "https://bot.example.org:8443"),
        (None, "bot.example.org:443", "https://bot.example.org"),
        (None, "bot.example.org:80", "http://bot.example.org"),
        # A proxy that doesn't pass on by what name it was asked.
        (OURS, "127.0.0.1:8000", "https://bot.example.org"),
        (OURS, "127.0.0.1:8000", "https://BOT.example.org"),
        ("https://Bot.Example.org", "127.0.0.1:8000", "https://bot.example.org"),
        ("https://bot.example.org:443", "127.0.0.1:8000", "https://bot.example.org"),
        ("http://bot.example.org:80", "127.0.0.1:8000", "http://bot.example.org"),
        ("https://bot.example.org:8443", "127.0.0.1:8000", "https://bot.example.org:8443"),
        # Whoever looks after the machine asks it directly.
        (OURS, "127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_what_comes_from_a_page_of_ours_is_taken(public_url: str | None, host: str, origin: str) -> None:
    site = Site(public_url)
    assert site.is_own(request({"origin": origin}, host=host))
    assert site.is_own(request({"referer": f"{origin}/frame?forgotten"}, host=host))
    assert site.is_own(request({"origin": origin, "referer": "https://elsewhere.example/"}, host=host))


ELSEWHERE = [
    "null",
    "",
    "https://elsewhere.example",
    "https://bot.example.org.elsewhere.example",
    "https://elsewhere.example/bot.example.org",
    "https://elsewhere.example?bot.example.org",
    "https://elsewhere.example#bot.example.org",
    "https://bot.example.org@elsewhere.example",
    "https://bot.example.org:8443",
    "https://bot.example.org:444",
    "https://sub.bot.example.org",
    "https://bot.example.org.",
    "https://bot.example.org https://elsewhere.example",
    "https://elsewhere.example\\@bot.example.org",
    "bot.example.org",
    "//bot.example.org:1",
    "https:",
    "https://",
    "javascript:bot.example.org",
    "file:///bot.example.org",
    "https://[::1",
    "https://[bot.example.org]",
    "https://bot.example.org]",
    "https://bot.example.org:99999999999999999999",
    "https://bot.example.org:x",
    "\x00",
    "%",
    "https://b\xf6t.example.org",
]


@pytest.mark.parametrize("origin", ELSEWHERE)
@pytest.mark.parametrize("public_url", [None, OURS])
@pytest.mark.parametrize("header", ["origin", "referer"])
def test_what_comes_from_elsewhere_is_not(header: str, public_url: str | None, origin: str) -> None:
    assert not Site(public_url).is_own(request({header: origin}, host="bot.example.org"))


@pytest.mark.parametrize("public_url", [None, OURS])
def test_what_does_not_say_where_it_comes_from_is_not_taken(public_url: str | None) -> None:
    assert not Site(public_url).is_own(request(host="bot.example.org"))


def test_an_origin_of_another_counts_whatever_the_referrer_says() -> None:
    headers = {"origin": "null", "referer": "https://bot.example.org/"}
    assert not Site().is_own(request(headers, host="bot.example.org"))


def test_over_https_nothing_comes_from_plain_http() -> None:
    # Whoever sits in between may write that page.
    plain = {"origin": "http://bot.example.org"}
    assert not Site(OURS).is_own(request(plain, host="bot.example.org"))
    assert not Site().is_own(request(plain, host="bot.example.org", scheme="https"))
    assert Site().is_own(request(plain, host="bot.example.org"))


def test_without_a_host_nothing_is_ours() -> None:
    assert not Site().is_own(request({"origin": "http://"}, host=""))
    assert not Site().is_own(request({"origin": ""}, host=""))


@given(st.text(st.characters(max_codepoint=255)), st.text(st.characters(max_codepoint=255)))
def test_whatever_stands_in_the_headers_there_is_an_answer(origin: str, host: str) -> None:
    for public_url in (None, OURS):
        asked = request({"origin": origin}, host=host)
        assert not Site(public_url).is_own(asked) or origin.lower().startswith(("http://", "https://"))
        assert Site(public_url).is_secure(asked) == (public_url is not None)
