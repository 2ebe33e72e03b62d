"""The ways in: links into a topic or a calculation, questions from within other chats, the bot's profile."""

from pathlib import Path

import pytest
from fake import FakeTelegram
from performing import Performing, app, rows, say, traces
from stage import bot, fake, folder, talk
from talking import Talk

from bot.dialogue import DeepLink, payload_of
from bot.language import MENU
from bot.policy.codes import BENEFITS

__all__ = ["bot", "fake", "folder", "talk"]

CANARY = "金丝雀八八六二"


def start(talk: Talk, payload: str) -> str:
    talk.says(f"/start {payload}")
    return talk.twin.replies[-1].status


def test_a_link_leads_to_a_topic(talk: Talk) -> None:
    assert start(talk, payload_of(DeepLink("topic", "employee_outpatient"))) == "answered"
    assert talk.twin.replies[-1].intent == "employee_outpatient"
    assert start(talk, payload_of(DeepLink("topic", "employee_outpatient", "xiangtan"))) == "answered"


def test_a_link_leads_into_a_calculation_of_a_city(talk: Talk) -> None:
    assert start(talk, payload_of(DeepLink("calc", "inpatient", "hengyang"))) == "asked"
    assert talk.twin.replies[-1].slots["city"] == "hengyang"
    while talk.twin.replies[-1].asked != "eligible_cost":
        talk.presses(talk.twin.labels[0])
    talk.says("2万")
    assert talk.twin.done


@pytest.mark.parametrize(
    "payload",
    [
        "topic-nonsuch",
        "calc-nonsuch-hengyang",
        "calc-inpatient-beijing",
        "x" * 64,
        "topic-",
        "a-b-c",
        "_",
        "start",
    ],
)
def test_a_link_of_nobody_leads_to_the_welcome(talk: Talk, payload: str) -> None:
    assert start(talk, payload) == "steered"
    assert talk.twin.replies[-1].intent == "greeting"


def test_a_link_pressed_in_the_middle_of_a_form_begins_what_it_names(talk: Talk) -> None:
    talk.says("住院花了2万")
    talk.presses(talk.twin.labels[0])
    assert start(talk, payload_of(DeepLink("calc", "outpatient", "xiangtan"))) == "asked"
    talk.presses(talk.twin.labels[0])


def test_every_calculation_can_be_linked_to(talk: Talk) -> None:
    for benefit in BENEFITS:
        start(talk, payload_of(DeepLink("calc", benefit, "hengyang")))


def test_an_inline_question_is_answered_by_an_article(fake: FakeTelegram, bot: Performing) -> None:
    found = fake.inline(fake.user(8), "职工门诊能报多少")
    [article] = found.results
    assert article["type"] == "article"
    assert article["title"] == app().library.terms.subjects["employee_outpatient"]
    assert "起付线" in article["input_message_content"]["message_text"]
    [[button]] = article["reply_markup"]["inline_keyboard"]
    payload = payload_of(DeepLink("topic", "employee_outpatient"))
    assert button["url"] == f"https://t.me/{fake.bot.username}?start={payload}"
    assert found.button == {"text": say("open_chat"), "start_parameter": "start"}


def test_what_was_chosen_inline_stands_in_the_chat_and_leads_to_the_bot(
    fake: FakeTelegram, bot: Performing, talk: Talk
) -> None:
    family = fake.group([fake.user(41, "妈妈")])
    [article] = fake.inline(fake.user(41), "职工门诊能报多少").results
    chosen = family.chooses(article)
    assert chosen.buttons[0].url is not None
    assert start(talk, chosen.buttons[0].url.partition("start=")[2]) == "answered"
    # What it said itself in the group is no question to it.
    assert family.messages == []


def test_an_unclear_inline_question_has_an_article_for_each_meaning(
    fake: FakeTelegram, bot: Performing, talk: Talk
) -> None:
    talk.says("起付线多少")
    assert talk.twin.replies[-1].status == "clarified"
    meanings = list(talk.twin.replies[-1].choices)
    found = fake.inline(fake.user(8), "起付线多少")
    assert [article["title"] for article in found.results] == meanings
    assert len({article["input_message_content"]["message_text"] for article in found.results}) == 3


def test_an_inline_case_leads_into_its_calculation(fake: FakeTelegram, bot: Performing, talk: Talk) -> None:
    [article] = fake.inline(fake.user(8), "衡阳住院花了2万能报多少").results
    assert article["title"] == say("go_on_title")
    [[button]] = article["reply_markup"]["inline_keyboard"]
    assert start(talk, button["url"].partition("start=")[2]) == "asked"
    assert talk.twin.replies[-1].slots["city"] == "hengyang"


@pytest.mark.parametrize("text", ["", "   ", "asdfgh", "。。。", "😀"])
def test_nonsense_inline_has_only_the_way_into_the_chat(
    fake: FakeTelegram, bot: Performing, text: str
) -> None:
    found = fake.inline(fake.user(9), text)
    assert found.results == ()
    assert found.button == {
        "text": say("not_understood" if text.strip() else "open_chat"),
        "start_parameter": "start",
    }


def test_nothing_of_an_inline_question_is_kept(fake: FakeTelegram, bot: Performing, folder: Path) -> None:
    tables = ("inbox", "sessions", "outbox", "unanswered")
    before = [rows(folder / "talks.db", table) for table in tables]
    fake.inline(fake.user(77), f"{CANARY}住院起付线多少")
    fake.inline(fake.user(77), CANARY)
    assert [rows(folder / "talks.db", table) for table in tables] == before
    assert traces(folder, [CANARY]) == []


def test_menu_and_descriptions_are_set_in_chinese(fake: FakeTelegram, bot: Performing) -> None:
    fake.wait_until(lambda peer: len(peer.descriptions) == 2, 10)
    [(scope, commands)] = fake.commands.items()
    assert scope == ("default", "")
    assert [(each["command"], each["description"]) for each in commands] == [
        (name, say(f"menu_{name}")) for name in MENU
    ]
    assert fake.descriptions == {
        ("description", ""): say("description").strip(),
        ("short_description", ""): say("short_description"),
    }


def test_a_profile_that_is_set_already_is_left_alone(tmp_path: Path) -> None:
    with FakeTelegram() as fake:
        for times in (1, 2):
            with Performing(fake, f"sqlite:///{tmp_path}/{times}.db"):
                fake.wait_until(lambda peer, n=times: len(peer.calls("getMyShortDescription")) == n, 10)  # type: ignore[misc]
                Talk(fake.private(fake.user(6000 + times))).says("谢谢")
        for method in ("setMyCommands", "setMyDescription", "setMyShortDescription"):
            assert len(fake.calls(method)) == 1
