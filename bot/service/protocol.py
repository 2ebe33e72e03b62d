"""What a channel gives and takes.

A channel brings what people do as an `Arrival` and awaits that it is kept before it acknowledges anything to
its own network. It takes a `Message` for one chat and says what became of it: it returns once the message is
delivered, or raises one of the errors below. It keeps nothing: two processes may each have one of its kind.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.dialogue import Said, Sent
from bot.rendering import Sheet


@dataclass(frozen=True, slots=True)
class Pressed:
    """The person took a choice, counted from 1, of the form with this number; stale once there is another.

    `on` is what the channel calls the message that was pressed, where it can say.
    """

    number: int
    form: int
    on: str | None = None


@dataclass(frozen=True, slots=True)
class Amending:
    """The person wants to tell an input of the last result anew."""

    name: str


@dataclass(frozen=True, slots=True)
class Rated:
    """The person found a reply good or bad; `message` is its number. Nothing is said in return."""

    message: int
    good: bool


@dataclass(frozen=True, slots=True)
class Hurried:
    """The person sends more than can be answered; said to them once, and what follows isn't kept."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An update that nothing can be made of: its size in bytes and what is wrong, never what it held."""

    size: int
    error: str


Event = Said | Sent | Pressed | Amending | Rated | Hurried | Unreadable


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something a person did.

    `update` names it, the same whenever it is brought again. `place` counts a chat's updates in the order in
    which they are to be taken; where the channel has no such count, all have 0 and go as they come. `ref` is
    what the channel calls what the person wrote, where the reply should point to it.
    """

    update: str
    chat: str
    event: Event
    place: int = 0
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a page of ours that goes with a message; `path` begins with a slash."""

    label: str
    path: str


@dataclass(frozen=True, slots=True)
class Closed:
    """A message whose choices are over: what the channel calls it, its number, if it is `ratable`.

    `ref` is None only as long as that message may still be on its way.
    """

    ref: str | None
    id: int
    ratable: bool = False


Typed = Literal["money", "count", "decimal", "date"]


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel shows.

    One of the blocks may be the text of a `sheet`. Where a number or a day is expected in reply, `typed` says
    of which kind.

    The blocks are paragraphs of plain text in order. The options are taken by a press or by their number,
    counted from 1; a press carries `form`. Where the channel can, the message takes the place of an earlier
    one, `edits`, by the name that the channel gave it, or ends the choices of one, `closes`. It answers what
    the channel calls `answers`. What is `ratable` may be found good or bad. `policy_version` says which rules
    it follows.
    """

    id: int
    blocks: tuple[str, ...]
    options: tuple[str, ...] = ()
    form: int = 0
    links: tuple[Link, ...] = ()
    edits: str | None = None
    closes: Closed | None = None
    answers: str | None = None
    ratable: bool = False
    policy_version: str = ""
    sheet: Sheet | None = None
    typed: Typed | None = None


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


class UnusableError(Exception):
    """The channel can't be used as it is set: what is wrong, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What may go over the channel.

    Messages a second in all; seconds between two to one address, longer where it is `shared` by several
    chats, and up to `burst` may go at once after a pause; messages a minute that are taken from one chat, all
    where None.
    """

    a_second: float = 1000.0
    apart: float = 0.0
    apart_shared: float = 0.0
    burst: int = 1
    a_minute: int | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """How a new chat begins: what is known before the first word, and whether the person was greeted."""

    preset: Mapping[str, Any] = field(default_factory=dict)
    introduced: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A message that was shown, and whether the person found it good, if that was said."""

    message: Message
    good: bool | None


@dataclass(frozen=True, slots=True)
class Turn:
    """Something a person did and what was answered; `waits` where nothing is yet."""

    id: int
    event: Event
    answers: tuple[Answer, ...]
    waits: bool


@dataclass(frozen=True, slots=True)
class Recalled:
    """The last turns of a talk, oldest first, without ratings. `form` is that of the choices that are open.

    `more`: the talk began earlier.
    """

    turns: tuple[Turn, ...]
    form: int
    more: bool = False

    @property
    def waits(self) -> bool:
        """Whether anything is still to be answered."""
        return any(turn.waits for turn in self.turns)


Receipt = Literal["new", "duplicate", "dropped"]
Receive = Callable[[Arrival], Awaitable[Receipt]]


class Desk(Protocol):
    """What the service does for a channel that brings what arrives."""

    async def receive(self, arrival: Arrival) -> Receipt:
        """Keep an arrival, or drop one of a chat that sends too many.

        Raises StorageError where that isn't possible now: it must not be acknowledged then.
        """
        ...

    async def recall(self, chat: str) -> Recalled:
        """Return what was said in a chat and answered. Raises StorageError."""
        ...

    async def message(self, chat: str, number: int) -> Message | None:
        """Return one message to a chat; None where there is none of this number. Raises StorageError."""
        ...

    async def waits(self, chat: str) -> bool:
        """Whether anything of a chat is still to be answered. Raises StorageError."""
        ...


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

    @property
    def edits(self) -> bool:
        """Whether a message can take the place of an earlier one."""
        ...

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """What it answers over HTTP, in a process that takes in what arrives."""
        ...

    async def open(self) -> None:
        """Get ready to deliver. Raises UnusableError."""
        ...

    async def bring(self, desk: Desk) -> None:
        """Bring what arrives until cancelled; return where nothing more can come."""
        ...

    def address(self, chat: str) -> str:
        """Return where messages to a chat go: it is the chat itself, or shared by several, as in a group."""
        ...

    def in_parts(self, message: Message) -> Sequence[Message]:
        """Return a message as the network takes it: what is too long for one in several, in order.

        Options stand with the last. Each part is delivered and marked by itself.
        """
        ...

    async def composing(self, chat: str) -> None:
        """Show that an answer is on its way, where the channel can. What goes wrong is of no weight."""
        ...

    async def deliver(self, chat: str, message: Message) -> str | None:
        """Show a message, and return what the channel calls it, if it can edit it later.

        Raises DeliveryError, UncertainError, UndeliverableError or BlockedError.
        """
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


@runtime_checkable
class Telling(Protocol):
    """What a channel may be besides: one that has pages for people where no route answers, or one fails."""

    def trouble(self, request: Request, status: int) -> Response:
        """Return the page that says what is the matter, by the status of HTTP."""
        ...
