"""What strict YAML lets through, and where it says that things stand."""

from datetime import date
from pathlib import Path

import pytest

from bot.policy import PolicyProblem
from bot.policy.problem import Place, brief, did_you_mean
from bot.policy.strict_yaml import MAX_NODES, Source


class Reader:
    """Reads a text as a file called a.yaml."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, text: str) -> Source:
        file = self._folder / "a.yaml"
        file.write_text(text, "utf-8", newline="")
        return Source(file, Path("a.yaml"))


@pytest.fixture
def source(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: 起付线", {"a": "起付线"}),
        ("a: true\nb: false", {"a": True, "b": False}),
        ("a: 12\nb: 0\nc: -3", {"a": 12, "b": 0, "c": -3}),
        ("a: 2023-01-01", {"a": date(2023, 1, 1)}),
        ("a: '2023-01-01'", {"a": "2023-01-01"}),
        (
            'a: "no"\nb: "010"\nc: "12:30"\nd: "1.5"\ne: ""',
            {"a": "no", "b": "010", "c": "12:30", "d": "1.5", "e": ""},
        ),
        ("true: 是\n'false': 否", {"true": "是", "false": "否"}),
        ("a: [x, {b: y}]\nc: {}\nd: []", {"a": ["x", {"b": "y"}], "c": {}, "d": []}),
        ("a: 1e3", {"a": "1e3"}),  # YAML 1.1 wants a point and a sign in such a number
        ("---\na: b\n...\n", {"a": "b"}),
        ("a: b\r\nc: d\r\n", {"a": "b", "c": "d"}),
        ("a: >-\n  一\n  二\nb: |\n  一\n  二\n", {"a": "一 二", "b": "一\n二\n"}),
        ("a: ！　全角“引号”😀", {"a": "！　全角“引号”😀"}),
        ("- a\n- - b", ["a", ["b"]]),
    ],
)
def test_plain_data_comes_out_as_it_was_meant(source: Reader, text: str, data: object) -> None:
    assert source(text).data == data


@pytest.mark.parametrize("word", ["yes", "No", "ON", "off", "True", "FALSE", "~", "null", "Null", ""])
def test_a_plain_word_that_yaml_takes_for_something_else_is_refused(source: Reader, word: str) -> None:
    with pytest.raises(PolicyProblem, match=r"a\.yaml:1:"):
        source(f"a: {word}\n")


@pytest.mark.parametrize(
    "number",
    [
        "010",
        "0x1F",
        "0b11",
        "1_000",
        "0_",
        "0x_",
        "12:30",
        "1.5",
        ".5",
        ".inf",
        ".NaN",
        "+1",
        "-0.5",
        "9" * 30,
    ],
)
def test_a_number_that_yaml_may_read_otherwise_is_refused_and_not_in_quotes(
    source: Reader, number: str
) -> None:
    with pytest.raises(PolicyProblem, match="Put it in quotes"):
        source(f"a: {number}\n")
    assert source(f'a: "{number}"\n').data == {"a": number}


def test_the_place_of_a_value_and_of_a_key_are_told_apart(source: Reader) -> None:
    read = source("a:\n  - b: 值\n    c: {d: 一, e: 二}\n")
    assert str(read.place(["a", 0, "c", "e"])) == "a.yaml:3:18"
    assert str(read.place(["a", 0, "c", "e"], key=True)) == "a.yaml:3:15"
    assert str(read.place(["a", 0])) == "a.yaml:2:5"
    assert read.place(["a", 0, "b"]).text == "  - b: 值"


def test_what_a_path_names_beyond_the_file_is_passed_over(source: Reader) -> None:
    read = source("a: [x]\n")
    assert read.place(["a", 7, "b"]) == read.place(["a"])
    assert str(read.place([])) == "a.yaml:1:1"


def test_as_many_nodes_as_a_file_may_have_are_read_at_once(source: Reader) -> None:
    assert source("a:\n" + "- b\n" * (MAX_NODES - 3)).data == {"a": ["b"] * (MAX_NODES - 3)}


@pytest.mark.parametrize(
    "bomb", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000, "&a " * 100_000]
)
def test_nesting_without_end_is_refused_at_once(source: Reader, bomb: str) -> None:
    with pytest.raises(PolicyProblem) as caught:
        source(bomb)
    assert len(str(caught.value)) < 1000


def test_the_caret_stands_below_the_column_under_wide_characters_too() -> None:
    assert Place(Path("a.yaml"), 3, 5, "起付线: x").shown() == "  3 | 起付线: x\n    | \u3000\u3000\u3000 ^"


def test_of_a_long_line_only_what_lies_about_the_column_is_shown() -> None:
    line, caret = Place(Path("a.yaml"), 1, 5_001, "x" * 5_000 + "y" + "z" * 5_000).shown().splitlines()
    assert line == f"  1 | …{'x' * 60}y{'z' * 59}…"
    assert line[len(caret) - 1] == "y"


def test_a_message_repeats_little_of_what_a_file_says() -> None:
    assert brief("a\n  b" * 1000) == ("a b" * 1000)[:60] + "…"
    assert brief(True) == "true"


def test_the_likest_word_is_proposed_only_if_it_is_alike() -> None:
    assert did_you_mean("employes", ["employee", "resident"]) == " Did you mean employee?"
    assert did_you_mean("xyz", ["employee", "resident"]) == ""
    assert did_you_mean("x" * 100_000, ["employee"]) == ""
