"""What a card takes as SVG and as PNG, and for how long all else stands still meanwhile."""

import asyncio
from dataclasses import dataclass
from datetime import date
from time import perf_counter

from bot.app import App
from bot.dialogue import Said
from bot.rendering import Cards, Sheet
from bot.settings import data_folder

from .timing import Times, in_turns

TEXTS = {
    "result": "衡阳退休职工三级医院住院花了两万能报多少",
    "comparison": "衡阳退休职工二级医院住院花了两万，各级医院报多少对比一下",
}
_DAY = date(2024, 5, 1)
_LOOK_EVERY = 0.001
_PICTURES = 10


@dataclass(frozen=True, slots=True)
class Drawn:
    """Times in µs, and the bytes of the PNG."""

    svg: Times
    png: Times
    size: int


def sheets(app: App) -> dict[str, Sheet]:
    """Return a sheet of each kind, as a dialogue comes to it."""
    found: dict[str, Sheet] = {}
    for name, text in TEXTS.items():
        _, reply = app.dialogue.step(app.dialogue.start({}), Said(text), _DAY)
        assert reply.sheet is not None
        assert reply.sheet.kind == name
        found[name] = reply.sheet
    return found


def seconds_to_first(sheet: Sheet) -> float:
    """Return what the first card takes as SVG, with its fonts and templates."""
    began = perf_counter()
    Cards(data_folder("templates")).svg(sheet)
    return perf_counter() - began


def drawn(sheet: Sheet) -> Drawn:
    """Return what a card takes."""
    cards = Cards(data_folder("templates"), strict=True)
    times = in_turns({"svg": lambda: cards.svg(sheet), "png": lambda: cards.png(sheet)}, 11)
    return Drawn(times["svg"], times["png"], len(cards.png(sheet)))


def longest_pause(sheet: Sheet) -> float:
    """Return the longest time in seconds for which a loop stands still while cards are drawn in a thread."""
    cards = Cards(data_folder("templates"), strict=True)
    cards.png(sheet)

    async def look() -> float:
        pauses = [0.0]
        drawing = asyncio.create_task(draw())
        while not drawing.done():
            began = perf_counter()
            await asyncio.sleep(_LOOK_EVERY)
            pauses.append(perf_counter() - began - _LOOK_EVERY)
        return max(pauses)

    async def draw() -> None:
        for _ in range(_PICTURES):
            await asyncio.to_thread(cards.png, sheet)

    return asyncio.run(look())
