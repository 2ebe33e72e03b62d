"""Waiting for what another thread or process will do."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 5.0
_HINT = "; this waits in the thread of a running event loop: call it by `await asyncio.to_thread(…)`"


def wait_until(
    changed: threading.Condition, ready: Callable[[], T | None], timeout: float, what: Callable[[], str]
) -> T:
    """The first answer of `ready` that is not None; asked again whenever `changed` is notified.

    Raises TimeoutError with `what` after `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    with changed:
        while (found := ready()) is None:
            left = deadline - time.monotonic()
            if left <= 0:
                try:
                    asyncio.get_running_loop()
                except RuntimeError:
                    hint = ""
                else:
                    hint = _HINT
                raise TimeoutError(f"after {timeout} seconds {what()}{hint}")
            changed.wait(left)
    return found
