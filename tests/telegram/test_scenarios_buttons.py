"""Buttons that are no longer open, updates that come twice, and messages that come quickly."""

from pathlib import Path

import pytest
from fake import Chat, FakeTelegram, Message
from performing import Performing, say, wait_until_marked
from stage import bot, fake, folder, talk
from talking import PATIENCE, Talk

__all__ = ["bot", "fake", "folder", "talk"]

OPENING = "住院花了2万"


def bots(chat: Chat) -> list[Message]:
    return [message for message in chat.log if message.sender.is_bot]


def presses_stale(talk: Talk, message: Message, label: str) -> None:
    """Press what is no longer open; the step that is open must be shown again, and still be so."""
    before = talk.seen()
    assert talk.chat.presses(message, label, timeout=PATIENCE).text == ""
    assert say("outdated_choice", "talk") in talk.answer(talk.twin.presses_stale(), before).words


def test_a_button_of_an_answered_question_shows_the_open_one_again(talk: Talk) -> None:
    first = talk.says(OPENING)
    second = talk.says("衡阳")
    presses_stale(talk, first, first.labels[1])
    assert talk.twin.asking
    assert talk.last.id > second.id, "below, where the person looks"
    assert talk.closed(second)
    talk.presses(talk.twin.labels[0])


def test_a_button_pressed_twice_is_taken_once(talk: Talk) -> None:
    first = talk.says(OPENING)
    talk.presses(first.labels[0])
    before = talk.seen()
    # The person pressed before the next question stood there.
    assert talk.chat.presses(first, first.labels[0], timeout=PATIENCE).text == ""
    talk.presses(talk.twin.labels[0])
    assert len(talk.seen()) == len(before)
    assert talk.twin.replies[-1].slots["insurance"] == "employee"


def test_buttons_of_a_forgotten_talk_are_stale(talk: Talk) -> None:
    first = talk.says(OPENING)
    talk.says("/forget")
    before = talk.seen()
    talk.chat.presses(first, first.labels[0], timeout=PATIENCE)
    talk.answer(talk.twin.presses_stale(), before)
    talk.says(OPENING)
    presses_stale(talk, first, first.labels[0])
    talk.presses(talk.twin.labels[0])


def test_buttons_of_an_older_form_do_nothing_to_a_new_one(talk: Talk) -> None:
    old = talk.says(OPENING)
    talk.says("/cancel")
    talk.says("看门诊花了500")
    presses_stale(talk, old, old.labels[0])


def test_the_last_question_tapped_twice_has_one_result(talk: Talk) -> None:
    asked = talk.says("衡阳职工三级医院住院花了2万")
    talk.presses(talk.twin.labels[0])
    before = len(talk.seen())
    assert talk.chat.presses(asked, asked.labels[0], timeout=PATIENCE).text == ""
    talk.says("谢谢")
    assert len(talk.seen()) == before + 1


def test_a_button_pressed_after_the_result_leaves_the_result_alone(talk: Talk) -> None:
    asked = talk.says("衡阳职工三级医院住院花了2万")
    result = talk.presses(talk.twin.labels[0])
    talk.says("谢谢")
    presses_stale(talk, asked, asked.labels[0])
    stands = next(message for message in talk.chat.messages if message.id == result.id)
    assert stands.words == result.words


@pytest.mark.parametrize(
    "data",
    ["x", "c", "c:1", "c:0:0:0", "c:-1:1", f"c:{10**18}:1", f"r:{10**18}:1", "c:1:1000", "r:1:2", "按钮",
     " c:1:1", "c:１:1", "c:1:1\n", "{}", "<b>", "0" * 64, "\x00", "测" * 21],
)  # fmt: skip
def test_data_that_is_none_of_ours_is_answered_and_nothing_more(talk: Talk, data: str) -> None:
    asked = talk.says(OPENING)
    before = talk.seen()
    assert talk.chat.presses(asked, data=data, timeout=PATIENCE).text == say("stale_press")
    assert talk.seen() == before
    talk.presses(talk.twin.labels[0])


@pytest.mark.parametrize("data", ["c:1:1", "c:999999999999999999:1", "r:999999999999999999:1"])
def test_numbers_of_no_form_do_no_harm(talk: Talk, folder: Path, data: str) -> None:
    asked = talk.says(OPENING)
    # Until then a press on it may be one of any older message.
    wait_until_marked(folder / "talks.db")
    before = talk.seen()
    talk.chat.presses(asked, data=data, timeout=PATIENCE)
    talk.presses(talk.twin.labels[0])
    assert len(talk.seen()) == len(before)


def test_a_press_too_old_to_be_answered_is_taken_all_the_same(talk: Talk) -> None:
    asked = talk.says(OPENING)
    before = talk.seen()
    talk.chat.taps(asked, asked.labels[0], expired=True)
    talk.answer(talk.twin.presses(asked.labels[0]), before)
    talk.presses(talk.twin.labels[0])


def test_a_press_on_a_message_too_old_to_come_along_is_taken(talk: Talk) -> None:
    asked = talk.says(OPENING)
    before = talk.seen()
    query = talk.chat.taps(asked, asked.labels[0], inaccessible=True)
    assert talk.chat.answer_to(query, PATIENCE).text == ""
    talk.answer(talk.twin.presses(asked.labels[0]), before)


def test_a_press_is_answered_before_anything_else_is_sent(fake: FakeTelegram, talk: Talk) -> None:
    asked = talk.says(OPENING)
    earlier = len(fake.requests)
    talk.presses(asked.labels[0])
    [answer, edit] = sorted(
        (
            each
            for each in fake.requests[earlier:]
            if each.method in ("answerCallbackQuery", "editMessageText")
        ),
        key=lambda each: each.time,
    )
    assert (answer.method, edit.method) == ("answerCallbackQuery", "editMessageText")


def test_a_question_that_was_deleted_is_asked_anew_below(fake: FakeTelegram, talk: Talk) -> None:
    asked = talk.says(OPENING)
    fake.fails_next(
        "editMessageText", status=400, description="Bad Request: message to edit not found", chat=talk.chat
    )
    assert talk.presses(talk.twin.labels[0]).id > asked.id
    talk.presses(talk.twin.labels[0])


def test_the_same_update_twice_has_one_reply(fake: FakeTelegram, bot: Performing, talk: Talk) -> None:
    def duplicates() -> float:
        return bot.figure("baoduoshao_updates_total", channel="telegram", result="duplicate")

    earlier = duplicates()
    talk.says(OPENING)
    talk.presses(talk.twin.labels[0])
    talk.says("职工医保")
    before = bots(talk.chat)
    for update in fake.made[-3:]:
        fake.deliver_again(update)
    talk.says("三级医院")
    assert duplicates() == earlier + 3
    assert len(bots(talk.chat)) == len(before) + 1


def test_four_quick_messages_have_four_replies_in_order(talk: Talk) -> None:
    texts = (OPENING, "衡阳", "职工医保", "三级医院")
    expected = [talk.twin.says(text) for text in texts]
    for text in texts:
        talk.chat.says(text)
    found = talk.chat.wait_for(4, PATIENCE)
    assert [message.words for message in found] == expected
    # Only what is asked last can still be pressed.
    for message in found[:-1]:
        talk.closed(message)
    assert talk.chat.messages[-1].labels == talk.twin.labels


def test_two_presses_at_once_answer_one_question(fake: FakeTelegram, talk: Talk) -> None:
    asked = talk.says(OPENING)
    before = talk.seen()
    # The second comes before what the first led to is on its way.
    with fake.holding():
        queries = [talk.chat.taps(asked, label) for label in asked.labels[:2]]
    for query in queries:
        assert talk.chat.answer_to(query, PATIENCE).text == ""
    talk.answer(talk.twin.presses(asked.labels[0]), before)
    talk.presses(talk.twin.labels[0])
    assert talk.twin.replies[-1].slots["city"] == "hengyang"
    assert len(talk.chat.messages) == 1


def test_the_last_question_pressed_twice_at_once_has_one_result(fake: FakeTelegram, talk: Talk) -> None:
    asked = talk.says("衡阳职工三级医院住院花了2万")
    before = talk.seen()
    with fake.holding():
        for label in asked.labels[:2]:
            talk.chat.taps(asked, label)
    talk.answer(talk.twin.presses(asked.labels[0]), before)
    talk.says("谢谢")
    assert [bool(each.photo) for each in talk.chat.messages] == [False, True, False, False]
