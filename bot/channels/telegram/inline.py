"""Questions from within other chats, `@bot 门诊报多少`: answered at once, nothing kept."""

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
from bot.dialogue import Chose, DeepLink, Reply, Said, State, payload_of
from bot.rendering import Marked
from bot.service.pacing import Pace, Pacing

_A_MINUTE = 60
"""Questions of one person; each letter typed may be one."""
_CACHED = 60
"""Seconds for which Telegram may give the same answers to anybody: the rules may be replaced."""
_ANSWERS = frozenset({"answered", "explained"})
_ASKS = frozenset({"asked", "asked_again"})
_TITLE, _DESCRIPTION = 60, 120
"""Characters that are shown of them."""
_WELCOME = "start"


@dataclass(frozen=True, slots=True)
class _Found:
    """An answer to choose: what it is called, what it says, and where the chat goes on from it."""

    title: str
    text: str
    leads_to: str


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
        pace = self._pacing.pace(inline.person)
        if pace is not Pace.WITHIN:
            return
        self._pacing.count(inline.person, pace)
        app = self._app()
        found = await asyncio.to_thread(lambda: tuple(_found(app, inline.text)))
        unclear = inline.text.strip() and not found
        words = app.templates.say("channel", "not_understood" if unclear else "open_chat")
        await self._bot.answer_inline_query(
            inline.query,
            [self._article(app, place, each) for place, each in enumerate(found)],
            cache_time=_CACHED,
            button=InlineQueryResultsButton(words, start_parameter=_WELCOME),
        )

    def _article(self, app: App, place: int, found: _Found) -> InlineQueryResultArticle:
        text = split(found.text, MessageLimit.MAX_TEXT_LENGTH)[0]
        label = app.templates.say("channel", "open_chat")
        opens = InlineKeyboardButton(label, url=f"{self._address}?start={found.leads_to}")
        return InlineQueryResultArticle(
            str(place),
            _cut(found.title, _TITLE),
            InputTextMessageContent(self._marked.html(text), ParseMode.HTML),
            description=_cut(" ".join(found.text.split()), _DESCRIPTION),
            reply_markup=InlineKeyboardMarkup([[opens]]),
        )


def _found(app: App, text: str) -> Iterator[_Found]:
    """Yield the answers to a question: one, one for each subject that it may mean, or none."""
    if not text.strip():
        return
    dialogue, today = app.dialogue, app.settings.today()
    state, reply = dialogue.step(dialogue.start({}, introduced=True), Said(text), today)
    if reply.status in _ANSWERS and reply.intent is not None:
        yield _Found(app.library.terms.subjects[reply.intent], reply.text, _topic(reply))
    elif reply.status in _ASKS:
        words = app.templates.say
        yield _Found(words("channel", "go_on_title"), words("channel", "go_on"), _calculation(state))
    for number, label in enumerate(reply.choices if reply.status == "clarified" else (), 1):
        _, chosen = dialogue.step(state, Chose(number), today)
        if chosen.status in _ANSWERS:
            yield _Found(label, chosen.text, _topic(chosen))


def _topic(reply: Reply) -> str:
    return payload_of(DeepLink("topic", reply.intent)) if reply.intent is not None else _WELCOME


def _calculation(state: State) -> str:
    benefit, city = state.slots.get("benefit"), state.slots.get("city")
    if not isinstance(benefit, str):
        return _WELCOME
    return payload_of(DeepLink("calc", benefit, city if isinstance(city, str) else None))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
