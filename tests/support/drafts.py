"""The library as it would be without its drafts."""

from bot.policy import Library


def without_drafts(library: Library) -> Library:
    """Return `library` with the provisions of drafts left out."""
    return Library(
        {ref: each for ref, each in library.provisions.items() if each.document.head.status != "draft"},
        library.cities,
        library.places,
        library.terms,
        library.numbers,
        f"{library.version} without drafts",
        tuple(library.hospitals.values()),
    )
