"""Groups: silent unless addressed, and a talk for each person."""

from pathlib import Path

import pytest
from fake import Chat, FakeTelegram, User
from performing import Performing, rows, say
from stage import bot, fake, folder
from talking import PATIENCE, Talk

from bot.dialogue import Sent

__all__ = ["bot", "fake", "folder"]

OPENING = "住院花了2万"


@pytest.fixture
def people(fake: FakeTelegram) -> list[User]:
    return [fake.user(31, "妈妈"), fake.user(32, "爸爸")]


@pytest.fixture(params=["supergroup", "group"])
def group(fake: FakeTelegram, bot: Performing, people: list[User], request: pytest.FixtureRequest) -> Chat:
    return fake.group(people, supergroup=request.param == "supergroup")


def asks(talk: Talk, text: str) -> None:
    """Address the bot by its name, and check that the reply points to the question."""
    before = talk.seen()
    said = talk.chat.mentions(text, by=talk.by)
    assert talk.answer(talk.twin.says(text), before).reply_to == said.id


def test_it_is_silent_until_it_is_addressed(group: Chat, people: list[User]) -> None:
    talk = Talk(group, people[0])
    for text in (
        "今天吃什么",
        OPENING,
        "12",
        "@someone_else_bot 住院报多少",
        "/calc@other_bot",
        "/start@other_bot",
        "/ban",
    ):
        group.says(text, by=people[0])
    group.sends_photo("发票 @someone", by=people[0])
    group.sends_sticker(by=people[1])
    asks(talk, OPENING)
    assert len(group.messages) == 1


def test_a_command_is_taken_with_the_bots_name_and_without(
    fake: FakeTelegram, group: Chat, people: list[User]
) -> None:
    talk = Talk(group, people[0])
    for text in ("/calc", f"/policy@{fake.bot.username}", f"/help@{str(fake.bot.username).upper()}"):
        before = talk.seen()
        said = group.says(text, by=people[0])
        assert talk.answer(talk.twin.says(text), before).reply_to == said.id


def test_a_command_that_it_does_not_know_is_answered_only_with_its_name(
    fake: FakeTelegram, group: Chat, people: list[User]
) -> None:
    talk = Talk(group, people[0])
    group.says("/ban", by=people[0])
    said = group.says(text := f"/ban@{fake.bot.username}", by=people[0])
    assert talk.answer(talk.twin.says(text), []).reply_to == said.id
    assert len(group.messages) == 1


def test_a_reply_to_it_is_meant_for_it(group: Chat, people: list[User]) -> None:
    talk = Talk(group, people[0])
    asks(talk, OPENING)
    before = talk.seen()
    said = group.replies_to(talk.last, "衡阳", by=people[0])
    assert talk.answer(talk.twin.says("衡阳"), before).reply_to == said.id


def test_a_reply_to_somebody_else_is_none_of_its_business(group: Chat, people: list[User]) -> None:
    talk = Talk(group, people[0])
    theirs = group.says("住院花了好多", by=people[1])
    group.replies_to(theirs, "多少", by=people[0])
    asks(talk, OPENING)
    assert len(group.messages) == 1


def test_the_name_may_stand_anywhere_in_the_question(
    group: Chat, fake: FakeTelegram, people: list[User]
) -> None:
    talk = Talk(group, people[0])
    before = talk.seen()
    group.says(f"请问 @{fake.bot.username} 住院花了2万", by=people[0])
    talk.answer(talk.twin.says("请问 住院花了2万"), before)


def test_the_name_needs_no_blank_after_it(fake: FakeTelegram, group: Chat, people: list[User]) -> None:
    talk = Talk(group, people[0])
    said = group.says(f"@{fake.bot.username}门诊报多少", by=people[0])
    assert talk.answer(talk.twin.says("门诊报多少"), []).reply_to == said.id
    assert talk.twin.replies[-1].status == "answered"


def test_a_picture_with_its_name_gets_the_kind_line(
    fake: FakeTelegram, group: Chat, people: list[User]
) -> None:
    talk = Talk(group, people[0])
    before = talk.seen()
    sent = group.sends_photo(f"@{fake.bot.username}", by=people[0])
    assert talk.answer(talk.twin.sends(Sent("photo")), before).reply_to == sent.id


def test_two_people_hold_two_calculations_at_once(group: Chat, people: list[User]) -> None:
    one, other = (Talk(group, person) for person in people)
    asks(one, "衡阳职工三级医院住院花了2万")
    asks(other, "湘潭居民二级医院住院花了3万")
    for talk in (one, other, one, other):
        while talk.twin.asking:
            talk.presses(talk.twin.labels[0])
    assert one.twin.done
    assert one.twin.replies[-1].slots["city"] == "hengyang"
    assert other.twin.replies[-1].slots["city"] == "xiangtan"
    asks(one, "要是退休呢")
    asks(other, "住院起付线多少")


def test_a_question_belongs_to_who_was_asked(group: Chat, people: list[User]) -> None:
    one, other = (Talk(group, person) for person in people)
    asks(one, OPENING)
    asked = one.last
    pressed = group.presses(asked, asked.labels[0], by=people[1], timeout=PATIENCE)
    assert pressed.text == say("anothers_press")
    # The other has said nothing yet, and the question stands as it was.
    asks(other, "住院起付线多少")
    assert group.messages[0] == asked
    assert len(group.messages) == 2
    one.presses(asked.labels[0])
    assert one.last.id == asked.id


def test_an_answer_is_rated_by_who_asked(
    bot: Performing, folder: Path, group: Chat, people: list[User]
) -> None:
    talk = Talk(group, people[0])
    asks(talk, "职工门诊能报多少")
    before = len(rows(folder / "talks.db", "feedback"))
    for person, toast in ((people[1], "anothers_press"), (people[0], "rated_good")):
        assert group.presses(talk.last, say("good"), by=person, timeout=PATIENCE).text == say(toast)
    asks(talk, "谢谢")
    assert len(rows(folder / "talks.db", "feedback")) == before + 1


def test_what_follows_a_press_points_to_the_question_and_belongs_to_who_asked(
    group: Chat, people: list[User]
) -> None:
    talk = Talk(group, people[0])
    asks(talk, "起付线多少")
    question = talk.last.reply_to
    talk.presses(talk.twin.labels[0])
    assert talk.last.reply_to == question
    pressed = group.presses(talk.last, talk.last.labels[0], by=people[1], timeout=PATIENCE)
    assert pressed.text == say("anothers_press")


def test_the_same_person_has_another_talk_in_private(
    fake: FakeTelegram, group: Chat, people: list[User]
) -> None:
    here, there = Talk(group, people[0]), Talk(fake.private(fake.user(9000 + len(fake.world.rooms))))
    asks(here, OPENING)
    there.says("住院起付线多少")
    here.presses(here.twin.labels[0])


def test_a_question_taken_back_is_answered_all_the_same(
    fake: FakeTelegram, group: Chat, people: list[User]
) -> None:
    talk = Talk(group, people[0])
    with fake.holding():
        said = group.mentions(OPENING, by=people[0])
        with fake.world.changed:
            fake.world.rooms[group.id].log.pop(said.id)
    assert talk.answer(talk.twin.says(OPENING), []).reply_to is None


def test_thrown_out_of_a_group_it_keeps_quiet_and_serves_the_others(
    fake: FakeTelegram, group: Chat, people: list[User]
) -> None:
    private = Talk(fake.private(fake.user(9500 + len(fake.world.rooms))))
    with fake.holding():
        group.mentions(OPENING, by=people[0])
        group.blocks()
    private.says(OPENING)
    fake.wait_until(
        lambda peer: any(each.fields.get("chat_id") == group.id for each in peer.refusals), PATIENCE
    )
    assert group.messages == []
    group.unblocks()
    asks(Talk(group, people[1]), OPENING)
