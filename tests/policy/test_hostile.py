"""Whatever the files hold, they load or a PolicyProblem tells where and how to mend it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine import Engine
from bot.policy import Library, PolicyProblem, load
from bot.policy.problem import Place
from bot.policy.strict_yaml import Source

from .conftest import POLICIES

FILES = sorted(path.relative_to(POLICIES) for path in POLICIES.rglob("*.yaml"))
# What a slip of the hand, a careless edit or an attacker might put in a value's place.
NASTY = [
    *(
        "no",
        "~",
        "",
        "010",
        "12:30",
        "1.5",
        "0",
        "-1",
        '"-1"',
        '"0"',
        '"10000000000000"',
        '"101%"',
        '"0%"',
        "true",
    ),
    *(
        "2022-02-30",
        "2023-01-01",
        "9999-12-31",
        "0001-01-01",
        "*a",
        "&a b",
        "!!int 1",
        "<<",
        "{}",
        "[]",
        "[[[[x]]]]",
    ),
    *(
        '"\\u202e"',
        "'",
        '"',
        "{",
        "]",
        ": ",
        "#",
        "\t",
        "\u200b",
        "层级",
        "employee",
        "resident",
        "level4",
        "yuan",
    ),
    *("share", "draft", "1.2/rate", "inpatient", "outpatient/non_designated", "hospital_level", "prior_paid"),
    *(
        "emergency_hours",
        "hunan-2022-66/0.6",
        "xiangtan",
        "mutual_aid/layer",
        "catastrophic",
        "items",
        "values",
    ),
]
ALPHABET = st.sampled_from("abe: -{}[]\"'?&*!|>%@`#,.~<=0129\n\n  \t\u3000起")
_SCALAR = re.compile(r"[^\s:,{}\[\]\"'#-][^\s:,{}\[\]\"'#]*")
_PLACED = re.compile(r"policies/\S+\.yaml:[1-9][0-9]*:[1-9][0-9]*: \S")


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, bytes]:
    return {name: (POLICIES / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def written(copies: dict[Path, bytes], tmp_path_factory: pytest.TempPathFactory) -> "Writer":
    return Writer(tmp_path_factory.mktemp("hostile") / "policies", copies)


class Writer:
    """Loads the real files with one of them replaced."""

    def __init__(self, folder: Path, files: dict[Path, bytes]) -> None:
        self.files = files
        self._folder = folder
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)

    def load_with(self, name: Path, content: bytes) -> Library | PolicyProblem:
        try:
            (self._folder / name).write_bytes(content)
            return load(self._folder)
        except PolicyProblem as problem:
            return problem
        finally:
            (self._folder / name).write_bytes(self.files[name])


def _check(loaded: Library | PolicyProblem) -> None:
    if isinstance(loaded, Library):
        assert Engine(loaded).compile_all() >= 0
        return
    message = str(loaded)
    assert _PLACED.match(message), message
    assert loaded.mend
    assert len(message) < 4000
    for place in loaded.places:
        _check_place(place)


def _check_place(place: Place) -> None:
    assert place.line >= 1
    assert 1 <= place.column <= len(place.text) + 1 or not place.text


Edit = Callable[[list[str]], list[str]]


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """Draw an edit of a file's lines, as a hand or a merge might do it."""
    kind = draw(
        st.sampled_from(["delete", "double", "swap", "scalar", "scalar", "scalar", "insert", "indent", "cut"])
    )
    one, two = draw(st.integers(0, 10_000)), draw(st.integers(0, 10_000))
    nasty = draw(st.one_of(st.sampled_from(NASTY), st.text(ALPHABET, max_size=6)))

    def edit(lines: list[str]) -> list[str]:
        lines = list(lines) or [""]
        at, other = one % len(lines), two % len(lines)
        match kind:
            case "delete":
                del lines[at]
            case "double":
                lines.insert(other if two % 3 == 0 else at, lines[at])
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case "scalar":
                found = list(_SCALAR.finditer(lines[at]))
                if found:
                    scalar = found[two % len(found)]
                    lines[at] = lines[at][: scalar.start()] + nasty + lines[at][scalar.end() :]
            case "insert":
                column = two % (len(lines[at]) + 1)
                lines[at] = lines[at][:column] + nasty + lines[at][column:]
            case "indent":
                lines[at] = "  " + lines[at] if two % 2 else lines[at].removeprefix("  ")
            case _:
                lines = lines[:at]
        return lines

    return edit


def _edited(content: bytes, chosen: list[Edit]) -> bytes:
    lines = content.decode("utf-8").split("\n")
    for edit in chosen:
        lines = edit(lines)
    return "\n".join(lines).encode("utf-8", errors="surrogatepass")


_HERE = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(name=st.sampled_from(FILES), chosen=st.lists(edits(), min_size=1, max_size=3))
@_HERE
def test_an_edited_file_loads_and_runs_or_is_refused(written: Writer, name: Path, chosen: list[Edit]) -> None:
    _check(written.load_with(name, _edited(written.files[name], chosen)))


@pytest.mark.long
@given(name=st.sampled_from(FILES), chosen=st.lists(edits(), min_size=1, max_size=3))
@settings(_HERE, max_examples=3000)
def test_many_edited_files_load_and_run_or_are_refused(
    written: Writer, name: Path, chosen: list[Edit]
) -> None:
    _check(written.load_with(name, _edited(written.files[name], chosen)))


@given(st.binary(max_size=200) | st.text(ALPHABET, max_size=200).map(str.encode))
@settings(_HERE, max_examples=300)
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(content)
    problem = _problem_of(file)
    if problem is not None:
        assert _PLACED.match(str(problem))
        _check_place(problem.places[0])


def _problem_of(file: Path) -> PolicyProblem | None:
    try:
        Source(file, Path("policies/any.yaml"))
    except PolicyProblem as problem:
        return problem
    return None


@given(name=st.sampled_from(FILES), content=st.binary(max_size=50))
@settings(_HERE, max_examples=20)
def test_a_file_of_any_bytes_is_refused(written: Writer, name: Path, content: bytes) -> None:
    loaded = written.load_with(name, content)
    assert isinstance(loaded, PolicyProblem)
    _check(loaded)
