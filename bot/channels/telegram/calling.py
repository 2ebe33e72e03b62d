"""Calls of the Bot API, and what their failures mean for a message."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram import Bot, InlineKeyboardMarkup, Message, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.channels.telegram.requesting import NeverSentError
from bot.service.protocol import BlockedError, DeliveryError, UncertainError, UndeliverableError

_Returned = TypeVar("_Returned")

_BROKEN_MARKS = "can't parse entities"
_AS_IT_WAS = "message is not modified"
_TOO_MANY = "too many requests"
_TOO_LATE = ("query is too old", "query id is invalid")
_NOT_EDITABLE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_NO_PICTURE = (
    *("photo_", "image_process_failed", "wrong type of the web page content", "file must be"),
    *("too big for a photo", "not enough rights to send photos", "chat_send_photos_forbidden"),
)
_NO_CHAT = ("chat not found", "user not found", "peer_id_invalid", "group chat was deactivated")


class Calls:
    """Calls that raise what the service understands.

    `chat` is a number of Telegram's; a text is given with marks and without.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(
        self, chat: int, html: str, plain: str, keyboard: InlineKeyboardMarkup | None, answers: str | None
    ) -> str:
        """Send a text, as plain text where its marks aren't taken; return its number."""

        async def call(text: str, mode: str | None) -> Message:
            return await self._bot.send_message(
                chat, text, mode, reply_markup=keyboard, reply_parameters=_below(answers)
            )

        try:
            sent = await _marked_or_plain(call, html, plain)
        except ChatMigrated as error:
            return await self.send(error.new_chat_id, html, plain, keyboard, None)
        except TelegramError as error:
            raise _meaning(error) from error
        return str(sent.message_id)

    async def edit(
        self, chat: int, number: str, html: str, plain: str, keyboard: InlineKeyboardMarkup | None
    ) -> bool:
        """Put a text in the place of another; False where that one isn't there any more."""

        async def call(text: str, mode: str | None) -> object:
            return await self._bot.edit_message_text(
                text, chat, int(number), parse_mode=mode, reply_markup=keyboard
            )

        try:
            await _marked_or_plain(call, html, plain)
        except TelegramError as error:
            if isinstance(error, BadRequest) and _says(error, _AS_IT_WAS):
                return True
            if isinstance(error, ChatMigrated) or _says(error, *_NOT_EDITABLE):
                return False
            raise _meaning(error) from error
        return True

    async def show(
        self,
        chat: int,
        picture: bytes,
        html: str,
        plain: str,
        keyboard: InlineKeyboardMarkup | None,
        answers: str | None,
    ) -> str:
        """Send a picture with its words; the words alone where the picture isn't taken."""

        async def call(text: str, mode: str | None) -> Message:
            return await self._bot.send_photo(
                chat,
                picture,
                text,
                parse_mode=mode,
                reply_markup=keyboard,
                reply_parameters=_below(answers),
            )

        try:
            sent = await _marked_or_plain(call, html, plain)
        except ChatMigrated as error:
            return await self.show(error.new_chat_id, picture, html, plain, keyboard, None)
        except TelegramError as error:
            if isinstance(error, BadRequest) and _says(error, *_NO_PICTURE):
                return await self.send(chat, html, plain, keyboard, answers)
            raise _meaning(error) from error
        return str(sent.message_id)

    async def close(self, chat: int, number: str, left: InlineKeyboardMarkup | None) -> None:
        """Take away what can be pressed under a message, but for what is `left`. Raises TelegramError."""
        try:
            await self._bot.edit_message_reply_markup(chat, int(number), reply_markup=left)
        except BadRequest as error:
            if not _says(error, _AS_IT_WAS, *_NOT_EDITABLE):
                raise

    async def acknowledge(self, query: str, toast: str | None) -> None:
        """Answer a press, so that the button rests; too late is as good as done. Raises TelegramError."""
        try:
            await self._bot.answer_callback_query(query, toast)
        except BadRequest as error:
            if not _says(error, *_TOO_LATE):
                raise

    async def typing(self, chat: int) -> None:
        """Show that an answer is on its way. Raises TelegramError."""
        await self._bot.send_chat_action(chat, ChatAction.TYPING)


async def _marked_or_plain(
    call: Callable[[str, str | None], Awaitable[_Returned]], html: str, plain: str
) -> _Returned:
    """Call with the text in HTML, and without marks where Telegram can't read them."""
    try:
        return await call(html, ParseMode.HTML)
    except BadRequest as error:
        if not _says(error, _BROKEN_MARKS):
            raise
        return await call(plain, None)


def _below(answers: str | None) -> ReplyParameters | None:
    # The person may have taken the question back meanwhile.
    return ReplyParameters(int(answers), allow_sending_without_reply=True) if answers else None


def _meaning(error: TelegramError) -> Exception:
    """Return what a failed call means for the message."""
    if is_of_another(error):
        return DeliveryError("something else answered in Telegram's place")
    if isinstance(error, RetryAfter):
        return DeliveryError("too many messages", pause(error))
    if isinstance(error, Forbidden) or _says(error, *_NO_CHAT):
        return BlockedError(str(error))
    if isinstance(error, BadRequest):
        return UndeliverableError(str(error))
    if _says(error, _TOO_MANY):
        return DeliveryError("too many messages")
    # What can't be read was an answer all the same.
    if type(error) is TelegramError or (
        isinstance(error, NetworkError) and not isinstance(error, NeverSentError)
    ):
        return UncertainError(str(error))
    # A token that isn't taken, too: the message waits for a better one.
    return DeliveryError(str(error))


def pause(error: RetryAfter) -> float:
    """Return the seconds that Telegram wants us to wait."""
    wanted = error.retry_after
    return float(wanted) if isinstance(wanted, int) else wanted.total_seconds()


def is_of_another(error: TelegramError) -> bool:
    """Whether it was refused by what isn't Telegram: a proxy's page, which the library takes for its word."""
    refused = isinstance(error, Forbidden | BadRequest | InvalidToken | Conflict)
    return refused and isinstance(error.__cause__, TelegramError)


def _says(error: TelegramError, *words: str) -> bool:
    text = error.message.lower()
    return any(word in text for word in words)
