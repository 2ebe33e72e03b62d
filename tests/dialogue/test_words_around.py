"""Words that a channel shows around the talk, and what is told of what is kept."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from support import warm

from bot.dialogue import Dialogue, Retention, Said
from bot.language import MENU
from bot.settings import Settings
from bot.storage.erasing import UPDATE_DAYS

APP = warm.app()
WORDS = Path(__file__).parents[2] / "templates" / "words"
FILES = ("channel", "doors", "sent")
MOST_OF_TOAST = 20


def _say(name: str) -> str:
    return APP.templates.say("channel", name)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("name", MENU)
def test_every_command_of_the_menu_is_described_in_few_words(name: str) -> None:
    assert 2 <= len(_say(f"menu_{name}")) <= 12


def test_the_descriptions_fit_where_they_are_shown() -> None:
    assert 0 < _units(_say("description")) <= 512
    assert 0 < _units(_say("short_description")) <= 120


@pytest.mark.parametrize("name", ["rated_good", "rated_bad", "stale_press"])
def test_a_toast_is_short(name: str) -> None:
    assert 0 < len(_say(name)) <= MOST_OF_TOAST


@pytest.mark.parametrize("file", FILES)
def test_the_words_shout_at_nobody_and_hold_no_figure(file: str) -> None:
    text = re.sub(r"\{[%{#].*?[%}#]\}", "", (WORDS / f"{file}.j2").read_text(encoding="utf-8"))
    assert not re.search(r"[!！\d]", text)


def test_what_is_told_of_messages_kept_is_what_the_storage_does() -> None:
    assert Retention(1, 1).message_days == UPDATE_DAYS


def test_the_days_that_are_told_are_those_of_the_settings() -> None:
    app = warm.app(Settings(session_days=11, record_days=222))
    _, reply = app.dialogue.step(app.dialogue.start({}), Said("/privacy"), app.settings.today())
    assert re.findall(r"\d+(?=天)", reply.text) == ["11", str(UPDATE_DAYS), "222"]


def test_privacy_is_told_in_at_most_three_sentences_before_a_list() -> None:
    state = APP.dialogue.start({}, introduced=True)
    _, reply = APP.dialogue.step(state, Said("隐私"), APP.settings.today())
    assert reply.text.split("\n- ")[0].count("。") <= 3


@pytest.mark.parametrize("text", ["/start", "你好"])
def test_the_first_words_and_the_greeting_are_told_once_each(text: str) -> None:
    dialogue: Dialogue = APP.dialogue
    today = APP.settings.today()
    state, first = dialogue.step(dialogue.start({}), Said(text), today)
    assert first.notice == dialogue.first_words()
    assert "我是报多少" not in first.text
    _, again = dialogue.step(state, Said(text), today)
    assert (again.notice, again.text.count("我是报多少")) == ("", 1)
    assert replace(again, text="", notice="") == replace(first, text="", notice="")
