"""One process from its start to its end: health, figures, signals, and what keeps it from beginning."""

import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support.forked import Forked, run

from bot.serving.process import _secrets as secrets_of
from bot.settings import Settings, data_folder

from . import failing
from .running import PROGRAM, Served, ServedAnew, refused


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    folder = tmp_path / "policies"
    shutil.copytree(data_folder("policies"), folder)
    return folder


def test_it_says_that_it_lives_and_is_ready_and_leaves_when_told(database_url: str, log: Path) -> None:
    with ServedAnew(database_url, log=log) as served:
        assert served.asked("/healthz") == (200, {"alive": True})
        status, ready = served.asked("/readyz")
        assert status == 200
        version = ready.pop("policies")
        assert ready == {"ready": True, "database": "ok", "outbox_overdue_seconds": 0.0}
        told = f'baoduoshao_policy_info{{version="{version}"}} 1.0'.encode()
        served.wait(lambda: told in served.get("/metrics")[1], "the figure of the policies")
        assert served.figure("baoduoshao_inbox_waiting") == 0
        assert served.get("/nowhere")[0] == 404
        began = time.monotonic()
        assert served.stopped() == 0
        assert time.monotonic() - began < 10
        assert served.log()[-1]["event"] == "stopped"
        assert served.log()[-1]["all_delivered"] is True


def test_an_interrupt_ends_it_as_well(log: Path, tmp_path: Path) -> None:
    with ServedAnew(f"sqlite:///{tmp_path}/talks.db", log=log) as served:
        assert served.stopped(signal.SIGINT) == 0


def test_a_second_one_on_the_same_file_says_so_and_the_first_goes_on(log: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/talks.db"
    with Served(url, log=log) as served:
        assert refused(url) == (
            1,
            f"{tmp_path}/talks.db is in use by another baoduoshao. Stop that one, or set DATABASE_URL to "
            "another file, or to a PostgreSQL database, which many processes can share.\n",
        )
        assert served.asked("/readyz")[0] == 200


def test_a_port_that_is_taken_is_named_with_the_mend(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, said = refused(f"sqlite:///{tmp_path}/talks.db", BAODUOSHAO_PORT=str(port))
    assert status == 1
    assert said == (
        f"127.0.0.1 port {port} can't be listened on (address already in use). "
        "Stop what has it, or set BAODUOSHAO_HOST and BAODUOSHAO_PORT to another.\n"
    )


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert refused(f"sqlite:///{tmp_path}/file/deeper/talks.db") == (
        1,
        f"The database can't be used: {tmp_path}/file/deeper/talks.db can't be written (not a directory). "
        "`baoduoshao config` shows which one is meant.\n",
    )


def test_a_postgresql_that_cannot_be_reached_is_told_without_its_password(postgres_dsn: str) -> None:
    parts = urlsplit(postgres_dsn)
    wrong = parts._replace(netloc=f"{parts.username}:wr0ngword@127.0.0.1:{parts.port}").geturl()
    status, said = refused(wrong)
    assert status == 1
    assert "password authentication failed" in said
    assert "wr0ngword" not in said
    assert "Traceback" not in said


@pytest.mark.parametrize("role", ["ingest", "worker"])
def test_a_part_of_the_service_needs_a_database_that_can_be_shared(tmp_path: Path, role: str) -> None:
    status, said = refused(f"sqlite:///{tmp_path}/talks.db", "--role", role)
    assert status == 1
    assert said.startswith(f"--role {role} needs a database that several processes share.")


def test_ingest_and_workers_share_a_postgresql(postgres_dsn: str, tmp_path: Path) -> None:
    with (
        Served(postgres_dsn, "--role", "ingest", log=tmp_path / "ingest") as ingest,
        Served(postgres_dsn, "--role", "worker", log=tmp_path / "worker") as worker,
        Served(postgres_dsn, "--role", "worker", log=tmp_path / "another") as another,
    ):
        for each in (ingest, worker, another):
            assert each.asked("/readyz")[0] == 200
        assert {each.logged("serving")["role"] for each in (ingest, worker)} == {"ingest", "worker"}
        assert [each.stopped() for each in (worker, ingest, another)] == [0, 0, 0]


def test_sound_policies_are_taken_on_a_signal(log: Path, tmp_path: Path, policies: Path) -> None:
    with Served(f"sqlite:///{tmp_path}/talks.db", log=log, BAODUOSHAO_POLICIES=str(policies)) as served:
        before = served.asked("/readyz")[1]["policies"]
        document = policies / "hunan" / "employee-2022-66.yaml"
        document.write_text(document.read_text().replace("checked: ", "checked: 2020-01-01 #", 1))
        served.process.send_signal(signal.SIGHUP)
        found = served.logged("policies reloaded")
        after = served.asked("/readyz")[1]["policies"]
        assert (found["before"], found["now"]) == (before, after)
        assert before != after
        assert served.figure("baoduoshao_policy_reloads_total", result="ok") == 1
        served.wait(
            lambda: f'version="{after}"'.encode() in served.get("/metrics")[1], "the figure of the new ones"
        )
        assert served.stopped() == 0


def broken_yaml(folder: Path) -> None:
    with (folder / "hunan" / "employee-2022-66.yaml").open("a") as file:
        file.write("\nsurprise: 1\n")


def missing(folder: Path) -> None:
    (folder / "places.yaml").unlink()


def wrong_figure(folder: Path) -> None:
    document = folder / "hunan" / "employee-2022-66.yaml"
    text = document.read_text()
    assert "amount: " in text
    document.write_text(text.replace("amount: ", "amount: 1 # ", 1))


@pytest.mark.parametrize("spoil", [broken_yaml, missing, wrong_figure])
def test_unsound_policies_leave_the_old_ones_in_force(
    log: Path, tmp_path: Path, policies: Path, spoil: Callable[[Path], None]
) -> None:
    with Served(f"sqlite:///{tmp_path}/talks.db", log=log, BAODUOSHAO_POLICIES=str(policies)) as served:
        before = served.asked("/readyz")
        spoil(policies)
        served.process.send_signal(signal.SIGHUP)
        found = served.logged("policies not reloaded, those from before stay")
        assert found["level"] == "error"
        assert found["policy_version"] == before[1]["policies"]
        assert found["reason"]
        assert served.asked("/readyz") == before
        assert served.figure("baoduoshao_policy_reloads_total", result="failed") == 1
        assert served.figure("baoduoshao_policy_reloads_total", result="ok") == 0
        # Once they are mended they are taken.
        shutil.rmtree(policies)
        shutil.copytree(data_folder("policies"), policies)
        served.process.send_signal(signal.SIGHUP)
        served.logged("policies reloaded")
        assert served.stopped() == 0


def test_a_document_that_runs_out_is_told_of_in_log_and_figures(log: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/talks.db"
    with Served(url, log=log, BAODUOSHAO_TODAY="2027-08-01") as served:
        found = served.logged("a policy document runs out")
        assert (found["level"], found["last_day"], found["days_left"]) == ("warning", "2027-09-30", 60)
        told = f'days_left{{document="{found["document"]}"}} 60.0'.encode()
        served.wait(lambda: told in served.get("/metrics")[1], "the figure")
        assert served.stopped() == 0


def test_long_before_nothing_is_told_but_the_figure(log: Path, tmp_path: Path) -> None:
    with Served(f"sqlite:///{tmp_path}/talks.db", log=log, BAODUOSHAO_TODAY="2027-01-01") as served:
        served.wait(lambda: b"days_left{" in served.get("/metrics")[1], "the figure")
        assert [each for each in served.log() if each["event"] == "a policy document runs out"] == []
        assert served.stopped() == 0


def test_a_file_of_a_newer_program_is_refused_with_the_mend(tmp_path: Path) -> None:
    import asyncio

    from sqlalchemy import text

    from bot.storage import opened

    url = f"sqlite:///{tmp_path}/talks.db"

    async def made_newer() -> None:
        store = opened(url)
        await store.run(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
        await store.close()

    asyncio.run(made_newer())
    status, said = refused(url)
    assert status == 1
    assert "version 9999" in said
    assert "newer" in said
    assert "Traceback" not in said


def test_the_program_is_installed() -> None:
    assert PROGRAM.is_file()


def test_an_unknown_host_is_named_with_the_mend(tmp_path: Path) -> None:
    assert refused(f"sqlite:///{tmp_path}/talks.db", BAODUOSHAO_HOST="nowhere.invalid") == (
        1,
        "BAODUOSHAO_HOST: no address is known for 'nowhere.invalid'. Set it to an address of this machine: "
        "127.0.0.1 to be reached from here only, 0.0.0.0 from everywhere.\n",
    )


class Failing(Served):
    """The service with one thing in it that fails, or with a signal that comes while it loads."""

    def _begun(self, arguments: Sequence[str], environment: Mapping[str, str]) -> Forked:
        streams = (None, None, self._log)
        return Forked(failing.main, "failing", *arguments, environment=environment, streams=streams)


def failed(what: str, folder: Path, **settings: str) -> tuple[int, str]:
    environment = {**os.environ, "BAODUOSHAO_PORT": "0", "DATABASE_URL": f"sqlite:///{folder}/talks.db"}
    done = run(failing.main, "failing", what, environment={**environment, **settings})
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("what", "why"), [("server", "the HTTP server ended by itself"), ("part", "a part of the service failed")]
)
def test_when_a_part_has_failed_it_stops_and_says_so_by_its_status(
    tmp_path: Path, what: str, why: str
) -> None:
    status, said = failed(what, tmp_path)
    assert status == 1
    assert said.endswith(f"Stopped because {why}; the log says why. Start it again.\n")
    assert "stopped" in said


def test_told_to_stop_while_it_loads_it_leaves_in_peace(tmp_path: Path) -> None:
    assert failed("SIGTERM", tmp_path) == (0, "")
    assert not (tmp_path / "talks.db").exists()


def test_a_reload_asked_for_while_it_loads_is_done_once_it_serves(log: Path, tmp_path: Path) -> None:
    with Failing(f"sqlite:///{tmp_path}/talks.db", "SIGHUP", log=log) as served:
        served.logged("policies reloaded")
        assert served.stopped() == 0


def test_a_reload_asked_for_before_anything_is_loaded_does_not_end_it(log: Path, tmp_path: Path) -> None:
    served = ServedAnew(f"sqlite:///{tmp_path}/talks.db", log=log)
    # As soon as the command has begun; what Python itself does before that is out of reach.
    status = Path(f"/proc/{served.process.pid}/status")
    served.wait(lambda: minds_hangup(status.read_text()), "the signal being minded")
    served.process.send_signal(signal.SIGHUP)
    with served:
        assert served.stopped() == 0


def minds_hangup(status: str) -> bool:
    masks = [line.split()[1] for line in status.splitlines() if line.startswith(("SigIgn:", "SigCgt:"))]
    return any(int(mask, 16) & 1 << (signal.SIGHUP - 1) for mask in masks)


def test_what_was_replaced_at_a_reload_is_kept_by_nobody(log: Path, tmp_path: Path) -> None:
    with Failing(f"sqlite:///{tmp_path}/talks.db", "SIGHUP", log=log) as served:
        served.logged("policies reloaded")
        served.process.send_signal(signal.SIGHUP)
        served.logged("policies reloaded", 2)
        assert served.stopped() == 0
    held = served.logged("held")
    assert (held["apps"], held["current"]) == (1, True)


def test_an_upkeep_of_tables_is_not_told_of_line_by_line(log: Path, tmp_path: Path) -> None:
    with Served(f"sqlite:///{tmp_path}/talks.db", log=log) as served:
        assert served.stopped() == 0
    assert [each for each in served.log() if each["logger"].startswith("alembic")] == []


def test_a_request_that_hangs_keeps_nobody_from_leaving(log: Path, tmp_path: Path) -> None:
    with Served(f"sqlite:///{tmp_path}/talks.db", log=log) as served:
        host, _, port = served.address.partition(":")
        with socket.create_connection((host, int(port))) as hanging:
            hanging.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
            assert served.asked("/healthz")[0] == 200
            began = time.monotonic()
            assert served.stopped() == 0
            assert time.monotonic() - began < 20


def test_a_second_one_on_the_same_file_by_another_name_says_so(log: Path, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "talks.db")
    with Served(f"sqlite:///{tmp_path}/talks.db", log=log):
        status, said = refused(f"sqlite:///{tmp_path}/link.db")
    assert status == 1
    assert said.startswith(f"{tmp_path}/talks.db is in use by another baoduoshao.")


@pytest.mark.parametrize("where", ["someone:s3cr3tword@host/x", "host/x?user=someone&password=s3cr3tword"])
def test_the_password_of_the_database_is_a_secret_wherever_it_stands(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{where}")
    assert secrets_of(Settings()) == ("s3cr3tword",)
