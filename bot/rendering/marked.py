"""Plain text of ours -> the same with marks, for networks that show them.

Heads and sums are strong, a working is folded: the marks follow from the text's own shape. Every character of
it is escaped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_LISTED = re.compile(r"- |\d+\. ")
_STEP = re.compile(r"\d+\. ")
_SUM = re.compile(r"[^：。]{2,12}：[\d.]+元(?: 到 [\d.]+元)?")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; a `strong` one is to be seen first."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together; those that are `folded` away come last and are shown when asked for."""

    lines: tuple[Line, ...]
    folded: tuple[Line, ...] = ()


class Marked:
    """Writes texts in the HTML that a network takes, by its own template in a folder."""

    def __init__(self, folder: Path, network: str) -> None:
        env = Environment(
            loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=True, auto_reload=False
        )
        self._template = env.get_template(f"marked/{network}.j2")

    def html(self, text: str) -> str:
        """Return a text in HTML."""
        return self._template.render(paragraphs=tuple(paragraphs(text)))


def paragraphs(text: str) -> Iterator[Paragraph]:
    """Yield the paragraphs of a text, which blank lines part."""
    for place, each in enumerate(text.split("\n\n")):
        lines = each.split("\n")
        marked = tuple(_marked(lines))
        # What stands first is what was asked for, a working too.
        shown = 1 if place > 0 and len(lines) > 1 and _STEP.match(lines[1]) else len(lines)
        yield Paragraph(marked[:shown], marked[shown:])


def _marked(lines: list[str]) -> Iterator[Line]:
    for place, text in enumerate(lines):
        heads = text.endswith("：") and place + 1 < len(lines) and bool(_LISTED.match(lines[place + 1]))
        title = text.startswith("【") and text.endswith("】")
        yield Line(text, heads or title or bool(_SUM.fullmatch(text)))
