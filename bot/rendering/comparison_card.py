"""A comparison as a card: a row for each value, with a bar, both amounts and how it differs."""

from bot.rendering.blocks import (
    GREY,
    INK,
    OF_FUND,
    OF_PERSON,
    Blocks,
    Piece,
    grouped,
)
from bot.rendering.drawing import LEFT, RIGHT, ROOM, Block, Box, Drawing, Words, drawn
from bot.rendering.result_card import BAND, BOTTOM, TOP, Say, foot_of, unit_of
from bot.rendering.sheets import ComparisonSheet, RowShown
from bot.rendering.templates import figure

_EITHER = "#b9dbe4"
"""Of the part of a bar that may be paid or not."""
_PERSON = ("#f5cfa0", INK)


class ComparisonCards:
    """Draws comparisons, as high as their rows make them."""

    def __init__(self, blocks: Blocks, say: Say) -> None:
        self._blocks = blocks
        self._say = say

    def drawing(self, sheet: ComparisonSheet) -> Drawing:
        """Return the card of a sheet. Raises MissingGlyphError."""
        foot = foot_of(self._blocks, self._say, sheet, billed=sheet.billed, more=False)
        return drawn(self._body(sheet), foot, TOP, BOTTOM, BAND)

    def _body(self, sheet: ComparisonSheet) -> list[Block]:
        told = [
            self._blocks.paragraph(sheet.title, 40, bold=True),
            self._blocks.paragraph(grouped(sheet.line), 28, fill=GREY, gap=6),
        ]
        most = max((row.high for row in sheet.rows), default=0)
        for row in sheet.rows:
            told += self._row(sheet, row, most)
        if sheet.assumptions or sheet.bare_cost:
            head = self._say("assumed_alike", bare_cost=sheet.bare_cost)
            told.append(self._blocks.paragraph(head, 26, bold=True, gap=24, stretches=True))
            told += self._blocks.listed(sheet.assumptions, 26, fill=GREY)
        if sheet.cautions:
            head = self._say("cautions")
            told.append(self._blocks.paragraph(head, 26, bold=True, gap=16, stretches=True))
            told += self._blocks.listed(sheet.cautions, 26, fill=GREY)
        return told

    def _row(self, sheet: ComparisonSheet, row: RowShown, most: int) -> list[Block]:
        found = [self._label(row)]
        if not row.held:
            return [*found, self._blocks.paragraph(self._say("not_held"), 28, fill=GREY, gap=4)]
        pieces = self._pieces(sheet, row)
        if pieces:
            # Without a bill the length itself compares.
            width = ROOM if sheet.billed or not most else max(8, ROOM * row.high // most)
            found.append(self._blocks.bar(pieces, 40, 6, width))
        found.append(self._amounts(sheet, row))
        return found

    def _label(self, row: RowShown) -> Block:
        """Return the name of a row, with a mark on that of the present case, and how it differs from that."""
        mark = self._say("now") if row.now else ""
        marked = self._blocks.width(mark, 24, bold=True) + 28 if mark else 0
        lines = self._blocks.wrapped(row.label, 32, ROOM - marked - 20, bold=True)
        last = max(0, len(lines) - 1) * 45
        ends = LEFT + (self._blocks.width(lines[-1], 32, bold=True) if lines else 0)
        shapes: list[Words | Box] = [
            Words(LEFT, 30 + at * 45, line, 32, INK, True) for at, line in enumerate(lines)
        ]
        if mark:
            ends += 18
            shapes.append(Box(ends, last, marked, 38, "#ffffff", 6, OF_FUND))
            shapes.append(Words(ends + marked // 2, last + 28, mark, 24, OF_FUND, True, "middle"))
            ends += marked
        differs = self._blocks.wrapped(grouped(row.difference), 26, ROOM)
        if len(differs) == 1 and ends + 24 + self._blocks.width(differs[0], 26) <= RIGHT:
            return Block(
                (*shapes, Words(RIGHT, last + 29, differs[0], 26, GREY, False, "end")), 42 + last, 22, True
            )
        below = [Words(LEFT, last + 42 + 25 + at * 36, line, 26, GREY) for at, line in enumerate(differs)]
        return Block((*shapes, *below), 42 + last + 36 * len(differs), 22, True)

    def _pieces(self, sheet: ComparisonSheet, row: RowShown) -> list[Piece]:
        found = [
            Piece(row.low, OF_FUND, "#ffffff", sheet.billed),
            Piece(row.high - row.low, _EITHER, INK, False),
        ]
        if sheet.billed:
            found.append(Piece(row.own_low, *_PERSON))
        return [piece for piece in found if piece.amount > 0]

    def _amounts(self, sheet: ComparisonSheet, row: RowShown) -> Block:
        fund = self._span(row.low, row.high, sheet.unit)
        if not sheet.billed:
            return self._blocks.paragraph(fund, 34, fill=OF_FUND, bold=True, gap=6)
        left = self._say("paid_by_fund", amount=fund)
        right = self._say("paid_by_person", amount=self._span(row.own_low, row.own_high, "yuan"))
        size, step = 32, 45
        beside = self._blocks.width(left, size, bold=True) + self._blocks.width(right, size, bold=True)
        if beside + 40 <= ROOM:
            return Block(
                (
                    Words(LEFT, 32, left, size, OF_FUND, True),
                    Words(RIGHT, 32, right, size, OF_PERSON, True, "end"),
                ),
                step,
                6,
            )
        return Block(
            (
                Words(LEFT, 32, left, size, OF_FUND, True),
                Words(LEFT, 32 + step, right, size, OF_PERSON, True),
            ),
            2 * step,
            6,
        )

    def _span(self, low: int, high: int, unit: str) -> str:
        said = unit_of(self._say, unit)
        ends = [f"{figure(each, unit)} {said}" for each in (low, high)]
        return ends[0] if low == high else self._say("between", low=ends[0], high=ends[1])
