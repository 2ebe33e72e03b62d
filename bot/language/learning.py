"""Learns the matcher's weights, its confidence and its thresholds from the files of intents.

Needs the extra `learn`; nothing here runs when questions are answered. The weights are an averaged
perceptron's with a margin, on whole numbers, so that every machine comes to the same; the few factors of the
confidence are rounded so far that the last bits of a machine's arithmetic don't show.
"""

import math
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from pypinyin import lazy_pinyin

from bot.language.facts import find_insurance
from bot.language.features import clauses, pared
from bot.language.gates import find_gate, is_familiar, is_insured
from bot.language.homophones import Homophones
from bot.language.intents import NOT_OURS, Catalogue, Risk, load
from bot.language.learned import FILE, Learned, digest, written
from bot.language.matching import Hints, Plain, Ranked, Ranker, Speech, confidence, twin_of
from bot.language.normalise import normalise
from bot.language.places import Places
from bot.language.rows import SCALE
from bot.language.sounds import Sounds

_EPOCHS = 30
_MARGIN = 8  # in units of a text's own length as a vector
_UNIT = 1_000
_FOLDS = 5
_SEED = 20_231
_LEAST_WEIGHT = 2  # of SCALE; smaller ones change no ranking and would triple the file

# What share of the answers given must be right. Where money is at stake a wrong answer costs most.
_PRECISION: Mapping[Risk, float] = {"high": 0.985, "low": 0.95}
_LEAKED = 0.015  # of what is not ours may be answered, of each risk
_MAYBE_SHARE = 0.2  # of the questions of others may be asked back rather than not understood
_STEP = 0.01

_SCHEME = re.compile(r"(?:职工|居民)(?:医保)?")
_LEAST = 3  # characters that must remain without the scheme

_Vectors = Sequence[tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Tried:
    """An unseen question, ranked; `ranked` is None where a gate stops it before."""

    labels: frozenset[str]
    ranked: Ranked | None
    right: bool
    """The first intent is one wanted, or asks the same of either scheme where the text names none."""
    risk: Risk
    """Of the first intent."""

    @property
    def ours(self) -> bool:
        return self.labels.isdisjoint(NOT_OURS)


@dataclass(frozen=True, slots=True)
class Share:
    """From a threshold on: shares of our questions answered, of answers right, of others answered."""

    threshold: float
    coverage: float
    precision: float
    leaked: float


class Lesson:
    """All that is learned from one folder of intents."""

    def __init__(self, folder: Path, places: Places) -> None:
        """Raises IntentsError for a file that can't be used."""
        self.folder = folder
        self._places = places
        self._catalogue = load(folder)
        self._syllables = _syllables()
        texts = _labelled(self._catalogue)
        self._wanted = [id_ for id_, _ in texts]
        said = [normalise(text) for _, text in texts]
        self.sounds = Sounds(self._syllables)
        self._terms = _terms(self._catalogue, self.sounds)
        kept = self._catalogue.kept
        self._natural = _natural(self._catalogue, self._terms, said, self.sounds)
        self._speech = Speech(self._catalogue.lexicon, self._terms, kept, self._natural, self.sounds)
        self._plain = [self._speech.plain(text) for text in said]
        self._classes = tuple(sorted(set(self._wanted)))
        number = {id_: n for n, id_ in enumerate(self._classes)}
        self._labels = [number[id_] for id_ in self._wanted]
        found = [self._speech.features(plain, clauses(plain.text)) for plain in self._plain]
        self._features = sorted(set(chain.from_iterable(found)))
        place = {feature: n for n, feature in enumerate(self._features)}
        self._vectors = [_vector(each, place) for each in found]

    @cached_property
    def ranker(self) -> Ranker:
        phrases = {id_: said for id_, said in self._phrases.items() if id_ not in NOT_OURS}
        return Ranker(self._classes, self._weights, phrases, self._speech)

    def rank(self, text: str) -> Ranked:
        """Return how a normalised text is ranked by what was learned."""
        plain = self._speech.plain(text)
        return self.ranker.rank(plain, _hints(text, plain))

    @cached_property
    def tried(self) -> list[Tried]:
        """The unseen questions, ranked by what was learned from the phrases."""
        return [self._try(text, frozenset(labels)) for text, labels in self._catalogue.unseen]

    def _try(self, text: str, labels: frozenset[str]) -> Tried:
        text = normalise(text)
        plain = self._speech.plain(text)
        hints = _hints(text, plain)
        if find_gate(text, says_value=False, insured=hints.insured, places=self._places) is not None:
            return Tried(labels, None, False, "high")
        ranked = self.ranker.rank(plain, hints)
        if not ranked.ids:
            return Tried(labels, None, False, "high")
        best = ranked.ids[0]
        right = best in labels or (hints.insurance is None and twin_of(best) in labels)
        return Tried(labels, ranked, right, self._catalogue.subjects[best].risk)

    @cached_property
    def fit(self) -> tuple[float, ...]:
        """The logistic fit of 'the first intent is right' on the signs of the unseen questions."""
        return self._fitted(range(len(self.tried)))

    def _fitted(self, numbers: Sequence[int]) -> tuple[float, ...]:
        ranked = [(each.ranked.signs, each.right) for n in numbers if (each := self.tried[n]).ranked]
        return _logistic([signs for signs, _ in ranked], [right for _, right in ranked])

    @cached_property
    def _confidences(self) -> list[float]:
        """Each unseen question's confidence, by a fit on the other folds."""
        folds = _fold(len(self.tried))
        found = [0.0] * len(folds)
        for fold in range(_FOLDS):
            fit = self._fitted([n for n, of in enumerate(folds) if of != fold])
            for n, of in enumerate(folds):
                ranked = self.tried[n].ranked
                if of == fold and ranked is not None:
                    found[n] = confidence(ranked, fit)
        return found

    def shares(self, risk: Risk) -> list[Share]:
        """Return coverage and precision at every threshold from 0 to 1, for the intents of a risk."""
        sure = [pair for pair in zip(self.tried, self._confidences, strict=True) if pair[0].risk == risk]
        ours = [pair for pair in sure if pair[0].ours]
        others = [each for each in self.tried if not each.ours]
        found: list[Share] = []
        for step in range(round(1 / _STEP)):
            threshold = round(step * _STEP, 2)
            answered = [each for each, c in ours if c >= threshold]
            found.append(
                Share(
                    threshold,
                    len(answered) / max(1, len(ours)),
                    sum(each.right for each in answered) / max(1, len(answered)),
                    sum(not each.ours and c >= threshold for each, c in sure) / max(1, len(others)),
                )
            )
        return found

    def threshold(self, risk: Risk) -> float:
        """Return the least threshold that keeps the precision wanted for a risk, and others unanswered."""
        enough = 1.0
        for share in reversed(self.shares(risk)):
            if share.coverage > 0 and (share.precision < _PRECISION[risk] or share.leaked > _LEAKED):
                break
            enough = share.threshold
        return enough

    def learned(self) -> Learned:
        """Return all of it."""
        sure: dict[Risk, float] = {"high": self.threshold("high"), "low": self.threshold("low")}
        return Learned(
            subjects=self._catalogue.subjects,
            commands=self._catalogue.commands,
            lexicon=self._catalogue.lexicon,
            terms=self._terms,
            kept=self._catalogue.kept,
            natural=self._natural,
            syllables=self._syllables,
            phrases={id_: tuple(self._phrases[id_]) for id_ in self._catalogue.subjects},
            classes=self._classes,
            weights=self._weights,
            confidence=self.fit,
            sure=sure,
            maybe=self._maybe(min(sure.values())),
        )

    def write(self) -> Path:
        """Write the file beside the intents, and return it."""
        file = self.folder / FILE
        file.write_text(self.text(), encoding="utf-8", newline="\n")
        return file

    def text(self) -> str:
        """Return what the file should hold."""
        return written(self.learned(), digest(self.folder))

    @cached_property
    def _phrases(self) -> dict[str, list[str]]:
        found: dict[str, dict[str, None]] = {}
        for id_, plain in zip(self._wanted, self._plain, strict=True):
            phrase = pared(plain.text)
            found.setdefault(id_, {})[phrase] = None
            # Many ask without a scheme; then 职工 or 居民 in the phrase mustn't make it a stranger.
            neutral = _SCHEME.sub("", phrase)
            if twin_of(id_) in self._catalogue.subjects and len(neutral) > _LEAST:
                found[id_][neutral] = None
        return {id_: list(said) for id_, said in found.items()}

    def _maybe(self, most: float) -> float:
        """Return from where on few questions of others would be asked back."""
        others = sorted(
            (c for each, c in zip(self.tried, self._confidences, strict=True) if "ood" in each.labels),
            reverse=True,
        )
        place = int(len(others) * _MAYBE_SHARE)
        return min(most, math.ceil(others[place] * 100) / 100) if others else most / 2

    @cached_property
    def _weights(self) -> dict[str, list[int]]:
        sums = _perceptron(self._vectors, self._labels, (len(self._features), len(self._classes)))
        return dict(_packed(sums, self._features))


def _labelled(catalogue: Catalogue) -> list[tuple[str, str]]:
    return [
        (id_, text)
        for group in (catalogue.phrases, catalogue.negatives)
        for id_, texts in group.items()
        for text in texts
    ]


def _hints(text: str, plain: Plain) -> Hints:
    insured = is_insured(plain.text)
    return Hints(find_insurance(text), insured, insured or is_familiar(plain.text))


def _syllables() -> dict[str, str]:
    """Return syllable -> the characters of GB2312 most often read so."""
    found: dict[str, str] = {}
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                character = bytes([high, low]).decode("gb2312")
            except UnicodeDecodeError:
                continue
            [syllable] = lazy_pinyin(character)
            found[syllable] = found.get(syllable, "") + character
    return dict(sorted(found.items()))


def _terms(catalogue: Catalogue, sounds: Sounds) -> tuple[str, ...]:
    """Return what may be meant by a slip: the terms, and the words of the lexicon that are no slips."""
    words = {
        said
        for said, meant in [*catalogue.lexicon.items(), *((word, "") for word in catalogue.lexicon.values())]
        if len(said) > 1 and sounds.heard(said) != sounds.heard(meant)
    }
    return tuple(sorted(word for word in {*words, *catalogue.terms} if all(sounds.exact(word))))


def _natural(
    catalogue: Catalogue, terms: Sequence[str], texts: Sequence[str], sounds: Sounds
) -> tuple[str, ...]:
    """Return what sounds like a term and isn't one: it stands in a phrase so."""
    mending = Homophones(terms, [*catalogue.lexicon, *catalogue.kept], sounds)
    return tuple(sorted({text[at : at + len(term)] for text in texts for at, term in mending.slips(text)}))


def _vector(found: Mapping[str, int], place: Mapping[str, int]) -> tuple[Any, Any]:
    """Return the places of the features and their values, whole numbers of a vector of one length."""
    norm = math.sqrt(sum(count * count for count in found.values())) or 1.0
    return (
        np.array([place[feature] for feature in found], dtype=np.int64),
        np.array([round(_UNIT * count / norm) for count in found.values()], dtype=np.int64),
    )


def _fold(count: int) -> list[int]:
    order = list(range(count))
    random.Random(_SEED).shuffle(order)  # noqa: S311
    folds = [0] * count
    for place, n in enumerate(order):
        folds[n] = place % _FOLDS
    return folds


def _perceptron(vectors: _Vectors, labels: Sequence[int], shape: tuple[int, int]) -> Any:
    """Return the weights, features × classes, averaged over all steps; whole numbers."""
    weights, late = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    margin = _MARGIN * _UNIT * _UNIT
    order = list(range(len(vectors)))
    shuffle = random.Random(_SEED).shuffle  # noqa: S311
    step = 0
    for _ in range(_EPOCHS):
        shuffle(order)
        for n in order:
            step += 1
            places, values = vectors[n]
            scores = values @ weights[places]
            wanted = labels[n]
            scores[wanted] -= margin
            rival = int(scores.argmax())
            if rival != wanted:
                weights[places, wanted] += values
                weights[places, rival] -= values
                late[places, wanted] += step * values
                late[places, rival] -= step * values
    return weights * step - late


def _packed(sums: Any, features: Sequence[str]) -> Iterator[tuple[str, list[int]]]:
    """Yield feature and its row of class, weight, …, for those that matter."""
    largest = max(1, int(np.abs(sums).max()))
    # Whole numbers throughout: halves are rounded away from zero.
    scaled = np.sign(sums) * ((2 * SCALE * np.abs(sums) + largest) // (2 * largest))
    for place, feature in enumerate(features):
        row = scaled[place]
        numbers = np.flatnonzero(np.abs(row) >= _LEAST_WEIGHT)
        if len(numbers):
            yield feature, [int(each) for number in numbers for each in (number, row[number])]


def _logistic(signs: Sequence[Sequence[float]], right: Sequence[bool]) -> tuple[float, ...]:
    """Return the constant and the factors of a logistic fit by Newton's method, slightly drawn to zero."""
    given = np.column_stack([np.ones(len(signs)), np.array(signs)])
    wanted = np.array(right, dtype=float)
    found = np.zeros(given.shape[1])
    ridge = np.eye(len(found))
    for _ in range(25):
        likely = 1 / (1 + np.exp(-given @ found))
        slope = given.T @ (wanted - likely) - ridge @ found
        bend = (given * (likely * (1 - likely))[:, None]).T @ given + ridge
        found = found + np.linalg.solve(bend, slope)
    return tuple(round(float(each), 3) for each in found)
