"""Every kind of update means what the person did."""

import re
from typing import Any

import pytest
from support.updates import (
    BOT,
    FILE,
    GROUP,
    LI,
    PHOTO,
    PRIVATE,
    READING,
    SMALL_GROUP,
    WANG,
    entity,
    marked,
    message,
    press,
    read,
)

from bot.channels.telegram.reading import ALLOWED_UPDATES, Inline, Press, Reading
from bot.dialogue import Said, Sent
from bot.language import MENU, learned
from bot.service.protocol import Arrival, Pressed, Rated
from bot.settings import data_folder


def test_a_text_in_a_chat_of_two_is_said_in_it() -> None:
    assert read(text="住院报多少") == Arrival("9", "7001", Said("住院报多少"), 9)


@pytest.mark.parametrize("text", ["/start calc-inpatient", "/calc", "@baoduoshao_bot 你好", " \n", "😀"])
def test_in_a_chat_of_two_every_text_stands_as_it_is(text: str) -> None:
    assert read(text=text) == Arrival("9", "7001", Said(text), 9)


MEDIA: dict[str, Any] = {
    "photo": PHOTO,
    "video": {**FILE, "width": 1, "height": 1, "duration": 3},
    "video_note": {**FILE, "length": 1, "duration": 3},
    "animation": {**FILE, "width": 1, "height": 1, "duration": 3},
    "voice": {**FILE, "duration": 3},
    "audio": {**FILE, "duration": 3},
    "document": {**FILE, "file_name": "清单.pdf"},
    "sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False},
    "contact": {"phone_number": "+8613800000000", "first_name": "王"},
    "location": {"latitude": 26.89, "longitude": 112.57},
    "poll": {
        "id": "1",
        "question": "?",
        "options": [],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": False,
        "members_only": False,
    },
    "dice": {"emoji": "🎲", "value": 3},
    "story": {"id": 1, "chat": PRIVATE},
}
CALC = marked("/calc", "bot_command", "/calc")
KINDS = {"video_note": "video", "animation": "video", "dice": "other", "story": "other"}


@pytest.mark.parametrize("field", MEDIA)
def test_what_is_no_text_is_sent_by_its_kind_and_nothing_of_it_is_kept(field: str) -> None:
    found = read(**{field: MEDIA[field]})
    assert found == Arrival("9", "7001", Sent(KINDS.get(field, field)), 9)  # type: ignore[arg-type]


def test_a_venue_is_a_location() -> None:
    venue = {"location": MEDIA["location"], "title": "医院", "address": "衡阳"}
    assert read(venue=venue, location=MEDIA["location"]).event == Sent("location")


def test_an_animation_comes_as_a_document_too_and_counts_once() -> None:
    assert read(animation=MEDIA["animation"], document=MEDIA["document"]).event == Sent("video")


def test_words_on_a_picture_come_with_it() -> None:
    assert read(photo=PHOTO, caption="这个能报吗").event == Sent("photo", "这个能报吗")


def album(*captions: str, name: str = "m1", reading: Reading | None = None, **fields: Any) -> list[Any]:
    """Return what pictures sent together are read as, by a bot that saw none before."""
    reading = reading or Reading("baoduoshao_bot", 6201234567)
    parts = [
        message(photo=PHOTO, media_group_id=name, caption=caption or None, **fields) for caption in captions
    ]
    return [reading.read({"update_id": 9 + n, "message": part}) for n, part in enumerate(parts)]


def test_pictures_sent_together_are_one_update_whatever_their_numbers() -> None:
    names = {part.update for part in album("", "", "")}
    assert len(names) == 1
    [other] = album("", name="m2")
    [elsewhere] = album("", chat=GROUP, reply_to_message=message(by=BOT, text="几级医院？"))
    assert not names & {other.update, elsewhere.update}


def test_the_words_on_the_first_of_several_pictures_stand_for_all() -> None:
    first, *others = album("住院花了两万", "", "")
    assert first.event == Sent("photo", "住院花了两万")
    assert {other.update for other in others} == {first.update}


@pytest.mark.parametrize("captions", [("", "住院花了两万", ""), ("门诊", "住院花了两万", "")])
def test_words_on_a_later_one_of_several_pictures_are_not_lost(captions: tuple[str, ...]) -> None:
    first, second, third = album(*captions)
    assert first.update == third.update != second.update
    assert second == Arrival("10", "7001", Sent("photo", "住院花了两万"), 10)


@pytest.mark.parametrize("captions", [("", "住院"), ("住院", ""), ("门诊", "住院")])
def test_pictures_sent_together_that_come_again_are_the_same_updates(captions: tuple[str, ...]) -> None:
    reading = Reading("baoduoshao_bot", 6201234567)
    assert album(*captions, reading=reading) == album(*captions, reading=reading) == album(*captions)


def test_of_many_albums_only_the_last_are_remembered() -> None:
    reading = Reading("baoduoshao_bot", 6201234567)
    for number in range(3000):
        album("", name=f"m{number}", reading=reading)
    assert len(reading._albums) == 1000


def test_an_edited_text_is_told_as_such_and_what_it_says_now_is_not_taken() -> None:
    assert read("edited_message", text="两万") == Arrival("9", "7001", Sent("edited"), 9)
    assert read("edited_message", photo=PHOTO, caption="两万").event == Sent("edited")


def test_a_place_that_moves_is_nothing() -> None:
    assert read("edited_message", location=MEDIA["location"]) is None


@pytest.mark.parametrize("kind", ["channel_post", "edited_channel_post"])
def test_posts_of_channels_are_nothing(kind: str) -> None:
    assert read(kind, text="大家好", chat={"id": -100200, "type": "channel", "title": "通知"}) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"new_chat_members": [LI]},
        {"new_chat_members": [BOT]},
        {"left_chat_member": LI},
        {"new_chat_title": "医保"},
        {"delete_chat_photo": True},
        {"group_chat_created": True},
        {"migrate_to_chat_id": -1001500000001},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 5}},
        {"forum_topic_created": {"name": "医保", "icon_color": 1}},
        {"something_of_tomorrow": {"x": 1}},
        {},
    ],
)
@pytest.mark.parametrize("chat", [PRIVATE, GROUP])
def test_what_only_tells_of_the_chat_is_nothing(chat: dict[str, Any], fields: dict[str, Any]) -> None:
    assert read(chat=chat, **fields) is None


def test_what_the_bot_said_through_a_person_is_no_question() -> None:
    assert read(text="门诊这样报", via_bot=BOT) is None
    assert read(chat=GROUP, via_bot=BOT, **marked("@baoduoshao_bot", "mention", "@baoduoshao_bot")) is None
    other = {"id": 5, "is_bot": True, "first_name": "gif", "username": "gif"}
    assert read(text="门诊报多少", via_bot=other).event == Said("门诊报多少")


def test_other_bots_are_not_answered() -> None:
    assert read(by={"id": 5, "is_bot": True, "first_name": "x"}, text="住院报多少") is None
    assert read(chat=GROUP, by={**BOT, "id": 5}, **CALC) is None


def test_a_message_of_nobody_is_nothing() -> None:
    body = message(chat=GROUP, text="/calc", entities=[entity("bot_command", "/calc", "/calc")])
    del body["from"]
    assert READING.read({"update_id": 9, "message": body}) is None


def test_talk_in_a_group_that_is_not_addressed_to_the_bot_is_nothing() -> None:
    assert read(chat=GROUP, text="住院报多少") is None
    assert read(chat=SMALL_GROUP, photo=PHOTO, caption="看") is None
    assert read("edited_message", chat=GROUP, text="住院报多少") is None


@pytest.mark.parametrize("chat", [GROUP, SMALL_GROUP])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@baoduoshao_bot 住院报多少", "住院报多少"),
        ("@BaoDuoShao_Bot 住院报多少", "住院报多少"),
        ("住院 @baoduoshao_bot 报多少", "住院 报多少"),
        ("😀😀 住院报多少 @baoduoshao_bot", "😀😀 住院报多少"),
        ("@baoduoshao_bot", ""),
        ("@baoduoshao_bot住院报多少", "住院报多少"),
        ("@baoduoshao_bot，住院报多少", "，住院报多少"),
        ("住院报多少@baoduoshao_bot", "住院报多少"),
        ("花了2@baoduoshao_bot万", "花了2 万"),
        ("😀@baoduoshao_bot😀住院", "😀 😀住院"),
        ("@baoduoshao_bot\n衡阳退休\n\n住院  花了2万", "衡阳退休\n\n住院  花了2万"),
        ("衡阳退休\n@baoduoshao_bot 住院", "衡阳退休\n住院"),
        ("衡阳退休 @baoduoshao_bot\n住院", "衡阳退休 \n住院"),
    ],
)
def test_a_mention_in_a_group_is_for_the_bot_and_left_out_of_what_is_said(
    chat: dict[str, Any], text: str, said: str
) -> None:
    [name] = re.findall("@baoduoshao_bot", text, re.IGNORECASE)
    found = read(chat=chat, **marked(text, "mention", name))
    assert found == Arrival("9", f"{chat['id']}:7001", Said(said), 9, "15")


@pytest.mark.parametrize("text", ["@baoduoshao_bot2 住院", "@someone 住院", "@baoduoshao 住院"])
def test_a_mention_of_another_is_not(text: str) -> None:
    assert read(chat=GROUP, **marked(text, "mention", text.split()[0])) is None


def test_a_name_in_the_text_that_is_no_mention_is_not() -> None:
    assert read(chat=GROUP, text="写信到 me@baoduoshao_bot") is None
    assert read(chat=GROUP, **marked("看 @baoduoshao_bot", "code", "@baoduoshao_bot")) is None


def test_a_mention_by_number_counts_for_the_bot_alone() -> None:
    by_number = marked("请问 报多少 住院", "text_mention", "报多少", user=BOT)
    assert read(chat=GROUP, **by_number).event == Said("请问 住院")
    assert read(chat=GROUP, **marked("李叔，住院", "text_mention", "李叔", user=LI)) is None


def test_every_mention_of_the_bot_is_left_out_and_those_of_others_stay() -> None:
    text = "@baoduoshao_bot 😀 @someone 住院@BAODUOSHAO_BOT报多少"
    marks = [entity("mention", text, name) for name in re.findall("@[a-zA-Z_]+", text)]
    assert read(chat=GROUP, text=text, entities=marks).event == Said("😀 @someone 住院 报多少")


def test_a_mention_after_a_command_is_left_out_of_what_follows_it() -> None:
    text = "/city @baoduoshao_bot 衡阳"
    marks = [entity("bot_command", text, "/city"), entity("mention", text, "@baoduoshao_bot")]
    assert read(chat=GROUP, text=text, entities=marks).event == Said("/city 衡阳")


def test_a_reply_to_the_bot_is_for_it_and_one_to_another_is_not() -> None:
    asked = message(chat=GROUP, by=BOT, text="几级医院？")
    found = read(chat=GROUP, by=LI, text="三级", reply_to_message=asked)
    assert found == Arrival("9", f"{GROUP['id']}:7002", Said("三级"), 9, "15")
    assert read(chat=GROUP, by=LI, text="三级", reply_to_message=message(chat=GROUP, text="?")) is None


def test_a_picture_in_a_group_is_for_the_bot_by_a_mention_below_it_or_as_a_reply() -> None:
    caption = "@baoduoshao_bot 这个能报吗"
    marks = [entity("mention", caption, "@baoduoshao_bot")]
    found = read(chat=GROUP, photo=PHOTO, caption=caption, caption_entities=marks)
    assert found.event == Sent("photo", "这个能报吗")
    replied = message(chat=GROUP, by=BOT, text="几级医院？")
    assert read(chat=GROUP, photo=PHOTO, reply_to_message=replied).event == Sent("photo")


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("/calc", True),
        ("/calc 住院", True),
        ("/calc@baoduoshao_bot", True),
        ("/calc@BAODUOSHAO_BOT 住院", True),
        ("/calc@other_bot", False),
        ("/calc@xbaoduoshao_bot", False),
        ("/CALC", True),
        ("/stop", True),
        ("/ban", False),
        ("/ban@other_bot", False),
        ("/ban@baoduoshao_bot", True),
        ("请发 /calc", False),
        ("请发 /calc@other_bot", False),
    ],
)
def test_a_command_in_a_group_is_for_the_bot_if_it_is_its_own_or_names_it(text: str, ours: bool) -> None:
    command = next(word for word in text.split() if word.startswith("/"))
    found = read(chat=GROUP, **marked(text, "bot_command", command))
    assert found == (Arrival("9", f"{GROUP['id']}:7001", Said(text), 9, "15") if ours else None)


def test_every_command_that_the_dialogue_knows_is_the_bots_own_in_a_group() -> None:
    known = {text for text in learned.read(data_folder("intents")).commands if text.startswith("/")}
    assert {f"/{name}" for name in MENU} < known
    assert {text for text in known if read(chat=GROUP, **marked(text, "bot_command", text))} == known


@pytest.mark.parametrize("kind", ["message", "edited_message"])
def test_an_administrator_who_hides_is_not_answered_for_others_hide_in_the_same_name(kind: str) -> None:
    hidden = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    assert read(kind, chat=GROUP, by=hidden, sender_chat=GROUP, **CALC) is None


def test_a_post_that_telegram_forwards_from_a_channel_is_no_persons() -> None:
    telegram = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
    channel = {"id": -100200, "type": "channel", "title": "通知"}
    post = {"by": telegram, "sender_chat": channel, **CALC}
    assert read(chat=GROUP, is_automatic_forward=True, **post) is None
    assert read(chat=GROUP, **CALC) is not None


def test_a_topic_of_a_forum_is_no_talk_of_its_own_and_its_beginning_no_reply() -> None:
    forum = {**GROUP, "is_forum": True}
    begun = message(chat=forum, by=LI, forum_topic_created={"name": "医保", "icon_color": 1})
    topic: dict[str, Any] = {"message_thread_id": 3, "is_topic_message": True, "reply_to_message": begun}
    assert read(chat=forum, text="住院报多少", **topic) is None
    found = read(chat=forum, **CALC, **topic)
    assert found == Arrival("9", f"{GROUP['id']}:7001", Said("/calc"), 9, "15")


def test_two_people_in_a_group_have_a_talk_each_and_one_person_another_in_each_group() -> None:
    chats = [read(chat=chat, by=by, **CALC).chat for chat in (GROUP, SMALL_GROUP) for by in (WANG, LI)]
    assert len(set(chats)) == 4
    assert read(**CALC).chat not in chats


def test_a_press_is_the_choice_of_a_form() -> None:
    assert READING.read(press()) == Press("77", Arrival("9", "7001", Pressed(2, 5, "15"), 9))
    assert READING.read(press("r:5:0")) == Press("77", Arrival("9", "7001", Rated(5, good=False), 9))


def answer(question: Any, chat: Any = GROUP) -> dict[str, Any]:
    """Return a message of the bot's, with buttons, that answers a question."""
    return message(chat=chat, by=BOT, text="几级医院？", reply_to_message=question, message_id=16)


def test_a_press_in_a_group_is_answered_to_the_question_that_the_buttons_stand_under() -> None:
    on = answer(message(chat=GROUP, text="@baoduoshao_bot 住院"))
    found = READING.read(press(message=on))
    assert found == Press("77", Arrival("9", f"{GROUP['id']}:7001", Pressed(2, 5, "16"), 9, "15"))
    rated = READING.read(press("r:5:1", message=on))
    assert rated == Press("77", Arrival("9", f"{GROUP['id']}:7001", Rated(5, good=True), 9))


@pytest.mark.parametrize("data", ["c:5:2", "r:5:1"])
@pytest.mark.parametrize("chat", [GROUP, SMALL_GROUP])
def test_a_press_in_a_group_under_an_answer_to_another_does_nothing(chat: dict[str, Any], data: str) -> None:
    on = answer(message(chat=chat, by=LI, text="@baoduoshao_bot 住院"), chat)
    assert READING.read(press(data, message=on)) == Press("77", None, another=True)


def test_a_press_in_a_group_belongs_to_who_pressed_where_nobody_can_tell_who_asked() -> None:
    forum = {**GROUP, "is_forum": True}
    topic = message(chat=forum, by=LI, forum_topic_created={"name": "医保", "icon_color": 1})
    for on in (
        message(chat=GROUP, by=BOT, text="几级医院？", message_id=16),
        answer(message(chat=GROUP, by=BOT, text="哪个城市？")),
        answer(topic, forum),
        {"chat": GROUP, "message_id": 16, "date": 0},
    ):
        found = READING.read(press(message=on))
        assert found == Press("77", Arrival("9", f"{GROUP['id']}:7001", Pressed(2, 5, "16"), 9, "16"))


def test_a_press_on_a_message_too_old_to_come_along_is_taken() -> None:
    on = {"chat": PRIVATE, "message_id": 15, "date": 0}
    assert READING.read(press(message=on)) == Press("77", Arrival("9", "7001", Pressed(2, 5, "15"), 9))


@pytest.mark.parametrize("data", ["", "x", "c:5", "c:5:２", "报" * 21, None])
def test_a_press_of_what_is_no_button_of_ours_is_only_answered(data: str | None) -> None:
    assert READING.read(press(data)) == Press("77", None)


def test_a_press_in_a_chat_where_the_bot_is_not_is_only_answered() -> None:
    body = press()
    del body["callback_query"]["message"]
    body["callback_query"]["inline_message_id"] = "inline-1"
    assert READING.read(body) == Press("77", None)


def test_a_question_from_another_chat_is_read() -> None:
    asked = {"id": "88", "from": WANG, "query": "门诊报多少", "offset": ""}
    assert READING.read({"update_id": 9, "inline_query": asked}) == Inline("88", "7001", "门诊报多少")


def test_only_updates_that_are_read_are_asked_for() -> None:
    assert ALLOWED_UPDATES == ("message", "edited_message", "callback_query", "inline_query")
    chosen = {"result_id": "1", "from": WANG, "query": "门诊"}
    assert READING.read({"update_id": 9, "chosen_inline_result": chosen}) is None
    assert READING.read({"update_id": 9, "kind_of_tomorrow": {"from": WANG}}) is None
