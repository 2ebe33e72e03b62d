"""YAML without its surprises: text in, plain data with the place of every node out.

Only mappings, sequences, text, true/false, whole numbers and whole days come out. Everything that YAML 1.1
would quietly turn into something else (`no`, `010`, `12:30`, 1.5, `~`) is an error, and so are duplicate
keys, anchors, aliases, tags, characters that nobody sees, and files deep or large enough to be a bomb.
"""

import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.policy.problem import Place, PolicyProblem, brief

MAX_BYTES = 512 * 1024
MAX_DEPTH = 14
MAX_NODES = 50_000

# The C parser reads ten times faster and gives the same events; PyYAML may be built without it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER: Any = yaml.resolver.Resolver()
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLAIN_INT = re.compile(r"-?(0|[1-9][0-9]{0,17})")
# Besides control characters: blanks that YAML takes for letters, marks that turn the direction of a line,
# and breaks that editors and parsers count differently.
_UNSEEN = re.compile(
    "[^\n\r -~\u00a1-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|[\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]|\r(?!\n)"
)
_UNSEEN_NAMES = {"\t": "a tab", "\ufeff": "a byte order mark", "\u00a0": "a no-break space"}
# The parser's own words, by what they say, and ours; the last fits all. "context" is where the parser began
# what it could not finish, "problem" where it gave up.
_NOT_YAML: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (
        "mapping values are not allowed",
        "a colon followed by a blank has no place here",
        "Put text that holds a colon in quotes; or move the line to the depth of the lines it belongs to.",
        ("problem",),
    ),
    (
        "'}'",
        "the bracket { isn't closed",
        "Put commas between the entries and } after the last.",
        ("context", "problem"),
    ),
    (
        "']'",
        "the bracket [ isn't closed",
        "Put commas between the entries and ] after the last.",
        ("context", "problem"),
    ),
    (
        "unexpected end of stream",
        "the quote isn't closed",
        "Close the quote on the line it was opened on.",
        ("context",),
    ),
    (
        "escape",
        "a backslash stands before a character it can't stand before",
        "Use no backslash.",
        ("problem",),
    ),
    (
        "cannot start any token",
        "a value can't begin with this character",
        "Put the whole value in quotes.",
        ("problem",),
    ),
    (
        "node content",
        "a value is missing here",
        "Write the value, or put what stands here in quotes.",
        ("problem",),
    ),
    ("expected ':'", "a key without a colon", "Write a colon and a blank after the key.", ("context",)),
    (
        "expected",
        "this line doesn't go with the lines above",
        "Start it in the column of the lines it belongs to; after a quoted text write nothing more.",
        ("problem", "context"),
    ),
    (
        "",
        "this isn't YAML",
        "Look at the brackets, the quotes and the depth of this line and the one above.",
        ("problem", "context"),
    ),
)

Data = dict[str, "Data"] | list["Data"] | str | bool | int | date


@dataclass(slots=True)
class _Node:
    line: int
    column: int
    data: Any = None
    children: "dict[str, _Node] | list[_Node] | None" = None
    keys: "dict[str, _Node]" = field(default_factory=dict)  # where each key of a mapping stands
    key: "tuple[str, _Node] | None" = None  # the key read last, still without its value

    @property
    def wants_key(self) -> bool:
        return isinstance(self.children, dict) and self.key is None

    def add(self, child: "_Node") -> None:
        if isinstance(self.children, list):
            self.children.append(child)
            self.data.append(child.data)
            return
        assert self.children is not None
        assert self.key is not None
        name, self.keys[name] = self.key[0], self.key[1]
        self.children[name] = child
        self.data[name] = child.data
        self.key = None


class Source:
    """A file read strictly: its `data`, its bytes, and the place of whatever stands at a path in it."""

    def __init__(self, file: Path, shown_as: Path | None = None) -> None:
        """Read `file`; `shown_as` is the name used in messages.

        Raises PolicyProblem for anything that isn't plain, unambiguous YAML.
        """
        self.file = shown_as or file
        self._lines: list[str] = []
        self.raw = self._bytes(file)
        text = self._text()
        self._root = self._tree(text)
        self.data: Data = self._root.data

    def place(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """Return the place of the node at `path`, or of its key; unknown parts of a path are passed over."""
        node = self._root
        spot = node
        for part in path:
            if isinstance(node.children, dict) and part in node.children:
                spot = node.keys[str(part)] if key else node.children[str(part)]
                node = node.children[str(part)]
            elif isinstance(node.children, list) and isinstance(part, int) and part < len(node.children):
                node = spot = node.children[part]
        return self._at(spot.line, spot.column)

    def _at(self, line: int, column: int) -> Place:
        text = self._lines[line - 1] if line <= len(self._lines) else ""
        return Place(self.file, line, column, text)

    def _problem(self, event: Any, what: str, mend: str, *others: Place) -> PolicyProblem:
        mark = event.start_mark
        return PolicyProblem(what, mend, self._at(mark.line + 1, mark.column + 1), *others)

    # -- bytes and characters ------------------------------------------------------------------------

    def _bytes(self, file: Path) -> bytes:
        try:
            # Opening a pipe would wait for ever.
            if not stat.S_ISREG(file.stat().st_mode):
                raise PolicyProblem(
                    "this is no ordinary file",
                    "Put a file of text in its place, or remove it.",
                    self._at(1, 1),
                )
            with file.open("rb") as stream:
                raw = stream.read(MAX_BYTES + 1)
        except OSError as error:
            raise PolicyProblem(
                f"the file can't be read: {error.strerror}",
                "Make it a file that this program may read, or remove it.",
                self._at(1, 1),
            ) from None
        if len(raw) > MAX_BYTES:
            raise PolicyProblem(
                f"the file is larger than {MAX_BYTES // 1024} KiB",
                "Split the document into several files.",
                self._at(1, 1),
            )
        return raw

    def _text(self) -> str:
        """Return the file as text and keep its lines for messages."""
        # A byte that isn't UTF-8 becomes one character, so that its line and column can be told.
        text = self.raw.decode("utf-8", errors="surrogateescape")
        self._lines = [line.removesuffix("\r") for line in text.split("\n")]
        unseen = _UNSEEN.search(text)
        if unseen is None:
            return text
        character = unseen[0]
        line = text.count("\n", 0, unseen.start()) + 1
        place = self._at(line, unseen.start() - text.rfind("\n", 0, unseen.start()))
        if "\udc80" <= character <= "\udcff":
            raise PolicyProblem(
                f"the byte {ord(character) - 0xDC00:#04x} is not UTF-8",
                "Save the file as UTF-8.",
                place,
            )
        if character == "\t":
            raise PolicyProblem(
                "a tab stands here", "Use blanks: YAML knows no tabs in front of a key.", place
            )
        raise PolicyProblem(
            f"{_named(character)} stands here, which nobody sees", "Remove the character.", place
        )

    # -- events and nodes ----------------------------------------------------------------------------

    def _events(self, text: str) -> Iterator[Any]:
        try:
            yield from yaml.parse(text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            said = error.problem or ""
            _, what, mend, order = next(entry for entry in _NOT_YAML if entry[0] in said)
            marks = {"problem": error.problem_mark, "context": error.context_mark}
            spots = [(mark.line + 1, mark.column + 1) for mark in map(marks.get, order) if mark is not None]
            # One spot a line is enough, and the end of the file, where the parser gave up, says nothing.
            places = {line: self._at(line, column) for line, column in reversed(spots)}
            told = [place for place in reversed(places.values()) if place.text.strip()]
            raise PolicyProblem(what, mend, *(told or [self._at(1, 1)])) from None
        except yaml.YAMLError:
            raise PolicyProblem(_NOT_YAML[-1][1], _NOT_YAML[-1][2], self._at(1, 1)) from None

    def _checked(self, text: str) -> Iterator[Any]:
        """Yield the events that begin or end a node, refusing what plain data has no use for."""
        nodes = documents = 0
        for event in self._events(text):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._problem(event, "a second document starts here", "Keep one document a file.")
                if event.version or event.tags:
                    raise self._problem(event, "directives are not allowed", "Remove the line with %.")
            elif isinstance(event, (yaml.NodeEvent, yaml.CollectionEndEvent)):
                nodes += isinstance(event, yaml.NodeEvent)
                if nodes > MAX_NODES:
                    raise self._problem(
                        event, f"more than {MAX_NODES} nodes", "Split the document into several files."
                    )
                self._refuse_references(event)
                yield event

    def _refuse_references(self, event: Any) -> None:
        if getattr(event, "anchor", None) is not None:
            raise self._problem(
                event,
                "anchors and aliases are not allowed",
                "Write the value out; in a table, same_as gives a code the value of another.",
            )
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            shown = brief(tag.replace("tag:yaml.org,2002:", "!!"))
            raise self._problem(event, f"the tag {shown} is not allowed", "Remove the tag.")

    def _refuse_unseen(self, event: Any) -> None:
        """A backslash in quotes may bring in what the text of the file may not hold."""
        unseen = _UNSEEN.search(event.value)
        if unseen is not None:
            raise self._problem(event, f"{_named(unseen[0])} comes out of this text", "Use no backslash.")

    def _tree(self, text: str) -> _Node:
        root: _Node | None = None
        open_nodes: list[_Node] = []
        for event in self._checked(text):
            if isinstance(event, yaml.CollectionEndEvent):
                open_nodes.pop()
                continue
            parent = open_nodes[-1] if open_nodes else None
            if parent is not None and parent.wants_key:
                parent.key = self._key(event, parent)
                continue
            node = self._node(event, len(open_nodes))
            if parent is None:
                root = node
            else:
                parent.add(node)
            if node.children is not None:
                open_nodes.append(node)
        if root is None:
            raise PolicyProblem(
                "the file is empty", "Write the document, or remove the file.", self._at(1, 1)
            )
        return root

    def _node(self, event: Any, depth: int) -> _Node:
        mark = event.start_mark
        node = _Node(mark.line + 1, mark.column + 1)
        if isinstance(event, yaml.ScalarEvent):
            node.data = self._scalar(event)
            return node
        if depth >= MAX_DEPTH:
            raise self._problem(event, f"nested deeper than {MAX_DEPTH}", "Flatten this part.")
        if isinstance(event, yaml.MappingStartEvent):
            node.data, node.children = {}, {}
        else:
            node.data, node.children = [], []
        return node

    def _key(self, event: Any, parent: _Node) -> tuple[str, _Node]:
        if not isinstance(event, yaml.ScalarEvent):
            raise self._problem(event, "a key must be text", "Write one word before the colon.")
        self._refuse_unseen(event)
        key = str(event.value)
        kind = _kind(key) if event.implicit[0] else "str"
        if kind in {"merge", "null"}:
            raise self._problem(event, f"{key or 'nothing'} can't be a key", "Write the key out.")
        if kind != "str" and key not in {"true", "false"}:
            raise self._problem(
                event,
                f"YAML does not read the key {brief(key)} as text",
                f"Put it in quotes: {_quoted(key)}.",
            )
        if key in parent.keys:
            first = parent.keys[key]
            raise self._problem(
                event,
                f"the key '{brief(key)}' stands twice in one mapping",
                "Keep one of the two; YAML would silently take the last.",
                self._at(first.line, first.column),
            )
        mark: Any = event.start_mark
        return key, _Node(mark.line + 1, mark.column + 1)

    def _scalar(self, event: Any) -> str | bool | int | date:
        value: str = event.value
        self._refuse_unseen(event)
        if not event.implicit[0]:
            return value
        kind = _kind(value)
        if kind == "str":
            return value
        if kind == "bool" and value in {"true", "false"}:
            return value == "true"
        if kind == "int" and _PLAIN_INT.fullmatch(value):
            return int(value)
        if kind == "timestamp" and _DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                raise self._problem(event, f"there is no day {value}", "Look at the calendar.") from None
        raise self._problem(event, *_surprise(kind, value))


def _kind(plain: str) -> str:
    """Return what YAML 1.1 makes of a plain scalar: str, bool, int, float, null, timestamp, merge, value."""
    return str(_RESOLVER.resolve(yaml.ScalarNode, plain, (True, False))).rsplit(":", 1)[1]


def _surprise(kind: str, value: str) -> tuple[str, str]:
    """Return what YAML would quietly make of a plain scalar, and the mend."""
    shown = brief(value)
    quotes = f"put it in quotes: {_quoted(value)}."
    match kind:
        case "null":
            return "nothing stands here", "Write the value, or remove the key."
        case "bool":
            meant = "true" if value.lower() in {"yes", "on", "true"} else "false"
            return f"YAML reads the plain word {value} as {meant}", f"Write {meant}, or {quotes}"
        case "float":
            return f"YAML reads {shown} as a number that is not exact", f"P{quotes[1:]}"
        case "int":
            return f"YAML reads {shown} as {_as_number(value)}", f"P{quotes[1:]}"
        case "timestamp":
            return f"YAML reads {shown} as a point of time", f"Write a day like 2023-01-01, or {quotes}"
        case _:
            return f"YAML gives {shown} a meaning of its own", f"P{quotes[1:]}"


def _as_number(value: str) -> str:
    try:
        return f"the number {yaml.safe_load(value)}" if len(value) <= 20 else "a number"
    except ValueError:
        return "a number"


def _quoted(value: str) -> str:
    return f'"{brief(value)}"'


def _named(character: str) -> str:
    return _UNSEEN_NAMES.get(character, f"the character U+{ord(character[0]):04X}")
