"""The bot's token stands nowhere but in its setting, whatever goes wrong; and what the log says instead."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fake import FakeTelegram
from performing import SECRET, environment, traces
from serving.running import Served, refused
from talking import Talk

OPENING = "住院花了2万"


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with FakeTelegram() as peer:
        yield peer


def test_the_token_is_nowhere_to_be_read_whatever_goes_wrong(fake: FakeTelegram, tmp_path: Path) -> None:
    settings = environment(fake, BAODUOSHAO_LOG_LEVEL="debug")
    talk, other = Talk(fake.private(fake.user(1))), Talk(fake.private(fake.user(2)))
    log = tmp_path / "log"
    with Served(f"sqlite:///{tmp_path}/data/talks.db", log=log, **settings) as served:
        talk.says(OPENING)
        page = f"<html>/bot{fake.token}/sendMessage</html>".encode()
        fake.fails_next("getUpdates", status=502, page=page)
        fake.cuts_next("getUpdates")
        fake.fails_next("sendMessage", status=502, page=page, chat=other.chat)
        fake.fails_next("answerCallbackQuery", status=404, description=f"Not Found: /bot{fake.token}")
        fake.raw({"message": {"text": fake.token}})
        other.says(OPENING)
        fake.fails_next("sendMessage", status=400, description=f"Bad Request: {fake.token}", chat=other.chat)
        other.chat.says("衡阳")
        assert fake.token not in served.logged("a message can't be delivered")["reason"]
        before, label = talk.seen(), talk.last.labels[0]
        talk.chat.taps(talk.last, label)
        talk.answer(talk.twin.presses(label), before)
        # Another program asks for the updates.
        httpx.get(f"{fake.url}/bot{fake.token}/getUpdates", params={"timeout": 1})
        told = served.logged("updates can't be fetched")
        served.wait(lambda: "another program asks" in log.read_text(), "the conflict")
        assert told["level"] in {"warning", "error"}
        for path in ("/metrics", "/healthz", "/readyz"):
            assert fake.token.encode() not in served.get(path)[1]
        talk.presses(talk.twin.labels[0])
        assert served.stopped() == 0
    assert '"level": "debug"' in log.read_text()
    assert {each["event"] for each in served.log()} >= {"Telegram is asked for updates", "stopped"}
    # Nor is the half of it that makes it a secret, in whatever form.
    secret = fake.token.partition(":")[2]
    assert traces(tmp_path, [fake.token, secret, secret.replace("-", "%2D")]) == []


def test_a_wrong_token_ends_the_process_with_the_mend(fake: FakeTelegram, tmp_path: Path) -> None:
    wrong = fake.token[:-1] + "x"
    status, said = refused(
        f"sqlite:///{tmp_path}/talks.db",
        **{**environment(fake, BAODUOSHAO_LOG_LEVEL="debug"), "TELEGRAM_TOKEN": wrong},
    )
    assert status == 1
    assert said.splitlines()[-1] == (
        "TELEGRAM_TOKEN: Telegram does not take this token. Copy it anew from BotFather's message, "
        "or unset it to do without Telegram."
    )
    assert "Traceback" not in said
    assert wrong not in said
    assert wrong.partition(":")[2] not in said


def test_neither_secret_is_told_where_the_settings_do_not_fit(fake: FakeTelegram, tmp_path: Path) -> None:
    settings = {
        **environment(fake),
        "TELEGRAM_TOKEN": f"{fake.token} x",
        "TELEGRAM_WEBHOOK_SECRET": f"{SECRET} y",
    }
    status, said = refused(f"sqlite:///{tmp_path}/talks.db", **settings)
    assert status != 0
    assert "TELEGRAM_TOKEN" in said
    assert fake.token not in said
    assert SECRET not in said
    assert fake.calls("getMe") == []
