"""Which documents run out soon, so that somebody looks for what replaces them in time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.policy.library import Library, Provision

WARNED_DAYS = 90
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Expiry:
    """A document that runs out: its last day, and the days until then (0 on the day, below 0 after it)."""

    document: str
    number: str
    last_day: date
    days_left: int


def expiring(library: Library, today: date, within_days: int = WARNED_DAYS) -> list[Expiry]:
    """Return the documents in force whose last day is at most `within_days` away, before or behind.

    The soonest comes first. A document that others have replaced for everybody needs no warning.
    """
    found = [each for each in _with_last_day(library, today) if abs(each.days_left) <= within_days]
    return sorted(found, key=lambda each: (each.last_day, each.document))


def days_left(library: Library, today: date) -> Mapping[str, int]:
    """Return the days left of each document that has a last day, by its id.

    It is left out once it has been replaced, or has run out for longer than a warning lasts.
    """
    found = _with_last_day(library, today)
    return {each.document: each.days_left for each in found if each.days_left >= -WARNED_DAYS}


def _with_last_day(library: Library, today: date) -> list[Expiry]:
    by_document: dict[str, list[Provision]] = {}
    for provision in library.provisions.values():
        if provision.document.head.status == "in_force":
            by_document.setdefault(provision.document.id, []).append(provision)
    found = []
    for document, provisions in by_document.items():
        ends = [provision.until for provision in provisions if provision.until is not None]
        if len(ends) < len(provisions):
            continue
        last = max(ends)
        if not all(_ended_or_followed(library, provision, last) for provision in provisions):
            found.append(Expiry(document, provisions[0].document.number, last, (last - today).days))
    return found


def _ended_or_followed(library: Library, provision: Provision, last: date) -> bool:
    """Whether, for everybody, it ends before `last` or others settle its topics after that day."""
    # The loader refuses a gap, so what comes after begins on the very next day.
    after = last + _ONE_DAY
    place = provision.document.head.place
    for city in (city for city, about in library.cities.items() if place in about.inside):
        for insurance in provision.entry.insurance:
            end = library.last_day(provision, city, insurance)
            if end is not None and end < last:
                continue
            if not provision.topics:
                return False
            settled = (library.find(topic, city, insurance, after) for topic in provision.topics)
            if not all(isinstance(each, Provision) for each in settled):
                return False
    return True
