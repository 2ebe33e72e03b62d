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
from support import warm
from support.bots import bot, fake
from telegram import Bot
from telegram.error import TelegramError

from bot.app import App
from bot.channels.telegram.inline import Inlines
from bot.channels.telegram.reading import Inline
from bot.dialogue import DeepLink, Reply, Said, State, link_of, payload_of
from bot.rendering import Marked
from bot.settings import Settings, data_folder

__all__ = ["bot", "fake"]

pytestmark = pytest.mark.asyncio
DAY = date(2024, 5, 1)


@pytest.fixture(scope="module")
def app() -> App:
    return warm.app(Settings(fixed_day=DAY))


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
    assert leads_to(article) == "topic-employee_outpatient-hengyang"
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


async def test_a_comparison_has_its_rows_and_leads_into_its_calculation(
    inlines: Inlines, fake: FakeTelegram
) -> None:
    [article] = (await answered(inlines, fake, "衡阳退休职工住院2万，二级和三级差多少")).results
    assert "二级医院：医保付 17664.00元" in words(article)
    assert leads_to(article) == "calc-inpatient-hengyang"


async def test_a_case_without_any_input_leads_into_the_chat(inlines: Inlines, fake: FakeTelegram) -> None:
    [article] = (await answered(inlines, fake, "帮我算")).results
    assert leads_to(article) == "start"


@pytest.mark.parametrize(
    ("text", "title", "button"),
    [
        ("我不想活了", "您心里一定很难受", "请打心理援助热线 12356"),
        ("我胸口痛快不行了", "如果现在有人不舒服或有危险，请马上打急救电话 120", "请先打急救电话 120"),
        (
            "430421195001011234",
            "看起来里面有身份证号、卡号或密码，我没有保存，也请不要再发",
            "到聊天里慢慢问",
        ),
        ("北京门诊报多少", "我只收录了湖南的医保规定，别的省市的我不知道", "到聊天里慢慢问"),
        ("今天天气怎么样", "这个我帮不上忙，我只懂湖南的医保报销", "到聊天里慢慢问"),
        ("9" * 256, "这个数太大了，请核对一下是多少元", "到聊天里慢慢问"),
        ("湘潭生育津贴怎么发", "生育津贴", "到聊天里慢慢问"),
        ("起付线是什么意思", "起付线就是门槛，门槛以下的钱由自己付", "到聊天里慢慢问"),
    ],
)
async def test_what_was_understood_has_what_the_chat_would_say(
    inlines: Inlines, fake: FakeTelegram, app: App, text: str, title: str, button: str
) -> None:
    found = await answered(inlines, fake, text)
    [article] = found.results
    _, reply = app.dialogue.step(app.dialogue.start({}, introduced=True), Said(text), DAY)
    assert words(article) == reply.text
    assert article["title"] == title
    assert found.button == {"text": button, "start_parameter": "start"}


@pytest.mark.parametrize("text", ["胸口痛喘不上气住院怎么报", "胸口痛喘不上气起付线"])
async def test_where_somebody_may_be_ill_the_emergency_call_comes_before_all(
    inlines: Inlines, fake: FakeTelegram, text: str
) -> None:
    found = await answered(inlines, fake, text)
    assert found.results
    assert all(words(each).startswith("如果人现在就不舒服，请先打急救电话 120。") for each in found.results)
    assert found.button == {"text": "请先打急救电话 120", "start_parameter": "start"}


async def test_the_emergency_call_comes_before_the_way_into_a_calculation(
    inlines: Inlines, fake: FakeTelegram, says_instead: Callable[[str], None]
) -> None:
    says_instead("如果人现在就不舒服，请先打急救电话 120。\n您的医保交在哪个城市？")
    [article] = (await answered(inlines, fake, "住院花了2万")).results
    assert words(article).startswith("如果人现在就不舒服，请先打急救电话 120。\n这个要再问几句")


async def test_the_way_into_the_chat_carries_the_city(inlines: Inlines, fake: FakeTelegram) -> None:
    [article] = (await answered(inlines, fake, "怀化住院起付线多少")).results
    assert leads_to(article) == "topic-employee_inpatient_deductible-huaihua"
    for article in (await answered(inlines, fake, "怀化起付线")).results:
        assert leads_to(article).endswith("-huaihua")


async def test_every_subject_can_be_linked_to_with_every_city(app: App) -> None:
    for subject in app.library.terms.subjects:
        for city in app.library.cities:
            link = DeepLink("topic", subject, city)
            assert link_of(payload_of(link)) == link


@pytest.mark.parametrize("text", ["gibberish asdf", "<b>x</b>", "\ud83d", "😀", "1", "不清楚"])
async def test_what_is_not_understood_has_only_the_way_into_the_chat(
    inlines: Inlines, fake: FakeTelegram, text: str
) -> None:
    found = await answered(inlines, fake, text)
    assert found.results == ()
    assert found.button == {"text": "这句没听懂，到聊天里慢慢问", "start_parameter": "start"}


@pytest.mark.parametrize("text", ["谢谢", "你好", "/help", "忘记我", "我的信息", "换城市"])
async def test_talk_is_understood_and_belongs_into_the_chat(
    inlines: Inlines, fake: FakeTelegram, text: str
) -> None:
    found = await answered(inlines, fake, text)
    assert (found.results, found.button) == ((), {"text": "到聊天里慢慢问", "start_parameter": "start"})


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
async def test_of_an_answer_longer_than_a_message_the_beginning_is_given_and_said_to_be_one(
    inlines: Inlines, fake: FakeTelegram, says_instead: Callable[[str], None], text: str
) -> None:
    says_instead(text)
    [article] = (await answered(inlines, fake, "衡阳职工门诊报多少")).results
    begun, _, more = words(article).rpartition("\n\n")
    assert text.startswith(begun)
    assert more == "这里只放得下前面一段，后面的请到聊天里问我。"
    assert 2000 < utf16_length(words(article)) <= 4096


@pytest.mark.parametrize("text", ["报" * 4096, "😀" * 2048])
async def test_an_answer_as_long_as_a_message_is_whole(
    inlines: Inlines, fake: FakeTelegram, says_instead: Callable[[str], None], text: str
) -> None:
    says_instead(text)
    [article] = (await answered(inlines, fake, "衡阳职工门诊报多少")).results
    assert words(article) == text


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


async def test_beyond_sixty_a_minute_one_person_has_only_the_way_into_the_chat_and_others_all_the_same(
    inlines: Inlines, fake: FakeTelegram
) -> None:
    for _ in range(60):
        await answered(inlines, fake, "")
    for _ in range(2):
        beyond = await answered(inlines, fake, "衡阳职工门诊报多少")
        assert (beyond.results, beyond.button) == (
            (),
            {"text": "到聊天里慢慢问", "start_parameter": "start"},
        )
        # Another who asks the same must not be shown it.
        assert (beyond.cache_time, beyond.is_personal) == (5, True)
    other = await asked(inlines, fake, "衡阳职工门诊报多少", person="7002")
    assert other is not None
    assert other.results


async def test_the_rules_in_force_now_are_asked(bot: Bot, fake: FakeTelegram, app: App) -> None:
    before = warm.app(Settings(fixed_day=date(2022, 5, 1)))
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
