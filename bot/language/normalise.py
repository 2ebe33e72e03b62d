"""Raw text -> the one spelling everything else in this room works on."""

import re
import unicodedata

from opencc import OpenCC

MAX_CHARACTERS = 2_000

# A compatibility character may become 18 characters; cut before NFKC so that no text costs more than this.
_RAW_CHARACTERS = 4 * MAX_CHARACTERS

# Plain text needs none of the slow steps: ASCII and the common Han block, with the two full stops.
_PLAIN = re.compile(r"[!-~一-鿿。、]*(?: [!-~一-鿿。、]+)*")

_simplify = OpenCC("t2s").convert


def _kept(character: str) -> str:
    """Return the character, a space for a line break or tab, nothing for what a reader can't see."""
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        # NUL and its kind are noise inside a word, while a line break parts two.
        return " " if character in "\n\r\t\v\f\x85" or category != "Cc" else ""
    if category in {"Cf", "Cs", "Co", "Cn"} or "\ufe00" <= character <= "\ufe0f":
        return ""
    return character


def normalise(text: str) -> str:
    """Return `text` as NFKC in Simplified characters, without control or zero-width characters.

    White space is one blank at a time and none at the ends; no more than `MAX_CHARACTERS` remain.
    """
    text = text[:_RAW_CHARACTERS]
    if not _PLAIN.fullmatch(text):
        text = unicodedata.normalize("NFKC", text)
        text = "".join(map(_kept, text))
        text = " ".join(text.split())
    text = text[:MAX_CHARACTERS].rstrip()
    return text if text.isascii() else _simplify(text)[:MAX_CHARACTERS]
