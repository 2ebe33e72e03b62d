"""A whole estimate on Telegram, by buttons and by words: the same result, to the fen."""

import pytest
from fake import Chat, Message
from performing import DAY, app, say
from stage import bot, fake, folder, talk
from talking import Talk

from bot.language import MENU

__all__ = ["bot", "fake", "folder", "talk"]

OPENING = "住院花了2万"
CASE = {
    "benefit": "inpatient",
    "city": "hengyang",
    "insurance": "employee",
    "hospital_level": "level3",
    "status": "employed",
    "eligible_cost": "20000",
}
WORDS = ("衡阳", "职工医保", "三级医院", "在职")
NUMBERS = ("1", "1", "1", "1")
DIALECT = ("我是衡阳的", "单位给交的", "大医院，三甲", "还没退休")


def amount() -> str:
    result = app().estimates.as_json(app().engine.estimate_request(CASE, DAY))
    assert result["outcome"] == "ok"
    return f"医保大约付：{result['amount']}元"


def bots(chat: Chat) -> list[Message]:
    return [message for message in chat.log if message.sender.is_bot]


def test_by_buttons_one_message_holds_the_questions_and_the_result_follows_as_a_card_and_a_text(
    talk: Talk,
) -> None:
    question = talk.says(OPENING)
    while not talk.twin.done:
        assert all(len(row) == 1 for row in talk.last.keyboard), "options stand one a row"
        talk.presses(talk.twin.labels[0])
        if not talk.twin.done:
            assert talk.last.id == question.id, "the next question takes the place of the one before"
    asked, card, result = bots(talk.chat)
    assert (asked.id, card.id, card.labels) == (question.id, talk.card.id, ())
    assert amount() in card.words
    talk.closed(question)
    assert result.labels[-2:] == (say("good"), say("bad"))
    assert [len(row) for row in result.keyboard][-1] == 2


@pytest.mark.parametrize("words", [WORDS, NUMBERS, DIALECT])
def test_by_typing_the_answers_the_result_is_the_same(talk: Talk, words: tuple[str, ...]) -> None:
    talk.says(OPENING)
    for word in words:
        asked = talk.last
        talk.says(word)
        assert talk.last.id > asked.id, "what answers a typed text stands below it"
        assert talk.closed(asked).words == asked.words
    assert talk.twin.done
    assert amount() in talk.card.words
    assert [message.sender.is_bot for message in talk.chat.log] == [*[False, True] * 5, True]


def test_buttons_and_typing_may_be_mixed(talk: Talk) -> None:
    first = talk.says(OPENING)
    assert talk.presses(talk.twin.labels[0]).id == first.id
    typed = talk.says("职工医保")
    assert typed.id > first.id
    talk.closed(first)
    assert talk.presses(talk.twin.labels[0]).id == typed.id
    result = talk.presses(talk.twin.labels[0])
    assert talk.twin.done
    assert result.id > typed.id
    assert amount() in talk.card.words
    talk.closed(typed)
    assert len(bots(talk.chat)) == 4


def test_the_result_stays_while_the_talk_goes_on(talk: Talk) -> None:
    talk.says("衡阳在职职工三级医院住院花了2万")
    result = talk.last
    assert amount() in talk.card.words
    talk.says("要是退休呢")
    talk.says("谢谢")
    stands = next(message for message in talk.chat.messages if message.id == result.id)
    assert stands.words == result.words
    assert {say("good"), say("bad")} <= {*stands.labels}


@pytest.mark.parametrize("good", [True, False])
def test_a_result_can_be_found_good_or_bad_and_that_is_all(talk: Talk, good: bool) -> None:
    result = talk.says("衡阳在职职工三级医院住院花了2万")
    thanks = talk.chat.presses(result, say("good" if good else "bad"))
    assert thanks.text == say("rated_good" if good else "rated_bad")
    # What follows comes as if nothing had been pressed.
    talk.says("要是退休呢")
    assert len(bots(talk.chat)) == 4


def test_back_and_changes_work_as_in_any_talk(talk: Talk) -> None:
    talk.says(OPENING)
    talk.presses(talk.twin.labels[1])
    talk.says("上一步")
    talk.presses(talk.twin.labels[0])
    talk.says("/cancel")
    talk.says("谢谢")


def test_every_command_of_the_menu_is_answered(talk: Talk) -> None:
    for name in MENU:
        talk.says(f"/{name}")
    talk.says("/calc 衡阳在职职工三级医院住院花了2万")
    assert amount() in talk.card.words
    talk.says("/city 湘潭")
    talk.says("/nonsuch")


def test_a_guided_calculation_begins_at_the_welcome(talk: Talk) -> None:
    talk.says("/start")
    talk.presses(talk.twin.labels[0])
    for _ in range(8):
        if talk.twin.done:
            break
        if talk.twin.replies[-1].asked == "eligible_cost":
            talk.says("20000")
        else:
            talk.presses(talk.twin.labels[0])
    assert talk.twin.done
    assert amount() in talk.card.words
