"""Texts that begin with a slash, as people and buttons of a chat send them: /calc, /city 衡阳."""

import re
from dataclasses import dataclass

MENU = ("calc", "policy", "city", "help", "cancel", "forget", "privacy", "start")
"""The names that a channel may put into its menu, in that order."""
TAKING_TEXT = frozenset({"calc", "policy"})
"""What follows these is said like any other text."""
LINKING = "start"

_SLASH = re.compile(r"/(?P<name>[A-Za-z][A-Za-z0-9_]{0,31})(?![A-Za-z0-9_])(?:@[A-Za-z0-9_@]*)?")
_CARRIED = re.compile(r"[!-~]+")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Slash:
    """A command with a slash: its name in small letters, and what follows it."""

    name: str
    rest: str = ""

    @property
    def code(self) -> str | None:
        """What a link carried along, which is no text to be understood; None where there is none."""
        return self.rest if self.name == LINKING and _CODE.fullmatch(self.rest) else None

    @property
    def carries_link(self) -> bool:
        """Whether it came by a link, which may be old or broken, rather than with a text."""
        return self.name == LINKING and bool(_CARRIED.fullmatch(self.rest))


def find_slash(text: str) -> Slash | None:
    """Return the command that normalised `text` begins with; None where it begins with none.

    A name that follows an @, as in groups, says whom it is for and is left out.
    """
    match = _SLASH.match(text)
    return Slash(match["name"].lower(), text[match.end() :].strip()) if match else None
