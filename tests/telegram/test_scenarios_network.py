"""Trouble between the bot and Telegram: everything is said in the end, once where that can be known."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fake import FakeTelegram, Request
from performing import Performing, rows
from talking import PATIENCE, Talk

from bot.channels.telegram import channel
from bot.service.service import Rules

OPENING = "住院花了2万"


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with FakeTelegram() as peer:
        yield peer


@pytest.fixture(scope="module")
def shared() -> Iterator[FakeTelegram]:
    with FakeTelegram() as peer:
        yield peer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("network")


@pytest.fixture(scope="module")
def bot(shared: FakeTelegram, folder: Path) -> Iterator[Performing]:
    with Performing(shared, f"sqlite:///{folder}/talks.db") as performing:
        yield performing


@pytest.fixture
def talk(shared: FakeTelegram, bot: Performing) -> Talk:
    return Talk(shared.private(shared.user(7000 + len(shared.world.rooms))))


def tries(fake: FakeTelegram, talk: Talk, method: str = "sendMessage") -> list[Request]:
    return [each for each in fake.calls(method) if each.fields.get("chat_id") == talk.chat.id]


def test_it_waits_as_long_as_telegram_says_and_others_do_not(shared: FakeTelegram, talk: Talk) -> None:
    other = Talk(shared.private(shared.user(6001)))
    shared.fails_next("sendMessage", status=429, retry_after=2, chat=talk.chat)
    talk.chat.says(OPENING)
    shared.wait_until(lambda fake: len(tries(fake, talk)) == 1, PATIENCE)
    other.says(OPENING)
    assert tries(shared, talk)[1:] == []
    talk.answer(talk.twin.says(OPENING), [])
    refused, sent = tries(shared, talk)
    assert (refused.status, sent.status) == (429, 200)
    assert sent.time - refused.time >= 2


@pytest.mark.parametrize("status", [500, 502])
def test_a_server_in_trouble_is_tried_again(shared: FakeTelegram, talk: Talk, status: int) -> None:
    page = b"<html><h1>502 Bad Gateway</h1></html>" if status == 502 else None
    shared.fails_next("sendMessage", status=status, chat=talk.chat, page=page)
    talk.says(OPENING)
    assert [each.status for each in tries(shared, talk)] == [status, 200]
    assert len(talk.chat.messages) == 1


def test_a_line_that_breaks_before_anything_is_sent_costs_nothing(shared: FakeTelegram, talk: Talk) -> None:
    shared.cuts_next("sendMessage", chat=talk.chat)
    talk.says(OPENING)
    assert len(talk.chat.messages) == 1
    talk.presses(talk.twin.labels[0])


def test_what_may_have_arrived_is_sent_again(shared: FakeTelegram, talk: Talk) -> None:
    shared.accepts_and_cuts("sendMessage", chat=talk.chat)
    talk.says(OPENING)
    first, second = talk.chat.wait_for(2, PATIENCE)
    assert first.words == second.words
    # Whichever is pressed, the talk goes on: below the one whose number isn't known.
    talk.twin.presses(first.labels[0])
    asks = talk.twin.replies[-1].text
    talk.chat.presses(first, first.labels[0], timeout=PATIENCE)
    talk.chat.wait_for(lambda message: message.words.endswith(asks) and bool(message.buttons), PATIENCE)
    talk.says("职工医保")


def test_where_it_is_so_set_what_may_have_arrived_is_not_sent_again(
    fake: FakeTelegram, tmp_path: Path
) -> None:
    talk = Talk(fake.private(fake.user(5)))
    with Performing(fake, f"sqlite:///{tmp_path}/talks.db", rules=Rules(on_ambiguous="drop")) as bot:
        fake.accepts_and_cuts("sendMessage", chat=talk.chat)
        talk.says(OPENING)
        talk.says("衡阳")
        assert len(talk.chat.messages) == 2
        assert bot.figure("baoduoshao_deliveries_total", channel="telegram", result="given_up") == 1


def test_an_answer_that_never_comes_counts_as_one_that_may_have_arrived(
    fake: FakeTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "_ANSWER", 0.5)
    talk, other = Talk(fake.private(fake.user(5))), Talk(fake.private(fake.user(6)))
    with Performing(fake, f"sqlite:///{tmp_path}/talks.db"):
        fake.accepts_and_hangs("sendMessage", chat=talk.chat)
        talk.chat.says(OPENING)
        talk.chat.wait_for(1, PATIENCE)
        other.says(OPENING)
        shown = talk.chat.wait_for(2, PATIENCE)
        assert {message.words for message in shown} == {talk.twin.says(OPENING)}


def test_an_edit_whose_answer_is_lost_shows_the_question_once(shared: FakeTelegram, talk: Talk) -> None:
    asked = talk.says(OPENING)
    shared.accepts_and_cuts("editMessageText", chat=talk.chat)
    assert talk.presses(talk.twin.labels[0]).id == asked.id
    # Tried once more, it is not modified: as good as done.
    shared.wait_until(lambda fake: len(tries(fake, talk, "editMessageText")) == 2, PATIENCE)
    assert "not modified" in tries(shared, talk, "editMessageText")[1].response["description"]
    talk.presses(talk.twin.labels[0])
    assert len(talk.chat.messages) == 1


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
def test_marks_that_are_not_taken_are_left_out(shared: FakeTelegram, talk: Talk, method: str) -> None:
    if method == "editMessageText":
        talk.says(OPENING)
    shared.fails_next(
        method,
        status=400,
        description='Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0',
        chat=talk.chat,
    )
    if method == "editMessageText":
        talk.presses(talk.twin.labels[0])
    else:
        talk.says("职工住院起付线多少")
    refused, sent = tries(shared, talk, method)
    assert refused.fields["parse_mode"] == "HTML"
    assert "parse_mode" not in sent.fields
    assert "<" not in sent.fields["text"]


def test_a_message_that_can_never_be_sent_holds_up_nothing(shared: FakeTelegram, talk: Talk) -> None:
    shared.fails_next("sendMessage", status=400, description="Bad Request: something new", chat=talk.chat)
    talk.chat.says(OPENING)
    shared.wait_until(lambda fake: len(tries(fake, talk)) == 1, PATIENCE)
    talk.twin.says(OPENING)
    talk.says("衡阳")
    assert len(tries(shared, talk)) == 2


def test_buttons_that_can_not_be_taken_away_harm_nobody(shared: FakeTelegram, talk: Talk) -> None:
    talk.says(OPENING)
    shared.fails_next("editMessageReplyMarkup", status=500, chat=talk.chat)
    talk.says("衡阳")
    talk.says("职工医保")


def test_updates_that_can_not_be_fetched_are_fetched_later(shared: FakeTelegram, talk: Talk) -> None:
    shared.fails_next("getUpdates", status=502, page=b"<html>Bad Gateway</html>")
    talk.says(OPENING)
    shared.fails_next("getUpdates", page=b"[]", status=200)
    talk.says("衡阳")
    shared.fails_next("getUpdates", page=b'{"ok": true, "result": {"a": [1]}}', status=200)
    talk.says("职工医保")
    shared.fails_next("getUpdates", page=b'{"ok": true, "result": [null, 1, "x", [], {}]}', status=200)
    talk.says("三级医院")
    shared.cuts_next("getUpdates")
    talk.says("在职")
    assert talk.twin.done
    assert len(talk.chat.messages) == 6


def test_what_can_not_be_read_is_noted_and_passed_over(
    shared: FakeTelegram, talk: Talk, folder: Path
) -> None:
    secret = "金丝雀三三九"
    unread = [
        {"message": {"text": secret}},
        {"message": secret},
        {"callback_query": {"id": "1", "data": secret}},
        {"update_id": secret},
        [secret],
        secret,
        {"message": {"message_id": "x", "date": 0, "chat": {"id": "y", "type": "private"}, "text": secret}},
    ]
    for update in unread:
        shared.raw(update)
    talk.says(OPENING)
    noted = [row for row in rows(folder / "talks.db", "inbox") if row["error"]]
    assert len(noted) >= len(unread)
    assert all(row["size"] > 0 and row["event"] is None and row["chat"] is None for row in noted)
    assert secret not in str(rows(folder / "talks.db", "inbox"))
    talk.presses(talk.twin.labels[0])


def test_telegram_away_at_the_start_is_waited_for(fake: FakeTelegram, tmp_path: Path) -> None:
    talk = Talk(fake.private(fake.user(5)))
    fake.fails_next("getMe", times=2, status=502)
    fake.fails_next("getWebhookInfo", status=500)
    fake.fails_next("getMyCommands", status=500)
    with Performing(fake, f"sqlite:///{tmp_path}/talks.db"):
        talk.says(OPENING)


def test_another_program_that_takes_the_updates_is_survived(fake: FakeTelegram, tmp_path: Path) -> None:
    talk = Talk(fake.private(fake.user(5)))
    with Performing(fake, f"sqlite:///{tmp_path}/talks.db"):
        talk.says(OPENING)
        httpx.get(f"{fake.url}/bot{fake.token}/getUpdates", params={"timeout": 1})
        assert [each.status for each in fake.calls("getUpdates")].count(409) == 1
        began = time.monotonic()
        talk.says("衡阳")
        assert time.monotonic() - began < 10
