"""Which of several provisions counts: what supersedes what, and that one settles a topic on each day.

Drafts have no days: of those previewed under one name, one settles a topic.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.policy.circles import chain, circle_in
from bot.policy.codes import INSURANCES
from bot.policy.documents import Entries, Entry
from bot.policy.library import City, Library, Provision
from bot.policy.problem import PolicyProblem, did_you_mean


def check_supersedes(entries: Entries, cities: Mapping[str, City]) -> None:
    """What a provision supersedes is held, is not itself, and meets it somewhere."""
    for ref, entry in entries.items():
        for number, other in enumerate(entry.provision.entry.supersedes):
            place = entry.place("supersedes", number)
            if other not in entries:
                raise PolicyProblem(
                    f"{ref} supersedes {other}, which is not held",
                    f"Provisions are named document/id.{did_you_mean(other, entries)}",
                    place,
                )
            if other == ref:
                raise PolicyProblem(f"{ref} supersedes itself", "Name the provision that it replaces.", place)
            if not _meet(entry, entries[other], cities):
                raise PolicyProblem(
                    f"{ref} supersedes {other}, but there is nobody for whom both are meant",
                    "Look at the places of the two documents and at the insurance of the two provisions.",
                    place,
                    entries[other].place("id"),
                )
    graph = {ref: list(entry.provision.entry.supersedes) for ref, entry in entries.items()}
    circle = circle_in(graph)
    if circle:
        places = [
            entries[ref].place("supersedes", graph[ref].index(after))
            for ref, after in zip(circle, [*circle[1:], circle[0]], strict=True)
        ]
        raise PolicyProblem(
            f"provisions supersede each other in a circle: {chain(circle)}",
            "Keep only the later one's word on the earlier.",
            *places,
        )


def _meet(one: Entry, other: Entry, cities: Mapping[str, City]) -> bool:
    schemes = set(one.provision.entry.insurance) & set(other.provision.entry.insurance)
    wanted = {entry.provision.document.head.place for entry in (one, other)}
    return bool(schemes) and any(wanted <= set(city.inside) for city in cities.values())


def check_drafts(entries: Entries, cities: Mapping[str, City]) -> None:
    """Raise PolicyProblem for a draft's rule that nothing asks for, or that two drafts answer alike."""
    previewed: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries.values():
        head = entry.provision.document.head
        if head.status != "draft":
            continue
        if head.preview is None:
            _check_found_unasked(entry)
            continue
        for topic in sorted(entry.provision.topics):
            others = previewed.setdefault((head.preview, topic), [])
            for other in others:
                if _meet(entry, other, cities):
                    raise PolicyProblem(
                        f"the preview '{head.preview}' settles '{topic}' twice: "
                        f"by {other.provision.ref} and by {entry.provision.ref}",
                        "Keep the topic in one of the two, or preview them under two names.",
                        other.place("id"),
                        entry.place("id"),
                    )
            others.append(entry)


def _check_found_unasked(entry: Entry) -> None:
    """What a draft without a preview settles is about the draft itself; nothing leads to the rest."""
    for topic in entry.provision.rules:
        if not topic.startswith("draft/"):
            raise PolicyProblem(
                f"no calculation can ever come to '{topic}' of a draft that has no preview",
                "Add preview to the document, or take the rule out.",
                entry.place("rules", topic, key=True),
                entry.source.place(["document", "status"]),
            )


def check_timelines(library: Library, entries: Entries) -> None:
    """Raise PolicyProblem for two provisions on one topic without a word on priority, and for a gap."""
    for topic in sorted(library.topics):
        for city in library.cities:
            for insurance in INSURANCES:
                candidates = library.candidates(topic, city, insurance)
                if len(candidates) > 1:
                    _check(library, entries, candidates, (topic, city, insurance))


def _check(
    library: Library, entries: Entries, candidates: list[Provision], case: tuple[str, str, str]
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
