"""What a button carries comes back as it was, and nothing else is taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram import buttons
from bot.service.protocol import Pressed, Rated

FORMS = st.integers(0, 10**18 - 1)


@given(FORMS, st.integers(1, 999))
def test_a_choice_comes_back_as_it_was_packed(form: int, number: int) -> None:
    data = buttons.choice(form, number)
    assert len(data.encode()) <= 64
    assert buttons.pressed(data) == Pressed(number, form)


@given(FORMS, st.booleans())
def test_a_rating_comes_back_as_it_was_packed(message: int, good: bool) -> None:
    data = buttons.rating(message, good=good)
    assert len(data.encode()) <= 64
    assert buttons.pressed(data) == Rated(message, good)


def test_what_is_longer_than_64_bytes_is_not_packed() -> None:
    assert len(buttons.choice(10**59, 1)) == len(buttons.rating(10**59, good=True)) == 64
    with pytest.raises(ValueError, match="a button carries 1 to 64 bytes, not 65"):
        buttons.choice(10**60, 1)
    with pytest.raises(ValueError, match="not 65"):
        buttons.rating(10**60, good=True)


def test_characters_of_several_bytes_are_counted_by_their_bytes() -> None:
    assert buttons._packed("报" * 21) == "报" * 21
    with pytest.raises(ValueError, match="not 66"):
        buttons._packed("报" * 22)
    with pytest.raises(ValueError, match="not 0"):
        buttons._packed("")


@given(
    st.one_of(
        st.text(), st.from_regex(r"[cr]:[0-9]*:?[0-9]*"), st.binary().map(lambda b: b.decode("latin-1"))
    )
)
def test_whatever_arrives_is_read_or_none_of_ours(data: str) -> None:
    found = buttons.pressed(data)
    if isinstance(found, Pressed):
        assert (found.form, found.number) == tuple(int(part) for part in data.split(":")[1:])
    elif isinstance(found, Rated):
        assert data in (f"r:{data.split(':')[1]}:1", f"r:{data.split(':')[1]}:0")


@pytest.mark.parametrize(
    "data",
    [
        "",
        "c",
        "c:1",
        "c:1:",
        "c::1",
        "c:1:2:3",
        "c:-1:2",
        "c:1:-2",
        "c: 1:2",
        "c:1:2\n",
        "\nc:1:2",
        "C:1:2",
        "c:１:2",
        "c:1:٢",
        "c:1:1000",
        f"c:{10**18}:1",
        f"r:{10**18}:1",
        "r:1:2",
        "r:1:",
        "r:1:true",
        "x:1:2",
        "hostile'\"<b>",
        "c:1:2\0",
        "\ud800",
    ],
)
def test_what_no_button_of_ours_carries_is_nothing(data: str) -> None:
    assert buttons.pressed(data) is None
