"""What a channel gives and takes.

A channel brings what people do as an `Arrival` and awaits that it is kept before it acknowledges anything to
its own network. It takes a `Message` for one chat and says what became of it: it returns once the message is
delivered, or raises one of the errors below. It keeps nothing: two processes may each have one of its kind.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from bot.dialogue import Said


@dataclass(frozen=True, slots=True)
class Pressed:
    """The person took a choice, counted from 1, of the form with this number; stale once there is another."""

    number: int
    form: int


@dataclass(frozen=True, slots=True)
class Rated:
    """The person found a reply good or bad; `message` is its number. Nothing is said in return."""

    message: int
    good: bool


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An update that nothing can be made of: its size in bytes and what is wrong, never what it held."""

    size: int
    error: str


Event = Said | Pressed | Rated | Unreadable


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something a person did.

    `update` names it, the same whenever it is brought again. `place` counts a chat's updates in the order in
    which they are to be taken; where the channel has no such count, all have 0 and go as they come.
    """

    update: str
    chat: str
    event: Event
    place: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and what it shows in words, every figure included."""

    media_type: str
    data: bytes
    says: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link that goes with a message."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel shows.

    The blocks are paragraphs of plain text in order. The options are taken by a press or by their number,
    counted from 1; a press carries `form`. Where the channel can, the message takes the place of an earlier
    one, `edits`, by the name that the channel gave it. `policy_version` says which rules it follows.
    """

    id: int
    blocks: tuple[str, ...]
    options: tuple[str, ...] = ()
    form: int = 0
    picture: Picture | None = None
    links: tuple[Link, ...] = ()
    edits: str | None = None
    policy_version: str = ""


class DeliveryError(Exception):
    """The message certainly wasn't delivered and may be tried again, after some seconds if that is known."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class UncertainError(Exception):
    """The message may have been delivered: the line broke before an answer came."""


class UndeliverableError(Exception):
    """The message can never be delivered, others to the same chat may."""


class BlockedError(Exception):
    """The person wants nothing more from us: what waits for the chat is given up."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the channel's network allows: messages a second in all, seconds between two to one chat."""

    a_second: float = 1000.0
    apart: float = 0.0


@dataclass(frozen=True, slots=True)
class Opening:
    """How a new chat begins: what is known before the first word, and whether the person was greeted."""

    preset: Mapping[str, Any] = field(default_factory=dict)
    introduced: bool = False


Receipt = Literal["new", "duplicate"]
Receive = Callable[[Arrival], Awaitable[Receipt]]
"""Keeps an arrival. Raises StorageError where that isn't possible now: it must not be acknowledged then."""


class Channel(Protocol):
    """A way people reach us."""

    @property
    def name(self) -> str:
        """A short name, the same in every process and for ever: it stands in the database."""
        ...

    @property
    def limits(self) -> Limits: ...

    @property
    def opening(self) -> Opening: ...

    async def open(self) -> None:
        """Get ready to deliver."""
        ...

    async def bring(self, receive: Receive) -> None:
        """Bring what arrives until cancelled; return where nothing more can come."""
        ...

    async def deliver(self, chat: str, message: Message) -> str | None:
        """Show a message, and return what the channel calls it, if it can edit it later.

        Raises DeliveryError, UncertainError, UndeliverableError or BlockedError.
        """
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...
