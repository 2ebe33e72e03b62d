"""How quick something is, on a machine that others use too."""

import time
from collections.abc import Callable

TRIES = 7


def is_quick(work: Callable[[], object], within: float) -> bool:
    """Whether at its best it needs less than so many seconds of the processor; others use the machine too."""
    for _ in range(TRIES):
        started = time.process_time()
        work()
        if time.process_time() - started < within:
            return True
    return False
