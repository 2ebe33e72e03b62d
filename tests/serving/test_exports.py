"""Records as CSV for a spreadsheet, also while the service runs; no cell becomes a formula."""

import asyncio
import csv
import io
import os
import resource
import signal
import subprocess
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection
from support.forked import baoduoshao

from bot.serving import save
from bot.storage import opened, records
from bot.storage.records import Rating, Unanswered

from .running import Served

# Now, for what is long past is deleted by the service; on a whole second.
NOW = time.time_ns() // 10**9 * 1000
TOLD = datetime.fromtimestamp(NOW // 1000, timezone(timedelta(hours=8))).isoformat()
QUESTIONS = (
    "能报吗",
    "=1+1",
    "+86",
    "-5元",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '逗号,引号"和\n换行',
    "＝1+1",
    "\n=1",
    " =1",
    "\u3000－1",
)
ABOUT = '{"policy_version":"v1","status":"answered","intent":"=x","slots":{"city":"hengyang","tcm":true}}'


def noted(connection: Connection) -> None:
    for number, text in enumerate(QUESTIONS):
        found = Unanswered(NOW + number * 1000, text, "rephrase", ("estimate", "referral"), "v1")
        records.note_unanswered(connection, "someone", found)
    for number, good in enumerate((True, False)):
        records.rate(connection, "someone", number, Rating(NOW, good=good, about=ABOUT))


def export(url: str, what: str, to: str) -> subprocess.CompletedProcess[str]:
    return baoduoshao(what, "export", to, environment={**os.environ, "DATABASE_URL": url})


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.fixture
def filled(database_url: str) -> str:
    async def fill() -> None:
        store = await asyncio.to_thread(opened, database_url)
        await store.run(noted)
        await store.close()

    asyncio.run(fill())
    return database_url


def test_unanswered_questions_are_exported_while_the_service_runs(filled: str, tmp_path: Path) -> None:
    with Served(filled, log=tmp_path / "log") as served:
        done = export(filled, "unanswered", str(tmp_path / "out.csv"))
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.strip() == f"12 written to {tmp_path / 'out.csv'}"
        assert served.asked("/readyz")[0] == 200
        assert served.stopped() == 0
    raw = (tmp_path / "out.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    head, *lines = table(raw.decode("utf-8-sig"))
    assert head == ["at", "question", "status", "candidates", "policy_version"]
    assert lines[0] == [TOLD, "能报吗", "rephrase", "estimate referral", "v1"]
    assert [line[1] for line in lines] == [
        "能报吗",
        "'=1+1",
        "'+86",
        "'-5元",
        "'@SUM(A1)",
        "'\t=1",
        "'\r=1",
        '逗号,引号"和\n换行',
        "'＝1+1",
        "'\n=1",
        "' =1",
        "'\u3000－1",
    ]


def test_feedback_is_exported_to_the_standard_output(filled: str) -> None:
    done = export(filled, "feedback", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert table(done.stdout) == [
        ["at", "good", "status", "intent", "inputs", "policy_version"],
        [TOLD, "yes", "answered", "'=x", "city=hengyang tcm=True", "v1"],
        [TOLD, "no", "answered", "'=x", "city=hengyang tcm=True", "v1"],
    ]
    assert "someone" not in done.stdout


@pytest.mark.parametrize("what", ["unanswered", "feedback"])
def test_without_a_database_there_is_nothing_to_export(tmp_path: Path, what: str) -> None:
    done = export(f"sqlite:///{tmp_path}/talks.db", what, "-")
    assert done.returncode == 1
    assert done.stderr == f"{tmp_path}/talks.db does not exist yet: nothing was served with it\n"
    assert done.stdout == ""


def test_a_file_that_cannot_be_written_is_named(filled: str, tmp_path: Path) -> None:
    done = export(filled, "feedback", str(tmp_path / "no" / "out.csv"))
    assert done.returncode == 2
    assert "can't be written" in done.stderr


def test_an_export_is_for_its_owner_alone_and_takes_the_place_of_an_earlier_one(
    filled: str, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    out.write_text("earlier")
    out.chmod(0o644)
    assert export(filled, "feedback", str(out)).returncode == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert len(table(out.read_text("utf-8-sig"))) == 3
    assert [each.name for each in tmp_path.glob("*out.csv*")] == ["out.csv"]


def test_an_export_that_fails_leaves_the_earlier_one(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("earlier")
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, usual[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            save("x" * 10_000, out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, before)
    assert out.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [out]
