"""The fonts of the cards: how wide a text is, and which of its characters they hold."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from opencc import OpenCC

FAMILY = "Noto Sans SC"
FILES = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")
BLANK = "□"
"""Stands for a character that can't be shown, as GB/T 15834 has it for one that can't be read."""


class MissingGlyphError(Exception):
    """The font lacks characters of a text; drawn all the same, they would silently be left out."""

    def __init__(self, missing: str, text: str) -> None:
        named = ", ".join(f"{each} (U+{ord(each):04X})" for each in missing)
        super().__init__(
            f"the font of the cards has no {named}, wanted for “{text}”. If the character stands in a file "
            "of ours, make the fonts anew: see bot/rendering/making_fonts.py."
        )
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Face:
    """One weight of the font: the advance of each character that it holds; `em` of its units make a size."""

    advances: Mapping[str, int]
    em: int

    @classmethod
    def load(cls, path: Path) -> "Face":
        """Read a font. Raises OSError."""
        # Takes longer to import than all else here; a program that draws no card needs none of it.
        from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

        with TTFont(path, lazy=True) as font:
            widths = font["hmtx"].metrics
            advances = {chr(code): widths[name][0] for code, name in font.getBestCmap().items()}
            return cls(advances, font["head"].unitsPerEm)

    def missing(self, text: str) -> str:
        """Return the characters of a text that the font lacks, each once, in order."""
        return "".join(dict.fromkeys(each for each in text if each not in self.advances))

    def width(self, text: str, size: float) -> float:
        """Return how wide a text is that this face holds; digits are all of one width."""
        return sum(map(self.advances.__getitem__, text)) * size / self.em


@dataclass(frozen=True, slots=True)
class Faces:
    """Both weights. `strict`: a character that they lack is an error, else a readable one takes its place."""

    regular: Face
    bold: Face
    strict: bool

    @classmethod
    def load(cls, folder: Path, *, strict: bool) -> "Faces":
        """Read both weights from a folder. Raises OSError."""
        regular, bold = (Face.load(folder / name) for name in FILES)
        return cls(regular, bold, strict)

    def of(self, *, bold: bool) -> Face:
        """Return one of the weights."""
        return self.bold if bold else self.regular

    def readable(self, text: str) -> str:
        """Return a text in characters that both weights hold, on one line. Raises MissingGlyphError.

        A character that they lack is written in its plain form (NFKC) or simplified; what can't be seen and
        pictures such as emoji are left out; of anything else the place is marked.
        """
        line = " ".join(text.split())
        missing = self.regular.missing(line) + self.bold.missing(line)
        if not missing:
            return line
        if self.strict:
            raise MissingGlyphError("".join(dict.fromkeys(missing)), line)
        return " ".join("".join(map(self._shown, line)).split())

    def _shown(self, character: str) -> str:
        plain = unicodedata.normalize("NFKC", character)
        for each in (character, plain, _simplified(plain)):
            if not (self.regular.missing(each) or self.bold.missing(each)):
                return each
        kind = unicodedata.category(character)
        # Marks, controls, surrogates, what is unassigned or private, and symbols, of which emoji are made.
        return "" if kind[0] in "MC" or kind in {"So", "Sk"} else BLANK


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _simplified(text: str) -> str:
    # Half of a pair of UTF-16 is no character, and the converter refuses it.
    return text if any(0xD800 <= ord(each) <= 0xDFFF for each in text) else str(_converter().convert(text))
