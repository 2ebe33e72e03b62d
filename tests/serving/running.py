"""The service as operators run it: a real process, asked over HTTP, told by signals."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from support.forked import PROGRAM, Forked, baoduoshao
from support.memory import of_metrics

from bot.cli import main

__all__ = ["PATIENCE", "PROGRAM", "Served", "ServedAnew", "refused"]

PATIENCE = 60.0  # seconds


class Served:
    """`baoduoshao serve` on a free port; what it logs is read as JSON.

    It is forked from a process that has done the imports.
    """

    def __init__(self, url: str, *arguments: str, log: Path, **settings: str) -> None:
        self._log = log
        environment = {
            **os.environ,
            "BAODUOSHAO_TODAY": "2026-06-01",
            "BAODUOSHAO_PORT": "0",
            "BAODUOSHAO_LOGS": "json",
            "DATABASE_URL": url,
            **settings,
        }
        # It is read at once, and a process that is still being forked has not made it.
        log.touch()
        self.process = self._begun(arguments, environment)

    def _begun(
        self, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> Forked | subprocess.Popen[bytes]:
        streams = (None, None, self._log)
        return Forked(main, PROGRAM, "serve", *arguments, environment=environment, streams=streams)

    def __enter__(self) -> Self:
        try:
            self.address = self.logged("serving")["address"]
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.read_text().splitlines() if line.startswith("{")]

    def logged(self, event: str, times: int = 1) -> dict[str, Any]:
        """Wait until an event has been logged so many times, and return the last."""
        found: list[dict[str, Any]] = []

        def there() -> bool:
            found[:] = [each for each in self.log() if each["event"] == event]
            return len(found) >= times

        self.wait(there, event)
        return found[-1]

    def wait(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert self.process.poll() is None, f"it ended before {what}: {self._log.read_text()}"
            assert time.monotonic() < deadline, f"waited in vain for {what}: {self._log.read_text()}"
            time.sleep(0.02)

    def get(self, path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(f"http://{self.address}{path}", timeout=PATIENCE) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def asked(self, path: str) -> tuple[int, dict[str, Any]]:
        status, body = self.get(path)
        return status, json.loads(body)

    def figure(self, name: str, **labels: str) -> float:
        return of_metrics(self.get("/metrics")[1], name, labels)

    def stopped(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to stop, and return its exit status."""
        self.process.send_signal(by)
        return self.process.wait(PATIENCE)


class ServedAnew(Served):
    """The same, started as people do, from Python on."""

    def _begun(self, arguments: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        command: list[str | Path] = [PROGRAM, "serve", *arguments]
        with self._log.open("ab") as file:
            return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=file)


def refused(url: str, *arguments: str, **settings: str) -> tuple[int, str]:
    """Run the service where it can't begin; return its exit status and what it says."""
    environment = {**os.environ, "BAODUOSHAO_PORT": "0", "DATABASE_URL": url, **settings}
    done = baoduoshao("serve", *arguments, environment=environment, within=PATIENCE)
    return done.returncode, done.stderr
