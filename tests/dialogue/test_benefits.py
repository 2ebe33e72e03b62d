"""What can be worked out: the most asked by pressing, all of it by words."""

from datetime import date

import pytest
from support import warm

from bot.dialogue import Chose, Said
from bot.policy.codes import BENEFITS

TODAY = date(2025, 6, 1)
APP = warm.app()
NAMES = APP.library.terms.codes["benefit"]
MOST = 8  # buttons, one a row, on the screen of a phone


def test_the_most_asked_are_offered_and_the_rest_is_said_to_be_typed() -> None:
    _, reply = APP.dialogue.step(APP.dialogue.start({}), Said("/calc"), TODAY)
    assert reply.choices[:3] == (NAMES["inpatient"], NAMES["outpatient"], NAMES["chronic_outpatient"])
    assert len(reply.choices) == MOST < len(BENEFITS)
    assert "打字" in reply.text


def test_the_rest_is_said_to_be_typed_when_it_is_asked_again() -> None:
    state, _ = APP.dialogue.step(APP.dialogue.start({}), Said("/calc"), TODAY)
    _, reply = APP.dialogue.step(state, Said("嗯嗯那个"), TODAY)
    assert (reply.asked, reply.status) == ("benefit", "asked_again")
    assert "打字" in reply.text


@pytest.mark.parametrize("benefit", BENEFITS)
def test_each_can_be_told_by_its_name(benefit: str) -> None:
    state, _ = APP.dialogue.step(APP.dialogue.start({}), Said("/calc"), TODAY)
    for text in (NAMES[benefit], f"{NAMES[benefit]}。"):
        after, reply = APP.dialogue.step(state, Said(text), TODAY)
        assert (after.slots["benefit"], reply.outcome) == (benefit, "question")


@pytest.mark.parametrize(
    ("text", "benefit"),
    [
        ("产假", "maternity_leave"),
        ("个人账户", "personal_account"),
        ("退休缴费", "retirement"),
        ("大病保险限额", "catastrophic_limit"),
        ("居民生育", "childbirth"),
        ("特药", "special_drug"),
        ("生育补助", "maternity_subsidy"),
        ("大病保险", "catastrophic"),
    ],
)
def test_each_can_be_told_by_part_of_its_name(text: str, benefit: str) -> None:
    state, _ = APP.dialogue.step(APP.dialogue.start({}), Said("/calc"), TODAY)
    after, _ = APP.dialogue.step(state, Said(text), TODAY)
    assert after.slots["benefit"] == benefit


@pytest.mark.parametrize("number", range(1, MOST + 1))
def test_each_button_leads_to_what_it_says(number: int) -> None:
    state, reply = APP.dialogue.step(APP.dialogue.start({}), Said("/calc"), TODAY)
    after, _ = APP.dialogue.step(state, Chose(number), TODAY)
    assert NAMES[str(after.slots["benefit"])] == reply.choices[number - 1]


def test_what_fits_several_or_tells_something_else_is_none_of_them() -> None:
    state, _ = APP.dialogue.step(APP.dialogue.start({}), Said("/calc"), TODAY)
    after, _ = APP.dialogue.step(state, Said("退休"), TODAY)
    assert ("benefit" in after.slots, after.slots["status"]) == (False, "retired")
    after, reply = APP.dialogue.step(state, Said("居民"), TODAY)
    assert ("benefit" in after.slots, reply.asked) == (False, "benefit")


def test_a_name_beside_subjects_is_no_answer_to_what_is_to_be_worked_out() -> None:
    state, _ = APP.dialogue.step(APP.dialogue.start({}), Said("/calc"), TODAY)
    beside, reply = APP.dialogue.step(state, Said("/policy"), TODAY)
    assert beside.clarifying
    number = reply.choices.index("生育津贴怎么算") + 1
    typed, pressed = (
        APP.dialogue.step(beside, each, TODAY) for each in (Said("生育津贴怎么算"), Chose(number))
    )
    assert typed == pressed
    assert typed[1].outcome == "answer"


def test_an_example_ends_like_a_sentence() -> None:
    state, reply = APP.dialogue.step(APP.dialogue.start({}), Said("/calc"), TODAY)
    assert reply.text.endswith("。")
    _, reply = APP.dialogue.step(state, Chose(1), TODAY)
    assert reply.text.endswith("比如回复“衡阳”或“长沙”。")
