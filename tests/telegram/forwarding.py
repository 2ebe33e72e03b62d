"""One address in front of several processes, as a load balancer is: each line goes to the next of them."""

import asyncio
import itertools
import threading
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self


class Forwarding:
    """Takes lines on `address` and passes them on, in turns, to those of `to` that can be reached.

    `to` may be set at any time, also before there is anybody; `lines` counts what each got.
    """

    def __init__(self) -> None:
        self.to: Sequence[str] = ()
        self.lines: dict[str, int] = {}
        self._turns = itertools.count()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)
        assert not self._thread.is_alive()

    async def _main(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._line, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        async with server:
            await self._stopping.wait()

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind = await self._next()
        if behind is not None:
            ways = (self._pass(reader, behind[1]), self._pass(behind[0], writer))
            await asyncio.gather(*ways)
        writer.close()

    async def _next(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """Return a line to the next one that can be reached."""
        targets = tuple(self.to)
        turn = next(self._turns)
        for place in range(len(targets)):
            target = targets[(turn + place) % len(targets)]
            host, _, port = target.partition(":")
            with suppress(OSError):
                found = await asyncio.open_connection(host, int(port))
                self.lines[target] = self.lines.get(target, 0) + 1
                return found
        return None

    @staticmethod
    async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()
