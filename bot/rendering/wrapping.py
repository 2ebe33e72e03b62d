"""Text in lines: by the widths of its characters, and by what may begin or end a line in Chinese."""

import re
from collections.abc import Iterator

from bot.rendering.faces import Face

_ATOM = re.compile(
    r"[0-9A-Za-z][0-9A-Za-z.,:/%+\-−]*(?:元(?:/[月年])?|万元|[年月日天岁次条号%])?|.", re.DOTALL
)
"""A number with its unit, a date or a Latin word stays whole; anything else may part after each character."""
_NEVER_FIRST = frozenset(" 。，、：；！？）〕】》〉」』”’…—·%‰,.:;!?)]}")
_NEVER_LAST = frozenset("（〔【《〈「『“‘([{")
_SCRAP = 0.15
"""Of the width; a last line that is shorter looks lost."""


def wrap(text: str, face: Face, size: float, width: float) -> tuple[str, ...]:
    """Return the lines of a text that has no line breaks; none for an empty one.

    A piece that fills more than a line by itself is cut where it must be.
    """
    pieces = list(_pieces(text))
    lines = _filled(pieces, face, size, width)
    if len(lines) > 1 and face.width(lines[-1], size) < width * _SCRAP:
        narrower = _filled(pieces, face, size, width * (1 - _SCRAP))
        if len(narrower) == len(lines):
            return narrower
    return lines


def _filled(pieces: list[str], face: Face, size: float, width: float) -> tuple[str, ...]:
    lines: list[str] = []
    line, used = "", 0.0
    for piece in pieces:
        for part in (piece,) if face.width(piece, size) <= width else _cut(piece, face, size, width):
            wide = face.width(part, size)
            # A blank at the end of a line takes no room.
            if line and used + face.width(part.rstrip(), size) > width:
                lines.append(line.rstrip())
                line, used = "", 0.0
            begun = part if line else part.lstrip()
            line, used = line + begun, used + (wide if line else face.width(begun, size))
    return (*lines, line.rstrip()) if line.strip() else tuple(lines)


def _pieces(text: str) -> Iterator[str]:
    """Yield what must not be parted."""
    held = ""
    for atom in _ATOM.findall(text.strip()):
        if held and atom[0] not in _NEVER_FIRST and held.rstrip()[-1:] not in _NEVER_LAST:
            yield held
            held = ""
        held += atom
    if held:
        yield held


def _cut(piece: str, face: Face, size: float, width: float) -> Iterator[str]:
    """Yield a piece in parts that fit; each has one character at least."""
    part = ""
    for character in piece:
        if part and face.width(part + character, size) > width:
            yield part
            part = ""
        part += character
    if part:
        yield part
