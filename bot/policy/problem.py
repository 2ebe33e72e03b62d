"""The one error of a policy file: where it is, the line itself, and how to mend it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file. Lines and columns count from 1."""

    file: Path
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.file.as_posix()}:{self.line}:{self.column}"

    def shown(self) -> str:
        """Return the line with a caret below the column."""
        number = str(self.line)
        # A caret under wide characters needs wide blanks, else it points too far left.
        before = "".join("\u3000" if ord(c) > 0x2E7F else " " for c in self.text[: self.column - 1])
        return f"  {number} | {self.text}\n  {' ' * len(number)} | {before}^"


class PolicyProblem(Exception):
    """A policy file can't be used; the message names every place involved and the mend."""

    def __init__(self, what: str, mend: str, *places: Place) -> None:
        self.what = what
        self.mend = mend
        self.places = places
        lines = []
        for index, place in enumerate(places):
            lines.append(f"{place}: {what}" if index == 0 else f"{place}: … and here")
            lines.append(place.shown())
        if not places:
            lines.append(what)
        lines.append(f"  {mend}")
        super().__init__("\n".join(lines))
