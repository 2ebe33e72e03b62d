"""How much one chat may send."""

from enum import Enum, auto

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class Pace(Enum):
    """What becomes of a message by the number of those before it."""

    WITHIN = auto()
    FIRST_BEYOND = auto()
    BEYOND = auto()


class Pacing:
    """Counts the messages of each chat over the last minute, `a_minute` of which are taken; all where None.

    Each process counts for itself.
    """

    def __init__(self, a_minute: int | None) -> None:
        self._limit = None if a_minute is None else RateLimitItemPerMinute(a_minute, namespace="taken")
        self._once = RateLimitItemPerMinute(1, namespace="told")
        self._limiter = None if a_minute is None else MovingWindowRateLimiter(MemoryStorage())

    def pace(self, chat: str) -> Pace:
        """Count a message of a chat."""
        if self._limiter is None or self._limit is None or self._limiter.hit(self._limit, chat):
            return Pace.WITHIN
        return Pace.FIRST_BEYOND if self._limiter.hit(self._once, chat) else Pace.BEYOND
