"""Many people at once: who floods, who has blocked the bot, and who waits for an answer."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake import FakeTelegram
from performing import UNPACED, Performing, rows, say
from talking import PATIENCE, Talk

from bot.channels.telegram import channel
from bot.service.protocol import Limits

OPENING = "住院花了2万"
A_MINUTE = 30


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with FakeTelegram() as peer:
        yield peer


def test_while_one_chat_floods_the_others_are_answered_at_once(fake: FakeTelegram, tmp_path: Path) -> None:
    flooder = fake.private(fake.user(66))
    others = [Talk(fake.private(fake.user(500 + number))) for number in range(5)]
    # As people have it: what Telegram allows, and nothing lifted.
    with Performing(fake, f"sqlite:///{tmp_path}/talks.db", limits=usual(), within=1.0):
        with fake.holding():
            for number in range(100):
                flooder.says(f"{OPENING}，第{number}遍")
            for talk in others:
                talk.chat.says(OPENING)
        began = time.monotonic()
        for talk in others:
            talk.answer(talk.twin.says(OPENING), [])
        # A flood in its turn would take half a minute.
        assert time.monotonic() - began < 10
        assert len(flooder.messages) < A_MINUTE
        for talk in others:
            talk.presses(talk.twin.labels[0])


def usual() -> Limits:
    return channel._LIMITS


def test_who_floods_is_answered_so_many_times_and_told_once(fake: FakeTelegram, tmp_path: Path) -> None:
    flooder = Talk(fake.private(fake.user(66)))
    limits = Limits(UNPACED.a_second, a_minute=A_MINUTE)
    with Performing(fake, f"sqlite:///{tmp_path}/talks.db", limits=limits) as bot:
        with fake.holding():
            for number in range(100):
                flooder.chat.says("谢谢" if number % 2 else "你好")
        shown = flooder.chat.wait_for(A_MINUTE + 1, PATIENCE)
        other = Talk(fake.private(fake.user(67)))
        other.says(OPENING)
        dropped = bot.figure("baoduoshao_updates_total", channel="telegram", result="dropped")
        assert dropped == 100 - A_MINUTE - 1
    assert bot.finished
    assert len(flooder.chat.messages) == A_MINUTE + 1
    assert [message.words for message in shown].count(say("too_fast")) == 1
    assert shown[-1].words == say("too_fast")
    assert fake.pending == 0


def test_presses_count_for_a_flood_too_and_each_is_answered(fake: FakeTelegram, tmp_path: Path) -> None:
    flooder = Talk(fake.private(fake.user(66)))
    limits = Limits(UNPACED.a_second, a_minute=A_MINUTE)
    with Performing(fake, f"sqlite:///{tmp_path}/talks.db", limits=limits):
        asked = flooder.says(OPENING)
        queries = [flooder.chat.taps(asked, asked.labels[0]) for _ in range(50)]
        for query in queries:
            # A button that goes on turning would be pressed again.
            flooder.chat.answer_to(query, PATIENCE)
        flooder.chat.wait_for(lambda message: message.words == say("too_fast"), PATIENCE)
    assert [message.words for message in flooder.chat.messages].count(say("too_fast")) == 1


def test_who_blocks_it_gets_nothing_more_until_unblocking(fake: FakeTelegram, tmp_path: Path) -> None:
    gone, other = Talk(fake.private(fake.user(11))), Talk(fake.private(fake.user(12)))
    with Performing(fake, f"sqlite:///{tmp_path}/talks.db") as bot:
        gone.says(OPENING)
        with fake.holding():
            for text in ("衡阳", "职工医保", "三级医院", "谢谢"):
                gone.chat.says(text)
            gone.chat.blocks()
        other.says(OPENING)
        fake.wait_until(lambda peer: any(each.status == 403 for each in peer.refusals), PATIENCE)
        other.says("衡阳")
        # What became of a message is noted after the network has said it.
        deadline = time.monotonic() + PATIENCE
        while not bot.figure("baoduoshao_deliveries_total", channel="telegram", result="refused"):
            assert time.monotonic() < deadline, "that the message was refused was never noted"
            time.sleep(0.01)
        assert len(gone.chat.messages) == 1
        gone.chat.unblocks()
        for text in ("衡阳", "职工医保", "三级医院", "谢谢"):
            gone.twin.says(text)
        gone.says(OPENING)
        assert len(gone.chat.messages) == 2
        while gone.twin.asking:
            gone.presses(gone.twin.labels[0])
    assert bot.finished
    states = [row["state"] for row in rows(tmp_path / "talks.db", "outbox") if row["chat"] == "11"]
    assert states.count("refused") == 4
    # Each of them was tried once at most: who said no isn't asked again.
    assert len([each for each in fake.refusals if each.status == 403]) <= 4


def test_who_waits_sees_that_an_answer_is_on_its_way(fake: FakeTelegram, tmp_path: Path) -> None:
    talk = Talk(fake.private(fake.user(21)))
    with Performing(fake, f"sqlite:///{tmp_path}/talks.db"):
        talk.says("你好")
        fake.fails_next("sendMessage", status=429, retry_after=1, chat=talk.chat)
        talk.says(OPENING)
        assert talk.chat.actions[-1:] == ["typing"]
        order = [each.method for each in fake.requests if each.fields.get("chat_id") == talk.chat.id]
        assert order[-2:] == ["sendChatAction", "sendMessage"]


def test_who_is_answered_quickly_sees_nothing_of_it(fake: FakeTelegram, tmp_path: Path) -> None:
    talks = (Talk(fake.private(fake.user(30 + number))) for number in range(80))
    quick: list[Talk] = []
    with Performing(fake, f"sqlite:///{tmp_path}/talks.db"):
        # On a busy machine some wait longer, and may see it.
        while len(quick) < 8:
            talk = next(talks, None)
            assert talk is not None, f"only {len(quick)} answers came within a quarter of a second"
            began = time.monotonic()
            talk.says(OPENING)
            if time.monotonic() - began < 0.25:
                quick.append(talk)
        # Longer than until the next look at who waits.
        time.sleep(0.5)
        assert [talk.chat.actions for talk in quick] == [[]] * 8
