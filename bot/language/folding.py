"""Text as its digits are looked for: in plain figures, with plain blanks and dashes, place by place."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_LINE_BREAKS = frozenset("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})

# Text of these alone needs no look at each character.
_CLEAR = re.compile(r"[\n\t -~一-鿿。、，？！：；“”‘’…《》（）〔〕]*")
_ALIKE = {
    **{chr(full): chr(full - 0xFEE0) for full in range(0xFF01, 0xFF5F)},
    **dict(zip("號碼會證護醫個編帳賬為設驗", "号码会证护医个编帐账为设验", strict=True)),
    **dict.fromkeys("\n\t\u3000", " "),
    **dict.fromkeys("×хХχΧ", "X"),
    **dict.fromkeys("−·•_ー", "-"),
}
_TABLE = str.maketrans(_ALIKE)


@dataclass(frozen=True, slots=True)
class Folded:
    text: str
    places: tuple[int, ...] | None
    """Place of each character in the text that was folded; None where they are the same."""
    numeric: int
    """How many characters bear a number, in figures or in characters."""

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where the folded span stands in the text that was folded, whole characters of it."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def without_unseen(text: str) -> str:
    """Return `text` without controls, unpaired halves and the like; every line break is a newline."""
    if (text.isascii() and text.isprintable()) or _CLEAR.fullmatch(text):
        return text
    return "".join(map(_seen, text.replace("\r\n", "\n")))


@lru_cache(maxsize=4096)
def _seen(character: str) -> str:
    if character in "\n\t":
        return character
    if character in _LINE_BREAKS:
        return "\n"
    # A selector and a frame set digits apart: 1️⃣3️⃣8️⃣.
    hidden = unicodedata.category(character) in {*_UNSEEN, "Me"} or "\ufe00" <= character <= "\ufe0f"
    return "" if hidden else character


def fold(text: str) -> Folded:
    """Return `text` with every digit, blank and dash as the one of ASCII, and without marks on digits."""
    if _CLEAR.fullmatch(text):
        return Folded(text.translate(_TABLE), None, sum(map(str.isnumeric, text)))
    out: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        plain = _plain(character)
        out.append(plain)
        places += [place] * len(plain)
    folded = "".join(out)
    return Folded(folded, tuple(places), sum(map(str.isnumeric, folded)))


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character in _ALIKE:
        return _ALIKE[character]
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category == "Pd":
        return "-"
    if category in _UNSEEN or category in {"Mn", "Me"}:
        return ""
    if (digit := unicodedata.digit(character, None)) is not None:
        return str(digit)
    return unicodedata.normalize("NFKC", character)
