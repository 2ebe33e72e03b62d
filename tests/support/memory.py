"""A channel in memory: tests say what people do, and what becomes of each message on its way to them."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from starlette.routing import BaseRoute

from bot.dialogue import Said
from bot.service.protocol import (
    Arrival,
    Desk,
    Event,
    Limits,
    Message,
    Opening,
    Pressed,
    Rated,
    Receipt,
)

PATIENCE = 20.0  # seconds until something that should come has not come


class Hangs(Exception):
    """Put into `becomes`: the delivery never returns by itself."""


@dataclass(frozen=True)
class Shown:
    """A message that arrived, when (seconds of the monotonic clock), and what it is called from then on."""

    chat: str
    message: Message
    at: float
    ref: str

    @property
    def text(self) -> str:
        return "\n".join(self.message.blocks)


@dataclass
class Memory:
    """One network. `becomes` holds what happens to the next deliveries, in order: an error, or None for none.

    `becomes_to` does so for one chat. An error of the kind that says the message may have arrived lets it
    arrive where `arrives` is set.
    """

    name: str = "memory"
    edits: bool = True
    limits: Limits = field(default_factory=Limits)
    opening: Opening = field(default_factory=lambda: Opening(introduced=True))
    shown: list[Shown] = field(default_factory=list)
    tried: list[tuple[str, int]] = field(default_factory=list)
    becomes: deque[BaseException | None] = field(default_factory=deque)
    becomes_to: dict[str, deque[BaseException | None]] = field(default_factory=dict)
    takes: float = 0.0  # seconds of each delivery
    side_by_side: int = 0
    most_side_by_side: int = 0
    most: int | None = None  # characters that go into one message
    composed: list[str] = field(default_factory=list)  # chats that were shown that an answer is on its way
    routes: tuple[BaseRoute, ...] = ()
    open_times: int = 0
    closed_times: int = 0

    def __post_init__(self) -> None:
        self._updates = count(1)
        self._brought: asyncio.Queue[tuple[Arrival, asyncio.Future[Receipt]]] = asyncio.Queue()

    async def open(self) -> None:
        self.open_times += 1

    async def close(self) -> None:
        self.closed_times += 1

    async def bring(self, desk: Desk) -> None:
        while True:
            arrival, receipt = await self._brought.get()
            try:
                receipt.set_result(await desk.receive(arrival))
            except Exception as error:
                receipt.set_exception(error)

    def address(self, chat: str) -> str:
        return chat

    def in_parts(self, message: Message) -> Sequence[Message]:
        """A text in pieces of `most` characters, the options with the last."""
        if self.most is None:
            return (message,)
        [text] = message.blocks
        texts = [text[start : start + self.most] for start in range(0, len(text), self.most)]
        parts = [replace(message, blocks=(text,), options=(), closes=None) for text in texts]
        return (*parts[:-1], replace(parts[-1], options=message.options, closes=message.closes))

    async def composing(self, chat: str) -> None:
        self.composed.append(chat)

    async def deliver(self, chat: str, message: Message) -> str | None:
        self.tried.append((chat, message.id))
        self.side_by_side += 1
        self.most_side_by_side = max(self.most_side_by_side, self.side_by_side)
        try:
            if self.takes:
                await asyncio.sleep(self.takes)
            outcomes = self.becomes_to.get(chat) or self.becomes
            outcome = outcomes.popleft() if outcomes else None
            if isinstance(outcome, Hangs):
                await asyncio.Event().wait()
            if outcome is not None:
                raise outcome
        finally:
            self.side_by_side -= 1
        ref = f"ref {len(self.shown) + 1}"
        self.shown.append(Shown(chat, message, time.monotonic(), ref))
        return ref

    async def bring_in(self, arrival: Arrival) -> Receipt:
        """Bring an update, and return what it is said to be once it is kept."""
        receipt: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        await self._brought.put((arrival, receipt))
        return await asyncio.wait_for(receipt, PATIENCE)

    async def does(
        self, event: Event, chat: str = "甲", update: str | None = None, place: int | None = None
    ) -> Receipt:
        """Let somebody do something, with the next number of an update unless one is given."""
        number = next(self._updates)
        return await self.bring_in(
            Arrival(update or str(number), chat, event, number if place is None else place)
        )

    async def replies(self, number: int, chat: str | None = None) -> list[Shown]:
        """Wait until so many messages have been shown, in all or to one chat, and return them."""
        await until(lambda: len(self.to(chat)) >= number, f"{number} messages, not {len(self.to(chat))}")
        return self.to(chat)

    def to(self, chat: str | None) -> list[Shown]:
        return [each for each in self.shown if chat is None or each.chat == chat]

    async def ask(self, event: Event | str, chat: str = "甲") -> Shown:
        """Let somebody say or do something, and return the next message shown to that chat."""
        before = len(self.to(chat))
        await self.does(Said(event) if isinstance(event, str) else event, chat)
        return (await self.replies(before + 1, chat))[before]

    async def press(self, shown: Shown, label: str) -> Shown:
        """Press the choice of a message that has this label, and return the next message."""
        number = shown.message.options.index(label) + 1
        return await self.ask(Pressed(number, shown.message.form), shown.chat)

    async def rate(self, shown: Shown, *, good: bool) -> Receipt:
        return await self.does(Rated(shown.message.id, good), shown.chat)


@dataclass
class SetClock:
    """A clock that stands still until it is set."""

    at: int

    def now(self) -> int:
        return self.at


async def until(holds: Callable[[], bool], what: str = "what should come about") -> None:
    """Wait until something holds; an AssertionError that names it where it doesn't in good time."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        await asyncio.sleep(0.005)


def of_metrics(text: bytes, name: str, labels: Mapping[str, str] | None = None) -> float:
    """Return a figure by its name and labels."""
    from prometheus_client.parser import text_string_to_metric_families

    [found] = [
        sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
        if sample.name == name and sample.labels == (labels or {})
    ]
    return found
