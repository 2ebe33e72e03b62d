"""Combinations of values: what they have in common is looked at once.

A combination is one value for each of some names; a place is where a name stands among them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Chosen = tuple[Any, ...]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Found(Generic[_T]):
    """What was found for a combination, and the places it rests on, in the order they were looked at."""

    value: _T
    places: tuple[int, ...]


class Once(Generic[_T]):
    """Works out what is found for combinations, once for those alike in all that it rests on.

    What is looked at next must follow from the values looked at before.
    """

    def __init__(self, work_out: Callable[[Chosen], Found[_T]]) -> None:
        self._work_out = work_out
        # By the values looked at so far: which place comes next, or what was found.
        self._after: dict[Chosen, int | Found[_T]] = {}

    def __call__(self, chosen: Chosen) -> Found[_T]:
        """Return what is found for a combination."""
        seen: Chosen = ()
        after = self._after.get(seen)
        while isinstance(after, int):
            seen += (chosen[after],)
            after = self._after.get(seen)
        return after or self._kept(chosen, self._work_out(chosen))

    def places(self, chosen: Chosen) -> tuple[int, ...]:
        """Return the places that what is found for a combination rests on."""
        return self(chosen).places

    def _kept(self, chosen: Chosen, found: Found[_T]) -> Found[_T]:
        seen: Chosen = ()
        for place in found.places:
            self._after[seen] = place
            seen += (chosen[place],)
        self._after[seen] = found
        return found


def different(
    choices: Sequence[Sequence[Any]], rests_on: Callable[[Chosen], Sequence[int]], at: int | None = None
) -> Iterator[Chosen]:
    """Yield combinations of `choices`: one of each set of those between which nothing can differ.

    `rests_on` returns the places that what is found for a combination rests on. The place `at`, if one is
    given, keeps its first value.
    """
    first = tuple(values[0] for values in choices)
    ways: list[tuple[Chosen, frozenset[int]]] = [(first, frozenset(() if at is None else (at,)))]
    while ways:
        chosen, fixed = ways.pop()
        place = next((place for place in rests_on(chosen) if place not in fixed), None)
        if place is None:
            yield chosen
            continue
        ways.extend(
            ((*chosen[:place], value, *chosen[place + 1 :]), fixed | {place})
            for value in reversed(choices[place])
        )
