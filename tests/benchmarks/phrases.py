"""How finding the nearest phrases grows with their number, up to 100,000."""

import random
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

from rapidfuzz import fuzz, process

from bot.language.features import pared
from bot.language.index import Index
from bot.language.intents import load
from bot.language.normalise import normalise
from bot.settings import data_folder

SIZES = (1_000, 10_000, 100_000)
_ASKED = 400
_COMPARED = 60  # questions for which every phrase is compared, to see what the index passes over
_PHRASES = 6


@dataclass(frozen=True, slots=True)
class Growth:
    """`build` in seconds, times in milliseconds, memory in MB; `found`: how often the nearest is found."""

    size: int
    build: float
    p50: float
    p99: float
    megabytes: float
    found: float


def growth() -> Iterator[Growth]:
    """Yield the figures for each size. Beyond our own phrases, halves of two are put together."""
    catalogue = load(data_folder("intents"))
    own = [pared(normalise(text)) for said in catalogue.phrases.values() for text in said]
    questions = [pared(normalise(text)) for text, _ in catalogue.unseen][:_ASKED]
    for size in SIZES:
        texts = _texts(own, size)
        tracemalloc.start()
        began = perf_counter()
        index = Index(texts)
        built = perf_counter() - began
        held = tracemalloc.get_traced_memory()[0] / 1024 / 1024
        tracemalloc.stop()
        times = []
        for question in questions:
            began = perf_counter()
            list(index.nearest(question, _PHRASES))
            times.append((perf_counter() - began) * 1000)
        times.sort()
        yield Growth(
            size,
            built,
            times[len(times) // 2],
            times[len(times) * 99 // 100],
            held,
            _share_found(index, texts, questions[:_COMPARED]),
        )


def _texts(own: list[str], size: int) -> list[str]:
    pick = random.Random(7)  # the same texts every time
    texts = dict.fromkeys(pick.sample(own, min(size, len(own))))
    while len(texts) < size:
        first, second = pick.choice(own), pick.choice(own)
        texts[first[: len(first) // 2 + 1] + second[len(second) // 2 :]] = None
    return list(texts)


def _share_found(index: Index, texts: list[str], questions: list[str]) -> float:
    """Return how often the nearest phrase of all, or one as near, is the index's nearest."""
    found = 0
    for question in questions:
        best = process.extractOne(question, texts, scorer=fuzz.ratio)
        got = next(iter(index.nearest(question, 1)), (0, 0.0))
        found += got[1] * 100 >= best[1] - 0.01
    return found / len(questions)
