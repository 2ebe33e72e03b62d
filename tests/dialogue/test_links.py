"""Links into the chat."""

from datetime import date

import pytest
from support import warm

from bot.dialogue import DeepLink, Said, link_of, payload_of, restored, saved
from bot.dialogue.links import MOST_CHARACTERS
from bot.policy.codes import BENEFITS

TODAY = date(2025, 6, 1)
APP = warm.app()
CITIES = (None, *APP.library.cities)
_TALK = {"greeting", "thanks", "help", "handoff"}


@pytest.mark.parametrize("city", CITIES)
def test_a_link_to_every_subject_leads_to_it(city: str | None) -> None:
    for intent in APP.reader.subjects:
        link = DeepLink("topic", intent, city)
        payload = payload_of(link)
        assert len(payload) <= MOST_CHARACTERS
        assert link_of(payload) == link
        state, reply = APP.dialogue.step(APP.dialogue.start({}), Said(f"/start {payload}"), TODAY)
        assert reply.notice, payload
        assert restored(saved(state), APP.library) == state
        if intent in _TALK:
            assert (reply.outcome, reply.intent) == ("command", intent), payload
        elif intent == "estimate":
            assert (reply.outcome, reply.asked) == ("question", "benefit"), payload
        else:
            assert reply.outcome in {"answer", "refused"}, payload
            assert reply.status in {"answered", "not_held"}, payload
            assert state.slots.get("city") == city, payload


@pytest.mark.parametrize("city", CITIES)
def test_a_link_to_every_calculation_begins_it(city: str | None) -> None:
    for benefit in BENEFITS:
        link = DeepLink("calc", benefit, city)
        payload = payload_of(link)
        assert link_of(payload) == link
        state, reply = APP.dialogue.step(APP.dialogue.start({}), Said(f"/start {payload}"), TODAY)
        assert reply.outcome in {"question", "refused", "estimate"}, payload
        assert (state.calculating, state.slots["benefit"]) == (True, benefit), payload
        assert (reply.asked == "city") == (city is None), payload
        assert state.slots.get("city") == city, payload


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "topic",
        "topic-",
        "calc--hengyang",
        "topic-x-y-z",
        "Topic-help",
        "other-help",
        "topic-help\n",
        "topic-<script>",
        f"topic-{'a' * 59}",
        "calc-住院",
    ],
)
def test_no_other_text_is_a_payload(payload: str) -> None:
    assert link_of(payload) is None


@pytest.mark.parametrize(
    "link",
    [
        DeepLink("topic", "a" * 59),
        DeepLink("calc", "inpatient", "a" * 60),
        DeepLink("calc", ""),
        DeepLink("topic", "a-b"),
        DeepLink("topic", "医保"),
        DeepLink("calc", "inpatient", ""),
    ],
)
def test_what_could_not_be_read_again_is_not_packed(link: DeepLink) -> None:
    with pytest.raises(ValueError, match="no payload"):
        payload_of(link)
