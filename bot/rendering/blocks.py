"""The blocks that cards are made of: paragraphs, headings, amounts, bars, rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from bot.rendering.drawing import LEFT, RIGHT, ROOM, Block, Box, Words, spread
from bot.rendering.faces import Faces
from bot.rendering.wrapping import wrap

INK, GREY, PALE = "#1a1a1a", "#4a4f54", "#c9ced2"
OF_FUND, OF_PERSON = "#1d6f8a", "#a8410f"
DRAFT = "#6b4a00"
_LINE = 1.4
"""The height of a line, in sizes of its letters."""
_ASCENT, _DESCENT = 0.93, 0.25
"""How far letters and digits reach above and below their base line, in sizes; a comma, too."""

# Beside each other in a bar a dark one follows a light one, so that they part without colour too.
_COLOURS = {
    "basic": ("#1d6f8a", "#ffffff"),
    "catastrophic": ("#8fd0de", INK),
    "mutual_aid": ("#0e4356", "#ffffff"),
    "excluded": ("#7d2f26", "#ffffff"),
    "first_pay": ("#e2a15f", INK),
    "deductible": ("#b5521b", "#ffffff"),
    "co_payment": ("#f5cfa0", INK),
    "above_limit": ("#5b4636", "#ffffff"),
    "not_paid": ("#d3c4b6", INK),
}
_OTHER = ("#6b7075", "#ffffff")
_LARGE = re.compile(r"\d{4,}(?=\.\d\d元)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a bar: how much, in what colour, and the colour of its share, which may be left out."""

    amount: int
    fill: str
    ink: str
    shared: bool = True
    number: str = ""


def colours(part: str) -> tuple[str, str]:
    """Return the colour of a part of a bill, and that of letters on it."""
    return _COLOURS.get(part, _OTHER)


def grouped(text: str) -> str:
    """Return a text with the digits of its amounts in groups of three."""
    return _LARGE.sub(lambda found: f"{int(found[0]):,}", text)


class Blocks:
    """Makes blocks, by the widths of the fonts' characters."""

    def __init__(self, faces: Faces) -> None:
        self._faces = faces

    def width(self, text: str, size: int, *, bold: bool = False) -> int:
        """Return how many whole units a text takes."""
        return ceil(self._faces.of(bold=bold).width(text, size))

    def wrapped(self, text: str, size: int, width: int, *, bold: bool = False) -> tuple[str, ...]:
        """Return a readable text in lines."""
        return wrap(self._faces.readable(text), self._faces.of(bold=bold), size, width)

    def paragraph(
        self,
        text: str,
        size: int,
        *,
        fill: str = INK,
        bold: bool = False,
        gap: int = 0,
        stretches: bool = False,
        indent: int = 0,
        mark: str = "",
    ) -> Block:
        """Return a text as wide as the card, `indent` from the left; `mark` stands before its first line."""
        lines = self.wrapped(text, size, ROOM - indent, bold=bold)
        step = round(size * _LINE)
        first = round(size * _ASCENT)
        shapes = [
            Words(LEFT + indent, first + at * step, line, size, fill, bold) for at, line in enumerate(lines)
        ]
        if mark and lines:
            shapes.insert(0, Words(LEFT, first, mark, size, fill, bold))
        return Block(tuple(shapes), step * len(lines), gap, stretches)

    def items(self, items: Sequence[str], size: int, fill: str, gap: int) -> Block:
        """Return items with points between them; one that fits into a line is not parted."""
        face = self._faces.regular
        lines: list[str] = []
        for item in map(self._faces.readable, items):
            joined = f"{lines[-1]}·{item}" if lines else item
            if lines and face.width(joined, size) <= ROOM:
                lines[-1] = joined
            else:
                lines += wrap(item, face, size, ROOM)
        step, first = round(size * _LINE), round(size * _ASCENT)
        shapes = tuple(Words(LEFT, first + at * step, line, size, fill) for at, line in enumerate(lines))
        return Block(shapes, step * len(lines), gap)

    def listed(self, texts: Sequence[str], size: int, *, fill: str = INK, gap: int = 4) -> list[Block]:
        """Return texts one below the other, each with a point before it."""
        return [
            self.paragraph(grouped(text), size, fill=fill, gap=gap, indent=round(size * 1.1), mark="·")
            for text in texts
        ]

    def sum(self, label: str, amount: str, unit: str, most: int, fill: str, gap: int) -> Block:
        """Return a label and a large amount below it, as large as fits."""
        size = self._fitting(amount, unit, most, ROOM)
        return Block(self._sum(label, amount, unit, size, fill, LEFT, size), 52 + _tall(size), gap, True)

    def sums(
        self, left: tuple[str, str, str], right: tuple[str, str, str], unit: str, *, large: int, gap: int
    ) -> list[Block]:
        """Return two amounts side by side, or one below the other where they are too wide for that.

        Each is its label, its amount and its colour; `large` is the size of the left one where that fits.
        """
        small = large * 3 // 4
        for shrunk in range(large, large * 3 // 4, -2):
            other = small * shrunk // large
            wide = self._amount_width(left[1], unit, shrunk) + self._amount_width(right[1], unit, other)
            labels = self.width(left[0], 36) + self.width(right[0], 36)
            if max(wide, labels) + 48 <= ROOM:
                shapes = (
                    *self._sum(left[0], left[1], unit, shrunk, left[2], LEFT, shrunk),
                    *self._sum(right[0], right[1], unit, other, right[2], RIGHT, shrunk),
                )
                return [Block(shapes, 52 + _tall(shrunk), gap, True)]
        return [
            self.sum(left[0], left[1], unit, large, left[2], gap),
            self.sum(right[0], right[1], unit, small, right[2], 12),
        ]

    def _sum(
        self, label: str, amount: str, unit: str, size: int, fill: str, x: int, beside: int
    ) -> tuple[Words, ...]:
        """Return a label and its amount from the left edge or up to the right one, on one base line."""
        below = 52 + round(beside * _ASCENT)
        small = _unit_size(size)
        unit_wide = self.width(unit, small, bold=True) + _apart(size) if unit else 0
        if x == LEFT:
            end = LEFT + self.width(amount, size, bold=True)
            shown = [Words(LEFT, below, amount, size, fill, True)]
            if unit:
                shown.append(Words(end + _apart(size), below, unit, small, fill, True))
            return (Words(LEFT, 38, label, 36, INK), *shown)
        shown = [Words(RIGHT - unit_wide, below, amount, size, fill, True, "end")]
        if unit:
            shown.append(Words(RIGHT, below, unit, small, fill, True, "end"))
        return (Words(RIGHT, 38, label, 36, INK, False, "end"), *shown)

    def _amount_width(self, amount: str, unit: str, size: int) -> int:
        beside = self.width(unit, _unit_size(size), bold=True) + _apart(size) if unit else 0
        return self.width(amount, size, bold=True) + beside

    def _fitting(self, amount: str, unit: str, most: int, room: int) -> int:
        size = most
        while size > 20 and self._amount_width(amount, unit, size) > room:
            size -= 2
        return size

    def bar(self, pieces: Sequence[Piece], height: int, gap: int, width: int = ROOM) -> Block:
        """Return a bar divided by amounts above 0, each with its share where there is room for it.

        Where there is none, the number of a piece in the list below stands in its place if it has one.
        """
        total = sum(piece.amount for piece in pieces)
        shapes: list[Words | Box] = []
        size = min(36, height * 3 // 5)
        places = spread([piece.amount for piece in pieces], width, 4, 8)
        for piece, (start, wide) in zip(pieces, places, strict=True):
            shapes.append(Box(LEFT + start, 0, wide, height, piece.fill, 3))
            share = f"{_percent(piece.amount, total)}%"
            if not piece.shared or wide < self.width(share, size, bold=True) + 20:
                share = piece.number
            if share and wide >= self.width(share, size, bold=True) + 8:
                middle = height // 2 + round(size * 0.36)
                shapes.append(Words(LEFT + start + wide // 2, middle, share, size, piece.ink, True, "middle"))
        return Block(tuple(shapes), height, gap)

    def row(self, name: str, amount: str, because: str, piece: Piece, gap: int) -> Block:
        """Return a part of a bill: number and colour, name, amount at the right, and why if that is told."""
        indent, size, small = 50, 34, 26
        figure = self._faces.readable(amount)
        room = ROOM - indent - self.width(figure, size, bold=True) - 24
        names = self.wrapped(name, size, room)
        step = round(size * _LINE)
        first = round(size * _ASCENT)
        shapes: list[Words | Box] = [Box(LEFT, first - 27, 32, 32, piece.fill, 5)]
        shapes.append(Words(LEFT + 16, first - 3, piece.number, 22, piece.ink, True, "middle"))
        shapes += [Words(LEFT + indent, first + at * step, line, size, INK) for at, line in enumerate(names)]
        shapes.append(Words(RIGHT, first, figure, size, INK, True, "end"))
        high = step * max(1, len(names))
        reasons = self.wrapped(because, small, ROOM - indent)
        below = round(small * _LINE)
        shapes += [
            Words(LEFT + indent, high + round(small * _ASCENT) + at * below, line, small, GREY)
            for at, line in enumerate(reasons)
        ]
        return Block(tuple(shapes), high + below * len(reasons), gap)

    def framed(self, lines: Sequence[tuple[str, bool]], size: int, fill: str, gap: int) -> Block:
        """Return texts in a frame, each with whether it is strong."""
        inside, step = 20, round(size * _LINE)
        shapes: list[Words | Box] = []
        y = inside
        for text, bold in lines:
            for line in self.wrapped(grouped(text), size, ROOM - 2 * inside, bold=bold):
                shapes.append(Words(LEFT + inside, y + round(size * _ASCENT), line, size, fill, bold))
                y += step
        height = y + inside - round(size * (_LINE - _ASCENT - _DESCENT))
        return Block((Box(LEFT, 0, ROOM, height, "#fff8e6", 6, fill), *shapes), height, gap, True)


def rule(gap: int) -> Block:
    """Return a thin line across the card."""
    return Block((Box(LEFT, 0, ROOM, 2, PALE),), 2, gap)


def _percent(amount: int, total: int) -> int:
    """Return a share rounded half up; what isn't all is never called so."""
    return 100 if amount == total else min(99, (amount * 200 + total) // (total * 2))


def _tall(size: int) -> int:
    return round(size * (_ASCENT + _DESCENT))


def _unit_size(size: int) -> int:
    return max(30, size * 9 // 20)


def _apart(size: int) -> int:
    return max(6, size // 7)
