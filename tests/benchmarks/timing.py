"""Times calls in turns, so that a noisy machine disturbs all of them alike."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from time import perf_counter_ns
from typing import NamedTuple

Call = Callable[[], object]


class Times(NamedTuple):
    """The median and the least of all rounds in microseconds: disturbed as ever, and hardly disturbed."""

    median: float
    least: float


_ROUND_NS = 4_000_000


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep the garbage collector out of what is timed; what it would do is done before."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def in_turns(calls: Mapping[str, Call], rounds: int = 41) -> dict[str, Times]:
    """Return what each call takes, over rounds in which each has its turn."""
    repeats = {name: _repeats(call) for name, call in calls.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    with undisturbed():
        for _ in range(rounds):
            for name, call in calls.items():
                times[name].append(_timed(call, repeats[name]))
            gc.collect()
    return {name: Times(median(found), min(found)) for name, found in times.items()}


def one_by_one(calls: Mapping[str, Call], rounds: int) -> dict[str, list[float]]:
    """Return the time of every single call in microseconds, in turns."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    with undisturbed():
        for _ in range(rounds):
            for name, call in calls.items():
                times[name].append(_timed(call, 1))
            gc.collect()
    return times


def percentile(times: list[float], share: float) -> float:
    """Return the time that `share` (0 to 1) of all times do not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _repeats(call: Call) -> int:
    call()
    once = max(1, int(_timed(call, 3) * 1000))
    return max(1, _ROUND_NS // once)


def _timed(call: Call, repeats: int) -> float:
    began = perf_counter_ns()
    for _ in range(repeats):
        call()
    return (perf_counter_ns() - began) / repeats / 1000
