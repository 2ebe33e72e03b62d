"""Folder -> the files in it, each read strictly: the places, the words, and the provisions of documents."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.policy.library import City, Document, Numbers, Provision
from bot.policy.problem import Place, PolicyProblem, did_you_mean
from bot.policy.schema import DocumentFile, PlacesFile, Rule
from bot.policy.schema import Provision as ProvisionEntry
from bot.policy.strict_yaml import Source
from bot.policy.translating import read_model


@dataclass(frozen=True, slots=True)
class Entry:
    """A provision and where it stands: the `index`-th of its file."""

    provision: Provision
    source: Source
    index: int

    def place(self, *path: str | int, key: bool = False) -> Place:
        """Return the place of what stands at `path` below the provision."""
        return self.source.place(["provisions", self.index, *path], key=key)


Entries = Mapping[str, Entry]  # by `document/provision`


def rules_of(entries: Entries) -> Iterator[tuple[Entry, str, Rule]]:
    """Yield every rule with its topic and the provision that holds it."""
    for entry in entries.values():
        for topic, rule in entry.provision.rules.items():
            yield entry, topic, rule


def read_folder(folder: Path) -> dict[str, Source]:
    """Return every policy file below `folder` by its name there, in order of names.

    Files and folders whose names begin with a dot belong to editors and deployments, and are left alone.
    """
    if not folder.is_dir():
        raise PolicyProblem(f"there is no folder {folder}", "Name the folder that holds the policy files.")
    names = sorted(path.relative_to(folder) for path in _files(folder))
    if not names:
        raise PolicyProblem(f"the folder {folder} holds no policy files", "Name the folder that holds them.")
    return {name.as_posix(): Source(folder / name, Path(folder.name) / name) for name in names}


def _files(folder: Path) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        raise PolicyProblem(
            f"the folder {error.filename} can't be read: {error.strerror}",
            "Let this program read it, or move it elsewhere.",
        )

    for where, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            if (Path(where) / name).is_symlink():
                raise PolicyProblem(
                    f"{Path(where) / name} is a link to a folder", "Put the folder itself in its place."
                )
        for name in sorted(files):
            suffix = Path(name).suffix
            if name.startswith("."):
                continue
            if suffix == ".yaml":
                yield Path(where) / name
            elif suffix.lower() in {".yaml", ".yml"}:
                raise PolicyProblem(
                    f"{Path(where) / name} would not be read, for its name doesn't end in .yaml",
                    f"Call it {Path(name).stem}.yaml.",
                )


def read_places(source: Source) -> tuple[dict[str, City], Numbers, dict[str, str]]:
    """Return the places inside another, where people are insured; whom to ask; the names of all places."""
    file = read_model(source, PlacesFile)
    cities: dict[str, City] = {}
    for code, entry in file.places.items():
        inside = [code]
        outer = entry.inside
        while outer is not None:
            # A place further out with a mistake is met as well, and the mistake is shown where it stands.
            spot = source.place(["places", inside[-1], "inside"])
            if outer not in file.places:
                raise PolicyProblem(
                    f"{inside[-1]} lies inside {outer}, which is no place of this file",
                    f"The places are {', '.join(file.places)}.{did_you_mean(outer, file.places)}",
                    spot,
                )
            if outer in inside:
                raise PolicyProblem(
                    f"places lie inside each other in a circle: {' → '.join([*inside, outer])}",
                    "Leave out 'inside' at the widest place.",
                    spot,
                )
            inside.append(outer)
            outer = file.places[outer].inside
        if len(inside) > 1:
            cities[code] = City(code, entry.name, entry.short, tuple(inside), tuple(entry.within))
        elif entry.within:
            raise PolicyProblem(
                f"nobody is insured in {code}, for it lies inside no other place",
                "Write the counties under the city they lie in.",
                source.place(["places", code, "within"], key=True),
            )
    _check_said(source, cities)
    numbers = Numbers(file.hotline, file.emergency, file.crisis)
    return cities, numbers, {code: entry.name for code, entry in file.places.items()}


def _check_said(source: Source, cities: Mapping[str, City]) -> None:
    """Raise PolicyProblem where one name would mean two cities."""
    paths: list[tuple[str, list[str | int]]] = [
        (city.short, ["places", city.code, "short"]) for city in cities.values()
    ]
    for city in cities.values():
        paths += [(name, ["places", city.code, "within", index]) for index, name in enumerate(city.within)]
    first: dict[str, list[str | int]] = {}
    for name, path in paths:
        if first.setdefault(name, path) is not path:
            places = source.place(path), source.place(first[name])
            raise PolicyProblem(f"'{name}' means two places", "Keep it at one of them.", *places)


def read_documents(sources: Mapping[str, Source], places: Mapping[str, str]) -> dict[str, Entry]:
    """Return all provisions by `document/provision`."""
    entries: dict[str, Entry] = {}
    first: dict[str, Source] = {}
    for source in sources.values():
        file = read_model(source, DocumentFile)
        document = Document(file.document)
        if document.id in first:
            raise PolicyProblem(
                f"two files hold a document {document.id}",
                "Give each document its own id, or put its provisions in one file.",
                source.place(["document", "id"]),
                first[document.id].place(["document", "id"]),
            )
        first[document.id] = source
        _check_places(source, document, places)
        for index, entry in enumerate(file.provisions):
            new = Entry(_provision(source, index, document, entry), source, index)
            old = entries.setdefault(new.provision.ref, new)
            if old is not new:
                raise PolicyProblem(
                    f"the provision {entry.id} of {document.id} stands twice",
                    "Give each provision of a document its own id.",
                    new.place("id"),
                    old.place("id"),
                )
    return entries


def _check_places(source: Source, document: Document, places: Mapping[str, str]) -> None:
    named: list[tuple[str, list[str | int]]] = [(document.head.place, ["document", "place"])]
    for index, caution in enumerate(document.head.cautions):
        for number, place in enumerate(caution.places_other_than):
            named.append((place, ["document", "cautions", index, "places_other_than", number]))
    for place, path in named:
        if place not in places:
            raise PolicyProblem(
                f"{place} is no place of places.yaml",
                f"Add it there, or use one of {', '.join(sorted(places))}.{did_you_mean(place, places)}",
                source.place(path),
            )


def _provision(source: Source, index: int, document: Document, entry: ProvisionEntry) -> Provision:
    whole = document.head.effective
    span = entry.effective or whole
    if span.since < whole.since or (whole.until and (span.until is None or span.until > whole.until)):
        raise PolicyProblem(
            f"the provision holds {_days(span.since, span.until)}, "
            f"but its document {_days(whole.since, whole.until)}",
            "Keep the provision's days within those of its document.",
            source.place(["provisions", index, "effective"]),
            source.place(["document", "effective"]),
        )
    tables = {name: figure.table() for name, figure in entry.figures.items()}
    return Provision(document, entry, span.since, span.until, tables)


def _days(since: date, until: date | None) -> str:
    return f"from {since}" + (f" to {until}" if until else " on")
