"""Words that mean the same, read as one of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping


class Lexicon:
    """Reads every variant of a word as that word, the longest variant first."""

    def __init__(self, variants: Mapping[str, str], kept: Collection[str] = ()) -> None:
        """`kept` are words that stay as they are, though a variant stands in them: 恰 in 恰好."""
        by_first: dict[str, list[tuple[str, str]]] = defaultdict(list)
        known = [*variants.items(), *((word, word) for word in sorted(set(variants.values())))]
        for said, word in [*known, *((word, "") for word in kept if word not in variants)]:
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
                    out.append(word or said)
                    if word:
                        words.append(word)
                    position += len(said)
                    break
            else:
                out.append(text[position])
                position += 1
        return "".join(out), words
