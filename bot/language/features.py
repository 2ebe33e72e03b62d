"""What a text is recognised by: its characters, pairs of them, pairs of sounds, and known words."""

import re
from collections.abc import Sequence
from itertools import combinations, pairwise

from bot.language.sounds import Sounds

_FROM_START, _FROM_END = 150, 250
MOST_CHARACTERS = _FROM_START + _FROM_END
"""Of a longer text its start and its end are read: the question stands there; more would only cost time."""

# What each kind of feature counts for.
_CHARACTER, _PAIR, _SOUND, _WORD, _WORDS = 2, 4, 4, 4, 3
_MOST_WORDS = 12  # for pairs of words

_ONE_CLAUSE = 60  # characters; longer texts are stories with a question somewhere
_CLAUSE = re.compile(r"[^,。!?;:~、 ]+[,。!?;:~、 ]*")
_ASKS = re.compile(
    r"[?]|吗|多少|怎么|什么|哪[里个些家]|能不能|能否|是否|可不可以|可以.{0,12}(?:么|不)|要不要|需不需要|是不是|有没有|"
    r"为什么|凭什么|多久|几[成个点时]|谁|如何|咨询|请问|想问|问一?下|希望|算不算|[报给]不|多高|多长|何时|反映|请求"
)
_ASKING, _TELLING = 2, 1

_FILLER = re.compile(
    r"请问|麻烦问|我想问|想问|问一下|咨询|一下|关于|的问题|相关|你好|您好|谢谢|[A-Z]\d*(?=[市县区镇])"
    r"|[^一-鿿a-zA-Z0-9¥]|啊|呢|呀|啵|哒|嘛|哦|么\Z|吧|的|了|我|那个|这个|是不是|一般"
)
_DIGITS = re.compile(r"\d+(?:\.\d+)?")


def pared(text: str) -> str:
    """Return `text` without what says nothing of its subject; every figure is written 0."""
    return _DIGITS.sub("0", _FILLER.sub("", text))


def clauses(text: str) -> list[tuple[str, int]]:
    """Return the clauses of a text, pared, each with its weight: one that asks weighs most."""
    if len(text) <= _ONE_CLAUSE:
        return [(pared(text), _ASKING)]
    if len(text) > MOST_CHARACTERS:
        text = f"{text[:_FROM_START]}。{text[-_FROM_END:]}"
    found = [
        (pared(clause[0]), _ASKING if _ASKS.search(clause[0]) else _TELLING)
        for clause in _CLAUSE.finditer(text)
    ]
    return [(clause, weight) for clause, weight in found if clause]


def features(parts: Sequence[tuple[str, int]], words: Sequence[str], sounds: Sounds) -> dict[str, int]:
    """Return feature -> count of `clauses` and the known words of a text."""
    found: dict[str, int] = {}
    for clause, weight in parts:
        for character in clause:
            found[character] = found.get(character, 0) + _CHARACTER * weight
        edged = f"^{clause}$"
        for first, second in pairwise(edged):
            pair = first + second
            found[pair] = found.get(pair, 0) + _PAIR * weight
        for first, second in pairwise(sounds.heard(clause)):
            if first and second:
                pair = f"{first} {second}"
                found[pair] = found.get(pair, 0) + _SOUND * weight
    known = sorted(set(words))[:_MOST_WORDS]
    for word in known:
        found["#" + word] = _WORD * _ASKING
    for one, other in combinations(known, 2):
        found[f"#{one}#{other}"] = _WORDS * _ASKING
    return found
