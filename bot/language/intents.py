"""The files of intents, read strictly: what people say for each subject, and words that mean the same."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

import yaml

from bot.language.commands import NAMES
from bot.language.normalise import normalise

LEXICON_FILE = "lexicon.yaml"
COMMANDS_FILE = "commands.yaml"
HOMOPHONES_FILE = "homophones.yaml"
NEGATIVES_FILE = "negatives.yaml"
UNSEEN_FILE = "unseen.jsonl"
ENGLISH_FILE = "english.yaml"
_OF_WORDS = (LEXICON_FILE, COMMANDS_FILE, HOMOPHONES_FILE, NEGATIVES_FILE, UNSEEN_FILE)

NOT_OURS = ("ood", "vague")
"""What is no subject of ours: matters of others, and what is too unclear to answer."""

# The C parser is ten times as fast; PyYAML may have been built without it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


Risk = Literal["high", "low"]


class IntentsError(Exception):
    """A file of intents can't be used; the message names the file, the line and the mend."""

    def __init__(self, file: Path, line: int, what: str, mend: str) -> None:
        super().__init__(f"{file.as_posix()}:{line}: {what}\n  {mend}")


@dataclass(frozen=True, slots=True)
class Subject:
    """One intent: the calculation it leads to, if any, and whether a policy answer stands behind it."""

    id: str
    benefit: str | None
    answer: bool
    risk: Risk = "high"
    """How sure one must be before answering: figures of money and policy are high, addresses and talk low."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All intents: subjects by id and their phrases by id; the lexicon and the commands as said -> meant.

    `negatives` are texts of `NOT_OURS`; `terms` what a slip of the ear or the keyboard may have meant, and
    `kept` what sounds like a term and is a word of its own.
    """

    subjects: Mapping[str, Subject]
    phrases: Mapping[str, tuple[str, ...]]
    lexicon: Mapping[str, str]
    commands: Mapping[str, str]
    negatives: Mapping[str, tuple[str, ...]]
    terms: tuple[str, ...]
    kept: tuple[str, ...]
    unseen: tuple[tuple[str, tuple[str, ...]], ...]
    """Questions that nothing is learned from but how sure to be: text, and every id that would be right."""


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _pairs(file: Path, node: Any, what: str) -> Iterator[tuple[str, Any, int]]:
    """Yield (key, value, line of the key) of a mapping that has no key twice."""
    if not isinstance(node, yaml.MappingNode):
        raise IntentsError(file, _line(node), f"{what} must be a mapping", "Write `key: value` lines.")
    seen: dict[str, int] = {}
    for key_node, value in node.value:
        line = _line(key_node)
        key = _text(file, key_node, "a key")
        if key in seen:
            raise IntentsError(
                file, line, f"'{key}' stands twice; it was first on line {seen[key]}", "Keep one of the two."
            )
        seen[key] = line
        yield key, value, line


def _text(file: Path, node: Any, what: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise IntentsError(file, _line(node), f"{what} must be text", "Write plain words.")
    return str(node.value).strip()


def _texts(file: Path, node: Any, what: str) -> Iterator[tuple[str, int]]:
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise IntentsError(file, _line(node), f"{what} must be a list", "Write one `- phrase` a line.")
    for item in node.value:
        yield _text(file, item, "an item of the list"), _line(item)


def _root(file: Path) -> Any:
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise IntentsError(
            file, line, f"this isn't YAML: {error.problem}", "Look at the indentation."
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise IntentsError(file, 1, "this isn't YAML in UTF-8", "Save the file as UTF-8 text.") from None
    if node is None:
        raise IntentsError(file, 1, "the file is empty", "Write an intent, or remove the file.")
    return node


def _subject(file: Path, id_: str, node: Any, line: int) -> tuple[Subject, list[tuple[str, int]]]:
    benefit: str | None = None
    answer = True
    risk: Risk = "high"
    phrases: list[tuple[str, int]] = []
    for key, value, key_line in _pairs(file, node, f"the intent {id_}"):
        if key == "benefit":
            benefit = _text(file, value, "benefit")
        elif key == "answer":
            said = _text(file, value, "answer")
            if said not in {"true", "false"}:
                raise IntentsError(file, key_line, f"answer is '{said}'", "Write true or false.")
            answer = said == "true"
        elif key == "risk":
            said = _text(file, value, "risk")
            if said not in get_args(Risk):
                raise IntentsError(file, key_line, f"risk is '{said}'", "Write high or low.")
            risk = cast("Risk", said)
        elif key == "phrases":
            phrases = list(_texts(file, value, "phrases"))
        else:
            raise IntentsError(
                file, key_line, f"unknown key '{key}'", "Allowed: benefit, answer, risk, phrases."
            )
    if not phrases:
        raise IntentsError(file, line, f"{id_} has no phrases", "Write what people say for it.")
    return Subject(id_, benefit, answer, risk), phrases


def _meanings(file: Path | None, what: str, allowed: Collection[str] = ()) -> dict[str, str]:
    """Return said -> meant; where `allowed` names anything, nothing else may be meant."""
    if file is None:
        return {}
    words: dict[str, str] = {}
    for word, variants, word_line in _pairs(file, _root(file), what):
        if allowed and word not in allowed:
            raise IntentsError(
                file, word_line, f"unknown command '{word}'", f"Allowed: {', '.join(sorted(allowed))}."
            )
        for variant, line in _texts(file, variants, word):
            if variant in words:
                raise IntentsError(
                    file, line, f"'{variant}' already means '{words[variant]}'", "Keep one of the two."
                )
            words[variant] = word
    return words


def _lists(file: Path | None, what: str, allowed: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return key -> texts of a file that may have just these keys, no text twice."""
    if file is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    seen: dict[str, int] = {}
    for key, node, line in _pairs(file, _root(file), what):
        if key not in allowed:
            raise IntentsError(file, line, f"unknown key '{key}'", f"Allowed: {', '.join(allowed)}.")
        texts = list(_texts(file, node, key))
        for text, text_line in texts:
            if text in seen:
                raise IntentsError(
                    file, text_line, f"'{text}' stands on line {seen[text]} too", "Keep one of the two."
                )
            seen[text] = text_line
        found[key] = tuple(text for text, _ in texts)
    return found


def _unseen(
    file: Path | None, known: Collection[str], learned: Collection[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield text and ids of every line; `learned` are the texts that something is learned from."""
    if file is None:
        return
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        raise IntentsError(file, 1, "this isn't text in UTF-8", "Save the file as UTF-8 text.") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
            text, labels = said["text"], said["intents"]
        except (ValueError, LookupError, TypeError):
            text, labels = None, None
        if not isinstance(text, str) or not isinstance(labels, list) or not labels:
            raise IntentsError(file, number, "no labelled question", 'Write {"text": …, "intents": […]}.')
        if normalise(text) in learned:
            raise IntentsError(
                file, number, f"'{text}' is learned from, so it isn't unseen", "Remove it here or there."
            )
        for label in labels:
            if label not in known:
                raise IntentsError(
                    file, number, f"no subject is called '{label}'", "Use an id, ood or vague."
                )
        yield text, tuple(labels)


def files_of(folder: Path) -> list[Path]:
    """Return the files in `folder` that are learned from. Raises IntentsError where there are none."""
    files = sorted(file for file in folder.glob("*.yaml") if file.name != ENGLISH_FILE)
    if not files:
        raise IntentsError(folder, 1, "no file of intents here", "Look at the folder given.")
    return [*files, *folder.glob(UNSEEN_FILE)]


def english_phrases(folder: Path) -> Mapping[str, str]:
    """Return English phrase -> Chinese, none where the folder has no such file.

    Raises IntentsError for a phrase said twice, or anything but lists of phrases.
    """
    file = folder / ENGLISH_FILE
    return _meanings(file if file.exists() else None, "the English phrases")


def load(folder: Path) -> Catalogue:
    """Read every file of intents in `folder`.

    Raises IntentsError for anything unknown, empty, or said twice: an id, or a phrase of two ids.
    """
    files = {file.name: file for file in files_of(folder)}
    words = {name: files.pop(name, None) for name in _OF_WORDS}
    english_phrases(folder)  # nothing is learned from them, but a fault should show here
    subjects: dict[str, Subject] = {}
    phrases: dict[str, tuple[str, ...]] = {}
    homes: dict[str, tuple[Path, int]] = {}
    owners: dict[str, str] = {}
    for file in files.values():
        for id_, node, line in _pairs(file, _root(file), "a file of intents"):
            if id_ in homes:
                first, first_line = homes[id_]
                raise IntentsError(
                    file, line, f"{id_} stands in {first.name}:{first_line} too", "Join the two entries."
                )
            homes[id_] = (file, line)
            subjects[id_], said = _subject(file, id_, node, line)
            for phrase, phrase_line in said:
                if phrase in owners:
                    raise IntentsError(
                        file,
                        phrase_line,
                        f"'{phrase}' is said for {owners[phrase]} already",
                        "Keep one of the two.",
                    )
                owners[phrase] = id_
            phrases[id_] = tuple(phrase for phrase, _ in said)
    negatives = _lists(words[NEGATIVES_FILE], "the negatives", NOT_OURS)
    learned = {normalise(text) for said in (*phrases.values(), *negatives.values()) for text in said}
    sounds = _lists(words[HOMOPHONES_FILE], "the homophones", ("terms", "keep"))
    return Catalogue(
        subjects,
        phrases,
        lexicon=_meanings(words[LEXICON_FILE], "the lexicon"),
        commands=_meanings(words[COMMANDS_FILE], "the commands", NAMES),
        negatives=negatives,
        terms=sounds.get("terms", ()),
        kept=sounds.get("keep", ()),
        unseen=tuple(_unseen(words[UNSEEN_FILE], {*subjects, *NOT_OURS}, learned)),
    )
