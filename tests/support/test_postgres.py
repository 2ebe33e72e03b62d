import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from .postgres import (
    GivenServer,
    OwnServer,
    PostgresServer,
    PostgresUnavailableError,
    StopMode,
    installed_binaries,
    running_server,
)

TESTS = Path(__file__).resolve().parent.parent


def answered(dsn: str, query: str) -> object:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row and row[0]


def filled(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE kept (value text)")
        connection.execute("INSERT INTO kept VALUES ('医保')")


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    # Ended, though whoever inherited it has not taken note yet.
    return state == "Z"


def refuses(dsn: str) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", urlsplit(dsn).port or 0)) != 0


def test_a_fresh_database_is_empty_and_takes_chinese(postgres_dsn: str) -> None:
    assert answered(postgres_dsn, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    filled(postgres_dsn)
    assert answered(postgres_dsn, "SELECT value FROM kept") == "医保"


def test_it_is_the_postgresql_that_we_support_and_keeps_what_is_committed(postgres_dsn: str) -> None:
    assert int(str(answered(postgres_dsn, "SHOW server_version_num"))) >= 160_000
    assert answered(postgres_dsn, "SHOW synchronous_commit") == "on"
    assert answered(postgres_dsn, "SHOW server_encoding") == "UTF8"
    assert answered(postgres_dsn, "SHOW transaction_isolation") == "read committed"


def test_two_fresh_databases_do_not_see_each_other(postgres: PostgresServer, postgres_dsn: str) -> None:
    other = postgres.create_database()
    try:
        assert other != postgres_dsn
        filled(postgres_dsn)
        with pytest.raises(psycopg.errors.UndefinedTable):
            answered(other, "SELECT value FROM kept")
    finally:
        postgres.drop_database(other)


def test_a_database_is_dropped_while_somebody_is_connected(postgres: PostgresServer) -> None:
    dsn = postgres.create_database()
    with contextlib.closing(psycopg.connect(dsn)) as connection:
        connection.execute("SELECT 1")
        postgres.drop_database(dsn)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(dsn)


def test_a_server_of_our_own_keeps_its_data_over_restarts_and_leaves_nothing() -> None:
    modes: tuple[StopMode, ...] = ("fast", "immediate")
    with OwnServer() as server:
        dsn = server.create_database()
        filled(dsn)
        pids = [server.pid]
        for mode in modes:
            with contextlib.closing(psycopg.connect(dsn)) as connection:
                server.restart(mode)
                with pytest.raises(psycopg.OperationalError):
                    connection.execute("SELECT 1")
            pids.append(server.pid)
            assert answered(dsn, "SELECT value FROM kept") == "医保"
        server.halt("immediate")
        assert refuses(dsn)
        server.start()
        pids.append(server.pid)
        assert answered(dsn, "SELECT value FROM kept") == "医保"
    assert len(set(pids)) == len(pids)
    assert all(is_gone(pid) for pid in pids)
    assert refuses(dsn)
    assert not server.folder.exists()


@pytest.mark.parametrize(
    "ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda ending: ending.name
)
def test_a_server_of_our_own_ends_with_the_tests_however_they_end(
    ending: signal.Signals, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    (tmp_path / "conftest.py").write_text("from support.fixtures import postgres\n", encoding="utf-8")
    (tmp_path / "test_endless.py").write_text(
        textwrap.dedent(f"""
            import pathlib, time

            def test_endless(postgres):
                told = pathlib.Path({str(told)!r})
                told.with_suffix(".part").write_text(f"{{postgres.pid}}\\n{{postgres.folder}}\\n{{postgres.dsn('x')}}")
                told.with_suffix(".part").rename(told)
                time.sleep(600)
        """),
        encoding="utf-8",
    )
    environment = {name: value for name, value in os.environ.items() if name != "PG_TEST_DSN"}
    tests = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path],
        env={**environment, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while not told.exists():
            assert tests.poll() is None, "the tests ended before their time"
            assert time.monotonic() < deadline, "the tests did not start"
            time.sleep(0.05)
        pid, folder, dsn = told.read_text(encoding="utf-8").splitlines()
        assert not is_gone(int(pid))
        tests.send_signal(ending)
        tests.wait(60)
    finally:
        with contextlib.suppress(ProcessLookupError):
            tests.kill()
        tests.wait()
    deadline = time.monotonic() + 30
    while Path(folder).exists():
        assert time.monotonic() < deadline, "the server's folder is still there"
        time.sleep(0.05)
    assert is_gone(int(pid))
    assert refuses(dsn)


def test_the_server_runs_as_an_ordinary_user() -> None:
    with OwnServer() as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0


def test_binaries_that_only_we_may_reach_run_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binaries = installed_binaries()
    package, closed = binaries.parent.parent, tmp_path / "closed"
    for part in (binaries.parent, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, closed / part.relative_to(package.parent), symlinks=True)
    closed.chmod(0o700)
    monkeypatch.setattr(
        f"{OwnServer.__module__}.installed_binaries", lambda: closed / binaries.relative_to(package.parent)
    )
    with OwnServer() as server:
        assert answered(server.create_database(), "SELECT 1") == 1
    assert not server.folder.exists()


def test_a_missing_wheel_fails_and_tells_the_mend() -> None:
    with pytest.raises(PostgresUnavailableError, match=r"uv sync --frozen.*PG_TEST_DSN"):
        installed_binaries("no_such_wheel")


def test_a_given_server_is_used_and_neither_stopped_nor_restarted(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PG_TEST_DSN", postgres.dsn("postgres"))
    with running_server() as given:
        assert isinstance(given, GivenServer)
        dsn = given.create_database()
        assert answered(dsn, "SELECT 1") == 1
        given.drop_database(dsn)
        for attempt in (given.restart, given.halt, given.start):
            with pytest.raises(PostgresUnavailableError, match="Unset PG_TEST_DSN"):
                attempt()
    assert answered(postgres.dsn("postgres"), "SELECT 1") == 1


def test_an_address_of_something_else_is_refused_without_telling_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_TEST_DSN", "mysql://somebody:hidden@127.0.0.1/x")
    with pytest.raises(PostgresUnavailableError, match="Write it as postgresql://") as refused:
        running_server()
    assert "hidden" not in str(refused.value)
