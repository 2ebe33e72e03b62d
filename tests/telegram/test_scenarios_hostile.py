"""Hostile names and texts: nothing fails, nothing is repeated, and private numbers are never kept."""

from pathlib import Path

import pytest
from fake import FakeTelegram
from performing import Performing, app, rows, traces
from stage import bot, fake, folder
from talking import PATIENCE, Talk

__all__ = ["bot", "fake", "folder"]

MARK = "q7zk"
NAMES = (
    f"<b>{MARK}</b>",
    f"{{{{ 7*7 }}}}{MARK}",
    f"{{% raw %}}{MARK}",
    f"*_`[{MARK}](tg://user?id=1)",
    f"\u202e{MARK}\u202c",
    "👨‍👩‍👧‍👦" * 16,
    "A" * 64,
    "'; DROP TABLE inbox; --",
    " ",
)
TEXTS = (
    f"<b>{MARK}",
    f"</blockquote>{MARK}&lt;&#0;&amp;",
    f'<a href="javascript:alert(1)">{MARK}</a>',
    f"{{{{ ''.__class__.__mro__ }}}}{MARK}",
    f"{{% for i in range(10**9) %}}{MARK}{{% endfor %}}",
    f"*_`[{MARK}](http://x.invalid)",
    "😀" * 2000,
    "报" * 4096,
    "（" * 3000,
    "1" * 4000,
    f"住院花了1{'0' * 400}元",
    "住院花了1e999999元",
    "住院花了-5元",
    "住院花了NaN元",
    f"\u202e元00002了花院住\u202c{MARK}",
    f"\u2066{MARK}\u2069\u200b\ufeff",
    "\x00\x01\x02\x1b[31m",
    "\u0301" * 500 + MARK,
    "'; DROP TABLE inbox; --",
    "/" + "a" * 300,
    "/start " + "x" * 300,
    "/calc@" + "b" * 200,
    "@" * 100,
    f"http://127.0.0.1:1/{MARK}",
    "\n" * 500 + MARK,
)
ID_CARD, BANK_CARD, PHONE = "430421196503071234", "6222021907001234567", "13873412345"


def failed() -> str:
    return app().templates.say("talk", "failed", hotline=app().library.numbers.hotline)


def goes_on(talk: Talk) -> None:
    """Check that the bot said nothing of what was put in, and can still be talked with."""
    talk.says("/cancel")
    talk.says("衡阳在职职工三级医院住院花了2万")
    assert talk.twin.done
    for message in talk.chat.messages:
        assert MARK not in message.words
        assert message.words != failed()


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_never_said(fake: FakeTelegram, bot: Performing, name: str) -> None:
    number = 7000 + len(fake.world.rooms)
    talk = Talk(fake.private(fake.user(number, name, last_name=name, language_code=None)))
    talk.says("/start")
    talk.says("住院花了2万")
    goes_on(talk)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_hostile_text_is_answered_and_not_repeated(fake: FakeTelegram, bot: Performing, text: str) -> None:
    talk = Talk(fake.private(fake.user(7000 + len(fake.world.rooms))))
    # As a first word, and as the answer to a question.
    talk.chat.says(text)
    talk.chat.wait_for(1, PATIENCE)
    talk.chat.says("住院花了2万")
    talk.chat.wait_for(2, PATIENCE)
    talk.chat.says(text)
    talk.chat.wait_for(3, PATIENCE)
    for message in talk.chat.messages:
        assert MARK not in message.words
        assert message.words != failed()
    talk.chat.says("衡阳在职职工三级医院住院花了2万")
    talk.chat.wait_for(lambda message: "医保大约付：" in message.words, PATIENCE)


def test_a_text_with_half_a_character_is_answered(fake: FakeTelegram, bot: Performing) -> None:
    talk = Talk(fake.private(fake.user(7000 + len(fake.world.rooms), "\ud800王")))
    for number, text in enumerate(("\ud83d住院花了2万", "\udc00" * 50, "衡阳\ud83d", "谢谢"), 1):
        talk.chat.says(text)
        talk.chat.wait_for(number, PATIENCE)
    assert failed() not in [message.words for message in talk.chat.messages]


def test_a_text_longer_than_telegram_sends_is_answered(fake: FakeTelegram, bot: Performing) -> None:
    talk = Talk(fake.private(fake.user(7000 + len(fake.world.rooms))))
    talk.chat.says("住院花了2万。" + "天" * 5000)
    talk.chat.wait_for(1, PATIENCE)
    talk.chat.says("衡阳在职职工三级医院住院花了2万")
    talk.chat.wait_for(lambda message: "医保大约付：" in message.words, PATIENCE)


@pytest.mark.parametrize("secret", [ID_CARD, BANK_CARD, PHONE])
@pytest.mark.parametrize("form", ["{}", "我的号是{}，住院花了2万", "<b>{}</b>", "/calc {}", "/start {}"])
def test_a_private_number_is_never_kept_or_said(
    fake: FakeTelegram, bot: Performing, folder: Path, secret: str, form: str
) -> None:
    talk = Talk(fake.private(fake.user(7000 + len(fake.world.rooms))))
    talk.chat.says(form.format(secret))
    shown = talk.chat.wait_for(1, PATIENCE)
    assert secret not in shown[0].words
    talk.chat.sends_photo(caption=form.format(secret))
    talk.chat.wait_for(2, PATIENCE)
    assert traces(folder, [secret]) == []
    assert secret not in str(rows(folder / "talks.db", "inbox"))
