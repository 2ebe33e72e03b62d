"""Whatever arrives spoils nothing, and nothing is kept of what can't be read."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.updates import BOT, GROUP, PHOTO, PRIVATE, READING, WANG, marked, message, press

from bot.channels.telegram.reading import Inline, Press, unreadable
from bot.dialogue import Said, Sent
from bot.service.protocol import Arrival, Unreadable

SPOILT: list[Any] = [
    None,
    True,
    0,
    1.5,
    "金丝雀",
    [],
    ["金丝雀"],
    {},
    {"update_id": None},
    {"update_id": "9"},
    {"update_id": True},
    {"update_id": 9.0},
    {"update_id": 9, "message": "金丝雀"},
    {"update_id": 9, "message": ["金丝雀"]},
    {"update_id": 9, "message": {"text": "金丝雀"}},
    {"update_id": 9, "message": message(text=["金丝雀"])},
    {"update_id": 9, "message": message(text={"x": "金丝雀"})},
    {"update_id": 9, "message": message(text=7)},
    {"update_id": 9, "message": message(text="金丝雀", date="gestern")},
    {"update_id": 9, "message": message(text="金丝雀", date=10**30)},
    {"update_id": 9, "message": message(text="金丝雀", chat="7001")},
    {"update_id": 9, "message": message(text="金丝雀", chat={**PRIVATE, "id": "7001"})},
    {"update_id": 9, "message": message(text="金丝雀", chat={**PRIVATE, "id": None})},
    {"update_id": 9, "message": message(text="金丝雀", by="王")},
    {"update_id": 9, "message": message(chat=GROUP, text="金丝雀", entities=["mention"])},
    {
        "update_id": 9,
        "message": message(chat=GROUP, text="金", entities=[{"type": "mention", "offset": "a", "length": 1}]),
    },
    {"update_id": 9, "message": message(photo=PHOTO, caption=["金丝雀"])},
    {"update_id": 9, "message": message(photo=PHOTO, media_group_id=5)},
    {"update_id": 9, "edited_message": 5},
    {"update_id": 9, "callback_query": "金丝雀"},
    {"update_id": 9, "callback_query": {"id": 77, "from": WANG, "chat_instance": "1"}},
    press(data="c:1:1", message="金丝雀"),
    press(data="c:1:1", **{"from": {**WANG, "id": "金丝雀"}}, message=message(chat=GROUP)),
    {"update_id": 9, "inline_query": {"id": "88", "from": WANG, "query": ["金丝雀"], "offset": ""}},
    {"update_id": 9, "inline_query": {"id": "88", "from": None, "query": "金丝雀", "offset": ""}},
]


@pytest.mark.parametrize("raw", SPOILT, ids=range(len(SPOILT)))
def test_of_an_update_that_cannot_be_read_only_number_size_and_error_are_kept(raw: Any) -> None:
    found = READING.read(raw)
    assert isinstance(found, Arrival)
    assert isinstance(found.event, Unreadable)
    assert found.event.size == len(json.dumps(raw))
    assert found.event.error.isidentifier()
    assert (found.chat, found.place, found.ref) == ("", 0, None)
    assert "金丝雀" not in repr(found)
    whole = isinstance(raw, dict) and type(raw.get("update_id")) is int
    assert found.update == "9" if whole else len(found.update) == 32
    assert READING.read(raw) == found


def test_two_that_have_no_number_are_told_apart_by_what_they_are() -> None:
    one, other = unreadable({"a": 1}, ValueError()), unreadable({"a": 2}, ValueError())
    assert one.update != other.update


def test_an_update_nested_as_deep_as_can_be_read_spoils_nothing() -> None:
    reached = 0
    for depth in range(600, 1100):
        try:
            raw = json.loads('{"update_id":9,"message":' + "[" * depth + "]" * depth + "}")
        except RecursionError:
            break
        found = READING.read(raw)
        assert isinstance(found, Arrival)
        assert isinstance(found.event, Unreadable)
        reached += 1
    assert reached > 100


VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(exclude_categories=()))
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=8,
)


@given(VALUES)
def test_no_json_raises(raw: Any) -> None:
    READING.read(raw)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to everything in a value, itself included."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in items for place in _places(each, (*path, key)))]


def _replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    copy = value.copy()
    copy[path[0]] = _replaced(copy[path[0]], path[1:], by)
    return copy


SOUND = [
    {
        "update_id": 9,
        "message": message(chat=GROUP, **marked("@baoduoshao_bot 住院", "mention", "@baoduoshao_bot")),
    },
    {
        "update_id": 9,
        "message": message(chat=GROUP, text="三", reply_to_message=message(by=BOT, text="几级")),
    },
    {"update_id": 9, "message": message(photo=PHOTO, caption="这个能报吗", media_group_id="m1")},
    {"update_id": 9, "edited_message": message(text="两万")},
    {"update_id": 9, "inline_query": {"id": "88", "from": WANG, "query": "门诊", "offset": ""}},
    press(),
    press("r:5:1", message=message(chat=GROUP, by=BOT, text="几级医院？")),
]


@given(st.data(), st.sampled_from(SOUND), VALUES)
def test_no_update_with_anything_in_a_wrong_place_raises_or_is_kept_in_part(
    data: st.DataObject, raw: dict[str, Any], wrong: Any
) -> None:
    spoilt = _replaced(raw, data.draw(st.sampled_from(_places(raw))), wrong)
    found = READING.read(spoilt)
    arrival = found.arrival if isinstance(found, Press) else found
    assert arrival is None or isinstance(arrival, Arrival | Inline)
    if isinstance(arrival, Arrival):
        assert isinstance(arrival.update, str)
        assert isinstance(arrival.chat, str)
        assert type(arrival.place) is int
        assert arrival.ref is None or isinstance(arrival.ref, str)
        if isinstance(arrival.event, Said | Sent):
            assert isinstance(arrival.event.text, str)
