"""Plain text of ours -> what it is made of: paragraphs, lists, headings, sources."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Kind = Literal["p", "ul", "ol", "head", "basis"]

_NUMBERED = re.compile(r"\d+\. ")
_HEADS = ("【", "】")
_BASIS = "依据："


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of one kind; those of a list without their marks."""

    kind: Kind
    lines: tuple[str, ...]


def prose(text: str) -> Iterator[Piece]:
    """Yield the pieces of a text."""
    for kind, lines in groupby((line for line in text.splitlines() if line.strip()), _kind):
        listed = tuple(lines)
        if kind in {"ul", "ol"}:
            yield Piece(kind, tuple(_unmarked(line) for line in listed))
        else:
            yield from (Piece(kind, (_unmarked(line),)) for line in listed)


def _kind(line: str) -> Kind:
    if line.startswith("- "):
        return "ul"
    if _NUMBERED.match(line):
        return "ol"
    if line.startswith(_HEADS[0]) and line.endswith(_HEADS[1]):
        return "head"
    return "basis" if line.startswith(_BASIS) else "p"


def _unmarked(line: str) -> str:
    if line.startswith(_HEADS[0]) and line.endswith(_HEADS[1]):
        return line[1:-1]
    return _NUMBERED.sub("", line.removeprefix("- "), count=1) if _kind(line) in {"ul", "ol"} else line
