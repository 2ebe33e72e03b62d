"""A result as a card: both sums large, the bar, its parts, what was assumed, and the sources."""

from collections.abc import Callable, Sequence

from bot.policy.codes import INPUTS
from bot.rendering import blocks as colour
from bot.rendering.blocks import GREY, OF_FUND, OF_PERSON, Blocks, Piece, colours, grouped, rule
from bot.rendering.drawing import HEIGHT, WIDTH, Block, Box, Drawing, drawn, high
from bot.rendering.sheets import PartShown, ResultSheet, Sheet, Taken
from bot.rendering.templates import figure

Say = Callable[..., str]
"""`say(name, **words)` returns what that macro of the card's words says."""

TOP, BOTTOM = 48, 30
BAND = Box(0, 0, WIDTH, 14, OF_FUND)
_CLOSE, _LEANEST = 5, 6
_HIGHEST = 1600
_SHORT_PREVIEW = 2
_MOST_TOLD = 2
_LARGE = 92
_LARGE_OF_RANGE = (72, 58)


class ResultCards:
    """Draws results. What is of least weight is left to the text where the card would grow too high."""

    def __init__(self, blocks: Blocks, say: Say) -> None:
        self._blocks = blocks
        self._say = say

    def drawing(self, sheet: ResultSheet) -> Drawing:
        """Return the card of a sheet. Raises MissingGlyphError."""
        for leanness in range(_LEANEST + 1):
            body = self._body(sheet, leanness)
            more = self._folds(sheet, leanness)
            foot = foot_of(self._blocks, self._say, sheet, billed=sheet.own is not None, more=more)
            # A sum without what was assumed for it says too much: rather than that the card grows.
            if TOP + high(body) + high(foot) + BOTTOM <= (HEIGHT if leanness < _CLOSE else _HIGHEST):
                break
        return drawn(body, foot, TOP, BOTTOM, BAND)

    def _body(self, sheet: ResultSheet, leanness: int) -> list[Block]:
        """Return the body of a card; the leaner, the less of weight is told."""
        parts = [*sheet.by_fund, *sheet.by_person]
        return [
            self._blocks.paragraph(sheet.title, 40, bold=True),
            # The day stands in the foot.
            self._blocks.items([_told(each) for each in sheet.taken if each.name != "date"], 28, GREY, 6),
            *self._sums(sheet, close=leanness >= _CLOSE),
            *self._readings(sheet),
            *self._bar(sheet, parts, close=leanness >= _CLOSE),
            *self._rows(sheet, reasons=leanness < _LEANEST),
            *self._preview(sheet, short=leanness >= 3),
            *(
                self._steps(sheet, explained=leanness < 1)
                if leanness < 2 or (not parts and leanness < 4)
                else ()
            ),
            *self._assumptions(sheet, _MOST_TOLD if leanness >= 4 else None),
            *self._listed(self._say("cautions"), sheet.cautions),
        ]

    def _folds(self, sheet: ResultSheet, leanness: int) -> bool:
        """Whether anything but the working of a bill is left out; that it is in the text everybody knows."""
        return (
            (leanness >= 3 and len(sheet.preview.splitlines()) > _SHORT_PREVIEW)
            or (leanness >= 4 and len(sheet.assumptions) + len(sheet.others) > _MOST_TOLD)
            or (leanness >= 4 and sheet.own is None)
            or leanness >= _LEANEST
        )

    def _sums(self, sheet: ResultSheet, *, close: bool) -> list[Block]:
        unit = unit_of(self._say, sheet.unit)
        amount = self._span(sheet.low, sheet.amount, sheet.unit)
        if sheet.own is None:
            return [self._blocks.sum(self._say("comes_to"), amount, unit, 104, OF_FUND, 34)]
        own = self._span(sheet.own, sheet.own_high, "yuan")
        return self._blocks.sums(
            (self._say("own"), own, OF_PERSON),
            (self._say("fund"), amount, OF_FUND),
            unit,
            large=_LARGE_OF_RANGE[close] if sheet.low is not None else _LARGE,
            gap=20 if close else 34,
        )

    def _span(self, low: int | None, high: int | None, unit: str) -> str:
        ends = [figure(each, unit) for each in (low, high) if each is not None]
        return ends[0] if len(set(ends)) == 1 else self._say("between", low=ends[0], high=ends[1])

    def _readings(self, sheet: ResultSheet) -> list[Block]:
        if not sheet.readings:
            return []
        unit = unit_of(self._say, sheet.unit)
        told = [f"{figure(each.amount, sheet.unit)}{unit}：{each.words}" for each in sheet.readings]
        return [self._blocks.paragraph(self._say("which"), 28, gap=12), *self._blocks.listed(told, 28)]

    def _bar(self, sheet: ResultSheet, parts: Sequence[PartShown], *, close: bool) -> list[Block]:
        if sheet.own is None:
            return []
        both = [Piece(sheet.amount, *colours("basic")), Piece(sheet.own, *colours(""))]
        pieces = [piece for piece in _pieces(parts) or both if piece.amount > 0]
        if not pieces:
            return []
        if close:
            return [self._blocks.bar(pieces, 52, 10)]
        whole = f"{figure(sum(piece.amount for piece in pieces), 'yuan')} {unit_of(self._say, 'yuan')}"
        return [
            self._blocks.bar(pieces, 88, 16),
            self._blocks.paragraph(self._say("whole", amount=whole), 28, fill=GREY, gap=8),
        ]

    def _rows(self, sheet: ResultSheet, *, reasons: bool) -> list[Block]:
        found: list[Block] = []
        pieces = iter(_pieces([*sheet.by_fund, *sheet.by_person]))
        for name, parts, fill in (
            ("by_fund", sheet.by_fund, OF_FUND),
            ("by_person", sheet.by_person, OF_PERSON),
        ):
            if not parts:
                continue
            head = self._say(name, readings=bool(sheet.readings))
            found.append(self._blocks.paragraph(head, 30, fill=fill, bold=True, gap=14, stretches=True))
            for part in parts:
                amount = f"{figure(part.fen, 'yuan')} {unit_of(self._say, 'yuan')}"
                because = part.because if reasons else ""
                found.append(self._blocks.row(part.name, amount, because, next(pieces), 4))
        return found

    def _preview(self, sheet: ResultSheet, *, short: bool) -> list[Block]:
        lines = [line for line in sheet.preview.splitlines() if line.strip()]
        if not lines:
            return []
        shown = lines[:_SHORT_PREVIEW] if short else lines
        told = [(line.strip("【】") if at == 0 else line, at == 0) for at, line in enumerate(shown)]
        return [self._blocks.framed(told, 26, colour.DRAFT, 18)]

    def _steps(self, sheet: ResultSheet, *, explained: bool) -> list[Block]:
        told = [
            grouped(f"{step.label}{' ' if step.shown else ''}{step.shown}：{step.because}")
            for step in sheet.steps
        ]
        if not told:
            return []
        head = self._say("how", readings=bool(sheet.readings))
        found = [self._blocks.paragraph(head, 28, bold=True, gap=16, stretches=True)]
        found += [
            self._blocks.paragraph(text, 26, fill=GREY, gap=2, indent=40, mark=f"{number}.")
            for number, text in enumerate(told, 1)
        ]
        if explained:
            found += [self._blocks.paragraph(f"{text}。", 26, fill=GREY, gap=6) for text in sheet.explained]
        return found

    def _assumptions(self, sheet: ResultSheet, most: int | None) -> list[Block]:
        return self._listed(self._say("assumed"), (*sheet.assumptions, *sheet.others)[:most])

    def _listed(self, head: str, texts: Sequence[str]) -> list[Block]:
        if not texts:
            return []
        return [
            self._blocks.paragraph(head, 28, bold=True, gap=16, stretches=True),
            *self._blocks.listed(texts, 26, fill=GREY),
        ]


def foot_of(blocks: Blocks, say: Say, sheet: Sheet, *, billed: bool, more: bool) -> list[Block]:
    """Return where the figures stand, of which day they are, and that this is an estimate.

    `more`: the text of the sheet tells what the card does not.
    """
    found = [rule(22)]
    for at, each in enumerate(sheet.basis):
        text = f"{'' if at else say('based_on')}{say('basis', d=each)}"
        found.append(blocks.paragraph(text, 24, fill=GREY, gap=2 if at else 12))
    only = say("only_estimate", billed=billed, hotline=sheet.hotline)
    return [
        *found,
        blocks.paragraph(say("day", day=sheet.day, more=more), 24, fill=GREY, gap=2),
        blocks.paragraph(only, 26, bold=True, gap=6),
    ]


def _pieces(parts: Sequence[PartShown]) -> list[Piece]:
    """Return the parts as pieces of a bar, numbered in their order."""
    return [Piece(part.fen, *colours(part.id), number=str(number)) for number, part in enumerate(parts, 1)]


def _told(taken: Taken) -> str:
    """Return what was taken in short: a code tells by itself what it is."""
    if taken.value.startswith("（"):
        return f"{taken.label}{taken.value}"
    return taken.value if _is_code(taken.name) else f"{taken.label} {grouped(taken.value)}"


def _is_code(name: str) -> bool:
    return name not in INPUTS or INPUTS[name].kind == "code"


def unit_of(say: Say, unit: str) -> str:
    """Return a unit in words."""
    return say(f"unit_{unit.replace('/', '_a_')}")
