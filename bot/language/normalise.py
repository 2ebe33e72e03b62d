"""Raw text -> the one spelling everything else in this room works on."""

import re
import unicodedata

from opencc import OpenCC

MAX_CHARACTERS = 2_000

# A compatibility character may become 18 characters; cut before NFKC so that no text costs more than this.
_RAW_CHARACTERS = 4 * MAX_CHARACTERS

# Plain text needs none of the slow steps: ASCII and the common Han block, with the two full stops.
_PLAIN = re.compile(r"[!-~一-鿿。、]*(?: [!-~一-鿿。、]+)*")

# 三 级 医 院: characters set apart one by one, as some type and some dictation writes.
_APART = re.compile(r"(?<![^ ,。!?;:、])(?:[一-鿿]|\d[\d.]*)(?: (?:[一-鿿]|\d[\d.]*))+(?![^ ,。!?;:、])")
_GAP = re.compile(r"(?<=[一-鿿]) | (?=[一-鿿])")
_HAN = re.compile(r"[一-鿿]")

# 住哒院, 花咖两万: what villagers say for 了 after a verb of these.
_DONE = re.compile(r"(?<=[住花用搞])(?:[咖噶嘎]哒?|哒)(?!啡)")

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


def _together(match: re.Match[str]) -> str:
    """Return a run of single characters without its blanks; one character among figures is no word."""
    run = match[0]
    return _GAP.sub("", run) if len(_HAN.findall(run)) > 1 else run


def normalise(text: str) -> str:
    """Return `text` as NFKC in Simplified characters, without control or zero-width characters.

    White space is one blank at a time, none at the ends, nor between characters set apart one by one; no
    more than `MAX_CHARACTERS` remain.
    """
    text = text[:_RAW_CHARACTERS]
    if not _PLAIN.fullmatch(text):
        text = unicodedata.normalize("NFKC", text)
        text = "".join(map(_kept, text))
        text = " ".join(text.split())
    text = text[:MAX_CHARACTERS].rstrip()
    if text.isascii():
        return text
    if " " in text:
        text = _APART.sub(_together, text)
    simple: str = _DONE.sub("了", _simplify(text))
    return simple[:MAX_CHARACTERS]


def standard(text: str) -> str:
    """Return normalised `text` with 了 for what villagers say for it, so that facts are read alike."""
    return _DONE.sub("了", text)
