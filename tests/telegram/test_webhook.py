"""What is posted is kept before it is acknowledged, and only from Telegram."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fake import FakeTelegram
from starlette.applications import Starlette
from structlog.testing import capture_logs
from support.bots import Kept, bot, fake
from support.taking import aside, kept, taking
from support.updates import GROUP, message, press

from bot.channels.telegram import webhook
from bot.channels.telegram.aside import Aside
from bot.channels.telegram.taking import Taking
from bot.channels.telegram.webhook import Posts
from bot.dialogue import Said
from bot.service.protocol import Unreadable
from bot.service.receiving import InboxFullError
from bot.storage import StorageError

__all__ = ["aside", "bot", "fake", "kept", "taking"]

pytestmark = pytest.mark.asyncio
SECRET = "hush-0123456789abcdef"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
MOST = 256 * 1024


@pytest.fixture
def posts() -> Posts:
    return Posts(SECRET)


@pytest_asyncio.fixture
async def client(posts: Posts, taking: Taking) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the route, which is open."""
    posts.open(taking)
    transport = httpx.ASGITransport(Starlette(routes=[posts.route]))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://bot", headers={HEADER: SECRET}
    ) as found:
        yield found


class Body:
    """A body that comes in pieces, and knows how many were asked for."""

    def __init__(self, *pieces: bytes, pause: float = 0.0) -> None:
        self.pieces = pieces
        self.pause = pause
        self.read = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if self.read:
                await asyncio.sleep(self.pause)
            self.read += 1
            yield piece


def update(number: int = 9, text: str = "你好") -> dict[str, Any]:
    return {"update_id": number, "message": message(text=text)}


def padded(size: int) -> bytes:
    """Return a sound update of so many bytes."""
    bare = json.dumps({**update(), "pad": ""}).encode()
    return bare.replace(b'"pad": ""', b'"pad": "' + b"x" * (size - len(bare)) + b'"')


async def test_an_update_is_kept_and_then_acknowledged(client: httpx.AsyncClient, kept: Kept) -> None:
    answer = await client.post("/telegram", json=update())
    assert (answer.status_code, answer.content) == (200, b"")
    assert [each.event for each in kept.arrivals] == [Said("你好")]


@pytest.mark.parametrize(
    "secret",
    [
        None,
        b"",
        SECRET[:-1].encode(),
        SECRET.encode() + b"0",
        SECRET.upper().encode(),
        b" " * 200,
        "口令口令口令口令口令".encode(),
        b"\xff\xfe\x80",
        SECRET.encode() + b"\xff",
    ],
)
async def test_without_the_secret_nothing_is_read_or_kept(
    posts: Posts, taking: Taking, kept: Kept, secret: bytes | None
) -> None:
    posts.open(taking)
    body = Body(json.dumps(update()).encode())
    headers = {} if secret is None else {HEADER.encode(): secret}
    with capture_logs() as logs:
        transport = httpx.ASGITransport(Starlette(routes=[posts.route]))
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
            answer = await client.post("/telegram", content=body, headers=headers)
    assert (answer.status_code, answer.content) == (403, b"")
    assert body.read == 0
    assert kept.tried == []
    assert logs == []


@pytest.mark.parametrize("chunked", [False, True])
async def test_an_update_of_256_kb_is_kept(client: httpx.AsyncClient, kept: Kept, chunked: bool) -> None:
    whole = padded(MOST)
    assert len(whole) == MOST
    body = Body(whole[:1000], whole[1000:]) if chunked else whole
    answer = await client.post("/telegram", content=body)
    assert ("content-length" in answer.request.headers) is not chunked
    assert answer.status_code == 200
    assert len(kept.arrivals) == 1


@pytest.mark.parametrize("chunked", [False, True])
async def test_one_byte_more_is_too_large(client: httpx.AsyncClient, kept: Kept, chunked: bool) -> None:
    whole = padded(MOST + 1)
    body = Body(*(whole[at : at + 4096] for at in range(0, len(whole), 4096))) if chunked else whole
    with capture_logs() as logs:
        answer = await client.post("/telegram", content=body)
    assert (answer.status_code, kept.tried) == (413, [])
    assert [each["event"] for each in logs] == ["an update was too large"]
    assert "xxx" not in str(logs)


async def test_of_what_is_far_too_large_no_more_is_read_than_may_come(client: httpx.AsyncClient) -> None:
    body = Body(*[b"x" * 65536] * 100)
    assert (await client.post("/telegram", content=body)).status_code == 413
    assert body.read <= 6


async def test_one_that_says_it_is_small_and_is_not_is_too_large(client: httpx.AsyncClient) -> None:
    body = Body(*[b"x" * 65536] * 5)
    answer = await client.post("/telegram", content=body, headers={"Content-Length": "10"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        "金丝雀".encode(),
        b"\xff\xfe\x00\xd8",
        b'{"update_id":9,"message":"\xff"}',
        b'{"update_id":9',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"[" * 900 + b"]" * 900,
        b"9" * 10_000,
        b"null",
        b'"\\ud83d"',
        '{"update_id":"金丝雀"}'.encode(),
        '{"update_id":9,"message":{"text":"金丝雀"}}'.encode(),
    ],
    ids=range(13),
)
async def test_what_cannot_be_read_is_recorded_once_and_acknowledged(
    client: httpx.AsyncClient, kept: Kept, body: bytes
) -> None:
    for _ in range(2):
        assert (await client.post("/telegram", content=body)).status_code == 200
    [found] = kept.arrivals
    assert isinstance(found.event, Unreadable)
    assert "金丝雀" not in repr(found)


async def test_what_means_nothing_for_us_is_acknowledged(client: httpx.AsyncClient, kept: Kept) -> None:
    answer = await client.post("/telegram", json={"update_id": 9, "message": message(GROUP, text="吃了吗")})
    assert (answer.status_code, kept.tried) == (200, [])


@pytest.mark.parametrize("error", [StorageError("away"), InboxFullError()])
async def test_what_cannot_be_kept_is_to_be_brought_again(
    client: httpx.AsyncClient, kept: Kept, error: Exception
) -> None:
    kept.fails = [error]
    assert (await client.post("/telegram", json=update())).status_code == 503
    assert kept.arrivals == []
    assert (await client.post("/telegram", json=update())).status_code == 200
    assert (await client.post("/telegram", json=update())).status_code == 200
    assert len(kept.arrivals) == 1


async def test_what_cannot_be_read_and_not_be_recorded_now_is_to_be_brought_again(
    client: httpx.AsyncClient, kept: Kept
) -> None:
    kept.fails = [StorageError("away")]
    assert (await client.post("/telegram", content=b"{")).status_code == 503
    assert (await client.post("/telegram", content=b"{")).status_code == 200
    assert len(kept.arrivals) == 1


async def test_a_press_is_answered_though_it_is_to_be_brought_again(
    client: httpx.AsyncClient, kept: Kept, fake: FakeTelegram, aside: Aside
) -> None:
    kept.fails = [StorageError("away")]
    assert (await client.post("/telegram", json=press("c:5:2"))).status_code == 503
    await aside.finish(2.0)
    assert len(fake.calls("answerCallbackQuery")) == 1


async def test_before_it_is_opened_and_after_it_is_closed_all_is_to_be_brought_again(
    client: httpx.AsyncClient, posts: Posts, taking: Taking, kept: Kept
) -> None:
    posts.close()
    assert (await client.post("/telegram", json=update())).status_code == 503
    assert (await client.post("/telegram", content=b"{")).status_code == 503
    assert kept.tried == []
    posts.open(taking)
    assert (await client.post("/telegram", json=update())).status_code == 200
    posts.close()
    assert (await client.post("/telegram", json=update(10))).status_code == 503
    assert kept.updates == ["9"]


async def test_a_route_that_was_never_opened_takes_nothing() -> None:
    transport = httpx.ASGITransport(Starlette(routes=[Posts(SECRET).route]))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        answer = await client.post("/telegram", json=update(), headers={HEADER: SECRET})
    assert answer.status_code == 503


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
async def test_only_posts_are_taken(client: httpx.AsyncClient, kept: Kept, method: str) -> None:
    assert (await client.request(method, "/telegram")).status_code == 405
    assert kept.tried == []


async def test_a_body_that_takes_too_long_is_given_up(
    client: httpx.AsyncClient, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "_LONGEST_POST", 0.1)
    whole = json.dumps(update()).encode()
    answer = await asyncio.wait_for(
        client.post("/telegram", content=Body(whole[:10], whole[10:], pause=5.0)), 3
    )
    assert (answer.status_code, kept.tried) == (408, [])


async def test_a_body_in_many_pieces_is_one_update(client: httpx.AsyncClient, kept: Kept) -> None:
    whole = json.dumps(update(text="住院报多少😀"), ensure_ascii=False).encode()
    answer = await client.post("/telegram", content=Body(*(whole[at : at + 1] for at in range(len(whole)))))
    assert answer.status_code == 200
    assert [each.event for each in kept.arrivals] == [Said("住院报多少😀")]


async def test_the_secret_stands_in_no_text_of_the_route(posts: Posts) -> None:
    assert SECRET not in f"{posts!r} {posts.route!r}"
