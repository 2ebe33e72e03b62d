"""Which intents a question is about: a linear model on features of the text, and the nearest phrase.

The model's weights are learned beforehand (`learning`); the nearest phrases are found by an index of pairs
of characters and compared by `rapidfuzz.fuzz.ratio`. Partial and token-set ratios are left out on purpose:
on short Chinese they call nearly everything alike.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.language.features import clauses, features
from bot.language.homophones import Homophones
from bot.language.index import Index
from bot.language.intents import NOT_OURS
from bot.language.learned import Learned
from bot.language.lexicon import Lexicon
from bot.language.rows import SCALE, Rows
from bot.language.sounds import Sounds

MAX_RANKED = 5

_NEAREST = 0.2  # what a phrase alike in every character adds to a score
_PHRASES = 6
_CLOSE = 0.1  # two subjects nearer to each other than this may both be meant
_WHOLE_QUESTION = 4  # characters; less (本地, 二级) names a thing without asking anything of it
_PLAIN_LENGTH = 8  # characters; so long a text says all it has to
_FARTHEST = 0.25  # below it two texts share nothing but chance
_FALL = 4.0  # how fast scores of 0 to 1 fall behind the first
_TWIN = 0.001  # keeps the order of twins that are otherwise level
_OTHER = 0.2  # taken off the intents of the scheme that wasn't named

_TALK = frozenset({"greeting", "thanks", "help", "handoff"})
_OTHER_SCHEME = {"employee": "resident_", "resident": "employee_"}
_SCHEMES = ("employee_", "resident_")


@dataclass(frozen=True, slots=True)
class Hints:
    """What the whole text tells beside its wording.

    `insurance`: the scheme it names. `insured`: it has a word of insurance; `familiar`: at least one of our
    field.
    """

    insurance: str | None = None
    insured: bool = True
    familiar: bool = True


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in the lexicon's words, slips and dialect mended, and those words in order."""

    text: str
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Intents best first, each with its score, and what tells how sure the first is (see `confidence`).

    `vague`: rather too unclear a text of our field than one of another.
    """

    ids: tuple[str, ...]
    scores: tuple[float, ...]
    signs: tuple[float, ...]
    vague: bool
    length: int
    """Characters of the clause that asks, without fillers."""


NOTHING = Ranked((), (), (), vague=False, length=0)


class Speech:
    """Reads a text as plain words, and plain words as features."""

    def __init__(
        self,
        lexicon: Mapping[str, str],
        terms: Sequence[str],
        kept: Sequence[str],
        natural: Sequence[str],
        sounds: Sounds,
    ) -> None:
        self._lexicon = Lexicon(lexicon, kept)
        self._homophones = Homophones(terms, [*lexicon, *kept, *natural], sounds)
        self._sounds = sounds

    def plain(self, text: str) -> Plain:
        """Return normalised `text` in the lexicon's words."""
        return Plain(*self._lexicon.read(self._homophones.mend(text)))

    def features(self, plain: Plain, parts: Sequence[tuple[str, int]]) -> dict[str, int]:
        """Return feature -> count; `parts` are the clauses of the text, pared."""
        return features(parts, plain.words, self._sounds)


class Ranker:
    """Ranks intents by weights and by phrases; both are given, so that it serves for learning as well."""

    def __init__(
        self,
        classes: Sequence[str],
        weights: Mapping[str, Sequence[int]],
        phrases: Mapping[str, Sequence[str]],
        speech: Speech,
    ) -> None:
        self._classes = tuple(classes)
        self._number = {id_: number for number, id_ in enumerate(self._classes)}
        self._ours = [number for number, id_ in enumerate(self._classes) if id_ not in NOT_OURS]
        self._not_ours = [self._number[id_] for id_ in NOT_OURS if id_ in self._number]
        self._talk = frozenset(self._number[id_] for id_ in _TALK if id_ in self._number)
        self._rows = Rows(weights, len(self._classes))
        self._speech = speech
        self._owners = [self._number[id_] for id_, said in phrases.items() for _ in said]
        self._index = Index([phrase for said in phrases.values() for phrase in said])
        self._twins = {
            number: self._number[twin_of(id_)]
            for id_, number in self._number.items()
            if twin_of(id_) in self._number
        }
        self._of_scheme = {
            scheme: [n for n, id_ in enumerate(self._classes) if id_.startswith(f"{scheme}_")]
            for scheme in _OTHER_SCHEME
        }

    def rank(self, plain: Plain, hints: Hints) -> Ranked:
        """Return the likeliest intents of a text."""
        parts = clauses(plain.text)
        found = self._speech.features(plain, parts)
        if not parts or not found:
            return NOTHING
        scores, known = self._scored(found)
        asking = max(parts, key=lambda part: (part[1], len(part[0])))[0]
        nearest = self._nearest(asking)
        for number, ratio in nearest.items():
            scores[number] += _NEAREST * ratio
        self._heed_scheme(scores, hints.insurance)
        order = sorted(self._ours, key=scores.__getitem__, reverse=True)[:MAX_RANKED]
        best = order[0]
        rival = next((scores[n] for n in order[1:] if n != self._twins.get(best)), scores[best])
        strangers = [scores[number] for number in self._not_ours]
        signs = (
            scores[best] - rival,
            max(0.0, _CLOSE - scores[best] + rival) / _CLOSE,
            scores[best] - max(strangers, default=0.0),
            known,
            nearest.get(best, 0.0),
            float(hints.insured),
            float(hints.familiar),
            min(len(asking), _PLAIN_LENGTH) / _PLAIN_LENGTH,
            float(best in self._talk),
        )
        return Ranked(
            tuple(self._classes[number] for number in order),
            tuple(scores[number] for number in order),
            signs,
            vague=hints.familiar and bool(strangers) and strangers[-1] >= max(strangers),
            length=len(asking),
        )

    def _scored(self, found: Mapping[str, int]) -> tuple[list[float], float]:
        """Return each class's score by the model, and the share of the features that it knows."""
        square = known = total = sums = 0
        for feature, count in found.items():
            square += count * count
            total += count
            row = self._rows.get(feature)
            if row is not None:
                known += count
                sums += count * row
        norm = math.sqrt(square) * SCALE
        lowest = known * SCALE
        return [(each - lowest) / norm for each in self._rows.classes(sums)], known / total

    def _nearest(self, text: str) -> dict[int, float]:
        """Return the ratio, 0 to 1, of the nearest phrase of each class that has one near."""
        best: dict[int, float] = {}
        for place, ratio in self._index.nearest(text, _PHRASES, _FARTHEST):
            best.setdefault(self._owners[place], ratio)
        return best

    def _heed_scheme(self, scores: list[float], insurance: str | None) -> None:
        """Lower the other scheme's intents where one is named; level the twins where none is."""
        other = _OTHER_SCHEME.get(insurance or "")
        if other is None:
            for one, same in self._twins.items():
                scores[same] = max(scores[same], scores[one] - _TWIN)
            return
        for number in self._of_scheme[other.removesuffix("_")]:
            twin = self._twins.get(number)
            if twin is not None:
                scores[twin] = max(scores[twin], scores[number])
            scores[number] -= _OTHER


def twin_of(intent: str) -> str:
    """Return what an intent would be called in the other scheme, '' where it is of no scheme."""
    for mine, other in (_SCHEMES, _SCHEMES[::-1]):
        if intent.startswith(mine):
            return other + intent.removeprefix(mine)
    return ""


class Matcher:
    """The matcher of a folder of intents: what was learned, ready to rank; built once, then only read."""

    def __init__(self, learned: Learned) -> None:
        self._fit = learned.confidence
        self._speech = Speech(
            learned.lexicon, learned.terms, learned.kept, learned.natural, Sounds(learned.syllables)
        )
        self._ranker = Ranker(learned.classes, learned.weights, learned.phrases, self._speech)

    def plain(self, text: str) -> Plain:
        """Return normalised `text` in the lexicon's words, dialect and slips mended."""
        return self._speech.plain(text)

    def rank(self, plain: Plain, hints: Hints) -> tuple[tuple[tuple[str, float], ...], bool]:
        """Return the likeliest intents, best first, each with a score of 0 to 1, and whether they are vague.

        The first score is the confidence.
        """
        ranked = self._ranker.rank(plain, hints)
        sure = confidence(ranked, self._fit)
        scored = (
            (id_, round(sure * math.exp(_FALL * (score - ranked.scores[0])), 4))
            for id_, score in zip(ranked.ids, ranked.scores, strict=True)
        )
        return tuple(scored), ranked.vague


def confidence(ranked: Ranked, fit: Sequence[float]) -> float:
    """Return how likely the first intent is right, 0 to 1.

    `fit` is a logistic fit: its constant, then a factor for each sign.
    """
    if not ranked.ids:
        return 0.0
    z = fit[0] + sum(sign * factor for sign, factor in zip(ranked.signs, fit[1:], strict=True))
    return min(1.0, ranked.length / _WHOLE_QUESTION) / (1 + math.exp(-max(-30.0, min(30.0, z))))
