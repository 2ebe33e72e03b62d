"""A stand-in for a chat network, on a port of this machine, in a thread of its own.

It speaks JSON lines. To a process that brings it hands out updates, and hands out again whatever isn't
acknowledged when the line breaks; some it hands out twice of its own accord. What is delivered it records.
"""

import asyncio
import contextlib
import heapq
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, NamedTuple, Self

from .load import Load, Update

Answer = dict[str, Any]
SHOWN: Answer = {"shown": True}
SILENT: Answer = {"silent": True}
"""The message is shown and no answer is given.

The channel is told so: how long it would wait must not decide whether other answers come in time.
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as it was delivered: when (seconds, monotonic), by which process, and what was answered."""

    at: float
    chat: str
    message: int
    blocks: tuple[str, ...]
    by: int
    answer: Answer

    @property
    def shown(self) -> bool:
        """Whether the person sees it."""
        return "shown" in self.answer or "silent" in self.answer


class _Waiting(NamedTuple):
    """An update to be handed out, the one with the lowest turn first; the number tells two apart."""

    turn: int
    number: int
    update: Update


@dataclass(slots=True, eq=False)
class _Line:
    """A process that brings: what it was handed and has not acknowledged."""

    writer: asyncio.StreamWriter
    handed: dict[int, _Waiting] = field(default_factory=dict)


class Peer:
    """Hands out a load and records deliveries. `answer` says what becomes of each.

    `window`: how many updates wait for an acknowledgement at once. `twice`: share of updates handed out again
    after their acknowledgement. `latency`: seconds until a delivery is answered.
    """

    def __init__(
        self,
        load: Load,
        *,
        window: int = 64,
        twice: float = 0.0,
        latency: float = 0.002,
        seed: int = 1,
        answer: Callable[[str, int], Answer] = lambda chat, message: SHOWN,
    ) -> None:
        self.load = load
        self.deliveries: list[Delivery] = []
        self.acknowledged: dict[str, float] = {}
        self.handed = 0
        self.in_flight = self.most_in_flight = 0
        self._window, self._twice, self._latency, self._answer = window, twice, latency, answer
        self._rng = random.Random(seed)
        self._queue = [_Waiting(place, 0, update) for place, update in enumerate(load.updates)]
        self._again: list[_Waiting] = []
        self._shown: Counter[int] = Counter()
        self._shown_once = 0
        self._lines: set[_Line] = set()
        self._number = 0
        self._paused = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="peer", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._call(self._opened())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._call(self._closed())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def shown(self) -> int:
        """How many messages were shown, each counted once."""
        return self._shown_once

    @property
    def repeated(self) -> int:
        """How often a message was shown that had been shown before."""
        return sum(self._shown.values()) - len(self._shown)

    @property
    def all_acknowledged(self) -> bool:
        return len(self.acknowledged) == len(self.load.updates) and not self._queue and not self._again

    def hold(self) -> None:
        """Hand out nothing more until `go_on`."""
        self._paused = True

    def go_on(self) -> None:
        """Hand out again."""
        self._paused = False
        self._loop.call_soon_threadsafe(self._hand_out_all)

    def _call(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _opened(self) -> asyncio.Server:
        heapq.heapify(self._queue)
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 20)

    async def _closed(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = _Line(writer)
        tasks: set[asyncio.Task[None]] = set()
        try:
            while raw := await reader.readline():
                found = json.loads(raw)
                if "ack" in found:
                    self._taken(line, found["ack"])
                elif "brings" in found:
                    self._lines.add(line)
                    self._hand_out(line)
                else:
                    # It may be cut off before the answer, yet it was seen.
                    delivery = self._seen(found)
                    task = asyncio.create_task(self._reply(writer, found["number"], delivery))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
        except (OSError, asyncio.CancelledError):  # cancelled when the peer closes
            pass
        finally:
            self._lines.discard(line)
            for waiting in line.handed.values():
                heapq.heappush(self._queue, waiting)
            self._hand_out_all()
            writer.close()

    def _taken(self, line: _Line, number: int) -> None:
        waiting = line.handed.pop(number, None)
        if waiting is None:
            return
        update = waiting.update
        if update.id not in self.acknowledged:
            self.acknowledged[update.id] = time.time()
            if self._rng.random() < self._twice:
                self._again.append(_Waiting(self.handed + self._rng.randrange(200), self._number, update))
        self._hand_out(line)

    def _hand_out_all(self) -> None:
        for line in self._lines:
            self._hand_out(line)

    def _hand_out(self, line: _Line) -> None:
        while not self._paused and len(line.handed) < self._window:
            if self._again and (self._again[0].turn <= self.handed or not self._queue):
                waiting = self._again.pop(0)
            elif self._queue:
                waiting = heapq.heappop(self._queue)
            else:
                return
            self._number += 1
            self.handed += 1
            line.handed[self._number] = waiting
            update = waiting.update
            told = {
                "number": self._number,
                "id": update.id,
                "chat": update.chat,
                "place": update.place,
                "text": update.text,
            }
            line.writer.write(json.dumps(told).encode() + b"\n")

    def _seen(self, found: dict[str, Any]) -> Delivery:
        answer = self._answer(found["chat"], found["message"])
        delivery = Delivery(
            time.monotonic(), found["chat"], found["message"], tuple(found["blocks"]), found["by"], answer
        )
        self.deliveries.append(delivery)
        if delivery.shown:
            self._shown[delivery.message] += 1
            self._shown_once = len(self._shown)
        return delivery

    async def _reply(self, writer: asyncio.StreamWriter, number: int, delivery: Delivery) -> None:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await asyncio.sleep(self._latency)
        finally:
            self.in_flight -= 1
        with contextlib.suppress(OSError):
            writer.write(json.dumps({"number": number, **delivery.answer}).encode() + b"\n")
