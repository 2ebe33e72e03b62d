"""Mends slips of the ear and of the pinyin keyboard: 起付现 is read as 起付线, 报消 as 报销."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.language.sounds import Sounds

_SHORT = 2  # characters; so short a word sounds like many others


@dataclass(frozen=True, slots=True)
class _Term:
    text: str
    heard: list[str]
    exact: list[str]


class Homophones:
    """Replaces what sounds like a term of the field, and is no word of its own, by the term."""

    def __init__(self, terms: Collection[str], words: Collection[str], sounds: Sounds) -> None:
        """`terms` are what may be meant; `words` stay as they are, whatever they sound like."""
        self._sounds = sounds
        self._words: dict[str, list[str]] = defaultdict(list)
        for word in _longest_first([*terms, *words]):
            self._words[word[0]].append(word)
        self._terms: dict[str, list[_Term]] = defaultdict(list)
        for text in _longest_first(terms):
            term = _Term(text, sounds.heard(text), sounds.exact(text))
            self._terms[term.heard[0]].append(term)

    def mend(self, text: str) -> str:
        """Return `text` with its slips mended; it keeps its length."""
        for start, term in list(self.slips(text)):
            text = text[:start] + term + text[start + len(term) :]
        return text

    def slips(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield where something stands that sounds like a term, and the term."""
        heard = self._sounds.heard(text)
        position = 0
        while position < len(text):
            length = self._word_at(text, position)
            if heard[position] in self._terms:
                term = self._meant(text, heard, position, length)
                if term is not None:
                    yield position, term
                    length = len(term)
            position += length or 1

    def _word_at(self, text: str, position: int) -> int:
        """Return the length of the word that stands here rightly, 0 if none does."""
        words = self._words.get(text[position], ())
        return next((len(word) for word in words if text.startswith(word, position)), 0)

    def _meant(self, text: str, heard: list[str], position: int, standing: int) -> str | None:
        """Return the term that sounds like what is here and is longer than the word standing here."""
        for term in self._terms[heard[position]]:
            if len(term.text) <= standing:
                break
            end = position + len(term.text)
            if heard[position:end] != term.heard or text.startswith(term.text, position):
                continue
            said = text[position:end]
            # With no character right, anything might be meant: 一包药 is no 医保药.
            if not any(a == b for a, b in zip(said, term.text, strict=True)):
                continue
            if len(said) == _SHORT and self._sounds.exact(said) != term.exact:
                continue
            if not any(self._parts(text, term.text, position, inside) for inside in range(1, len(said))):
                return term.text
        return None

    def _parts(self, text: str, term: str, position: int, inside: int) -> bool:
        """Tell whether a word that begins `inside` the span reaches beyond it, or would be changed."""
        length = self._word_at(text, position + inside)
        word = text[position + inside : position + inside + length]
        return bool(length) and term[inside : inside + length] != word


def _longest_first(words: Collection[str]) -> list[str]:
    return sorted({word for word in words if word}, key=lambda word: (-len(word), word))
