"""What is stored of events and messages is read back as it was, also what an older program stored."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.sheets import COMPARISONS, RESULTS

from bot.dialogue import KINDS, Said, Sent
from bot.rendering import Sheet
from bot.service.protocol import (
    Amending,
    Closed,
    Event,
    Hurried,
    Link,
    Message,
    Pressed,
    Rated,
    Unreadable,
)
from bot.service.written import event_of, event_text, message_of, message_text, reduced

TEXT = st.text()
WHOLE = st.integers(-(2**62), 2**62)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Said, TEXT),
    st.builds(Sent, st.sampled_from(sorted(KINDS)), TEXT),
    st.builds(Pressed, WHOLE, WHOLE, st.none() | TEXT),
    st.builds(Amending, TEXT),
    st.builds(Rated, WHOLE, st.booleans()),
    st.just(Hurried()),
)
MESSAGES = st.builds(
    Message,
    st.just(7),
    st.lists(TEXT).map(tuple),
    st.lists(TEXT).map(tuple),
    st.integers(1, 2**62),
    st.lists(st.builds(Link, TEXT, TEXT)).map(tuple),
    answers=st.none() | TEXT,
    ratable=st.booleans(),
    policy_version=TEXT,
    sheet=st.none() | RESULTS | COMPARISONS,
)


@given(EVENTS, st.none() | TEXT)
def test_an_event_is_read_back_as_it_was(event: Event, ref: str | None) -> None:
    text = event_text(event, ref)
    assert text is not None
    assert event_of(text) == (event, ref)


def test_of_what_cannot_be_read_there_is_no_text() -> None:
    assert event_text(Unreadable(5, "TypeError"), "ref") is None


@given(MESSAGES, st.none() | TEXT)
def test_a_message_is_read_back_as_it_was_in_the_place_of_another_or_below_it(
    message: Message, before: str | None
) -> None:
    assert message_of(message_text(message), 7, before) == replace(message, edits=before)
    closing = replace(message, closes=Closed("4711", 3, message.ratable))
    assert message_of(message_text(closing, asks=True), 7, None) == closing


@given(RESULTS | COMPARISONS, st.lists(TEXT, max_size=2), st.lists(TEXT, max_size=2))
def test_the_text_of_a_sheet_is_kept_once_with_its_message(
    sheet: Sheet, above: list[str], below: list[str]
) -> None:
    canary = "只出现一次的话"
    sheet = replace(sheet, text=f"{sheet.text}{canary}")
    message = Message(7, (*above, sheet.text, *below), form=7, sheet=sheet)
    text = message_text(message)
    assert text.count(canary) == 1
    assert message_of(text, 7, None) == message


@pytest.mark.parametrize("broken", ['[0,{"kind":"result"}]', '[0,{"kind":"none"}]', "[5,{}]", "[]", "7"])
def test_a_sheet_that_cannot_be_read_is_never_shown_in_part(broken: str) -> None:
    found = message_of(f'{{"blocks":["好"],"version":"v","sheet":{broken}}}', 9, None)
    assert found == Message(9, ("好",), form=9, policy_version="v")


def test_a_message_without_a_form_goes_by_its_own_number() -> None:
    assert message_of(message_text(Message(0, ("好",), ("甲",))), 9, None).form == 9


def test_what_an_older_program_stored_is_read() -> None:
    assert message_of('{"blocks":["好"],"version":"v"}', 9, "8") == Message(
        9, ("好",), form=9, edits="8", policy_version="v"
    )
    assert event_of('{"said":"好"}') == (Said("好"), None)
    assert event_of('{"pressed":1,"form":2}') == (Pressed(1, 2), None)
    assert event_of('{"amends":"city"}') == (Amending("city"), None)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_words_that_come_with_something_sent_are_kept_masked_and_cut(kind: str) -> None:
    text = "我身份证430402199001011234" + "报" * 6000
    found = reduced(Sent(kind, text))  # type: ignore[arg-type]
    assert isinstance(found, Sent)
    assert (found.kind, found.text) == (kind, ("我身份证〔证件号〕" + "报" * 6000)[:5000])


@pytest.mark.parametrize("event", [Pressed(1, 2), Amending("city"), Rated(5, good=True), Hurried()])
def test_what_holds_no_words_is_kept_as_it_is(event: Event) -> None:
    assert reduced(event) == event
