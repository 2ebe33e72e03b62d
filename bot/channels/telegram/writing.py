"""A message of ours -> texts, keyboards and pictures as Telegram takes them."""

from collections.abc import Iterator
from dataclasses import replace

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import MessageLimit

from bot.channels.telegram import buttons
from bot.channels.telegram.splitting import split, units
from bot.service.protocol import Message


def in_parts(message: Message) -> tuple[Message, ...]:
    """Return a message in the calls that it takes: a picture with its words, texts of at most 4,096 units.

    All that can be pressed stands under the last.
    """
    if message.picture is None and units(plain(message)) <= MessageLimit.MAX_TEXT_LENGTH:
        return (message,)
    parts = list(_parts(message))
    bare = [replace(part, options=(), links=(), ratable=False, closes=None) for part in parts[:-1]]
    return (*bare, parts[-1])


def _parts(message: Message) -> Iterator[Message]:
    texts = split(plain(message), MessageLimit.MAX_TEXT_LENGTH)
    if message.picture is not None:
        first, *rest = split(message.picture.says, MessageLimit.CAPTION_LENGTH) or [""]
        yield replace(message, blocks=(), picture=replace(message.picture, says=first))
        texts = [*rest, *texts]
    for text in texts:
        yield replace(message, blocks=(text,), picture=None)


def plain(message: Message) -> str:
    """Return the text of a message, without any marks."""
    return "\n\n".join(message.blocks)


def keyboard(message: Message, rating: tuple[str, str]) -> InlineKeyboardMarkup | None:
    """Return what can be pressed under a message: its options, one a row, its links, and whether it was good.

    Options carry the numbers by which they can be typed too.
    """
    rows = [
        [InlineKeyboardButton(f"{number}. {label}", callback_data=buttons.choice(message.form, number))]
        for number, label in enumerate(message.options, 1)
    ]
    rows += [[InlineKeyboardButton(link.label, url=link.path)] for link in message.links]
    if message.ratable:
        good, bad = rating
        rows.append(
            [
                InlineKeyboardButton(good, callback_data=buttons.rating(message.id, good=True)),
                InlineKeyboardButton(bad, callback_data=buttons.rating(message.id, good=False)),
            ]
        )
    return InlineKeyboardMarkup(rows) if rows else None
