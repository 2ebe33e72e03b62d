"""Questions from within other chats, `@bot 门诊报多少`: answered at once from the rules alone, nothing kept."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.constants import MessageLimit, ParseMode

from bot.app import App
from bot.channels.telegram.reading import Inline
from bot.channels.telegram.splitting import split
from bot.dialogue import Chose, Reply, Said, link
from bot.rendering import Marked
from bot.service.pacing import Pace, Pacing

_A_MINUTE = 60
"""Questions of one person; each letter typed may be one."""
_CACHED = 60
"""Seconds for which Telegram may give the same answers to anybody: the rules may be replaced."""
_TOLD = frozenset({"answered", "explained"})
_TITLE, _DESCRIPTION = 60, 120
"""Characters that are shown of them."""


@dataclass(frozen=True, slots=True)
class _Found:
    """An answer to choose: what it is about, and what it says."""

    title: str
    text: str
    intent: str | None


class Inlines:
    """Answers inline questions by the rules in force now, in a chat of nobody's."""

    def __init__(self, bot: Bot, username: str, app: Callable[[], App], marked: Marked) -> None:
        self._bot = bot
        self._address = f"https://t.me/{username}"
        self._app = app
        self._marked = marked
        self._pacing = Pacing(_A_MINUTE)

    async def answer(self, inline: Inline) -> None:
        """Answer a question. Raises TelegramError."""
        if self._pacing.pace(inline.person) is not Pace.WITHIN:
            return
        app = self._app()
        found = await asyncio.to_thread(lambda: tuple(_found(app, inline.text)))
        say = app.templates.say
        button = InlineQueryResultsButton(say("channel", "inline_button"), start_parameter=link())
        await self._bot.answer_inline_query(
            inline.query,
            [self._article(place, each) for place, each in enumerate(found)],
            cache_time=_CACHED,
            button=button,
        )

    def _article(self, place: int, found: _Found) -> InlineQueryResultArticle:
        text = split(found.text, MessageLimit.MAX_TEXT_LENGTH)[0]
        topic = link(topic=found.intent) if found.intent else link()
        opens = InlineKeyboardButton(
            self._app().templates.say("channel", "inline_button"),
            url=f"{self._address}?start={topic}",
        )
        return InlineQueryResultArticle(
            str(place),
            _cut(found.title, _TITLE),
            InputTextMessageContent(self._marked.html(text), ParseMode.HTML),
            description=_cut(" ".join(found.text.split()), _DESCRIPTION),
            reply_markup=InlineKeyboardMarkup([[opens]]),
        )


def _found(app: App, text: str) -> Iterator[_Found]:
    """Yield the answers to a question: one, one for each subject that it may mean, or none."""
    dialogue, today = app.dialogue, app.settings.today()
    state, reply = dialogue.step(dialogue.start({}, introduced=True), Said(text), today)
    if reply.status in _TOLD:
        yield _of(text, reply)
    for number, label in enumerate(reply.choices if reply.status == "clarified" else (), 1):
        _, chosen = dialogue.step(state, Chose(number), today)
        if chosen.status in _TOLD:
            yield _of(label, chosen)


def _of(title: str, reply: Reply) -> _Found:
    return _Found(title, reply.text, reply.intent)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
