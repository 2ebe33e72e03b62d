"""Where the policy pages stand: the address of a city, scheme and day, of a document, of a provision."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from bot.policy.codes import INSURANCES
from bot.policy.library import Library, Provision
from bot.rendering.provisions import anchor, anchor_of

START = "/policy/"
_REMEMBERED = 1024
_OF_PLACE = ("city", "insurance", "date")


def city_path(city: str, insurance: str, day: date | None = None) -> str:
    """Return the address of what holds for a city and scheme, today or on a day."""
    return f"{START}{city}/{insurance}" + (f"/{day.isoformat()}" if day is not None else "")


def document_path(document: str) -> str:
    """Return the address of a document by its id."""
    return f"{START}document/{document}"


def provision_path(provision: Provision) -> str:
    """Return the address of a provision on the page of its document."""
    return article_path(provision.document.id, provision.entry.id)


def article_path(document: str, entry: str) -> str:
    """Return the address of a provision by its id in a document."""
    return f"{document_path(document)}#{anchor(document, entry)}"


def policy_path(
    library: Library, slots: Mapping[str, Any], sources: Sequence[Mapping[str, str]], today: date
) -> str | None:
    """Return the address of the page on which a reply's sources stand, at the first that is held.

    `slots` may have `city`, `insurance` and `date` (a date or YYYY-MM-DD); where the page of that city and
    scheme doesn't show the provision, or city or scheme is missing, it is the document's page. None where
    no source is of the library.
    """
    cited = [each for source in sources for each in _cited(library, source)]
    if not cited:
        return None
    city, insurance = str(slots.get("city")), str(slots.get("insurance"))
    if city in library.cities and insurance in INSURANCES:
        day = _day(slots.get("date"), today)
        shown = {each.ref for each in library.all_holding(city, insurance, day)}
        # Several provisions may stand in one article; a page without it would be about something else.
        article = [each for each in cited if _place(each) == _place(cited[0])]
        for provision in article:
            if provision.ref in shown:
                path = city_path(city, insurance, None if day == today else day)
                return f"{path}#{anchor_of(provision)}"
    return provision_path(cited[0])


class Addresses:
    """The addresses for the replies of one library, each found once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._path = lru_cache(_REMEMBERED)(self._found)

    def of(self, slots: Mapping[str, Any], sources: Sequence[Mapping[str, str]], today: date) -> str | None:
        """Return what `policy_path` does."""
        place = tuple(slots.get(name) for name in _OF_PLACE)
        return self._path(place, tuple(tuple(source.items()) for source in sources), today)

    def _found(
        self, place: tuple[Any, ...], sources: tuple[tuple[tuple[str, str], ...], ...], today: date
    ) -> str | None:
        slots = dict(zip(_OF_PLACE, place, strict=True))
        return policy_path(self._library, slots, [dict(source) for source in sources], today)


def _place(provision: Provision) -> tuple[str, str]:
    return provision.document.number, provision.entry.article


def _cited(library: Library, source: Mapping[str, str]) -> Iterator[Provision]:
    for provision in library.provisions.values():
        if _place(provision) == (source.get("document"), source.get("article")):
            yield provision


def _day(given: object, today: date) -> date:
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given) if isinstance(given, str) else today
    except ValueError:
        return today
