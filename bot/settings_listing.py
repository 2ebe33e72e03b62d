"""Every setting as an operator reads it: the value in force, where it comes from, and what it means.

No password is ever part of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from bot.settings import Settings, source_of, variables


@dataclass(frozen=True, slots=True)
class Listed:
    """A setting in force. `value` is as one would write it, None where nothing is set; `file` is a path."""

    name: str
    value: str | None
    origin: Literal["default", "environment", "file"]
    file: str | None
    meaning: str


def listed() -> tuple[Listed, ...]:
    """Return every setting in force. Raises SettingsError, which names all that are wrong."""
    settings = Settings()
    found = []
    for field, variable in variables().items():
        value = getattr(settings, field)
        source = source_of(variable)
        found.append(
            Listed(
                name=variable.name,
                value=None if value in (None, ()) else variable.shown(value),
                origin="default" if source is None else "environment" if source.file is None else "file",
                file=None if source is None else source.file,
                meaning=variable.meaning,
            )
        )
    return tuple(found)


def lines(settings: Iterable[Listed]) -> Iterator[str]:
    """Yield two lines on each setting: its value and origin, then what it means."""
    for each in settings:
        value = "(not set)" if each.value is None else each.value
        origin = each.origin if each.file is None else f"file {each.file}"
        yield f"{each.name} = {value}  [{origin}]"
        yield f"    {each.meaning}"


def as_json(settings: Iterable[Listed]) -> dict[str, Any]:
    """Return the settings by name, for programs."""
    return {each.name: {k: v for k, v in asdict(each).items() if k != "name"} for each in settings}
