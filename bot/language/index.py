"""Finds the phrases nearest to a text among very many, by the pairs of characters they share."""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from rapidfuzz import fuzz, process

# The rarest pairs tell most. So many places of phrases are looked at, and so many phrases compared, at least;
# among many phrases more, or the nearest would be passed over.
_PLACES, _COMPARED = 400, 20
_PHRASES_A_PLACE, _PHRASES_A_COMPARED = 25, 300


class Index:
    """An index of texts; built once, then only read."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = tuple(texts)
        places: dict[str, array[int]] = {}
        for place, text in enumerate(self._texts):
            for pair in _pairs(text):
                found = places.get(pair)
                if found is None:
                    found = places[pair] = array("I")
                found.append(place)
        self._places = places
        self._most_places = max(_PLACES, len(self._texts) // _PHRASES_A_PLACE)
        self._most_compared = max(_COMPARED, len(self._texts) // _PHRASES_A_COMPARED)

    def __len__(self) -> int:
        return len(self._texts)

    def nearest(self, text: str, most: int, cutoff: float = 0.0) -> Iterator[tuple[int, float]]:
        """Yield the numbers of at most `most` texts like `text`, best first, each with its ratio, 0 to 1.

        Texts that share only very common pairs of characters with `text` may be passed over.
        """
        lists = [found for pair in _pairs(text) if (found := self._places.get(pair)) is not None]
        lists.sort(key=len)
        room = self._most_places
        looked_at: list[array[int]] = []
        for found in lists:
            if room <= 0:
                break
            looked_at.append(found if len(found) <= room else found[:room])
            room -= len(found)
        shared = Counter(chain.from_iterable(looked_at))
        compared = [place for place, _ in shared.most_common(self._most_compared)]
        texts = [self._texts[place] for place in compared]
        alike = process.extract(text, texts, scorer=fuzz.ratio, limit=most, score_cutoff=cutoff * 100)
        for _, ratio, position in alike:
            yield compared[position], ratio / 100


def _pairs(text: str) -> list[str]:
    """Return the pairs of characters of a text, each once, in their order: a set's would differ by run."""
    return list(dict.fromkeys(first + second for first, second in pairwise(f"^{text}$")))
