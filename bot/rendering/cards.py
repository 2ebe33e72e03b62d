"""Sheets -> cards: SVG for a page, PNG for a network that shows pictures. One sheet gives the same bytes."""

import re
from functools import cached_property
from pathlib import Path
from typing import Any

import resvg_py
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.rendering.blocks import Blocks
from bot.rendering.comparison_card import ComparisonCards
from bot.rendering.drawing import Drawing
from bot.rendering.faces import FAMILY, FILES, Faces
from bot.rendering.result_card import ResultCards
from bot.rendering.sheets import ComparisonSheet, Sheet

FONTS = "fonts"
"""In the folder of templates."""
_FAMILIES = f"{FAMILY}, PingFang SC, Microsoft YaHei, sans-serif"
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_-]*|")


class Cards:
    """Draws cards with the fonts and templates of a folder. May be used by several threads at once.

    `strict`: a character that the fonts lack is an error; otherwise a readable one takes its place.
    """

    def __init__(self, folder: Path, *, strict: bool = False) -> None:
        self._fonts, self._strict = folder / FONTS, strict
        self._files = [str(self._fonts / name) for name in FILES]
        loader = FileSystemLoader(folder)
        env = Environment(loader=loader, undefined=StrictUndefined, autoescape=True, auto_reload=False)
        self._template = env.get_template("card.svg.j2")
        # What it says is escaped once, where it comes to stand in the picture.
        words = Environment(
            loader=loader,
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._words = words.get_template("words/card.j2").module

    @cached_property
    def faces(self) -> Faces:
        """The fonts, read when they are first needed, which takes some tenths of a second."""
        return Faces.load(self._fonts, strict=self._strict)

    @cached_property
    def _results(self) -> ResultCards:
        return ResultCards(Blocks(self.faces), self._say)

    @cached_property
    def _comparisons(self) -> ComparisonCards:
        return ComparisonCards(Blocks(self.faces), self._say)

    def _say(self, name: str, /, **words: Any) -> str:
        return str(getattr(self._words, name)(**words)).strip()

    def drawing(self, sheet: Sheet) -> Drawing:
        """Return where everything stands on the card of a sheet. Raises MissingGlyphError where strict."""
        if isinstance(sheet, ComparisonSheet):
            return self._comparisons.drawing(sheet)
        return self._results.drawing(sheet)

    def svg(self, sheet: Sheet, prefix: str = "") -> str:
        """Return the card as SVG that may stand in a page; its ids begin with `prefix`.

        Raises MissingGlyphError where strict, ValueError for a prefix that no id may begin with.
        """
        if not _PREFIX.fullmatch(prefix):
            raise ValueError(f"{prefix!r} can't begin an id: take letters, digits, - and _, a letter first")
        readable = self.faces.readable
        return self._template.render(
            drawing=self.drawing(sheet),
            prefix=prefix,
            family=_FAMILIES,
            title=readable(sheet.title),
            told=readable(sheet.head),
        )

    def png(self, sheet: Sheet) -> bytes:
        """Return the card as PNG. Takes tens of milliseconds. Raises MissingGlyphError where strict."""
        return resvg_py.svg_to_bytes(
            svg_string=self.svg(sheet), skip_system_fonts=True, font_files=self._files
        )
