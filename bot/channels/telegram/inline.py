"""Questions from within other chats, `@bot 门诊报多少`: answered at once, nothing kept."""

import asyncio
import re
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
from telegram.constants import ParseMode

from bot.app import App
from bot.channels.telegram.reading import Inline
from bot.channels.telegram.splitting import MOST_UNITS, split, units
from bot.dialogue import Chose, DeepLink, Reply, Said, State, payload_of
from bot.rendering import Marked
from bot.service.pacing import Pace, Pacing

_A_MINUTE = 60
"""Questions of one person; each letter typed may be one."""
_CACHED = 60
"""Seconds for which Telegram may give the same answers to anybody: the rules may be replaced."""
_SHORTLY = 5
"""Seconds for which it keeps that somebody asked too much."""
_ANSWERS = frozenset({"answered", "explained"})
_RESULTS = frozenset({"estimated", "compared"})
_ASKS = frozenset({"asked", "asked_again"})
_TOLD = frozenset({"danger", "despair", "private", "elsewhere", "foreign", "bad_amount", "not_held"})
"""What has no answer, but a word that is worth reading wherever it was asked."""
_UNCLEAR = frozenset({"rephrase", "handed_over", "clarified", "unreadable"})
_NAMED = frozenset({"answered", "not_held"}) | _RESULTS
"""What is called by its subject; all else by its own first sentence."""
_TITLE, _DESCRIPTION = 60, 120
"""Characters that are shown of them."""
_WELCOME = "start"
_GAP = "\n\n"
_SENTENCE_END = re.compile(r"[。\n]")


@dataclass(frozen=True, slots=True)
class _Found:
    """An answer to choose: what it is called, what it says, and where the chat goes on from it."""

    title: str
    text: str
    leads_to: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """What there is to choose, and what stands on the button above it that leads into the chat."""

    found: tuple[_Found, ...]
    button: str


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
        app = self._app()
        pace = self._pacing.pace(inline.person)
        if pace is not Pace.WITHIN:
            # For this person alone: Telegram must not show it to others who ask the same.
            await self._give(inline, app, _Answer((), _say(app, "open_chat")), _SHORTLY, personal=True)
            return
        self._pacing.count(inline.person, pace)
        answer = await asyncio.to_thread(_answered, app, inline.text)
        await self._give(inline, app, answer, _CACHED)

    async def _give(
        self, inline: Inline, app: App, answer: _Answer, cached: int, *, personal: bool = False
    ) -> None:
        await self._bot.answer_inline_query(
            inline.query,
            [self._article(app, place, each) for place, each in enumerate(answer.found)],
            cache_time=cached,
            is_personal=personal,
            button=InlineQueryResultsButton(answer.button, start_parameter=_WELCOME),
        )

    def _article(self, app: App, place: int, found: _Found) -> InlineQueryResultArticle:
        text = _in_one(found.text, _say(app, "more_in_chat"))
        label = _say(app, "open_chat")
        opens = InlineKeyboardButton(label, url=f"{self._address}?start={found.leads_to}")
        return InlineQueryResultArticle(
            str(place),
            _cut(found.title, _TITLE),
            InputTextMessageContent(self._marked.html(text), ParseMode.HTML),
            description=_cut(" ".join(found.text.split()), _DESCRIPTION),
            reply_markup=InlineKeyboardMarkup([[opens]]),
        )


def _answered(app: App, text: str) -> _Answer:
    """Return the answer to a question by itself, with nothing known of who asks."""
    if not text.strip():
        return _Answer((), _say(app, "open_chat"))
    numbers = app.library.numbers
    state, reply = app.dialogue.step(
        app.dialogue.start({}, introduced=True), Said(text), app.settings.today()
    )
    alarm = app.templates.say("talk", "alarm", emergency=numbers.emergency)
    if alarm not in reply.text:
        alarm = ""
    found = tuple(_found(app, state, reply, alarm))
    if reply.status == "despair":
        button = _say(app, "call_crisis", crisis=numbers.crisis)
    elif reply.status == "danger" or alarm:
        button = _say(app, "call_emergency", emergency=numbers.emergency)
    else:
        button = _say(app, "not_understood" if not found and reply.status in _UNCLEAR else "open_chat")
    return _Answer(found, button)


def _found(app: App, state: State, reply: Reply, alarm: str) -> Iterator[_Found]:
    """Yield the answers to choose from: one, one for each subject that may be meant, or none.

    `alarm` is what a reply must begin with whatever it says; the first reply does already.
    """
    if reply.status in _RESULTS:
        yield _Found(_title(app, reply), reply.text, _calculation(state))
    elif reply.status in _ANSWERS or reply.status in _TOLD:
        yield _Found(_title(app, reply), reply.text, _topic(reply))
    elif reply.status in _ASKS:
        yield _Found(_say(app, "go_on_title"), _after(alarm, _say(app, "go_on")), _calculation(state))
    else:
        chosen = tuple(_meanings(app, state, reply, alarm))
        yield from chosen
        if alarm and not chosen:
            yield _Found(alarm, alarm, _WELCOME)


def _meanings(app: App, state: State, reply: Reply, alarm: str) -> Iterator[_Found]:
    for number, label in enumerate(reply.choices if reply.status == "clarified" else (), 1):
        _, chosen = app.dialogue.step(state, Chose(number), app.settings.today())
        if chosen.status in _ANSWERS:
            yield _Found(label, _after(alarm, chosen.text), _topic(chosen))


def _title(app: App, reply: Reply) -> str:
    subject = app.library.terms.subjects.get(reply.intent or "") if reply.status in _NAMED else None
    return subject or _SENTENCE_END.split(reply.text.strip(), maxsplit=1)[0]


def _topic(reply: Reply) -> str:
    if reply.intent is None:
        return _WELCOME
    city = reply.slots.get("city")
    return payload_of(DeepLink("topic", reply.intent, city if isinstance(city, str) else None))


def _calculation(state: State) -> str:
    benefit, city = state.slots.get("benefit"), state.slots.get("city")
    if not isinstance(benefit, str):
        return _WELCOME
    return payload_of(DeepLink("calc", benefit, city if isinstance(city, str) else None))


def _after(alarm: str, text: str) -> str:
    return f"{alarm}\n{text}" if alarm else text


def _in_one(text: str, more: str) -> str:
    """Return a text in one message; of one that is too long the beginning, and `more` says so."""
    if units(text) <= MOST_UNITS:
        return text
    return f"{split(text, MOST_UNITS - units(_GAP) - units(more))[0]}{_GAP}{more}"


def _say(app: App, name: str, /, **words: str) -> str:
    return app.templates.say("channel", name, **words)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
