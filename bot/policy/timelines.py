"""On each day at most one provision settles a topic for a person, and none is missing in between."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.policy.codes import INSURANCES
from bot.policy.documents import Entry
from bot.policy.library import Library, Provision
from bot.policy.problem import PolicyProblem


def check_timelines(library: Library, entries: Mapping[str, Entry]) -> None:
    """Raise PolicyProblem for two provisions on one topic without a word on priority, and for a gap."""
    for topic in sorted(library.topics):
        for city in library.cities:
            for insurance in INSURANCES:
                candidates = library.candidates(topic, city, insurance)
                if len(candidates) > 1:
                    _check(library, entries, candidates, (topic, city, insurance))


def _check(
    library: Library, entries: Mapping[str, Entry], candidates: list[Provision], case: tuple[str, str, str]
) -> None:
    topic, city, insurance = case
    whom = f"'{topic}' for {insurance} insurance in {city}"
    last: Provision | None = None
    gap_since: date | None = None
    for day in library.changes:
        holding = [p for p in library.holding(candidates, city, insurance, day) if p.holds_on(day)]
        if len(holding) > 1:
            raise PolicyProblem(
                f"from {day} two provisions settle {whom}: {holding[0].ref} and {holding[1].ref}",
                "Say which one counts: write the other's document/id under its supersedes, or end one.",
                *(entries[p.ref].place("id") for p in holding[:2]),
            )
        if holding and last is not None and gap_since is not None:
            raise PolicyProblem(
                f"no provision settles {whom} from {gap_since} to {day - timedelta(days=1)}, "
                f"between {last.ref} and {holding[0].ref}",
                "Let the later one begin where the earlier one ends.",
                entries[last.ref].place("id"),
                entries[holding[0].ref].place("id"),
            )
        if holding:
            last, gap_since = holding[0], None
        elif last is not None and gap_since is None:
            gap_since = day
