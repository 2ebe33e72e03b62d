"""Programs in processes of their own, forked from one that has done the imports.

All that a program does from its first line on is done anew, by the process itself. Only Python's start and
the imports are shared, which take longer than most tests, and what `support.warm` holds, for programs of the
tests that ask it. A test about these, about Python's end, a terminal
or a pipe that stays open starts the program as people do.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import wait
from pathlib import Path

from bot.cli import main

PROGRAM = Path(sys.executable).parent / "baoduoshao"
_IMPORTED = [
    "alembic.command",
    "bot.cli",
    "bot.serving",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "support.warm",
]
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(_IMPORTED)
_TESTS = str(Path(__file__).parents[1])


class Forked:
    """A running program, with the methods of `subprocess.Popen` that tests use.

    `environment` is all of its environment; `streams` are the files for its standard input, output and error
    stream, None where there is nothing to read and nobody reads.
    """

    def __init__(
        self,
        program: Callable[[], int | None],
        *arguments: str | Path,
        environment: Mapping[str, str],
        streams: tuple[Path | None, Path | None, Path | None],
        folder: Path | None = None,
    ) -> None:
        self._process = _FORKS.Process(
            target=_run,
            args=(
                program,
                [str(each) for each in arguments],
                dict(environment),
                streams,
                folder or Path.cwd(),
            ),
        )
        with _looked_for_in(_TESTS):
            self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit status; below zero, it is the signal that ended it."""
        if not wait([self._process.sentinel], timeout):
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        self._process.join()
        assert self._process.exitcode is not None
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def baoduoshao(
    *arguments: str | Path, given: bytes = b"", environment: Mapping[str, str], within: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end and return what it wrote."""
    return run(main, PROGRAM, *arguments, given=given, environment=environment, within=within)


def run(
    program: Callable[[], int | None],
    *arguments: str | Path,
    given: bytes = b"",
    environment: Mapping[str, str],
    within: float = 60,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and return what it wrote; the first argument is its name."""
    with tempfile.TemporaryDirectory() as name:
        asked, told, complained = streams = (Path(name, "in"), Path(name, "out"), Path(name, "err"))
        asked.write_bytes(given)
        process = Forked(program, *arguments, environment=environment, streams=streams)
        try:
            code = process.wait(within)
        finally:
            process.kill()
        written = [each.read_bytes().decode() for each in (told, complained)]
    return subprocess.CompletedProcess(arguments, code, *written)


@contextmanager
def _looked_for_in(folder: str) -> Iterator[None]:
    """Let the process to fork from, if it is begun now, find modules there; what it lacks it passes over."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (folder, before)))
    try:
        yield
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


def _run(
    program: Callable[[], int | None],
    arguments: list[str],
    environment: Mapping[str, str],
    streams: tuple[Path | None, Path | None, Path | None],
    folder: Path,
) -> None:
    """Put in place what a process gets from who starts it, and run the program."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = arguments
    for number, file in enumerate(streams):
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND if number else os.O_RDONLY
        opened = os.open(file or os.devnull, flags)
        os.dup2(opened, number)
        os.close(opened)
    # A program has to choose its encoding itself, so it is given one that holds no Chinese.
    sys.stdin = os.fdopen(0, encoding="ascii", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="ascii", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="ascii", errors="backslashreplace", buffering=1, closefd=False)
    try:
        sys.exit(program())
    except Exception as error:
        # As Python itself does; what started this process would tell of it in its own way.
        sys.excepthook(type(error), error, error.__traceback__)
        sys.exit(1)
