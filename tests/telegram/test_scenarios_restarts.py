"""Real processes that die, stop and start again in the middle of a talk."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake import FakeTelegram
from performing import Performing, all_marked, environment, rows, traces
from serving.running import Served
from talking import PATIENCE, Talk

OPENING = "住院花了2万"
CANARY = "金丝雀五一七四"


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with FakeTelegram() as peer:
        yield peer


def served(fake: FakeTelegram, folder: Path, name: str = "log") -> Served:
    return Served(f"sqlite:///{folder}/talks.db", log=folder / name, **environment(fake))


def test_killed_in_the_middle_of_a_form_it_goes_on_by_button_and_by_text(
    fake: FakeTelegram, tmp_path: Path
) -> None:
    pressing, typing, coming = (Talk(fake.private(fake.user(number))) for number in (71, 72, 73))
    with served(fake, tmp_path) as process:
        first = pressing.says("衡阳住院花了2万")
        pressing.presses(pressing.twin.labels[0])
        typing.says("衡阳住院花了2万")
        # What is still on its way at the kill would come once more, as it may not have arrived.
        process.wait(lambda: all_marked(tmp_path / "talks.db"), "what was sent being marked")
        process.process.send_signal(signal.SIGKILL)
        process.process.wait()
    assert [len(talk.chat.messages) for talk in (pressing, typing)] == [1, 1]
    # What people do while nothing runs waits at Telegram.
    before = pressing.seen()
    label = pressing.last.labels[0]
    query = pressing.chat.taps(pressing.last, label)
    coming.chat.says(OPENING)
    everything = fake.made[:]
    with served(fake, tmp_path, "second") as process:
        pressing.answer(pressing.twin.presses(label), before)
        assert pressing.chat.answer_to(query, PATIENCE).text == ""
        assert pressing.last.id == first.id, "it still knows which message asks"
        coming.answer(coming.twin.says(OPENING), [])
        typing.says("职工医保")
        for talk in (pressing, typing):
            while talk.twin.asking:
                talk.presses(talk.twin.labels[0])
            assert talk.twin.done
        counts = [len(talk.chat.messages) for talk in (pressing, typing, coming)]
        assert counts == [3, 4, 1]
        # Once more all updates from before the kill and from after it: nobody is answered twice.
        for update in everything:
            fake.deliver_again(update)
        coming.says("衡阳")
        figure = {"channel": "telegram", "result": "duplicate"}
        assert process.figure("baoduoshao_updates_total", **figure) == len(everything)
        assert [len(talk.chat.messages) for talk in (pressing, typing, coming)] == [3, 4, 2]


def test_told_to_stop_while_people_write_nobody_is_left_without_an_answer(
    fake: FakeTelegram, tmp_path: Path
) -> None:
    talks = [Talk(fake.private(fake.user(100 + number))) for number in range(12)]
    expected = [[talk.twin.says(OPENING), talk.twin.says("衡阳")] for talk in talks]
    with served(fake, tmp_path) as process:
        for talk in talks:
            talk.chat.says(OPENING)
        talks[0].chat.wait_for(1, PATIENCE)
        process.process.send_signal(signal.SIGTERM)
        for talk in talks:
            talk.chat.says("衡阳")
        assert process.process.wait(PATIENCE) == 0
        assert process.log()[-1]["event"] == "stopped"
        assert process.log()[-1]["all_delivered"] is True
    assert [each for each in process.log() if each["level"] in {"error", "critical"}] == []
    # What was taken in is answered, the rest waits at Telegram.
    taken = rows(tmp_path / "talks.db", "inbox")
    assert len(taken) == sum(len(talk.chat.messages) for talk in talks)
    with served(fake, tmp_path, "second"):
        for talk, texts in zip(talks, expected, strict=True):
            assert [message.words for message in talk.chat.wait_for(2, PATIENCE)] == texts
    assert [len(talk.chat.messages) for talk in talks] == [2] * len(talks)


def test_forgotten_before_a_restart_nothing_is_remembered_after_it(
    fake: FakeTelegram, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    url = f"sqlite:///{data}/talks.db"
    person = fake.user(918273645, CANARY)
    talk, other = Talk(fake.private(person)), Talk(fake.private(fake.user(55)))
    with Performing(fake, url):
        other.says(OPENING)
        asked = talk.says(f"衡阳职工住院花了2万{CANARY}")
        talk.says(f"{CANARY}是啥")
        assert traces(data, [CANARY, str(person.id)]), "the test could find nothing"
        talk.says("/forget")
        other.says("衡阳")
    assert traces(data, [CANARY, str(person.id)]) == []
    with Performing(fake, url):
        before = talk.seen()
        assert talk.chat.presses(asked, asked.labels[0], timeout=PATIENCE).text == ""
        talk.answer(talk.twin.presses_stale(), before)
        talk.says(OPENING)
        assert "city" not in talk.twin.replies[-1].slots
        other.presses(other.twin.labels[0])
