"""Files -> Library. Every problem is a PolicyProblem with file, line, column, the line, and the mend."""

import hashlib
from pathlib import Path

from bot.policy.composition import check_composition
from bot.policy.documents import read_documents, read_folder, read_places
from bot.policy.hospitals import read_hospitals
from bot.policy.library import Library, Terms
from bot.policy.priority import check_drafts, check_supersedes, check_timelines
from bot.policy.problem import PolicyProblem
from bot.policy.references import check_references
from bot.policy.schema import TermsFile
from bot.policy.strict_yaml import Source
from bot.policy.translating import read_model
from bot.policy.words import check_words


def load(folder: Path) -> Library:
    """Read and check every policy file below `folder`. Raises PolicyProblem."""
    sources = read_folder(folder)
    digest = hashlib.sha256()
    for name, source in sources.items():
        digest.update(name.encode() + b"\0" + source.raw + b"\0")
    cities, numbers, places = read_places(_needed(sources, "places.yaml", folder))
    words = _needed(sources, "terms.yaml", folder)
    registered = sources.pop("hospitals.yaml", None)
    hospitals = read_hospitals(registered, cities) if registered is not None else ()
    terms = read_model(words, TermsFile)
    entries = read_documents(sources, places)
    check_supersedes(entries, cities)
    check_drafts(entries, cities)
    check_references(entries)
    check_composition(entries)
    check_words(words, terms, entries)
    library = Library(
        {ref: entry.provision for ref, entry in entries.items()},
        cities,
        places,
        Terms(**terms.model_dump()),
        numbers,
        digest.hexdigest()[:12],
        hospitals,
    )
    check_timelines(library, entries)
    return library


def _needed(sources: dict[str, Source], name: str, folder: Path) -> Source:
    if name not in sources:
        raise PolicyProblem(f"{folder.name}/{name} is missing", f"Write {name} beside the documents.")
    return sources.pop(name)
