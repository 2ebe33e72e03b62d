"""A strict fake of Telegram's Bot API: a real server for any client, and the people who talk to the bot.

    with FakeTelegram() as fake:                          # a bot starts with fake.url and fake.token
        chat = fake.private(fake.user(7001, "王阿姨"))
        chat.says("住院报多少")
        asked = chat.next()
        assert chat.presses(asked, "在职").text == ""     # waits for answerCallbackQuery
        chat.wait_for(lambda message: "起付线" in message.words)
        print(chat.transcript())

Nothing of the project may enter here, so that it stays a peer and not our own idea of Telegram.
"""

from .keyboards import Button
from .people import Chat
from .photos import Photo
from .telegram import FakeTelegram
from .things import Content, Message, User
from .webhook import Post
from .world import CallbackAnswer, InlineAnswer, Request

__all__ = [
    "Button",
    "CallbackAnswer",
    "Chat",
    "Content",
    "FakeTelegram",
    "InlineAnswer",
    "Message",
    "Photo",
    "Post",
    "Request",
    "User",
]
