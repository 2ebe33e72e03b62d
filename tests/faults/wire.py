"""The channel to the peer."""

import asyncio
import contextlib
import json
import os
from typing import Any

from bot.dialogue import Said
from bot.service.protocol import (
    Arrival,
    BlockedError,
    DeliveryError,
    Desk,
    Limits,
    Message,
    Opening,
    UncertainError,
    UndeliverableError,
)
from bot.storage import StorageError

NAME = "wire"
_PATIENCE = 10.0  # seconds until a delivery without an answer is uncertain


class WireChannel:
    """Brings what the peer hands out, each chat's updates one after another, and delivers to it."""

    name = NAME
    edits = True
    opening = Opening()

    def __init__(self, port: int, *, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._port = port
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._number = 0
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._connecting = asyncio.Lock()
        self._last: dict[str, asyncio.Task[None]] = {}

    async def open(self) -> None:
        await self._connected()

    async def bring(self, desk: Desk) -> None:
        tasks: set[asyncio.Task[None]] = set()
        try:
            while True:
                with contextlib.suppress(OSError):
                    await self._bring(desk, tasks)
                await asyncio.sleep(0.05)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _bring(self, desk: Desk, tasks: set[asyncio.Task[None]]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)
        try:
            writer.write(b'{"brings": true}\n')
            while raw := await reader.readline():
                update = json.loads(raw)
                before = self._last.get(update["chat"])
                task = asyncio.create_task(self._kept(update, before, desk, writer))
                self._last[update["chat"]] = task
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        finally:
            writer.close()

    async def _kept(
        self,
        update: dict[str, Any],
        before: asyncio.Task[None] | None,
        desk: Desk,
        writer: asyncio.StreamWriter,
    ) -> None:
        if before is not None and not before.done():
            await asyncio.wait([before])
        arrival = Arrival(update["id"], update["chat"], Said(update["text"]), update["place"])
        while True:
            try:
                await desk.receive(arrival)
                break
            except StorageError:
                await asyncio.sleep(0.1)
        self.acknowledge(update["number"], writer)
        if self._last.get(update["chat"]) is asyncio.current_task():
            del self._last[update["chat"]]

    def acknowledge(self, number: int, writer: asyncio.StreamWriter) -> None:
        """Tell the peer that it need not hand this out again."""
        writer.write(json.dumps({"ack": number}).encode() + b"\n")

    routes = ()

    def address(self, chat: str) -> str:
        return chat

    def in_parts(self, message: Message) -> tuple[Message, ...]:
        return (message,)

    async def composing(self, chat: str) -> None:
        """Show nothing."""

    async def deliver(self, chat: str, message: Message) -> str | None:
        try:
            writer = await self._connected()
        except OSError as error:
            raise DeliveryError("the peer isn't reached") from error
        self._number += 1
        number = self._number
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        told = {
            "number": number,
            "chat": chat,
            "message": message.id,
            "blocks": message.blocks,
            "by": os.getpid(),
        }
        try:
            writer.write(json.dumps(told).encode() + b"\n")
            async with asyncio.timeout(_PATIENCE):
                await writer.drain()
                found = await answer
        except (TimeoutError, OSError) as error:
            raise UncertainError("no answer came") from error
        finally:
            self._answers.pop(number, None)
        if "silent" in found:
            raise UncertainError("no answer came")
        if "retry_after" in found:
            raise DeliveryError("too many", found["retry_after"])
        if "blocked" in found:
            raise BlockedError
        if "refused" in found:
            raise UndeliverableError("refused")
        return str(number)

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        if self._writer is not None:
            self._writer.close()

    async def _connected(self) -> asyncio.StreamWriter:
        async with self._connecting:
            if self._writer is None or self._writer.is_closing():
                reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)
                self._reading = asyncio.create_task(self._read(reader, self._writer))
            return self._writer

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while raw := await reader.readline():
                found = json.loads(raw)
                answer = self._answers.get(found["number"])
                if answer is not None and not answer.done():
                    answer.set_result(found)
        writer.close()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError("the line broke"))
