"""A message of ours -> texts, keyboards and cards as Telegram takes them."""

from collections.abc import Iterator
from dataclasses import replace

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import MessageLimit

from bot.channels.telegram import buttons
from bot.channels.telegram.splitting import split, units
from bot.service.protocol import Message


def in_parts(message: Message) -> tuple[Message, ...]:
    """Return a message in the calls that it takes: a card with its sheet's head below, texts of 4,096 units.

    All that can be pressed stands under the last.
    """
    if message.sheet is None and units(plain(message)) <= MessageLimit.MAX_TEXT_LENGTH:
        return (message,)
    parts = list(_parts(message))
    bare = [replace(part, options=(), links=(), ratable=False, closes=None) for part in parts[:-1]]
    return (*bare, parts[-1])


def _parts(message: Message) -> Iterator[Message]:
    sheet, texts = message.sheet, message.blocks
    message = replace(message, sheet=None)
    if sheet is not None and sheet.text in texts and sheet.text.startswith(sheet.head):
        at = texts.index(sheet.text)
        before, caption = texts[:at], "\n\n".join((*texts[:at], sheet.head))
        if units(caption) > MessageLimit.CAPTION_LENGTH:
            yield from _texts(message, before)
            caption = sheet.head
        first, *rest = split(caption, MessageLimit.CAPTION_LENGTH) or [""]
        # The head is with the picture, and the rest follows: the text need not be kept twice.
        yield replace(message, blocks=(first,), sheet=replace(sheet, head=first, text=""))
        texts = (*rest, sheet.text.removeprefix(sheet.head).strip("\n"), *texts[at + 1 :])
    yield from _texts(message, texts)


def _texts(message: Message, blocks: tuple[str, ...]) -> Iterator[Message]:
    for text in split("\n\n".join(filter(None, blocks)), MessageLimit.MAX_TEXT_LENGTH):
        yield replace(message, blocks=(text,))


def plain(message: Message) -> str:
    """Return the text of a message, without any marks."""
    return "\n\n".join(message.blocks)


def keyboard(
    message: Message, rating: tuple[str, str], site: str | None = None
) -> InlineKeyboardMarkup | None:
    """Return what can be pressed under a message: its options, one a row, its links, and whether it was good.

    Options carry the numbers by which they can be typed too. Links lead to pages of the `site`; without one
    there is nowhere to go.
    """
    rows = [
        [InlineKeyboardButton(f"{number}. {label}", callback_data=buttons.choice(message.form, number))]
        for number, label in enumerate(message.options, 1)
    ]
    links = message.links if site is not None else ()
    rows += [[InlineKeyboardButton(link.label, url=f"{site}{link.path}")] for link in links]
    if message.ratable:
        good, bad = rating
        rows.append(
            [
                InlineKeyboardButton(good, callback_data=buttons.rating(message.id, good=True)),
                InlineKeyboardButton(bad, callback_data=buttons.rating(message.id, good=False)),
            ]
        )
    return InlineKeyboardMarkup(rows) if rows else None
