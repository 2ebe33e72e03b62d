"""Lines of JSON: what is read exactly, what is refused, and how an id comes back."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.jsonl import BadLineError, read_line, written

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def bad(text: str) -> tuple[list[tuple[str, str]], str]:
    with pytest.raises(BadLineError) as caught:
        read_line(text)
    return [(fault.field, fault.code) for fault in caught.value.faults], caught.value.id


@given(st.dictionaries(st.text(), VALUES), st.booleans())
def test_every_sound_object_is_read(value: dict[str, Any], ascii_only: bool) -> None:
    line = read_line(json.dumps(value, ensure_ascii=ascii_only))
    rest = {name: each for name, each in value.items() if name != "id"}
    assert json.loads(json.dumps(line.fields, default=float)) == rest
    assert (line.id is None) == ("id" not in value)


@given(VALUES)
def test_every_id_comes_back(value: Any) -> None:
    line = read_line(json.dumps({"id": value}))
    answer = written({"outcome": "ok"}, line.id)
    assert json.loads(answer) == {"id": value, "outcome": "ok"}
    assert len(answer.splitlines()) == 1


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(BadLineError):
        read_line(text)


@pytest.mark.parametrize(
    "written_id",
    [
        "1e999",
        "-1E+4000000000000000000000",
        "9" * 6000,
        "1.50",
        "-0",
        "12345678901234567890.12345678901234567890",
        r'"\ud800"',
        r'"\ud83d\ude00 \u4e2d"',
        '"中😀"',
        '{"x": [1.0, {"y": null}]}',
        "[" * 300 + "]" * 300,
        "null",
        '""',
    ],
)
def test_an_id_comes_back_letter_by_letter(written_id: str) -> None:
    line = read_line(f' {{ "a" : 1 ,\t"id" : {written_id} }} \n')
    assert line.id == written_id
    assert written({"outcome": "ok"}, line.id) == f'{{"id": {written_id}, "outcome": "ok"}}'


def test_what_cant_be_encoded_or_looks_like_a_line_end_is_escaped() -> None:
    text = written({"text": "\ud800中\u2028\x85\U0001f600"})
    assert text == '{"text": "\\ud800中\\u2028\\u0085\U0001f600"}'
    assert json.loads(text) == {"text": "\ud800中\u2028\x85\U0001f600"}
    text.encode("utf-8")


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_no_reply_holds_what_is_no_json(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        written({"elapsed_ms": number})


@pytest.mark.parametrize(
    ("text", "faults", "own_id"),
    [
        ("", [("line", "not_json")], "null"),
        ("x", [("line", "not_json")], "null"),
        ("[1]", [("line", "not_an_object")], "null"),
        ("1e999", [("line", "not_an_object")], "null"),
        ('"id"', [("line", "not_an_object")], "null"),
        ("[NaN]", [("line", "not_json")], "null"),
        ("{", [("line", "not_json")], "null"),
        ('{"id": 7', [("line", "not_json")], "null"),
        ('{"id": 7 8, "a": 1}', [("line", "not_json")], "null"),
        ('{"id": 7, ', [("line", "not_json")], "7"),
        ('{"id": 7,}', [("line", "not_json")], "7"),
        ('{"id": 7} {"id": 8}', [("line", "not_json")], "7"),
        ('{"id": 7, "text": "住', [("line", "not_json")], "7"),
        ('{"id": 7, "a": NaN}', [("line", "not_json")], "7"),
        ('{"a": [{"b": -Infinity}], "id": 7}', [("line", "not_json")], "7"),
        ('{"id": NaN}', [("line", "not_json")], "null"),
        ('{"a": NaN, "id": [Infinity]}', [("line", "not_json")], "null"),
        ('{"id": 01}', [("line", "not_json")], "null"),
        ('{"a": 1, "a": 1, "id": 7}', [("a", "twice")], "7"),
        ('{"a": 1, "\\u0061": 1, "id": 7}', [("a", "twice")], "7"),
        ('{"a": {"b": 1, "b": 2, "b": 3}, "id": 7}', [("b", "twice")], "7"),
        ('{"430405199001011234": 1, "430405199001011234": 1}', [("?", "twice")], "null"),
        ('{"id": 1, "id": 1}', [("id", "twice")], "null"),
        ('{"id": {"a": 1, "a": 2}}', [("a", "twice")], "null"),
        ('{"id": 7, "a": ' + "[" * 100_000, [("line", "not_json")], "7"),
        ('{"id": ' + "[" * 100_000, [("line", "not_json")], "null"),
        ("{'id': 7}", [("line", "not_json")], "null"),
        ("{1: 7}", [("line", "not_json")], "null"),
    ],
)
def test_a_bad_line_keeps_its_id_where_that_can_be_read(
    text: str, faults: list[tuple[str, str]], own_id: str
) -> None:
    assert bad(text) == (faults, own_id)


@pytest.mark.parametrize("text", ["1e99999999999999999999", "-1e99999999999999999999", "9" * 100_000])
def test_a_number_beyond_all_bounds_stays_far_out_of_range(text: str) -> None:
    assert abs(read_line(f'{{"a": {text}}}').fields["a"]) > 10**100


def test_a_number_next_to_nothing_stays_next_to_nothing() -> None:
    assert 0 < read_line('{"a": 1e-99999999999999999999}').fields["a"] < 1
