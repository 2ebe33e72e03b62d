"""Which intents a question is about: a linear model on characters and known words, and the nearest phrase.

The model is naive Bayes over characters, pairs of characters and words of the lexicon, counted from the
phrases when the files are loaded; the nearest phrase is found by `rapidfuzz.fuzz.ratio`. Partial and
token-set ratios are left out on purpose: on short Chinese they call nearly everything alike.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz, process

from bot.language.intents import Catalogue

SURE = 0.65
"""At or above this confidence an answer may be given at once."""
MAYBE = 0.35
"""At or above this, and below `SURE`, ask 'did you mean'; below it, say it wasn't understood."""

MAX_RANKED = 5
_MAX_CHARACTERS = 120  # a question's subject stands within this; more would only cost time

# What each kind of feature counts for, and how much the nearest phrase weighs against the model.
_CHARACTER, _PAIR, _WORD = 0.5, 1.0, 2.0
_SMOOTHING = 2.0
_NEAREST = 3.0
_ASKED_FOR = 1.2
_LIKELY = 12  # intents of which the phrases are compared one by one
_FARTHEST = 25  # per cent; below it two texts share nothing but chance
_TALK_NEAREST = 0.6
_WHOLE_QUESTION = 4  # characters
_LIKENESS = 0.55
_ALIKE, _UNSURE = 0.25, 0.6

_ESTIMATE = "estimate"
_TALK = frozenset({"greeting", "thanks", "help", "handoff"})

_FILLER = re.compile(
    r"请问|麻烦问|我想问|想问|问一下|咨询|一下|关于|的问题|相关|你好|您好|[A-Z]\d*(?=[市县区])"
    r"|[^一-鿿a-zA-Z0-9¥]|啊|呢|呀|啵|哒|嘛|哦|么\Z|吧|的|了|我|那个|这个|是不是|一般"
)

_SCHEME_WORD = re.compile(r"(?:职工|居民)(?:医保)?|在职|退休")
_OTHER_SCHEME = {"employee": "resident_", "resident": "employee_"}
_SCHEMES = ("employee_", "resident_")


@dataclass(frozen=True, slots=True)
class Ranked:
    """Intents best first, each with a score of 0 to 1; the first score is the confidence."""

    ids: tuple[str, ...]
    scores: tuple[float, ...]


class Lexicon:
    """Reads every variant of a word as that word, the longest variant first."""

    def __init__(self, variants: Mapping[str, str]) -> None:
        by_first: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for said, word in [*variants.items(), *((word, word) for word in sorted(set(variants.values())))]:
            by_first[said[0]].append((said, word))
        self._by_first = {
            first: sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0]))
            for first, pairs in by_first.items()
        }

    def read(self, text: str) -> tuple[str, list[str]]:
        """Return the text in the lexicon's words, and those words in order."""
        out: list[str] = []
        words: list[str] = []
        position = 0
        while position < len(text):
            for said, word in self._by_first.get(text[position], ()):
                if text.startswith(said, position):
                    out.append(word)
                    words.append(word)
                    position += len(said)
                    break
            else:
                out.append(text[position])
                position += 1
        return "".join(out), words


class Matcher:
    """Ranks the intents of a catalogue for a text; built once, then only read."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._lexicon = Lexicon(catalogue.lexicon)
        self._ids = tuple(catalogue.phrases)
        self._index = {id_: index for index, id_ in enumerate(self._ids)}
        self._phrases: list[list[str]] = [[] for _ in self._ids]
        bags: list[Counter[str]] = [Counter() for _ in self._ids]
        for index, id_ in enumerate(self._ids):
            for phrase in catalogue.phrases[id_]:
                text, words = self._prepare(phrase)
                self._phrases[index].append(text)
                bags[index].update(self._features(text, words))
                # Many ask without a scheme; then 职工 or 居民 in the phrase mustn't make it a stranger.
                neutral = _SCHEME_WORD.sub("", text)
                if id_.startswith(_SCHEMES) and len(neutral) < len(text) and len(neutral) > 3:
                    self._phrases[index].append(neutral)
        self._weights, self._bias = _learn(bags)
        self._twins = self._find_twins()

    def _find_twins(self) -> dict[int, int]:
        """Return employee_x <-> resident_x: the same question in either scheme."""
        twins: dict[int, int] = {}
        for id_, index in self._index.items():
            for mine, other in (_SCHEMES, _SCHEMES[::-1]):
                twin = self._index.get(other + id_.removeprefix(mine)) if id_.startswith(mine) else None
                if twin is not None:
                    twins[index] = twin
        return twins

    def _prepare(self, text: str) -> tuple[str, list[str]]:
        return self._pared(*self._lexicon.read(text))

    @staticmethod
    def _pared(plain: str, words: list[str]) -> tuple[str, list[str]]:
        return _FILLER.sub("", plain)[:_MAX_CHARACTERS], words[:_MAX_CHARACTERS]

    @staticmethod
    def _features(text: str, words: Iterable[str]) -> dict[str, float]:
        found: dict[str, float] = defaultdict(float)
        for character in text:
            found[character] += _CHARACTER
        for first, second in pairwise(text):
            found[first + second] += _PAIR
        for word in words:
            found["#" + word] += _WORD
        return found

    def plain(self, text: str) -> tuple[str, list[str]]:
        """Return the text in the lexicon's words, dialect and slips mended, and those words."""
        return self._lexicon.read(text)

    def rank(
        self,
        plain: str,
        words: list[str],
        insurance: str | None,
        *,
        insured: bool = True,
        familiar: bool = True,
        asks_sum: bool = False,
    ) -> Ranked:
        """Return the likeliest intents of a text, given as `plain` returns it.

        `insurance` is the scheme it names, if one; `insured` tells that it has a word of insurance,
        `familiar` that it has at least one of our field, `asks_sum` that it wants a sum worked out.
        """
        prepared, words = self._pared(plain, words)
        features = self._features(prepared, words)
        if not features:
            return Ranked((), ())
        total = sum(features.values())
        scores = [bias * total for bias in self._bias]
        known = 0.0
        for feature, count in features.items():
            weights = self._weights.get(feature)
            if weights is not None:
                known += count
                for index, weight in weights:
                    scores[index] += count * weight
        scores = [score / total for score in scores]
        likely = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)[:_LIKELY]
        nearest = self._nearest(prepared, likely)
        for index, ratio in nearest.items():
            scores[index] += _NEAREST * ratio
        for id_ in _TALK & self._index.keys():
            # Talk has few features, so a text of strangers' words would land here; it must be said outright.
            if nearest.get(self._index[id_], 0.0) < _TALK_NEAREST:
                scores[self._index[id_]] -= 2.0
        if asks_sum and _ESTIMATE in self._index:
            scores[self._index[_ESTIMATE]] += _ASKED_FOR
        self._heed_scheme(scores, insurance)
        order = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)[:MAX_RANKED]
        evidence = _Evidence(
            known / total, max(nearest.values(), default=0.0), insured, familiar, len(prepared)
        )
        return self._graded(order, scores, evidence)

    def _nearest(self, prepared: str, likely: list[int]) -> dict[int, float]:
        """Return the ratio, 0 to 1, of each likely intent's nearest phrase."""
        best: dict[int, float] = {}
        for index in likely:
            found = process.extractOne(
                prepared, self._phrases[index], scorer=fuzz.ratio, score_cutoff=_FARTHEST
            )
            if found is not None:
                best[index] = found[1] / 100
        return best

    def _heed_scheme(self, scores: list[float], insurance: str | None) -> None:
        """Lower the other scheme's intents where one is named; level the twins where none is."""
        if insurance in _OTHER_SCHEME:
            for id_, index in self._index.items():
                if id_.startswith(_OTHER_SCHEME[insurance]):
                    twin = self._twins.get(index)
                    if twin is not None and scores[index] > scores[twin]:
                        scores[twin] = scores[index]
                    scores[index] -= 1.0
            return
        best = max(range(len(scores)), key=scores.__getitem__)
        twin = self._twins.get(best)
        if twin is not None:
            scores[twin] = max(scores[twin], scores[best] - 0.001)

    def _graded(self, order: list[int], scores: list[float], evidence: "_Evidence") -> Ranked:
        """Turn raw scores into 0 to 1: the best gets the confidence, the others as far less as they trail."""
        top = scores[order[0]]
        rival = next((scores[i] for i in order[1:] if i != self._twins.get(order[0])), top)
        confidence = _confidence(top - rival, evidence)
        if self._ids[order[0]] in _TALK:
            # Talk is short and said outright: a text that only resembles it is something else.
            confidence *= evidence.nearest**2
        graded = tuple(round(confidence * math.exp(scores[i] - top), 4) for i in order)
        return Ranked(tuple(self._ids[i] for i in order), graded)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What tells a question of ours from another: apart from which of ours it is."""

    known: float  # share of its features that any phrase has
    nearest: float  # ratio of the nearest phrase, 0 to 1
    insured: bool  # insurance is spoken of
    familiar: bool  # at least a word of our field
    length: int  # characters, without fillers


def _confidence(lead: float, evidence: _Evidence) -> float:
    """Return how sure the best intent is, by a logistic fit on questions that stand in no file of intents.

    `lead` is how far the best is ahead of the next other subject.
    """
    z = -3.0 + 1.2 * lead + 1.7 * evidence.known + 0.8 * evidence.nearest + 1.3 * evidence.insured
    # A word or two (本地, 低保) name a thing without asking anything of it.
    share = min(1.0, evidence.length / _WHOLE_QUESTION)
    # 银行卡密码忘了 is all but a phrase of ours, and still no question of ours.
    share *= 1.0 if evidence.familiar else _LIKENESS
    confidence = share / (1 + math.exp(-z))
    # However plainly it is put, a question that two subjects fit alike is to be asked back.
    return confidence if lead > _ALIKE else min(confidence, _UNSURE)


def _learn(bags: list[Counter[str]]) -> tuple[dict[str, list[tuple[int, float]]], list[float]]:
    """Return per feature the (intent, weight) pairs above the background, and each intent's background."""
    total: Counter[str] = Counter()
    for bag in bags:
        total.update(bag)
    everything = sum(total.values())
    weights: dict[str, list[tuple[int, float]]] = defaultdict(list)
    biases: list[float] = []
    for index, bag in enumerate(bags):
        size = sum(bag.values()) + _SMOOTHING
        biases.append(math.log(_SMOOTHING / size))
        for feature, count in bag.items():
            background = _SMOOTHING * total[feature] / everything
            weights[feature].append((index, math.log((count + background) / background)))
    return dict(weights), biases
