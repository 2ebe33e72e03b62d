"""Learning from the files of intents, as the command line tells it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.language import IntentsError
from bot.language.learned import FILE, REBUILD
from bot.language.places import Places
from bot.policy.library import City

if TYPE_CHECKING:
    from bot.language.learning import Lesson

_EVERY = 5  # thresholds between two lines of the table


def lesson(folder: Path, cities: Mapping[str, City]) -> "Lesson":
    """Return what the files of `folder` teach. Raises IntentsError for one that can't be used."""
    try:
        from bot.language.learning import Lesson
    except ModuleNotFoundError as missing:
        raise IntentsError(
            folder, 1, f"learning needs {missing.name}, which isn't installed", "Install `baoduoshao[learn]`."
        ) from None
    return Lesson(folder, Places(cities))


def told(lesson: "Lesson") -> Iterator[str]:
    """Yield coverage against precision for each risk, by texts the model hadn't seen."""
    for risk in ("high", "low"):
        chosen = lesson.threshold(risk)
        yield f"risk {risk}: sure from {chosen:.2f}"
        yield "  from   coverage  precision  others answered"
        for n, share in enumerate(lesson.shares(risk)):
            if n % _EVERY == 0 or share.threshold == chosen:
                yield (
                    f"  {share.threshold:.2f}   {share.coverage:8.3f}  {share.precision:9.3f}  "
                    f"{share.leaked:15.3f}{'  <-' if share.threshold == chosen else ''}"
                )


def compared(lesson: "Lesson") -> str:
    """Return that the file is up to date. Raises IntentsError where it isn't."""
    file = lesson.folder / FILE
    held = file.read_bytes() if file.exists() else b""
    wanted = lesson.text().encode()
    if held != wanted:
        raise IntentsError(file, 1, "this isn't what the files of intents lead to", REBUILD)
    return f"{FILE} is what the files of intents lead to ({len(wanted) // 1024} KB)."
