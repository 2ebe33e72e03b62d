"""How much one chat may send."""

from enum import Enum, auto

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter


class Pace(Enum):
    """What becomes of a message by the number of those before it."""

    WITHIN = auto()
    FIRST_BEYOND = auto()
    BEYOND = auto()


class Pacing:
    """Counts the messages of each chat by the minute, `a_minute` of which are taken; all where None.

    Each process counts for itself. By whole minutes, for the storage forgets chats only then.
    """

    def __init__(self, a_minute: int | None) -> None:
        self._taken = None if a_minute is None else RateLimitItemPerMinute(a_minute, namespace="taken")
        self._told = RateLimitItemPerMinute(1, namespace="told")
        self._limiter = None if a_minute is None else FixedWindowRateLimiter(MemoryStorage())

    def pace(self, chat: str) -> Pace:
        """Return what is to become of the chat's next message."""
        if self._limiter is None or self._taken is None or self._limiter.test(self._taken, chat):
            return Pace.WITHIN
        return Pace.FIRST_BEYOND if self._limiter.test(self._told, chat) else Pace.BEYOND

    def count(self, chat: str, pace: Pace) -> None:
        """Count a message that was dealt with as `pace` says."""
        if self._limiter is None or self._taken is None or pace is Pace.BEYOND:
            return
        self._limiter.hit(self._taken if pace is Pace.WITHIN else self._told, chat)
