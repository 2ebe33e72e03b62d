"""Files -> Library. Every problem is a PolicyProblem with file, line, column, the line, and the mend."""

import difflib
import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.policy.codes import INSURANCES
from bot.policy.library import City, Document, Library, Numbers, Provision, Terms
from bot.policy.problem import Place, PolicyProblem
from bot.policy.schema import DocumentFile, FigureProblem, PlacesFile, TermsFile
from bot.policy.schema import Provision as ProvisionEntry
from bot.policy.strict_yaml import Source

_Model = TypeVar("_Model", bound=BaseModel)
_Read = dict[str, tuple[Provision, Source, int]]


def load(folder: Path) -> Library:
    """Read and check every policy file below `folder`. Raises PolicyProblem."""
    if not folder.is_dir():
        raise PolicyProblem(f"there is no folder {folder}", "Name the folder that holds the policy files.")
    digest = hashlib.sha256()
    sources: dict[str, Source] = {}
    for file in sorted(folder.rglob("*.yaml")):
        name = file.relative_to(folder)
        digest.update(name.as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
        sources[name.as_posix()] = Source(file, Path(folder.name) / name)
    cities, numbers, known_places = _read_places(_needed(sources, "places.yaml", folder))
    terms_file = _read_model(_needed(sources, "terms.yaml", folder), TermsFile)
    terms = Terms(**terms_file.model_dump())
    read: _Read = {}
    for source in sources.values():
        _read_document(source, known_places, read)
    _check_references(read)
    library = Library(
        {ref: provision for ref, (provision, _, _) in read.items()},
        cities,
        terms,
        numbers,
        digest.hexdigest()[:12],
    )
    _check_timelines(library, read)
    return library


def _needed(sources: dict[str, Source], name: str, folder: Path) -> Source:
    if name not in sources:
        raise PolicyProblem(f"{folder.name}/{name} is missing", f"Write {name} beside the documents.")
    return sources.pop(name)


def _read_model(source: Source, model: type[_Model]) -> _Model:
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        raise _translated(source, error.errors()[0], model) from None


def _read_places(source: Source) -> tuple[dict[str, City], Numbers, set[str]]:
    file = _read_model(source, PlacesFile)
    cities: dict[str, City] = {}
    for code, entry in file.places.items():
        inside = [code]
        outer = entry.inside
        while outer is not None:
            if outer not in file.places or outer in inside:
                raise PolicyProblem(
                    f"{code} lies inside {outer}, which is not another place of this file",
                    f"The places are {', '.join(file.places)}.",
                    source.place(["places", code, "inside"]),
                )
            inside.append(outer)
            outer = file.places[outer].inside
        if len(inside) > 1:
            cities[code] = City(code, entry.name, entry.short, tuple(inside))
    return cities, Numbers(file.hotline, file.emergency), set(file.places)


def _read_document(source: Source, places: set[str], read: _Read) -> None:
    file = _read_model(source, DocumentFile)
    head = file.document
    document = Document(head)
    if head.place not in places:
        raise PolicyProblem(
            f"{head.place} is not a place of places.yaml",
            f"Add it there, or use one of {', '.join(sorted(places))}.",
            source.place(["document", "place"]),
        )
    for index, entry in enumerate(file.provisions):
        spot = ["provisions", index, "id"]
        ref = f"{head.id}/{entry.id}"
        if ref in read:
            _, other, at = read[ref]
            raise PolicyProblem(
                f"the provision {entry.id} of {head.id} stands twice",
                "Give each provision of a document its own id.",
                source.place(spot),
                other.place(["provisions", at, "id"]),
            )
        read[ref] = (_provision(source, index, document, entry), source, index)


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
    tables = {}
    for name, figure in entry.figures.items():
        try:
            tables[name] = figure.table()
        except FigureProblem as problem:
            path = ["provisions", index, "figures", name, "values", *[str(p).lower() for p in problem.path]]
            mend = (
                "Write the value, or name the code under same_as, unlimited or not_held."
                if "no value" in str(problem)
                else "Correct the table."
            )
            raise PolicyProblem(str(problem), mend, source.place(path, key=True)) from None
    return Provision(document, entry, span.since, span.until, tables)


def _days(since: date, until: date | None) -> str:
    return f"from {since}" + (f" to {until}" if until else " on")


def figure_refs(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the path and text of every reference to a figure in a rule's plain data."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"share", "amount", "limit", "threshold", "within", "figure"} and isinstance(
                inner, str
            ):
                yield (*path, key), inner
            else:
                yield from figure_refs(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from figure_refs(inner, (*path, index))


def _check_references(read: _Read) -> None:
    for ref, (provision, source, index) in read.items():
        for number, other in enumerate(provision.entry.supersedes):
            if other not in read:
                raise PolicyProblem(
                    f"{ref} supersedes {other}, which is not held",
                    f"Provisions are named document/id.{_did_you_mean(other, read)}",
                    source.place(["provisions", index, "supersedes", number]),
                )
        raw = source.data
        assert isinstance(raw, dict)
        entries = raw["provisions"]
        assert isinstance(entries, list)
        entry = entries[index]
        assert isinstance(entry, dict)
        for path, text in figure_refs(entry.get("rules", {})):
            place, name = text.rsplit("/", 1)
            target = place if "/" in place else f"{provision.document.id}/{place}"
            if target not in read or name not in read[target][0].entry.figures:
                known = [f"{r}/{f}" for r, (p, _, _) in read.items() for f in p.entry.figures]
                raise PolicyProblem(
                    f"there is no figure {text}",
                    f"Figures are named id/name or document/id/name."
                    f"{_did_you_mean(f'{target}/{name}', known)}",
                    source.place(["provisions", index, "rules", *path]),
                )


def _did_you_mean(word: str, known: Any) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" Did you mean {near[0]}?" if near else ""


def _check_timelines(library: Library, read: _Read) -> None:
    """On each day at most one provision settles a topic for a person, and none is missing in between."""
    for topic in sorted(library.topics):
        for city in library.cities:
            for insurance in INSURANCES:
                candidates = library.candidates(topic, city, insurance)
                if len(candidates) > 1:
                    _check_timeline(library, read, topic, city, insurance, candidates)


def _check_timeline(
    library: Library, read: _Read, topic: str, city: str, insurance: str, candidates: list[Provision]
) -> None:
    last: Provision | None = None
    gap_since: date | None = None
    for day in library.changes:
        remaining = list(library.holding(candidates, city, insurance, day))
        holding = [p for p in remaining if p.holds_on(day)]
        if len(holding) > 1:
            raise PolicyProblem(
                f"from {day} two provisions settle '{topic}' for {insurance} insurance in {city}: "
                f"{holding[0].ref} and {holding[1].ref}",
                "Say which one counts: write the other's document/id under its supersedes, or end one of them.",
                *(_place_of(read, p) for p in holding[:2]),
            )
        if holding and last is not None and gap_since is not None:
            raise PolicyProblem(
                f"nobody settles '{topic}' for {insurance} insurance in {city} "
                f"from {gap_since} to {day - timedelta(days=1)}, between {last.ref} and {holding[0].ref}",
                "Let the later one begin where the earlier one ends.",
                _place_of(read, last),
                _place_of(read, holding[0]),
            )
        if holding:
            last, gap_since = holding[0], None
        elif last is not None and gap_since is None:
            gap_since = day


def _place_of(read: _Read, provision: Provision) -> Place:
    _, source, index = read[provision.ref]
    return source.place(["provisions", index, "id"])


_ALLOWED_HERE = "Allowed here: {allowed}."


def _translated(source: Source, error: Any, model: type[BaseModel]) -> PolicyProblem:
    """Turn pydantic's first error into ours: the same fact, the place in the file, and the mend."""
    path = [part for part in error["loc"] if part != "[key]"]
    kind: str = error["type"]
    last = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        allowed = _allowed_keys(model, path[:-1])
        mend = _ALLOWED_HERE.format(allowed=", ".join(sorted(allowed))) + _did_you_mean(last, allowed)
        return PolicyProblem(f"unknown key '{last}'", mend, source.place(path, key=True))
    if kind == "missing":
        return PolicyProblem(
            f"the key '{last}' is missing", f"Add '{last}: …' to this entry.", source.place(path[:-1])
        )
    given = error.get("input")
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        expected = error["ctx"].get("expected_tags", "")
        what = (
            "a step needs its part"
            if kind == "union_tag_not_found"
            else f"there is no part '{given.get('part')}'"
        )
        return PolicyProblem(
            what, f"The parts are {expected or 'listed in the schema'}.", source.place([*path, "part"])
        )
    message = error["msg"].removeprefix("Value error, ")
    if kind == "literal_error":
        return PolicyProblem(
            f"'{given}' is not one of the words allowed here",
            f"Write {error['ctx']['expected']}.",
            source.place(path),
        )
    if kind in {"string_type", "model_type", "dict_type", "list_type", "bool_type", "date_type"}:
        wanted = {
            "string_type": "text",
            "model_type": "a mapping of keys",
            "dict_type": "a mapping of keys",
            "list_type": "a list",
            "bool_type": "true or false",
            "date_type": "a day like 2023-01-01",
        }[kind]
        quotes = f' Put it in quotes: "{given}".' if kind == "string_type" and isinstance(given, int) else ""
        return PolicyProblem(
            f"{wanted} is expected here, not {_named(given)}", f"Write {wanted}.{quotes}", source.place(path)
        )
    if kind == "string_pattern_mismatch":
        return PolicyProblem(
            f"'{given}' has not the form that '{last}' needs",
            f"It must match {error['ctx']['pattern']}.",
            source.place(path),
        )
    return PolicyProblem(
        message[0].lower() + message[1:], f"Correct '{last or 'this entry'}'.", source.place(path)
    )


def _named(value: object) -> str:
    if isinstance(value, bool):
        return f"{str(value).lower()} (true or false)"
    if isinstance(value, int):
        return f"the number {value}"
    if isinstance(value, date):
        return f"the day {value}"
    return {dict: "a mapping", list: "a list", str: "text"}.get(type(value), "this")


def _allowed_keys(model: Any, path: list[Any]) -> list[str]:
    """Return the keys of the model that stands at `path` below `model`."""
    from bot.policy import schema

    current: Any = model
    for part in path:
        inner = getattr(current, "model_fields", {})
        if isinstance(part, str) and part in inner:
            current = _models_in(inner[part].annotation)
        elif isinstance(current, list):
            tagged = [m for m in current if _part_name(m) == part]
            current = tagged[0] if tagged else (current[0] if len(current) == 1 else current)
        if isinstance(current, list) and len(current) == 1:
            current = current[0]
    if isinstance(current, list):
        current = current[0] if current else schema.DocumentFile
    return list(getattr(current, "model_fields", {}))


def _models_in(annotation: Any) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    found: list[Any] = []
    for inner in getattr(annotation, "__args__", ()):
        found.extend(_models_in(inner))
    return found


def _part_name(model: Any) -> str:
    field = model.model_fields.get("part")
    return str(field.annotation.__args__[0]) if field is not None else ""
