"""What is no text: a kind line on what it can read, and the open question again."""

from collections.abc import Callable
from typing import Any

import pytest
from fake import Chat, FakeTelegram, Message
from performing import say
from stage import bot, fake, folder, talk
from talking import PATIENCE, Talk

from bot.dialogue import Kind, Sent

__all__ = ["bot", "fake", "folder", "talk"]

OPENING = "住院花了2万"


def raw(fake: FakeTelegram, chat: Chat, **fields: Any) -> None:
    """Let a person send something of which the fake has no act of its own."""
    with fake.world.changed:
        number = fake.world.next_message_id(fake.world.rooms[chat.id])
    person = {"id": chat.id, "is_bot": False, "first_name": "王"}
    room = {"id": chat.id, "type": "private", "first_name": "王"}
    message = {"message_id": number, "date": 1_714_500_000, "chat": room, "from": person, **fields}
    fake.raw({"message": message})


ACTS: dict[Kind, Callable[[Chat], Message]] = {
    "photo": Chat.sends_photo,
    "voice": Chat.sends_voice,
    "sticker": Chat.sends_sticker,
    "contact": Chat.sends_contact,
    "location": Chat.sends_location,
    "document": Chat.sends_document,
}
FILE = {"file_id": "f", "file_unique_id": "u"}
OTHERS: dict[Kind, dict[str, Any]] = {
    "video": {"video": {**FILE, "width": 1, "height": 1, "duration": 1}},
    "audio": {"audio": {**FILE, "duration": 1}},
    "other": {"dice": {"emoji": "🎲", "value": 3}},
}


@pytest.mark.parametrize("kind", ACTS)
def test_it_says_what_it_can_read_and_asks_again(talk: Talk, kind: Kind) -> None:
    first = talk.says(OPENING)
    before = talk.seen()
    ACTS[kind](talk.chat)
    answer = talk.answer(talk.twin.sends(Sent(kind)), before)
    assert say(kind, "sent") in answer.words
    assert answer.labels == first.labels
    talk.presses(talk.twin.labels[0])


@pytest.mark.parametrize("kind", OTHERS)
def test_rarer_things_get_their_line_too(fake: FakeTelegram, talk: Talk, kind: Kind) -> None:
    raw(fake, talk.chat, **OTHERS[kind])
    assert say(kind, "sent") in talk.answer(talk.twin.sends(Sent(kind)), []).words


def test_words_on_a_picture_are_read(talk: Talk) -> None:
    talk.chat.sends_photo("衡阳在职职工三级医院住院花了2万")
    talk.answer(talk.twin.sends(Sent("photo", "衡阳在职职工三级医院住院花了2万")), [])
    assert talk.twin.done


def test_an_album_of_pictures_has_one_line(fake: FakeTelegram, talk: Talk) -> None:
    picture = [{**FILE, "width": 90, "height": 67}]
    for number in range(4):
        raw(fake, talk.chat, photo=picture, media_group_id=f"album{number // 3}")
    raw(fake, talk.chat, photo=picture, media_group_id="album1")
    talk.answer(talk.twin.sends(Sent("photo")), [])
    before = talk.seen()
    talk.answer(talk.twin.sends(Sent("photo")), before)
    talk.says(OPENING)
    assert len(talk.chat.messages) == 3


def test_an_album_with_words_has_one_answer_to_them(fake: FakeTelegram, talk: Talk) -> None:
    picture = [{**FILE, "width": 90, "height": 67}]
    raw(fake, talk.chat, photo=picture, media_group_id="album", caption=OPENING)
    for _ in range(3):
        raw(fake, talk.chat, photo=picture, media_group_id="album")
    talk.answer(talk.twin.sends(Sent("photo", OPENING)), [])
    talk.presses(talk.twin.labels[0])
    assert len(talk.chat.messages) == 1


def test_an_edited_message_is_told_to_be_sent_anew(talk: Talk) -> None:
    talk.says(OPENING)
    said = talk.chat.log[0]
    before = talk.seen()
    talk.chat.edits(said, "住院花了3万")
    assert say("edited", "sent") in talk.answer(talk.twin.sends(Sent("edited")), before).words
    assert talk.twin.asking
    talk.presses(talk.twin.labels[0])
    assert talk.twin.replies[-1].slots["eligible_cost"] == 2_000_000


def test_what_only_tells_of_the_chat_is_passed_over(fake: FakeTelegram, talk: Talk) -> None:
    raw(
        fake,
        talk.chat,
        pinned_message={"message_id": 1, "date": 0, "chat": {"id": talk.chat.id, "type": "private"}},
    )
    raw(fake, talk.chat, message_auto_delete_timer_changed={"message_auto_delete_time": 86400})
    talk.says(OPENING)
    assert len(talk.chat.messages) == 1


def test_a_place_that_moves_is_answered_once(fake: FakeTelegram, talk: Talk) -> None:
    talk.chat.sends_location()
    talk.answer(talk.twin.sends(Sent("location")), [])
    update = fake.made[-1]["message"]
    for _ in range(3):
        fake.raw({"edited_message": {**update, "edit_date": update["date"] + 5}})
    talk.says(OPENING)
    assert len(talk.chat.messages) == 2
    assert talk.chat.wait_for(2, PATIENCE)
