"""Questions from within other chats are answered by what holds now, and lead into the chat."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fake import FakeTelegram, InlineAnswer
from fake.markup import parse_html
from fake.text import utf16_length
from support.bots import bot, fake
from telegram import Bot
from telegram.error import TelegramError

from bot.app import App
from bot.channels.telegram.inline import Inlines
from bot.channels.telegram.reading import Inline
from bot.dialogue import Reply, Said, State, link_of
from bot.rendering import Marked
from bot.settings import Settings, data_folder

__all__ = ["bot", "fake"]

pytestmark = pytest.mark.asyncio
DAY = date(2024, 5, 1)


@pytest.fixture(scope="module")
def app() -> App:
    return App(Settings(fixed_day=DAY))


@pytest.fixture
def inlines(bot: Bot, app: App) -> Inlines:
    return Inlines(bot, "baoduoshao_bot", lambda: app, Marked(data_folder("templates"), "telegram"))


async def asked(inlines: Inlines, fake: FakeTelegram, text: str, person: str = "7001") -> InlineAnswer | None:
    with fake.world.changed:
        query = fake.world.new_query()
    await inlines.answer(Inline(query.id, person, text))
    assert query.answer is None or isinstance(query.answer, InlineAnswer)
    return query.answer


async def answered(inlines: Inlines, fake: FakeTelegram, text: str) -> InlineAnswer:
    found = await asked(inlines, fake, text)
    assert found is not None
    return found


def words(result: dict[str, Any]) -> str:
    return parse_html(result["input_message_content"]["message_text"])[0]


def leads_to(result: dict[str, Any]) -> str:
    [[button]] = result["reply_markup"]["inline_keyboard"]
    address, _, payload = button["url"].partition("?start=")
    assert address == "https://t.me/baoduoshao_bot"
    return str(payload)


async def test_a_question_has_the_answer_that_the_chat_would_give(
    inlines: Inlines, fake: FakeTelegram, app: App
) -> None:
    found = await answered(inlines, fake, "衡阳职工门诊报多少")
    [article] = found.results
    _, reply = app.dialogue.step(app.dialogue.start({}, introduced=True), Said("衡阳职工门诊报多少"), DAY)
    assert words(article) == reply.text
    assert article["title"] == "职工普通门诊统筹报销"
    assert leads_to(article) == "topic-employee_outpatient"
    assert (found.cache_time, found.is_personal) == (60, False)
    assert found.button == {"text": "到聊天里慢慢问", "start_parameter": "start"}


async def test_a_question_of_several_meanings_has_an_article_for_each(
    inlines: Inlines, fake: FakeTelegram
) -> None:
    found = await answered(inlines, fake, "起付线")
    titles = [each["title"] for each in found.results]
    assert len(titles) == len(set(titles)) == 3
    assert all(
        (link := link_of(leads_to(each))) is not None and link.kind == "topic" for each in found.results
    )


async def test_a_case_that_must_be_asked_about_leads_into_its_calculation(
    inlines: Inlines, fake: FakeTelegram
) -> None:
    [article] = (await answered(inlines, fake, "衡阳职工住院花了两万能报多少")).results
    assert leads_to(article) == "calc-inpatient-hengyang"
    [article] = (await answered(inlines, fake, "住院花了两万")).results
    assert leads_to(article) == "calc-inpatient"


async def test_a_whole_case_has_its_result(inlines: Inlines, fake: FakeTelegram) -> None:
    [article] = (await answered(inlines, fake, "衡阳退休职工三级医院住院花了两万")).results
    assert "医保大约付：16443.00元" in words(article)
    assert leads_to(article) == "calc-inpatient-hengyang"


@pytest.mark.parametrize("text", ["今天天气怎么样", "谢谢", "9" * 300, "<b>x</b>", "\ud83d", "/help", "😀"])
async def test_what_has_no_answer_has_only_the_way_into_the_chat(
    inlines: Inlines, fake: FakeTelegram, text: str
) -> None:
    found = await answered(inlines, fake, text)
    assert found.results == ()
    assert found.button == {"text": "这句没听懂，到聊天里慢慢问", "start_parameter": "start"}


@pytest.mark.parametrize("text", ["", "  ", "\n"])
async def test_before_anything_is_typed_nothing_is_said_to_be_unclear(
    inlines: Inlines, fake: FakeTelegram, text: str
) -> None:
    found = await answered(inlines, fake, text)
    assert (found.results, found.button) == ((), {"text": "到聊天里慢慢问", "start_parameter": "start"})


@pytest.fixture
def says_instead(app: App, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the dialogue answer with another text."""
    step = app.dialogue.step

    def put(text: str) -> None:
        def stepped(state: State, event: Any, today: date) -> tuple[State, Reply]:
            after, reply = step(state, event, today)
            return after, replace(reply, text=text)

        monkeypatch.setattr(app.dialogue, "step", stepped)

    return put


@pytest.mark.parametrize("text", ["报" * 9000, "😀" * 4000, "一行。\n" * 3000, "<&>\"'" * 2000])
async def test_an_answer_longer_than_a_message_is_cut_to_one(
    inlines: Inlines, fake: FakeTelegram, says_instead: Callable[[str], None], text: str
) -> None:
    says_instead(text)
    [article] = (await answered(inlines, fake, "衡阳职工门诊报多少")).results
    assert text.startswith(words(article))
    assert 2000 < utf16_length(words(article)) <= 4096


async def test_what_is_shown_of_an_answer_is_short(
    inlines: Inlines, fake: FakeTelegram, says_instead: Callable[[str], None]
) -> None:
    says_instead("第一行\n\n第二行" + "报" * 500)
    [article] = (await answered(inlines, fake, "衡阳职工门诊报多少")).results
    assert article["description"].startswith("第一行 第二行报报")
    assert article["description"].endswith("…")
    assert len(article["description"]) == 120


async def test_a_long_title_is_cut(
    inlines: Inlines, fake: FakeTelegram, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.library.terms.subjects, "employee_outpatient", "长" * 61)
    [article] = (await answered(inlines, fake, "衡阳职工门诊报多少")).results
    assert article["title"] == "长" * 59 + "…"


async def test_one_person_is_answered_sixty_times_a_minute_and_others_all_the_same(
    inlines: Inlines, fake: FakeTelegram
) -> None:
    for _ in range(60):
        assert await asked(inlines, fake, "") is not None
    assert await asked(inlines, fake, "") is None
    assert await asked(inlines, fake, "", person="7002") is not None
    assert len(fake.calls("answerInlineQuery")) == 61


async def test_the_rules_in_force_now_are_asked(bot: Bot, fake: FakeTelegram, app: App) -> None:
    before = App(Settings(fixed_day=date(2022, 5, 1)))
    now = [before]
    inlines = Inlines(bot, "b", lambda: now[0], Marked(data_folder("templates"), "telegram"))
    old = (await answered(inlines, fake, "衡阳职工门诊报多少")).results
    now[0] = app
    assert (await answered(inlines, fake, "衡阳职工门诊报多少")).results != old


async def test_an_answer_that_telegram_does_not_take_is_given_up(
    inlines: Inlines, fake: FakeTelegram
) -> None:
    with pytest.raises(TelegramError):
        await inlines.answer(Inline("of yesterday", "7001", "门诊"))
    fake.fails_next("answerInlineQuery", status=502)
    with pytest.raises(TelegramError):
        await asked(inlines, fake, "门诊")


async def test_thinking_keeps_nothing_else_waiting(
    inlines: Inlines, fake: FakeTelegram, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = app.dialogue.step

    def slow(*given: Any) -> Any:
        time.sleep(0.2)
        return step(*given)

    monkeypatch.setattr(app.dialogue, "step", slow)
    answer = asyncio.create_task(answered(inlines, fake, "衡阳职工门诊报多少"))
    turns = 0
    while not answer.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert turns >= 5
    assert (await answer).results
