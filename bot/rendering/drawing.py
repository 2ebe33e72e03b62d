"""What a card is drawn of: words and boxes at whole places, in blocks that stand one below the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

WIDTH = 960
HEIGHT = 1280
"""At least; a network scales what is higher."""
LEFT, RIGHT = 54, 906
ROOM = RIGHT - LEFT

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; `y` is its base line, `x` where its anchor stands."""

    x: int
    y: int
    text: str
    size: int
    fill: str
    bold: bool = False
    anchor: Anchor = "start"


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle, or only its border."""

    x: int
    y: int
    width: int
    height: int
    fill: str
    radius: int = 0
    border: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Shapes that belong together, from 0 down to `height`, with at least a `gap` before them."""

    shapes: tuple[Words | Box, ...]
    height: int
    gap: int = 0
    stretches: bool = False
    """Whether room that is left over may be put before it."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole card."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    words: tuple[Words, ...]


_MOST_STRETCH = 44


def high(blocks: Iterable[Block]) -> int:
    """Return how high blocks are when set as close as they may be."""
    return sum(block.gap + block.height for block in blocks)


def moved(shape: Words | Box, by: int) -> Words | Box:
    """Return a shape further down."""
    return replace(shape, y=shape.y + by)


def drawn(body: Sequence[Block], foot: Sequence[Block], top: int, bottom: int, backdrop: Box) -> Drawing:
    """Return the body from `top` on and the foot at the end, `bottom` above the edge.

    What is left over of the least height goes before the blocks that stretch, and before the foot.
    """
    spare = max(0, HEIGHT - top - bottom - high(body) - high(foot))
    joints = sum(block.stretches for block in body)
    share = min(_MOST_STRETCH, spare // (joints + 1))
    shapes: list[Words | Box] = []
    y = top
    for block in body:
        y += block.gap + (share if block.stretches else 0)
        shapes += [moved(shape, y) for shape in block.shapes]
        y += block.height
    y += spare - joints * share
    for block in foot:
        y += block.gap
        shapes += [moved(shape, y) for shape in block.shapes]
        y += block.height
    height = y + bottom
    sheet = Box(0, 0, WIDTH, height, "#ffffff")
    return Drawing(
        WIDTH,
        height,
        (sheet, backdrop, *(shape for shape in shapes if isinstance(shape, Box))),
        tuple(shape for shape in shapes if isinstance(shape, Words)),
    )


def spread(amounts: Sequence[int], width: int, gap: int, least: int) -> list[tuple[int, int]]:
    """Return start and width of each amount in a bar: by its share, but never less than `least`.

    The amounts are above 0. What the small ones are given comes off the large ones.
    """
    room = width - gap * (len(amounts) - 1)
    small: set[int] = set()
    while True:
        rest = room - least * len(small)
        total = sum(each for at, each in enumerate(amounts) if at not in small)
        more = {at for at, each in enumerate(amounts) if at not in small and each * rest < least * total}
        if not more:
            break
        small |= more
    ends, used, done = [0], 0, 0
    for at, each in enumerate(amounts):
        used += least if at in small else 0
        done += 0 if at in small else each
        ends.append(used + (rest * done // total if total else 0))
    return [(start + gap * at, end - start) for at, (start, end) in enumerate(pairwise(ends))]
