"""Updates that are posted: nobody else may post, nothing is acknowledged that isn't kept."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fake import FakeTelegram
from performing import SECRET, Performing, rows
from support.postgres import PostgresServer
from talking import PATIENCE, Talk

from bot.service.service import Rules

OPENING = "住院花了2万"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 256 * 1024


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with FakeTelegram() as peer:
        yield peer


@pytest.fixture(scope="module")
def shared() -> Iterator[FakeTelegram]:
    with FakeTelegram() as peer:
        yield peer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("webhook")


@pytest.fixture(scope="module")
def bot(shared: FakeTelegram, folder: Path) -> Iterator[Performing]:
    with Performing(shared, f"sqlite:///{folder}/talks.db", posted=True) as performing:
        shared.wait_until(lambda fake: fake.updates.webhook_url != "", PATIENCE)
        yield performing


@pytest.fixture
def talk(shared: FakeTelegram, bot: Performing) -> Talk:
    return Talk(shared.private(shared.user(7000 + len(shared.world.rooms))))


def posted(bot: Performing, body: bytes, secret: str | bytes | None = SECRET, method: str = "POST") -> int:
    """Post as somebody does who knows the address; return the status."""
    with closing(http.client.HTTPConnection(urlsplit(bot.address).netloc, timeout=PATIENCE)) as line:
        line.request(method, "/telegram", body, {} if secret is None else {HEADER: secret})
        return line.getresponse().status


def update(number: int, person: int, text: str = OPENING) -> bytes:
    who = {"id": person, "is_bot": False, "first_name": "王"}
    chat = {"id": person, "type": "private", "first_name": "王"}
    message = {"message_id": 1, "date": 1_714_500_000, "chat": chat, "from": who, "text": text}
    return json.dumps({"update_id": number, "message": message}).encode()


def test_a_talk_goes_over_the_webhook_as_over_polling(shared: FakeTelegram, talk: Talk) -> None:
    first = talk.says(OPENING)
    while talk.twin.asking:
        assert talk.last.id == first.id
        talk.presses(talk.twin.labels[0])
    assert talk.twin.done
    assert shared.calls("getUpdates") == []
    [setting] = shared.calls("setWebhook")
    assert setting.fields["secret_token"] == SECRET
    assert sorted(setting.fields["allowed_updates"]) == [
        "callback_query",
        "edited_message",
        "inline_query",
        "message",
    ]


@pytest.mark.parametrize(
    "secret",
    [None, "", SECRET[:-1], f"{SECRET}x", SECRET.upper(), "é" * 8, b"\xff\xfe" * 10, f"{SECRET} x"],
)
def test_who_does_not_know_the_secret_is_turned_away(
    bot: Performing, folder: Path, secret: str | bytes | None
) -> None:
    before = rows(folder / "talks.db", "inbox")
    given = secret.encode("latin-1") if isinstance(secret, str) else secret
    assert posted(bot, update(1, 4001), given) == 403
    assert rows(folder / "talks.db", "inbox") == before


def test_a_body_of_256_kb_is_taken_and_a_larger_one_is_not(bot: Performing, folder: Path) -> None:
    body = update(2_000_001, 4002)
    noted = len(rows(folder / "talks.db", "inbox"))
    assert posted(bot, body + b" " * (LARGEST - len(body) + 1)) == 413
    assert len(rows(folder / "talks.db", "inbox")) == noted
    assert posted(bot, body + b" " * (LARGEST - len(body))) == 200
    assert len(rows(folder / "talks.db", "inbox")) == noted + 1


def test_only_posts_are_taken(bot: Performing) -> None:
    assert posted(bot, b"", method="GET") == 405


UNREADABLE = (
    b"",
    b"{",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"update_id": 1',
    b"null",
    b'"x"',
    b'{"update_id": 9, "message": 7}',
    b'{"update_id": 1' + b"0" * 5000 + b"}",
)


@pytest.mark.parametrize("body", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_can_not_be_read_is_noted_and_not_posted_again(
    bot: Performing, folder: Path, talk: Talk, body: bytes
) -> None:
    noted = len([row for row in rows(folder / "talks.db", "inbox") if row["error"]])
    assert posted(bot, body) == 200
    found = [row for row in rows(folder / "talks.db", "inbox") if row["error"]]
    assert len(found) == noted + 1
    assert all(row["event"] is None for row in found)
    talk.says(OPENING)


def test_the_same_update_posted_side_by_side_has_one_reply(
    shared: FakeTelegram, bot: Performing, talk: Talk
) -> None:
    body = update(3_000_001, talk.chat.id)
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(posted(bot, body))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 6
    talk.answer(talk.twin.says(OPENING), [])
    talk.says("衡阳")
    assert len(talk.chat.messages) == 2


def test_a_post_that_breaks_off_leaves_nothing(bot: Performing, folder: Path, talk: Talk) -> None:
    before = len(rows(folder / "talks.db", "inbox"))
    host, _, port = urlsplit(bot.address).netloc.partition(":")
    with socket.create_connection((host, int(port))) as line:
        head = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\nContent-Length: 500\r\n\r\n"
        line.sendall(head.encode() + update(4_000_001, 4003)[:100])
    talk.says(OPENING)
    assert len(rows(folder / "talks.db", "inbox")) == before + 1


def test_while_the_database_is_away_nothing_is_acknowledged_and_nothing_lost(
    fake: FakeTelegram, postgres: PostgresServer, postgres_dsn: str
) -> None:
    talk = Talk(fake.private(fake.user(5)))
    with Performing(fake, postgres_dsn, posted=True) as bot:
        talk.says(OPENING)
        postgres.halt()
        try:
            talk.chat.says("衡阳")
            fake.wait_until(lambda peer: any(post.status == 503 for post in peer.posts), PATIENCE)
            assert posted(bot, update(5_000_001, 5)) == 503
            assert posted(bot, update(5_000_002, 5), "wrong") == 403
        finally:
            postgres.start()
        talk.answer(talk.twin.says("衡阳"), [])
        talk.presses(talk.twin.labels[0])
        assert len(talk.chat.messages) == 2
        fake.wait_until(lambda peer: peer.pending == 0, PATIENCE)


def test_when_too_much_waits_nothing_more_is_taken_until_there_is_less(
    fake: FakeTelegram, tmp_path: Path
) -> None:
    talks = [Talk(fake.private(fake.user(600 + number))) for number in range(12)]
    refused = 0
    with Performing(fake, f"sqlite:///{tmp_path}/talks.db", posted=True, rules=Rules(inbox_most=3)) as bot:
        fake.wait_until(lambda peer: peer.updates.webhook_url != "", PATIENCE)
        for talk in talks:
            # Again and again, as Telegram does.
            while (status := posted(bot, update(6_000_000 + talk.chat.id, talk.chat.id))) != 200:
                assert status == 503
                refused += 1
                time.sleep(0.05)
        for talk in talks:
            talk.answer(talk.twin.says(OPENING), [])
        assert bot.figure("baoduoshao_updates_total", channel="telegram", result="new") == len(talks)
    assert [len(talk.chat.messages) for talk in talks] == [1] * len(talks)
    assert refused > 0


def test_polling_takes_over_from_a_webhook_and_the_other_way(fake: FakeTelegram, tmp_path: Path) -> None:
    talk = Talk(fake.private(fake.user(5)))
    url = f"sqlite:///{tmp_path}/talks.db"
    with Performing(fake, url, posted=True):
        talk.says(OPENING)
    # Telegram goes on posting to nobody.
    talk.chat.says("衡阳")
    with Performing(fake, url):
        talk.answer(talk.twin.says("衡阳"), [])
        talk.says("职工医保")
    with Performing(fake, url, posted=True):
        talk.presses(talk.twin.labels[0])
    assert len(talk.chat.messages) == 3
