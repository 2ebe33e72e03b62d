"""The fake Bot API, met by python-telegram-bot as it is: chats, texts, pictures, buttons, queries."""

import asyncio
import contextlib
import struct
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio
from fake import FakeTelegram
from fake.selfcheck import check_own_json
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputTextMessageContent,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden, InvalidToken
from telegram.ext import Application, CallbackQueryHandler, InlineQueryHandler, MessageHandler, filters
from telegram.request import HTTPXRequest

pytestmark = pytest.mark.asyncio


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with FakeTelegram() as peer:
        yield peer


@pytest_asyncio.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    # Plain HTTP only: to read certificates would take longer than the tests.
    request = HTTPXRequest(8, httpx_kwargs={"verify": False})
    async with Bot(fake.token, base_url=f"{fake.url}/bot", request=request) as bot:
        yield bot


def png(width: int, height: int, colour: bytes = b"\x00\x80\xff") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + colour * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def keyboard(*rows: list[tuple[str, str]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, callback_data=data) for text, data in row] for row in rows]
    )


@contextlib.asynccontextmanager
async def running(fake: FakeTelegram, **handlers: Callable[..., Any]) -> AsyncIterator[None]:
    """A stock Application that polls the fake; it answers by the handlers given."""
    app = Application.builder().token(fake.token).base_url(f"{fake.url}/bot").build()
    if "message" in handlers:
        app.add_handler(MessageHandler(filters.ALL, handlers["message"]))
    if "press" in handlers:
        app.add_handler(CallbackQueryHandler(handlers["press"]))
    if "inline" in handlers:
        app.add_handler(InlineQueryHandler(handlers["inline"]))
    async with app:
        assert app.updater is not None
        await app.updater.start_polling(timeout=5)
        await app.start()
        yield
        await app.updater.stop()
        await app.stop()


async def test_getme_names_the_bot(fake: FakeTelegram, bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (fake.bot.id, "baoduoshao_bot", True)
    assert me.supports_inline_queries


async def test_a_wrong_token_is_refused(fake: FakeTelegram) -> None:
    stranger = Bot(fake.token[:-1] + "x", base_url=f"{fake.url}/bot")
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()
    assert fake.refusals[-1].status == 401


async def test_a_text_is_seen_with_its_marks_and_buttons(fake: FakeTelegram, bot: Bot) -> None:
    chat = fake.private(fake.user(7001))
    sent = await bot.send_message(
        chat.id,
        "😀<b>能报</b> 1,200 元 &lt;见 <a href='https://example.org/'>文件</a>&gt;",
        parse_mode="HTML",
        reply_markup=keyboard([("在职", "a:1")], [("退休", "a:2")]),
    )
    (message,) = chat.messages
    assert message.text == sent.text == "😀能报 1,200 元 <见 文件>"
    assert message.entities[0] == {"type": "bold", "offset": 2, "length": 2}
    assert message.entities[1]["url"] == "https://example.org/"
    assert message.labels == ("在职", "退休")
    assert message.buttons[1].data == "a:2"
    assert abs(message.date - time.time()) < 5


async def test_edits_keep_what_stood_before_and_deletions_stay_in_the_log(
    fake: FakeTelegram, bot: Bot
) -> None:
    chat = fake.private(fake.user(7001))
    sent = await bot.send_message(chat.id, "一", reply_markup=keyboard([("甲", "x")]))
    await sent.edit_text("二")
    (message,) = chat.messages
    assert (message.text, message.keyboard, message.history[0].text) == ("二", (), "一")
    with pytest.raises(BadRequest, match="Message is not modified: specified new"):
        await sent.edit_text("二")
    await sent.edit_reply_markup(keyboard([("乙", "y")]))
    assert chat.messages[0].labels == ("乙",)
    await sent.delete()
    assert chat.messages[0].deleted
    assert "deleted" in chat.transcript()
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await sent.edit_text("三")
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await sent.delete()


async def test_only_the_bots_own_messages_can_be_edited(fake: FakeTelegram, bot: Bot) -> None:
    chat = fake.private(fake.user(7001))
    said = chat.says("你好")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("改", chat.id, said.id)


async def test_pictures_come_with_caption_and_can_be_replaced(fake: FakeTelegram, bot: Bot) -> None:
    chat = fake.private(fake.user(7001))
    first, second = png(120, 80), png(80, 120)
    sent = await bot.send_photo(chat.id, first, caption="<b>报销</b>", parse_mode="HTML")
    assert chat.messages[0].photo == first
    assert (sent.photo[0].width, sent.photo[0].height) == (120, 80)
    assert chat.messages[0].caption == "报销"
    await sent.edit_media(InputMediaPhoto(second, caption="新"), reply_markup=keyboard([("好", "k")]))
    assert (chat.messages[0].photo, chat.messages[0].caption) == (second, "新")
    again = await bot.send_photo(chat.id, sent.photo[0].file_id)
    assert chat.messages[1].photo == first
    with pytest.raises(BadRequest, match="no text in the message to edit"):
        await again.edit_text("字")
    check_own_json(fake)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (png(9001, 1000), "Photo_invalid_dimensions"),
        (png(210, 10), "Photo_invalid_dimensions"),
        (png(30, 30)[:-20], "Image_process_failed"),
        (b"<svg/>", "Image_process_failed"),
        (png(30, 30) + bytes(10 * 1024 * 1024), "is too big for a photo"),
    ],
)
async def test_pictures_beyond_the_limits_are_refused(
    fake: FakeTelegram, bot: Bot, data: bytes, refusal: str
) -> None:
    chat = fake.private(fake.user(7001))
    with pytest.raises(BadRequest, match=f"(?i){refusal}"):
        await bot.send_photo(chat.id, data)
    assert chat.messages == []


async def test_bytes_of_a_picture_come_through_unchanged(fake: FakeTelegram, bot: Bot) -> None:
    chat = fake.private(fake.user(7001))
    data = png(31, 17, b"\r\n\x85")
    await bot.send_photo(chat.id, data, caption="一\n二")
    assert (chat.messages[0].photo, chat.messages[0].caption) == (data, "一\n二")


async def test_replies_and_chat_actions_are_seen(fake: FakeTelegram, bot: Bot) -> None:
    chat = fake.private(fake.user(7001))
    said = chat.says("门诊")
    await bot.send_chat_action(chat.id, "typing")
    await bot.send_message(chat.id, "好", reply_parameters=ReplyParameters(said.id))
    assert chat.actions == ["typing"]
    assert chat.messages[0].reply_to == said.id
    with pytest.raises(BadRequest, match="to be replied not found"):
        await bot.send_message(chat.id, "好", reply_parameters=ReplyParameters(999))


async def test_who_blocked_the_bot_gets_nothing(fake: FakeTelegram, bot: Bot) -> None:
    chat = fake.private(fake.user(7001))
    chat.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(chat.id, "在吗")
    chat.unblocks()
    await bot.send_message(chat.id, "在吗")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(4242, "在吗")
    updates = await bot.get_updates()
    assert [u.my_chat_member.new_chat_member.status for u in updates if u.my_chat_member] == [
        "kicked",
        "member",
    ]
    check_own_json(fake)


async def test_a_press_waits_for_its_answer(fake: FakeTelegram) -> None:
    chat = fake.private(fake.user(7001))

    async def on_message(update: Any, _: Any) -> None:
        await update.message.reply_text("在职还是退休", reply_markup=keyboard([("在职", "p:1")]))

    async def on_press(update: Any, _: Any) -> None:
        await update.callback_query.answer(f"收到 {update.callback_query.data}")
        await update.callback_query.edit_message_text("在职")

    async with running(fake, message=on_message, press=on_press):
        chat.says("住院")
        asked = await asyncio.to_thread(chat.next)
        answer = await asyncio.to_thread(chat.presses, asked, "在职")
        assert answer.text == "收到 p:1"
        await asyncio.to_thread(chat.wait_for, lambda m: m.text == "在职")
        stale = await asyncio.to_thread(chat.presses, asked, data="old")
        assert stale.text == "收到 old"
    with pytest.raises(ValueError, match="no button '退休'"):
        chat.taps(asked, "退休")
    assert "[ 在职 ]" not in chat.transcript()
    assert "edited" in chat.transcript()
    check_own_json(fake)


async def test_a_press_is_answered_once_and_in_time(fake: FakeTelegram, bot: Bot) -> None:
    chat = fake.private(fake.user(7001))
    sent = await bot.send_message(chat.id, "选", reply_markup=keyboard([("一", "1")]))
    query = chat.taps(chat.messages[0], "一")
    await bot.answer_callback_query(query)
    late = chat.taps(chat.messages[0], "1", expired=True)
    for number in (query, late, "123"):
        with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
            await bot.answer_callback_query(number)
    await sent.delete()
    chat.taps(chat.log[0], data="1")
    updates = await bot.get_updates()
    assert updates[-1].callback_query is not None
    assert updates[-1].callback_query.message is not None
    assert not updates[-1].callback_query.message.is_accessible
    check_own_json(fake)


async def test_inline_results_are_checked_and_can_be_chosen(fake: FakeTelegram) -> None:
    person = fake.user(7001)
    chat = fake.private(person)

    async def on_inline(update: Any, _: Any) -> None:
        words = InputTextMessageContent("<b>门诊</b>", parse_mode="HTML")
        article = InlineQueryResultArticle("a", "门诊", words, reply_markup=keyboard([("好", "k")]))
        await update.inline_query.answer([article], cache_time=0)

    async with running(fake, inline=on_inline):
        answer = await asyncio.to_thread(fake.inline, person, "门诊报多少")
    assert [result["title"] for result in answer.results] == ["门诊"]
    assert answer.cache_time == 0
    chosen = chat.chooses(answer.results[0])
    assert (chosen.text, chosen.labels) == ("门诊", ("好",))
    check_own_json(fake)


def article(number: str, title: str = "题", text: str = "字") -> InlineQueryResultArticle:
    return InlineQueryResultArticle(number, title, InputTextMessageContent(text, parse_mode="HTML"))


@pytest.mark.parametrize(
    ("results", "refusal"),
    [
        ([article(str(n)) for n in range(51)], "too many inline query results"),
        ([article("a"), article("a")], "result_id_duplicate"),
        ([article("")], "result_id_invalid"),
        ([article("字" * 22)], "result_id_invalid"),
        ([article("a", title=" ")], "article_title_empty"),
        ([article("a", text="<b>")], "can't parse entities"),
        ([article("a", text=" ")], "message text is empty"),
    ],
)
async def test_bad_inline_results_are_refused(
    fake: FakeTelegram, bot: Bot, results: list[InlineQueryResultArticle], refusal: str
) -> None:
    with pytest.raises(TimeoutError, match="no results came"):
        await asyncio.to_thread(fake.inline, fake.user(7001), "门诊", timeout=0.01)
    (update,) = await bot.get_updates()
    assert update.inline_query is not None
    with pytest.raises(BadRequest, match=f"(?i){refusal}"):
        await bot.answer_inline_query(update.inline_query.id, results)


async def test_commands_and_descriptions_are_kept_by_scope_and_language(fake: FakeTelegram, bot: Bot) -> None:
    chat = fake.private(fake.user(7001))
    await bot.set_my_commands([BotCommand("help", "怎么用")])
    await bot.set_my_commands([BotCommand("calc", "算一算")], BotCommandScopeChat(chat.id), "zh")
    assert (await bot.get_my_commands())[0].command == "help"
    assert (await bot.get_my_commands(BotCommandScopeChat(chat.id), "zh"))[0].command == "calc"
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()
    await bot.set_my_description("说明")
    await bot.set_my_short_description("短", "zh")
    assert fake.descriptions == {("description", ""): "说明", ("short_description", "zh"): "短"}
    for command in ("Help", "计算", "a" * 33):
        with pytest.raises(BadRequest):
            await bot.set_my_commands([BotCommand(command, "怎么用")])
    with pytest.raises(BadRequest, match="Invalid language code"):
        await bot.set_my_commands([BotCommand("help", "怎么用")], language_code="zh-hans")
    with pytest.raises(BadRequest):
        await bot.set_my_description("长" * 513)
    check_own_json(fake)


async def test_a_bot_that_logged_out_is_served_no_more(fake: FakeTelegram, bot: Bot) -> None:
    assert await bot.close()
    assert await bot.log_out()
    with pytest.raises(BadRequest, match="Logged out"):
        await bot.get_me()
