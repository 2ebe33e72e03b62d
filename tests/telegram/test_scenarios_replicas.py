"""Two real processes on one PostgreSQL, posted to in turns: each message is answered once and in order."""

import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fake import FakeTelegram
from forwarding import Forwarding
from performing import SECRET, environment
from serving.running import Served
from talking import PATIENCE, Talk


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with FakeTelegram() as peer:
        yield peer


@pytest.fixture
def front() -> Iterator[Forwarding]:
    with Forwarding() as forwarding:
        yield forwarding


def everything_stored(dsn: str) -> str:
    with psycopg.connect(dsn) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return "\n".join(
            str(row)
            for (table,) in tables
            for row in connection.execute(f'SELECT t::text FROM "{table}" t'.encode())
        )


def all_marked(dsn: str) -> bool:
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT 1 FROM outbox WHERE ended_at IS NULL LIMIT 1").fetchone() is None


def test_two_replicas_hold_one_talk_and_one_of_them_may_die(
    fake: FakeTelegram, front: Forwarding, postgres_dsn: str, tmp_path: Path
) -> None:
    settings = environment(
        fake,
        TELEGRAM_WEBHOOK_URL=front.address,
        TELEGRAM_WEBHOOK_SECRET=SECRET,
        BAODUOSHAO_LOG_LEVEL="debug",
    )
    logs = [tmp_path / name for name in ("one", "two")]
    alone = Talk(fake.private(fake.user(81)))
    crowd = [Talk(fake.private(fake.user(200 + number))) for number in range(6)]
    expected = [[each.twin.says(text) for text in ("住院花了2万", "衡阳", "职工医保")] for each in crowd]
    with (
        Served(postgres_dsn, log=logs[0], **settings) as one,
        Served(postgres_dsn, log=logs[1], **settings) as two,
    ):
        front.to = (one.address, two.address)
        for process in (one, two):
            process.logged("Telegram posts updates")
        first = alone.says("住院花了2万")
        for _ in range(2):
            alone.presses(alone.twin.labels[0])
        assert alone.last.id == first.id
        for text in ("住院花了2万", "衡阳"):
            for each in crowd:
                each.chat.says(text)
        for each in crowd:
            each.chat.wait_for(2, PATIENCE)
        assert front.lines.keys() == {one.address, two.address}, "both took part"
        # What it is sending at its end belongs to it for a minute more, and may then come twice.
        one.wait(lambda: all_marked(postgres_dsn), "what was sent being marked")
        one.process.send_signal(signal.SIGKILL)
        one.process.wait()
        for each in crowd:
            each.chat.says("职工医保")
        for each in crowd:
            each.chat.wait_for(3, PATIENCE)
        while alone.twin.asking:
            alone.presses(alone.twin.labels[0])
        assert alone.twin.done
        asked, card, result = alone.chat.messages[:3]
        assert (asked.id, card.id, result.id) == (first.id, alone.card.id, alone.last.id)
        assert fake.pending == 0
        secrets_seen = [word for word in (fake.token, SECRET) if word in two.get("/metrics")[1].decode()]
        assert two.stopped() == 0
    for each, texts in zip(crowd, expected, strict=True):
        assert [message.words for message in each.chat.messages] == texts
    assert len(alone.chat.messages) == 3
    told = "".join(log.read_text() for log in logs) + everything_stored(postgres_dsn)
    assert '"level": "debug"' in told
    assert secrets_seen + [word for word in (fake.token, SECRET) if word in told] == []
