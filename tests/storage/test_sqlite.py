"""What is particular to the SQLite file: one process, one thread that writes, work committed together."""

import asyncio
import os
import pwd
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest
import pytest_asyncio
from sqlalchemy import Connection, TextClause, text
from support.stores import T0, came, put, rows

from bot.storage import DatabaseInUseError, StorageError, Store, inbox, opened, schema

pytestmark = pytest.mark.asyncio

_HOLDS = """
import sys, time
from bot.storage import opened
store = opened(sys.argv[1])
print("open", flush=True)
time.sleep(600)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "talks.db"


@pytest_asyncio.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    found = opened(f"sqlite:///{path}")
    yield found
    await found.close()


class Held:
    """Keeps the writer busy, so that what comes meanwhile waits together."""

    def __init__(self, store: Store) -> None:
        self._go = threading.Event()
        self._begun = threading.Event()
        self._task = asyncio.ensure_future(store.run(self._hold))

    def _hold(self, connection: Connection) -> None:
        self._begun.set()
        assert self._go.wait(30)

    async def begun(self) -> None:
        assert await asyncio.to_thread(self._begun.wait, 30)

    async def let_go(self) -> None:
        self._go.set()
        await self._task


def noted(name: str) -> TextClause:
    return text("INSERT INTO meta (name, value) VALUES (:name, '1')").bindparams(name=name)


async def names(store: Store) -> list[str]:
    return [row["name"] for row in await rows(store, schema.meta)]


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("trusted_schema", 0)],
)
async def test_the_file_is_written_as_it_must_be(store: Store, pragma: str, value: object) -> None:
    assert await store.run(lambda c: c.exec_driver_sql(f"PRAGMA {pragma}").scalar()) == value


async def test_all_that_is_written_comes_from_one_thread_and_one_connection(store: Store) -> None:
    def who(connection: Connection) -> tuple[int, int]:
        return threading.get_ident(), id(connection.connection.dbapi_connection)

    found = await asyncio.gather(*(store.run(who) for _ in range(200)))
    assert len(set(found)) == 1
    assert found[0][0] != threading.get_ident()


async def test_nobody_else_on_the_machine_can_read_the_files(store: Store, path: Path) -> None:
    await put(store, came(1))
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes == dict.fromkeys(("talks.db", "talks.db-wal", "talks.db-shm", "talks.db.lock"), 0o600), modes
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_a_second_store_on_the_file_is_refused_with_the_mend(store: Store, path: Path) -> None:
    with pytest.raises(DatabaseInUseError) as caught:
        opened(f"sqlite:///{path}")
    assert str(caught.value) == (
        f"{path} is in use by another baoduoshao. Stop that one, or set DATABASE_URL to another file, "
        "or to a PostgreSQL database, which many processes can share."
    )
    assert await put(store, came(1)) == [True]


async def test_a_second_process_is_refused_too_and_a_killed_one_holds_nothing(path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDS, f"sqlite:///{path}"], stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert await asyncio.to_thread(holder.stdout.readline) == "open\n"
        with pytest.raises(DatabaseInUseError, match=r"talks\.db is in use by another baoduoshao"):
            opened(f"sqlite:///{path}")
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait(30)
    await opened(f"sqlite:///{path}").close()


async def test_a_closed_store_lets_the_next_one_in_with_all_that_was_kept(path: Path) -> None:
    first = opened(f"sqlite:///{path}")
    await put(first, came(1))
    await first.close()
    await first.close()
    second = opened(f"sqlite:///{path}")
    assert [row["key"] for row in await rows(second, schema.inbox)] == ["memory:1"]
    await second.close()


async def test_work_that_waits_together_is_committed_together_and_one_that_fails_leaves_the_others(
    store: Store, path: Path
) -> None:
    commits: list[str] = []

    def watch(connection: Connection) -> None:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)

    def fails(connection: Connection) -> None:
        connection.execute(noted("broken"))
        raise ZeroDivisionError

    def twice(connection: Connection) -> None:
        connection.execute(noted("twice"))
        connection.execute(noted("twice"))

    await store.run(watch)
    commits.clear()
    held = Held(store)
    await held.begun()
    jobs = [
        asyncio.ensure_future(store.run(work))
        for work in (
            lambda c: c.execute(noted("first")).rowcount,
            fails,
            lambda c: c.execute(noted("second")).rowcount,
            twice,
            lambda c: c.execute(noted("third")).rowcount,
        )
    ]
    await asyncio.sleep(0)
    await held.let_go()
    found = await asyncio.gather(*jobs, return_exceptions=True)
    # One of the work that held the writer, one of all that waited meanwhile.
    assert len(commits) == 2
    assert [type(each).__name__ for each in found] == [
        "int",
        "ZeroDivisionError",
        "int",
        "IntegrityError",
        "int",
    ]
    assert await names(store) == ["first", "second", "third"]
    other = sqlite3.connect(path)
    assert other.execute("SELECT count(*) FROM meta").fetchone() == (3,)
    other.close()


async def test_nothing_is_told_as_done_before_it_can_be_read_by_others(store: Store, path: Path) -> None:
    for each in range(20):
        await put(store, came(each))
        other = sqlite3.connect(path)
        assert other.execute("SELECT count(*) FROM inbox").fetchone() == (each + 1,)
        other.close()


async def test_whoever_stops_waiting_for_work_stops_nothing_else(store: Store) -> None:
    held = Held(store)
    await held.begun()
    given_up = asyncio.ensure_future(store.run(lambda c: c.execute(noted("given up")).rowcount))
    after = asyncio.ensure_future(store.run(lambda c: c.execute(noted("after")).rowcount))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait([given_up])
    await held.let_go()
    assert await asyncio.wait_for(after, 10) == 1
    assert await asyncio.wait_for(names(store), 10) == ["after"]


async def test_work_whose_caller_left_while_it_ran_is_kept_and_the_store_goes_on(store: Store) -> None:
    begun, go = threading.Event(), threading.Event()

    def work(connection: Connection) -> None:
        connection.execute(noted("running"))
        begun.set()
        assert go.wait(30)

    left = asyncio.ensure_future(store.run(work))
    assert await asyncio.to_thread(begun.wait, 30)
    left.cancel()
    await asyncio.wait([left])
    go.set()
    assert await asyncio.wait_for(names(store), 10) == ["running"]


async def test_the_cleaning_may_be_given_up_too(store: Store) -> None:
    held = Held(store)
    await held.begun()
    cleaning = asyncio.ensure_future(store.scrub())
    await asyncio.sleep(0)
    cleaning.cancel()
    await asyncio.wait([cleaning])
    await held.let_go()
    assert await asyncio.wait_for(names(store), 10) == []


async def test_all_that_was_asked_for_before_the_end_is_done(path: Path) -> None:
    store = opened(f"sqlite:///{path}")
    jobs = [asyncio.ensure_future(put(store, came(number))) for number in range(300)]
    await asyncio.sleep(0)
    await store.close()
    assert await asyncio.wait_for(asyncio.gather(*jobs), 10) == [[True]] * 300


async def test_a_full_disk_is_told_without_what_was_to_be_written_and_heals(path: Path) -> None:
    store = opened(f"sqlite:///{path}", most_pages=60)
    text_of = "金丝雀" * 500
    kept = 0

    async def fill() -> None:
        nonlocal kept
        for number in range(1000):
            await put(store, came(number, event=text_of))
            kept += 1

    with pytest.raises(StorageError) as caught:
        await fill()
    assert "full" in str(caught.value)
    assert "金丝雀" not in str(caught.value)
    assert "INSERT" not in str(caught.value)
    assert len(await rows(store, schema.inbox)) == kept > 5
    await store.run(lambda c: c.execute(text("DELETE FROM inbox")))
    assert await put(store, came("after", at=T0)) == [True]
    await store.close()
    whole = opened(f"sqlite:///{path}")
    assert await whole.run(lambda c: c.exec_driver_sql("PRAGMA integrity_check").scalar()) == "ok"
    await whole.close()


async def test_a_group_on_a_full_disk_is_kept_whole_or_not_at_all(path: Path) -> None:
    store = opened(f"sqlite:///{path}", most_pages=60)
    found = await asyncio.gather(
        *(put(store, came(number, event="长" * 3000)) for number in range(100)), return_exceptions=True
    )
    told = {f"memory:{number}" for number, each in enumerate(found) if each == [True]}
    assert {row["key"] for row in await rows(store, schema.inbox)} == told
    assert any(isinstance(each, StorageError) for each in found)
    await store.close()


@pytest.mark.parametrize("name", ["数据 库.db", "a%41 #b.db", "a;b&c=d.db", "'quote\".db"])
async def test_any_name_of_a_file_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    store = opened(f"sqlite:///{tmp_path}/{quote(name)}")
    await put(store, came(1))
    await store.close()
    assert {each.name.removesuffix(".lock") for each in tmp_path.iterdir()} == {name}


async def test_a_file_that_is_no_database_is_told_and_left_as_it_is(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("just some notes of mine, long enough to be looked at " * 10)
    with pytest.raises(StorageError, match="file is not a database"):
        opened(f"sqlite:///{path}")
    assert path.read_text().startswith("just some notes")


async def test_a_folder_that_cannot_be_made_is_told_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError) as caught:
        opened(f"sqlite:///{tmp_path}/file/deeper/talks.db")
    assert str(caught.value) == f"{tmp_path}/file/deeper/talks.db can't be written (not a directory)"


async def test_a_folder_that_may_not_be_written_is_told_with_the_reason(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    user = os.geteuid()
    if user == 0:
        # Nothing is closed to root.
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        with pytest.raises(StorageError) as caught:
            opened(f"sqlite:///{folder}/talks.db")
    finally:
        os.seteuid(user)
    assert str(caught.value) == f"{folder}/talks.db can't be written (permission denied)"
    assert list(folder.iterdir()) == []


async def test_a_waiting_update_is_found_by_its_index_however_many_are_done(store: Store) -> None:
    plan = await store.run(
        lambda c: c.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM inbox WHERE done_at IS NULL ORDER BY due, id LIMIT 1"
        ).all()
    )
    assert any("ix_inbox_waiting" in row[-1] for row in plan), plan
    assert await store.run(lambda c: inbox.waiting(c)) == 0
