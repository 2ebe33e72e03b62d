"""Strict small readers of the files to deploy with, each of which refuses what it does not know."""

import json
import re
import shlex
from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer
import typer.core
import yaml
from dockerfile_parse import DockerfileParser  # type: ignore[import-untyped]

from bot.cli import app

CHECKOUT = Path(__file__).resolve().parents[2]
DEPLOY = CHECKOUT / "deploy"

# typer does not tell under which name it keeps click, so this is found by way of what it does export.
_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]


class UnknownCommandError(ValueError):
    """A command line that the program would refuse."""


class _UniqueKeys(yaml.SafeLoader):
    """Refuses a key that stands twice, which YAML's own loader would let the second win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise ValueError(f"line {node.start_mark.line + 1}: {sorted(twice)} stands more than once")
        return super().construct_mapping(node, deep)


def compose(text: str | None = None) -> dict[str, Any]:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8") if text is None else text
    loaded: dict[str, Any] = yaml.load(text, _UniqueKeys)
    return loaded


def compose_with_telegram() -> dict[str, Any]:
    """Read both files as docker compose puts the second over the first."""
    addition = compose((DEPLOY / "compose.telegram.yaml").read_text(encoding="utf-8"))
    over: dict[str, Any] = _over(compose(), {k: v for k, v in addition.items() if not k.startswith("x-")})
    return over


def _over(base: Any, addition: Any) -> Any:
    """Mappings are merged, lists joined, anything else replaced."""
    if isinstance(base, dict) and isinstance(addition, dict):
        return base | {k: _over(base[k], v) if k in base else v for k, v in addition.items()}
    return [*base, *addition] if isinstance(base, list) and isinstance(addition, list) else addition


Unit = dict[str, dict[str, list[str]]]


def unit(*texts: str) -> Unit:
    """Read a unit and the additions to it: section -> key -> its values, the lists not merged."""
    found: Unit = {}
    for text in texts:
        section: dict[str, list[str]] | None = None
        for number, line in enumerate(text.splitlines(), 1):
            line = line.strip()
            if not line or line.startswith(("#", ";")):
                continue
            if header := re.fullmatch(r"\[(\w+)\]", line):
                section = found.setdefault(header[1], defaultdict(list))
                continue
            key, equals, value = line.partition("=")
            if section is None or not equals or not re.fullmatch(r"[A-Z]\w*", key) or value.endswith("\\"):
                raise ValueError(f"line {number} is no line of a unit: {line}")
            section[key].append(value)
    return found


def environment_of(service: dict[str, list[str]]) -> dict[str, str]:
    pairs = (pair.partition("=") for line in service["Environment"] for pair in shlex.split(line))
    return {name: value for name, _, value in pairs}


def seconds(text: str) -> int:
    """Read a span as systemd, Compose and Docker write it."""
    read = re.fullmatch(r"(\d+)(s|m|min|)", text)
    if not read:
        raise ValueError(f"{text} is no span of time")
    return int(read[1]) * (60 if read[2].startswith("m") else 1)


@dataclass
class Block:
    """A block of a Caddyfile: its lines as words, each with the block it opens, if any."""

    lines: list[tuple[list[str], "Block | None"]] = field(default_factory=list)

    def named(self, name: str) -> list[tuple[list[str], "Block | None"]]:
        return [(words[1:], block) for words, block in self.lines if words and words[0] == name]

    def walk(self) -> Iterator[list[str]]:
        for words, block in self.lines:
            yield words
            if block is not None:
                yield from block.walk()


def caddyfile(text: str | None = None) -> Block:
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8") if text is None else text
    open_blocks = [Block()]
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        if not words:
            continue
        if words == ["}"]:
            open_blocks.pop()
        elif words[-1] == "{":
            block = Block()
            open_blocks[-1].lines.append((words[:-1], block))
            open_blocks.append(block)
        else:
            open_blocks[-1].lines.append((words, None))
    if len(open_blocks) != 1:
        raise ValueError("a brace is not closed")
    return open_blocks[0]


@dataclass(frozen=True)
class Stage:
    base: str
    name: str | None
    instructions: list[tuple[str, str]]  # the instruction in capitals, and what follows it

    def values(self, instruction: str) -> list[str]:
        return [value for name, value in self.instructions if name == instruction]

    @property
    def environment(self) -> dict[str, str]:
        pairs = (pair.partition("=") for line in self.values("ENV") for pair in shlex.split(line))
        return {name: value for name, _, value in pairs}

    def exec_form(self, instruction: str) -> list[str]:
        """Read the last CMD or HEALTHCHECK CMD; a ValueError unless it is written as a JSON list."""
        [*_, value] = self.values(instruction)
        listed = value[value.index("[") :] if value.startswith(("[", "--")) and "[" in value else value
        words: list[str] = json.loads(listed)
        return words


def stages() -> list[Stage]:
    structure = DockerfileParser(path=str(DEPLOY / "Dockerfile")).structure
    found: list[Stage] = []
    for each in structure:
        instruction, value = each["instruction"], each["value"]
        if instruction == "COMMENT":
            continue
        if instruction == "FROM":
            base, *name = re.split(r"\s+AS\s+", value, flags=re.IGNORECASE)
            found.append(Stage(base, name[0] if name else None, []))
        else:
            found[-1].instructions.append((instruction, value))
    return found


def runbook() -> str:
    return (DEPLOY / "README.md").read_text(encoding="utf-8")


def runbook_commands() -> list[list[str]]:
    """Every call of baoduoshao that the runbook shows, in a block or a line; without the program's name."""
    text = runbook()
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    lines += re.findall(r"`(baoduoshao [^`\n]+)`", text)
    calls = []
    for line in lines:
        words = shlex.split(line, comments=True)
        for place, word in enumerate(words):
            # Elsewhere the word is the name of a user, a unit or a database.
            begins = place == 0 or words[place - 1] in ("ingest", "worker")
            if (word == "baoduoshao" and begins) or word.endswith("/bin/baoduoshao"):
                calls.append(words[place + 1 :])
    return calls


def understood(words: list[str]) -> None:
    """Let the program's own command line read the words, without running them; raises UnknownCommandError."""
    command: Any = typer.main.get_command(app)
    while isinstance(command, typer.core.TyperGroup):
        name, *rest = words or [""]
        if name not in command.commands:
            raise UnknownCommandError(f"{command.name or 'baoduoshao'} has no command '{name}'")
        command, words = command.commands[name], rest
    try:
        command.make_context(command.name, list(words))
    except _USAGE_ERROR as error:
        raise UnknownCommandError(str(error)) from None
