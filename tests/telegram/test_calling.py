"""What becomes of each call of the Bot API, and what its failure means for the message."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Iterator
from itertools import count

import pytest
from fake import Chat, FakeTelegram
from support.bots import bot, client, shared_fake
from support.pictures import png
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden

from bot.channels.telegram.calling import Calls
from bot.channels.telegram.requesting import Requests
from bot.service.protocol import BlockedError, DeliveryError, UncertainError, UndeliverableError

__all__ = ["bot", "shared_fake"]

pytestmark = pytest.mark.asyncio
KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("1. 在职", callback_data="c:5:1")]])
PICTURE, SAYS = png(40, 30), "医保付：16443.00元"


PEOPLE = count(7001)


@pytest.fixture
def fake(shared_fake: FakeTelegram) -> Iterator[FakeTelegram]:
    yield shared_fake
    shared_fake.latency = 0.0
    shared_fake.faults.waiting.clear()


@pytest.fixture
def calls(bot: Bot) -> Calls:
    return Calls(bot)


@pytest.fixture
def chat(fake: FakeTelegram) -> Chat:
    return fake.private(fake.user(next(PEOPLE)))


async def send(calls: Calls, chat: Chat, text: str = "好", answers: str | None = None) -> str:
    return await calls.send(chat.id, text, text, None, answers)


async def sent_before(calls: Calls, chat: Chat) -> str:
    return await calls.send(chat.id, "几级医院？", "几级医院？", KEYS, None)


async def send_it(calls: Calls, chat: Chat, number: str) -> object:
    return await send(calls, chat)


async def show_it(calls: Calls, chat: Chat, number: str) -> object:
    return await calls.show(chat.id, PICTURE, SAYS, SAYS, None, None)


async def edit_it(calls: Calls, chat: Chat, number: str) -> object:
    return await calls.edit(chat.id, number, "好", "好", None)


Deed = Callable[[Calls, Chat, str], Awaitable[object]]
METHODS: dict[Deed, str] = {send_it: "sendMessage", show_it: "sendPhoto", edit_it: "editMessageText"}
EVERY_DEED = pytest.mark.parametrize("deed", METHODS, ids=METHODS.values())


async def test_a_text_arrives_with_its_marks_and_buttons_under_the_number_returned(
    calls: Calls, chat: Chat
) -> None:
    number = await calls.send(chat.id, "<b>付：1.00元</b>", "付：1.00元", KEYS, None)
    [message] = chat.messages
    assert (str(message.id), message.text, message.labels) == (number, "付：1.00元", ("1. 在职",))
    assert message.entities == ({"type": "bold", "offset": 0, "length": 7},)


async def test_a_text_stands_below_what_it_answers(calls: Calls, chat: Chat) -> None:
    asked = chat.says("住院报多少")
    await send(calls, chat, answers=str(asked.id))
    assert chat.messages[0].reply_to == asked.id


async def test_a_text_comes_all_the_same_where_what_it_answers_is_gone(calls: Calls, chat: Chat) -> None:
    await send(calls, chat, answers="4711")
    assert chat.messages[0].reply_to is None


async def test_marks_that_are_not_taken_are_left_out(calls: Calls, chat: Chat, fake: FakeTelegram) -> None:
    asked = chat.says("?")
    await calls.send(chat.id, "<wrong>1 < 2", "1 < 2", KEYS, str(asked.id))
    [message] = chat.messages
    assert (message.text, message.labels, message.reply_to) == ("1 < 2", ("1. 在职",), asked.id)
    assert [call.ok for call in fake.calls("sendMessage")[-2:]] == [False, True]


async def test_an_edit_takes_the_place_of_what_stood_there(calls: Calls, chat: Chat) -> None:
    number = await sent_before(calls, chat)
    assert await calls.edit(chat.id, number, "<b>在职</b>", "在职", None) is True
    [message] = chat.messages
    assert (message.text, message.labels, message.history[0].text) == ("在职", (), "几级医院？")


async def test_an_edit_whose_marks_are_not_taken_goes_without(calls: Calls, chat: Chat) -> None:
    number = await sent_before(calls, chat)
    assert await calls.edit(chat.id, number, "<wrong>", "1 < 2", KEYS) is True
    assert (chat.messages[0].text, chat.messages[0].labels) == ("1 < 2", ("1. 在职",))


async def test_an_edit_that_changes_nothing_is_done(calls: Calls, chat: Chat) -> None:
    number = await sent_before(calls, chat)
    assert await calls.edit(chat.id, number, "几级医院？", "几级医院？", KEYS) is True
    assert await calls.edit(chat.id, number, "<wrong>", "几级医院？", KEYS) is True
    assert len(chat.messages) == 1


async def test_what_is_no_longer_there_cannot_be_edited(calls: Calls, chat: Chat, fake: FakeTelegram) -> None:
    theirs = chat.says("?")
    assert await calls.edit(chat.id, "4711", "好", "好", None) is False
    assert await calls.edit(chat.id, str(theirs.id), "好", "好", None) is False
    for words in ("Bad Request: MESSAGE_ID_INVALID", "Bad Request: message can't be edited"):
        fake.fails_next("editMessageText", status=400, description=words)
        assert await calls.edit(chat.id, "1", "好", "好", None) is False


async def test_a_picture_arrives_with_its_words(calls: Calls, chat: Chat) -> None:
    asked = chat.says("?")
    number = await calls.show(chat.id, PICTURE, "<b>医保付：16443.00元</b>", SAYS, KEYS, str(asked.id))
    [message] = chat.messages
    assert (str(message.id), message.photo, message.caption) == (number, PICTURE, SAYS)
    assert (message.labels, message.reply_to) == (("1. 在职",), asked.id)
    assert message.entities[0]["type"] == "bold"


async def test_a_picture_whose_marks_are_not_taken_keeps_its_words(calls: Calls, chat: Chat) -> None:
    await calls.show(chat.id, PICTURE, "<wrong>", SAYS, KEYS, None)
    [message] = chat.messages
    assert (message.photo, message.caption, message.entities) == (PICTURE, SAYS, ())


@pytest.mark.parametrize(
    "data",
    [b"no picture", b"", PICTURE[:-20], png(4, 400), png(9000, 1100), PICTURE + bytes(10 * 2**20)],
    ids=["no picture", "empty", "cut", "too narrow", "too large", "too heavy"],
)
async def test_where_a_picture_is_not_taken_its_words_come_alone(
    calls: Calls, chat: Chat, data: bytes
) -> None:
    asked = chat.says("?")
    number = await calls.show(chat.id, data, "<b>医保付：16443.00元</b>", SAYS, KEYS, str(asked.id))
    [message] = chat.messages
    assert (str(message.id), message.text, message.photo) == (number, SAYS, None)
    assert (message.labels, message.reply_to) == (("1. 在职",), asked.id)


@pytest.mark.parametrize(
    "words",
    [
        "Bad Request: PHOTO_SAVE_FILE_INVALID",
        "Bad Request: wrong type of the web page content",
        "Bad Request: not enough rights to send photos to the chat",
        "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN",
    ],
)
async def test_where_no_picture_may_be_sent_its_words_come_alone(
    calls: Calls, chat: Chat, fake: FakeTelegram, words: str
) -> None:
    fake.fails_next("sendPhoto", status=400, description=words)
    await calls.show(chat.id, PICTURE, SAYS, SAYS, None, None)
    assert [message.text for message in chat.messages] == [SAYS]


@EVERY_DEED
async def test_a_network_that_says_when_to_come_again_is_heard(
    calls: Calls, chat: Chat, fake: FakeTelegram, deed: Deed
) -> None:
    number = await sent_before(calls, chat)
    fake.fails_next(METHODS[deed], status=429, retry_after=17)
    with pytest.raises(DeliveryError) as caught:
        await deed(calls, chat, number)
    assert caught.value.retry_after == 17.0


@EVERY_DEED
async def test_too_many_without_a_word_on_when_is_tried_again_some_time(
    calls: Calls, chat: Chat, fake: FakeTelegram, deed: Deed
) -> None:
    number = await sent_before(calls, chat)
    fake.fails_next(METHODS[deed], status=429)
    with pytest.raises(DeliveryError) as caught:
        await deed(calls, chat, number)
    assert caught.value.retry_after is None


@EVERY_DEED
async def test_whoever_blocked_the_bot_wants_nothing_more(calls: Calls, chat: Chat, deed: Deed) -> None:
    number = await sent_before(calls, chat)
    chat.blocks()
    with pytest.raises(BlockedError, match="blocked by the user"):
        await deed(calls, chat, number)


@EVERY_DEED
@pytest.mark.parametrize(
    "words",
    ["chat not found", "user not found", "PEER_ID_INVALID", "group chat was deactivated"],
)
async def test_a_chat_that_is_not_there_wants_nothing_more(
    calls: Calls, chat: Chat, fake: FakeTelegram, deed: Deed, words: str
) -> None:
    number = await sent_before(calls, chat)
    fake.fails_next(METHODS[deed], status=400, description=f"Bad Request: {words}")
    with pytest.raises(BlockedError):
        await deed(calls, chat, number)


async def test_a_chat_nobody_ever_opened_wants_nothing(calls: Calls) -> None:
    with pytest.raises(BlockedError, match="Chat not found"):
        await calls.send(404, "好", "好", None, None)


@EVERY_DEED
async def test_what_is_refused_for_what_it_is_can_never_be_delivered(
    calls: Calls, chat: Chat, fake: FakeTelegram, deed: Deed
) -> None:
    number = await sent_before(calls, chat)
    fake.fails_next(METHODS[deed], status=400, description="Bad Request: message is too long")
    with pytest.raises(UndeliverableError, match="essage is too long"):
        await deed(calls, chat, number)


async def test_a_text_too_long_or_empty_can_never_be_delivered(calls: Calls, chat: Chat) -> None:
    for text in ("报" * 4097, " "):
        with pytest.raises(UndeliverableError):
            await send(calls, chat, text)


@EVERY_DEED
async def test_a_token_that_is_not_taken_leaves_the_message_waiting(
    calls: Calls, chat: Chat, fake: FakeTelegram, deed: Deed
) -> None:
    number = await sent_before(calls, chat)
    fake.fails_next(METHODS[deed], status=401)
    with pytest.raises(DeliveryError):
        await deed(calls, chat, number)


@EVERY_DEED
@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_in_trouble_may_have_delivered_it(
    calls: Calls, chat: Chat, fake: FakeTelegram, deed: Deed, status: int
) -> None:
    number = await sent_before(calls, chat)
    fake.fails_next(METHODS[deed], status=status)
    with pytest.raises(UncertainError):
        await deed(calls, chat, number)


@EVERY_DEED
@pytest.mark.parametrize("status", [200, 502])
async def test_an_answer_that_cannot_be_read_leaves_it_uncertain(
    calls: Calls, chat: Chat, fake: FakeTelegram, deed: Deed, status: int
) -> None:
    number = await sent_before(calls, chat)
    fake.fails_next(METHODS[deed], status=status, page=b"<html>Bad Gateway \xff</html>")
    with pytest.raises(UncertainError):
        await deed(calls, chat, number)


@EVERY_DEED
@pytest.mark.parametrize("trouble", ["cuts_next", "accepts_and_cuts"])
async def test_a_line_that_breaks_before_an_answer_leaves_it_uncertain(
    calls: Calls, chat: Chat, fake: FakeTelegram, deed: Deed, trouble: str
) -> None:
    number = await sent_before(calls, chat)
    getattr(fake, trouble)(METHODS[deed])
    with pytest.raises(UncertainError):
        await deed(calls, chat, number)
    arrived = any(message.words != "几级医院？" for message in chat.messages)
    assert arrived is (trouble != "cuts_next")


@EVERY_DEED
async def test_an_answer_that_never_comes_leaves_it_uncertain(
    calls: Calls, chat: Chat, fake: FakeTelegram, deed: Deed
) -> None:
    number = await sent_before(calls, chat)
    fake.accepts_and_hangs(METHODS[deed])
    async with client(fake, patience=0.5) as hasty:
        with pytest.raises(UncertainError):
            await deed(Calls(hasty), chat, number)
    assert any(message.words != "几级医院？" for message in chat.messages)


@EVERY_DEED
async def test_a_server_that_is_not_there_has_certainly_not_got_it(
    fake: FakeTelegram, chat: Chat, deed: Deed
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    request = Requests(1, connect=0.4, answer=0.4, upload=0.4)
    calls = Calls(Bot(fake.token, f"http://127.0.0.1:{port}/bot", request=request))
    with pytest.raises(DeliveryError):
        await deed(calls, chat, "1")
    await request.shutdown()


async def test_what_waited_in_vain_for_a_connection_was_never_sent(fake: FakeTelegram, chat: Chat) -> None:
    fake.latency = 1.0
    async with client(fake, connections=1) as narrow:
        first = asyncio.create_task(send(Calls(narrow), chat, "一"))
        await asyncio.sleep(0.1)
        with pytest.raises(DeliveryError):
            await send(Calls(narrow), chat, "二")
        assert await first
    assert [message.text for message in chat.messages] == ["一"]


@pytest.mark.parametrize("deed", [send_it, show_it])
async def test_a_group_that_became_another_gets_it_there(
    calls: Calls, fake: FakeTelegram, deed: Deed
) -> None:
    old = fake.group([fake.user(next(PEOPLE))], supergroup=False)
    new = fake.group([fake.user(next(PEOPLE))])
    fake.fails_next(METHODS[deed], status=400, chat=old, page=moved_to(new))
    await deed(calls, old, "1")
    assert len(new.messages) == 1
    assert old.messages == []


async def test_what_stood_in_a_group_that_became_another_is_said_anew(
    calls: Calls, fake: FakeTelegram
) -> None:
    old = fake.group([fake.user(next(PEOPLE))], supergroup=False)
    new = fake.group([fake.user(next(PEOPLE))])
    number = await sent_before(calls, old)
    fake.fails_next("editMessageText", status=400, chat=old, page=moved_to(new))
    assert await calls.edit(old.id, number, "好", "好", None) is False


def moved_to(chat: Chat) -> bytes:
    body = {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": chat.id},
    }
    return json.dumps(body).encode()


async def test_closing_takes_the_buttons_away_and_leaves_the_text(calls: Calls, chat: Chat) -> None:
    number = await sent_before(calls, chat)
    await calls.close(chat.id, number, None)
    assert (chat.messages[0].text, chat.messages[0].labels) == ("几级医院？", ())
    await calls.close(chat.id, number, None)
    await calls.close(chat.id, "4711", None)
    assert len(chat.messages) == 1


async def test_closing_for_whom_nothing_may_be_done_any_more_says_so(calls: Calls, chat: Chat) -> None:
    number = await sent_before(calls, chat)
    chat.blocks()
    with pytest.raises(Forbidden):
        await calls.close(chat.id, number, None)


@pytest.mark.parametrize("toast", [None, "谢谢"])
async def test_a_press_is_answered(calls: Calls, chat: Chat, toast: str | None) -> None:
    number = await sent_before(calls, chat)
    query = chat.taps(chat.messages[0], "1. 在职")
    await calls.acknowledge(query, toast)
    assert chat.answer_to(query, 0.5).text == (toast or "")
    # Once more, and one that is too old: as good as done.
    await calls.acknowledge(query, toast)
    await calls.acknowledge(chat.taps(chat.messages[0], "1. 在职", expired=True), None)
    assert number


async def test_an_answer_to_a_press_that_is_refused_for_what_it_is_says_so(calls: Calls, chat: Chat) -> None:
    await sent_before(calls, chat)
    with pytest.raises(BadRequest):
        await calls.acknowledge(chat.taps(chat.messages[0], "1. 在职"), "长" * 201)


async def test_that_an_answer_is_on_its_way_is_shown(calls: Calls, chat: Chat) -> None:
    await calls.typing(chat.id)
    assert chat.actions == ["typing"]
