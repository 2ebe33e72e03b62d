"""YAML without its surprises: text in, plain data with the place of every node out.

Only mappings, sequences, text, true/false and whole days come out. Everything that YAML 1.1 would
quietly turn into something else (`no`, `010`, `12:30`, 1.5, `~`) is an error, and so are duplicate
keys, anchors, aliases, tags, and files deep or large enough to be meant as a bomb.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.policy.problem import Place, PolicyProblem

MAX_BYTES = 512 * 1024
MAX_DEPTH = 14
MAX_NODES = 50_000

# The C parser reads ten times faster and gives the same events; PyYAML may be built without it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER = yaml.resolver.Resolver()  # type: ignore[no-untyped-call]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_PLAIN_INT = re.compile(r"(0|[1-9][0-9]*)\Z")

Data = dict[str, "Data"] | list["Data"] | str | bool | int | date


@dataclass(slots=True)
class _Node:
    line: int
    column: int
    data: Any = None
    keys: dict[str, "_Node"] | None = None  # where each key of a mapping stands
    children: "dict[str, _Node] | list[_Node] | None" = None


class Source:
    """A file read strictly: its `data`, and the place of whatever stands at a path in it."""

    def __init__(self, file: Path, shown_as: Path | None = None) -> None:
        """Read `file`; `shown_as` is the name used in messages.

        Raises PolicyProblem for anything that isn't plain, unambiguous YAML.
        """
        self.file = shown_as or file
        raw = file.read_bytes()
        if len(raw) > MAX_BYTES:
            raise PolicyProblem(
                f"the file is larger than {MAX_BYTES // 1024} KiB",
                "Split the document into several files.",
                Place(self.file, 1, 1, ""),
            )
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise PolicyProblem(
                "this isn't UTF-8 text", "Save the file as UTF-8.", Place(self.file, line, 1, "")
            ) from None
        self._lines = text.splitlines()
        self._root = self._read(text)
        self.data: Data = self._root.data

    def place(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """Return the place of the node at `path`, or of its key; unknown parts of a path are passed over."""
        node = self._root
        spot = node
        for part in path:
            if isinstance(node.children, dict) and part in node.children:
                assert node.keys is not None
                spot = node.keys[str(part)] if key else node.children[str(part)]
                node = node.children[str(part)]
            elif isinstance(node.children, list) and isinstance(part, int) and part < len(node.children):
                node = spot = node.children[part]
        return self._at(spot.line, spot.column)

    def _at(self, line: int, column: int) -> Place:
        text = self._lines[line - 1] if line <= len(self._lines) else ""
        return Place(self.file, line, column, text)

    def _problem(self, event: Any, what: str, mend: str) -> PolicyProblem:
        mark = event.start_mark
        return PolicyProblem(what, mend, self._at(mark.line + 1, mark.column + 1))

    def _events(self, text: str) -> Iterator[Any]:
        try:
            yield from yaml.parse(text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = self._at(mark.line + 1, mark.column + 1) if mark else self._at(1, 1)
            raise PolicyProblem(
                f"this isn't YAML: {error.problem or error.context}",
                "Look at the indentation and the quotes of this line and the one above.",
                place,
            ) from None
        except yaml.YAMLError:
            raise PolicyProblem(
                "this isn't YAML: it has a character that YAML does not allow",
                "Remove control characters from the file.",
                self._at(1, 1),
            ) from None

    def _read(self, text: str) -> _Node:
        root: _Node | None = None
        open_nodes: list[_Node] = []
        pending: list[tuple[str, _Node] | None] = []
        count = documents = 0
        for event in self._events(text):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._problem(event, "a second document starts here", "Keep one document a file.")
                continue
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise self._problem(
                    event, "anchors and aliases are not allowed", "Write the value out, or use same_as."
                )
            if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                open_nodes.pop()
                pending.pop()
                continue
            if not isinstance(event, yaml.NodeEvent):
                continue
            count += 1
            if count > MAX_NODES:
                raise self._problem(
                    event, f"more than {MAX_NODES} nodes", "Split the document into several files."
                )
            if getattr(event, "tag", None) and event.tag != "!":
                raise self._problem(event, f"the tag {event.tag} is not allowed", "Remove the tag.")
            mark = event.start_mark
            node = _Node(mark.line + 1, mark.column + 1)
            parent = open_nodes[-1] if open_nodes else None
            if parent is not None and isinstance(parent.children, dict) and pending[-1] is None:
                pending[-1] = (self._key(event, parent), node)
                continue
            if isinstance(event, yaml.ScalarEvent):
                node.data = self._scalar(event)
            else:
                if len(open_nodes) >= MAX_DEPTH:
                    raise self._problem(event, f"nested deeper than {MAX_DEPTH}", "Flatten this part.")
                mapping = isinstance(event, yaml.MappingStartEvent)
                node.data = {} if mapping else []
                node.children = {} if mapping else []
                node.keys = {} if mapping else None
            if parent is None:
                root = node
            else:
                self._attach(parent, node, pending)
            if node.children is not None:
                open_nodes.append(node)
                pending.append(None)
        if root is None:
            raise PolicyProblem(
                "the file is empty", "Write the document, or remove the file.", self._at(1, 1)
            )
        return root

    def _key(self, event: Any, parent: _Node) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise self._problem(event, "a key must be text", "Write one word before the colon.")
        key = event.value
        tag = _RESOLVER.resolve(yaml.ScalarNode, key, (True, False)) if event.implicit[0] else ""
        if key == "<<" or tag.endswith(":null"):
            raise self._problem(event, f"{key or 'nothing'} can't be a key", "Write the key out.")
        if tag.endswith((":bool", ":int", ":float", ":timestamp")) and key not in {"true", "false"}:
            raise self._problem(
                event, f"the key {key} is not read as text in YAML", f'Put the key in quotes: "{key}".'
            )
        assert parent.keys is not None
        if key in parent.keys:
            first = parent.keys[key]
            mark = event.start_mark
            raise PolicyProblem(
                f"the key '{key}' stands twice in one mapping",
                "Keep one of the two; YAML would silently take the last.",
                self._at(mark.line + 1, mark.column + 1),
                self._at(first.line, first.column),
            )
        return str(key)

    def _attach(self, parent: _Node, node: _Node, pending: list[tuple[str, _Node] | None]) -> None:
        if isinstance(parent.children, list):
            parent.children.append(node)
            parent.data.append(node.data)
            return
        entry = pending[-1]
        assert entry is not None
        assert parent.children is not None
        assert parent.keys is not None
        key, key_node = entry
        parent.keys[key] = key_node
        parent.children[key] = node
        parent.data[key] = node.data
        pending[-1] = None

    def _scalar(self, event: Any) -> str | bool | int | date:
        value: str = event.value
        if not event.implicit[0]:
            return value
        kind = _RESOLVER.resolve(yaml.ScalarNode, value, (True, False)).rsplit(":", 1)[1]
        if kind == "str":
            return value
        if kind == "bool":
            if value in {"true", "false"}:
                return value == "true"
            mend = f'Write true or false, or put the word in quotes: "{value}".'
            raise self._problem(event, f"YAML reads the plain word {value} as yes or no", mend)
        if kind == "timestamp" and _DAY.match(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                raise self._problem(event, f"there is no day {value}", "Look at the calendar.") from None
        if kind == "int" and _PLAIN_INT.match(value) and len(value) < 20:
            return int(value)
        if kind == "null":
            raise self._problem(event, "nothing stands here", "Write the value, or remove the key.")
        reading = {"int": "another whole number", "float": "a number that is not exact"}.get(
            kind, f"a {kind}"
        )
        raise self._problem(event, f"YAML may read {value} as {reading}", f'Put it in quotes: "{value}".')
