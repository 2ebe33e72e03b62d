"""The one error of a policy file: where it is, the line itself, and how to mend it."""

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# What a message repeats of a file is cut to this, so that a bomb doesn't go off in the message.
_SHOWN = 60
_SHOWN_OF_LINE = 120
_FEW = 7


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file. Lines and columns count from 1; `text` is the line, empty if it can't be shown."""

    file: Path
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.file.as_posix()}:{self.line}:{self.column}"

    def shown(self) -> str:
        """Return the line, or what of it lies about the column, with a caret below the column."""
        number = str(self.line)
        start = max(0, self.column - 1 - _SHOWN) if len(self.text) > _SHOWN_OF_LINE else 0
        # A control character must not reach a terminal.
        text = "".join(
            "\ufffd" if unicodedata.category(c)[0] == "C" else c
            for c in self.text[start : start + _SHOWN_OF_LINE]
        )
        before, after = "…" if start else "", "…" if start + _SHOWN_OF_LINE < len(self.text) else ""
        # A caret under wide characters needs wide blanks, else it points too far left.
        left = "".join("\u3000" if ord(c) > 0x2E7F else " " for c in before + text[: self.column - 1 - start])
        return f"  {number} | {before}{text}{after}\n  {' ' * len(number)} | {left}^"


class PolicyProblem(Exception):
    """A policy file can't be used; the message names every place involved and the mend."""

    def __init__(self, what: str, mend: str, *places: Place) -> None:
        self.what = what
        self.mend = mend
        self.places = places
        lines = []
        for index, place in enumerate(places):
            lines.append(f"{place}: {what}" if index == 0 else f"{place}: … and here")
            if place.text:
                lines.append(place.shown())
        if not places:
            lines.append(what)
        lines.append(f"  {mend}")
        super().__init__("\n".join(lines))


def brief(value: object) -> str:
    """Return what a file says as text short enough to repeat in a message."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ' Did you mean …?' with the likest of the `known` words, or nothing if none is alike."""
    near = _likest(word, known, 1, 0.65)
    return f" Did you mean {near[0]}?" if near else ""


def such_as(word: str, known: Iterable[str]) -> str:
    """Return ': ' and all the `known` words if they are few, or ', such as' and those likest to `word`."""
    words = list(known)
    few = len(words) <= _FEW
    return f": {', '.join(words)}" if few else f", such as {', '.join(_likest(word, words, _FEW, 0.0))}"


def _likest(word: str, known: Iterable[str], most: int, least_alike: float) -> list[str]:
    # Comparing takes the square of the length.
    return difflib.get_close_matches(word[:_SHOWN], list(known), n=most, cutoff=least_alike)
