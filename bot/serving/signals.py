"""What operators ask for by signals, from the first moment on: to stop, or to load the policy files anew."""

import asyncio
import signal
from collections.abc import Callable
from types import FrameType


class Signals:
    """Holds what is asked for while the service isn't ready for it yet.

    Made in the main thread, before anything is loaded: a signal that nobody minds would end the process.
    """

    def __init__(self) -> None:
        self._stop = self._reload = False
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(each, self._hold)

    def _hold(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._reload = True
        else:
            self._stop = True

    @property
    def stop(self) -> bool:
        """Whether it was asked to stop before it could listen."""
        return self._stop

    def listen(self, stop: Callable[[], None], reload: Callable[[], None]) -> None:
        """Call `stop` and `reload` in this loop when they are asked for, or were before."""
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, stop)
        loop.add_signal_handler(signal.SIGHUP, reload)
        if self._stop:
            stop()
        if self._reload:
            reload()
