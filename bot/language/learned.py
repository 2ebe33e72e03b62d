"""What the matcher has learned from the files of intents: one frozen file, made by one command.

It also holds what else the matcher needs of those files, so that nothing is parsed or counted at the start.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from bot.language.intents import IntentsError, Risk, Subject, files_of

FILE = "learned.json"
FORM = 1
"""Raised whenever the way texts are read for learning changes, so that an older file is refused."""

REBUILD = "Run `baoduoshao intents learn`."


@dataclass(frozen=True, slots=True)
class Learned:
    """All of it, as read from the file.

    `syllables`: syllable -> characters. `kept`: words that stay as they are; `natural`: what sounds like a
    term and stands in a phrase so. `phrases`: intent -> phrases,
    pared. `classes`: intents and `NOT_OURS`, in the order that `weights` number them; `weights`: feature ->
    class, weight, class, weight, … `confidence`: a logistic fit, the constant first. `sure`: by risk, the
    confidence from which an answer may be given; `maybe`: from which one may be asked back.
    """

    subjects: Mapping[str, Subject]
    commands: Mapping[str, str]
    lexicon: Mapping[str, str]
    terms: tuple[str, ...]
    kept: tuple[str, ...]
    natural: tuple[str, ...]
    syllables: Mapping[str, str]
    phrases: Mapping[str, tuple[str, ...]]
    classes: tuple[str, ...]
    weights: Mapping[str, list[int]]
    confidence: tuple[float, ...]
    sure: Mapping[Risk, float]
    maybe: float


def digest(folder: Path) -> str:
    """Return the digest of all files of intents, whatever their line endings."""
    found = hashlib.sha256(str(FORM).encode())
    for file in files_of(folder):
        found.update(file.name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return found.hexdigest()


def written(learned: Learned, made_from: str) -> str:
    """Return the text of the file: one feature a line, so that a change shows where it is."""
    whole = {name: value for name, value in _plain(learned).items() if name != "weights"}
    lines = [f"{_json(name)}:{_json(value)}" for name, value in {"made_from": made_from, **whole}.items()]
    weights = [f"{_json(name)}:{_json(row)}" for name, row in sorted(learned.weights.items())]
    lines.append('"weights":{\n' + ",\n".join(weights) + "\n}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _plain(learned: Learned) -> dict[str, Any]:
    found = {field.name: getattr(learned, field.name) for field in fields(learned)}
    found["subjects"] = {id_: asdict(subject) for id_, subject in learned.subjects.items()}
    return found


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read(folder: Path) -> Learned:
    """Return what was learned from the files of `folder`.

    Raises IntentsError where that was never done, or not since a file has changed.
    """
    file = folder / FILE
    wanted = digest(folder)
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        made_from = found.pop("made_from")
        if made_from != wanted:
            raise IntentsError(file, 1, "the files of intents have changed since this was learned", REBUILD)
        for name in ("terms", "kept", "natural", "classes", "confidence"):
            found[name] = tuple(found[name])
        found["subjects"] = {id_: Subject(**subject) for id_, subject in found["subjects"].items()}
        found["phrases"] = {id_: tuple(phrases) for id_, phrases in found["phrases"].items()}
        return Learned(**found)
    except FileNotFoundError:
        raise IntentsError(file, 1, "nothing has been learned from these files yet", REBUILD) from None
    except (OSError, ValueError, LookupError, AttributeError, TypeError):
        raise IntentsError(file, 1, "the file can't be read", REBUILD) from None
