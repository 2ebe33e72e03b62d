"""Starts processes of the service, waits for them, and lets a run come to its end."""

import json
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import func, select
from support.forked import Forked
from support.postgres import free_port

from bot.storage import StorageError, reading
from bot.storage.schema import inbox, outbox

from . import child
from .injected import Faults
from .load import TODAY
from .peer import Peer

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


class Child:
    """A process of the service; ended with the `with` block, however that is left."""

    def __init__(
        self,
        folder: Path,
        peer: Peer,
        url: str,
        *,
        role: str = "all",
        faults: Faults | None = None,
        **settings: str,
    ) -> None:
        self._url = f"http://127.0.0.1:{(port := free_port())}"
        self.log = folder / f"{role}-{time.monotonic_ns()}.log"
        environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": url,
            "ROLE": role,
            "PEER": str(peer.port),
            "FAULTS": json.dumps(asdict(faults or Faults())),
            "BAODUOSHAO_PORT": str(port),
            "BAODUOSHAO_TODAY": TODAY.isoformat(),
            "BAODUOSHAO_LOG_LEVEL": "warning",
            **settings,
        }
        streams = (None, self.log, self.log)
        self._process = Forked(child.main, environment=environment, streams=streams, folder=ROOT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    @property
    def stopped(self) -> bool:
        """Whether it is frozen by SIGSTOP."""
        status = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8")
        return status.rpartition(")")[2].split()[0] == "T"

    def told(self) -> str:
        """Return what it wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def killed(self, within: float = PATIENCE) -> None:
        """Wait until it has killed itself."""
        assert self._process.wait(within) == -signal.SIGKILL, self.told()

    def end(self, within: float = PATIENCE) -> int:
        """Ask it to finish, and return its exit status."""
        self.serves()
        self._process.terminate()
        return self._process.wait(within)

    def ready(self) -> int:
        """Return the status of /readyz."""
        try:
            with urllib.request.urlopen(f"{self._url}/readyz", timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def serves(self) -> Self:
        """Wait until it answers, and return it."""

        def answers() -> bool:
            assert self.runs, self.told()
            try:
                return self.ready() in {200, 503}
            except OSError:
                return False

        until(answers, "the service doesn't answer")
        return self

    def megabytes(self) -> float:
        """Return the memory it holds."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8").splitlines()
        [line] = [line for line in lines if line.startswith("VmRSS:")]
        return int(line.split()[1]) / 1024


def until(true: Callable[[], bool], otherwise: str, within: float = PATIENCE) -> None:
    """Wait until it is true."""
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.02)


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'bot.db'}"


def left(url: str) -> int:
    """Return how many messages are still to be answered or sent."""
    with reading(url) as connection:
        waiting = select(func.count()).select_from(inbox).where(inbox.c.done_at.is_(None))
        unsent = select(func.count()).select_from(outbox).where(outbox.c.ended_at.is_(None))
        # In this order: what is answered meanwhile is counted with the unsent.
        return int(connection.scalar(waiting) or 0) + int(connection.scalar(unsent) or 0)


def settle(peer: Peer, url: str, within: float = PATIENCE) -> None:
    """Wait until everything is handed out and kept, answered and sent."""
    until(lambda: peer.all_acknowledged, "not all was acknowledged", within)

    def nothing_left() -> bool:
        time.sleep(0.1)
        try:
            return left(url) == 0
        except StorageError:
            return False

    until(nothing_left, "not all was answered and sent", within)
