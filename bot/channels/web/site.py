"""Where the page is reached."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """How the page is reached: its public address, where one is set."""

    public_url: str | None = None
