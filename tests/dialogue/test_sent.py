"""What is sent besides text."""

from datetime import date

import pytest
from support import warm

from bot.dialogue import KINDS, Dialogue, Said, Sent
from bot.dialogue.state import Kind

TODAY = date(2024, 5, 1)
ALL: list[Kind] = sorted(KINDS)  # type: ignore[arg-type]
CAPTION = "衡阳退休职工三级医院住院花了两万能报多少"


@pytest.fixture(scope="module")
def dialogue() -> Dialogue:
    return warm.app().dialogue


@pytest.mark.parametrize("kind", ALL)
def test_every_kind_gets_a_kind_word_and_a_newcomer_the_first_words(dialogue: Dialogue, kind: Kind) -> None:
    _, reply = dialogue.step(dialogue.start({}), Sent(kind), TODAY)
    assert (reply.outcome, reply.status) == ("unknown", "not_text")
    assert reply.text.count("。") in (2, 3)
    assert reply.notice == dialogue.first_words()


def test_each_kind_is_told_something_of_its_own(dialogue: Dialogue) -> None:
    told = {dialogue.step(dialogue.start({}), Sent(kind), TODAY)[1].text for kind in ALL}
    assert len(told) == len(ALL)


@pytest.mark.parametrize("kind", ALL)
def test_the_open_question_is_asked_again_and_can_be_answered(dialogue: Dialogue, kind: Kind) -> None:
    state, asked = dialogue.step(
        dialogue.start({"city": "hengyang"}), Said("退休职工住院花了两万能报多少"), TODAY
    )
    after, reply = dialogue.step(state, Sent(kind), TODAY)
    assert (reply.asked, reply.choices) == ("hospital_level", asked.choices)
    assert after.slots == state.slots
    _, reply = dialogue.step(after, Said("三级"), TODAY)
    assert reply.estimate is not None


@pytest.mark.parametrize("text", ["", "  ", "\n", "\u200b"])
def test_nothing_written_beside_it_is_no_empty_message(dialogue: Dialogue, text: str) -> None:
    assert dialogue.step(dialogue.start({}), Sent("photo", text), TODAY)[1].status == "not_text"


@pytest.mark.parametrize("kind", sorted(KINDS - {"edited"}))
def test_what_is_written_beside_it_is_taken_as_said(dialogue: Dialogue, kind: Kind) -> None:
    state, said = dialogue.step(dialogue.start({}), Said(CAPTION), TODAY)
    beside, reply = dialogue.step(dialogue.start({}), Sent(kind, CAPTION), TODAY)
    word = dialogue.step(dialogue.start({}), Sent(kind), TODAY)[1].text
    assert beside == state
    assert reply.text == f"{word}\n{said.text}"
    assert reply.estimate == said.estimate


def test_a_change_to_an_earlier_message_is_not_followed(dialogue: Dialogue) -> None:
    state, reply = dialogue.step(dialogue.start({}), Sent("edited", CAPTION), TODAY)
    assert (reply.status, reply.estimate, state.slots) == ("not_text", None, {})


def test_an_emergency_beside_a_picture_comes_without_other_words(dialogue: Dialogue) -> None:
    _, reply = dialogue.step(dialogue.start({}), Sent("photo", "我爸胸口痛喘不过气"), TODAY)
    _, said = dialogue.step(dialogue.start({}), Said("我爸胸口痛喘不过气"), TODAY)
    assert (reply.text, reply.status) == (said.text, "danger")


def test_a_private_number_beside_a_picture_is_not_told_again(dialogue: Dialogue) -> None:
    _, reply = dialogue.step(dialogue.start({}), Sent("document", "430102199001011234"), TODAY)
    assert reply.status == "private"
    assert "430102" not in reply.text
