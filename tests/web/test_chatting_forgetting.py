"""Whoever asks to be forgotten is: on the page, in the database, and in its files."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hosting import Hosted, app, channelled
from person import Person

from bot.channels.web import Site, Web

CANARY = "金丝雀五一七四"
TALK = [f"{CANARY}，住院花了两万能报多少", f"{CANARY}是什么"]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Hosted]:
    with Hosted(channelled(lambda _: Web(app, Site()), f"sqlite:///{tmp_path}/talks.db")) as hosted:
        yield hosted


def traces(folder: Path, *words: str) -> list[str]:
    """Return which of the words stand in the bytes of a folder's files, and where."""
    return [
        f"{file.name}: {word}"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for word in words
        if word.encode() in file.read_bytes()
    ]


def wait_until_gone(folder: Path, *words: str) -> None:
    deadline = time.monotonic() + 30
    while traces(folder, *words):
        assert time.monotonic() < deadline, traces(folder, *words)
        time.sleep(0.05)


@pytest.mark.parametrize("wish", ["/forget", "删除我的记录", "forget me"])
def test_a_wish_to_be_forgotten_empties_page_and_database(served: Hosted, tmp_path: Path, wish: str) -> None:
    with Person(served.address) as person, Person(served.address) as other:
        for each in (person, other):
            each.looks()
        other.says("居民医保一年交多少")
        for text in TALK:
            person.says(text)
        assert traces(tmp_path, CANARY)
        person.says(wish)
        if person.choices and person.told:
            # Asked whether it is meant.
            person.presses(person.choices[0])
        assert person.said == []
        assert person.told == []
        assert "都删掉了" in person.page.one("li", id="m0").words
        wait_until_gone(tmp_path, CANARY)
        assert other.said == (other.looks(), ["居民医保一年交多少"])[1]
        # The page greets as ever, and what comes next is a new talk.
        person.looks("/")
        assert "我是报多少" in person.page.one("li", id="m0").words
        person.says("居民医保一年交多少")
        assert person.said == ["居民医保一年交多少"]
        assert "都删掉了" not in person.page.text


def test_the_newcomers_page_does_not_claim_what_never_was(served: Hosted) -> None:
    with Person(served.address) as person:
        person.looks("/?forgotten")
        assert "我是报多少" in person.page.one("li", id="m0").words


def test_a_page_left_open_goes_on_with_nothing_after_forgetting(served: Hosted, tmp_path: Path) -> None:
    with Person(served.address) as person:
        person.looks()
        person.says(TALK[0])
        form = person.page.every("form", class_="choices")[-1]
        person.says("/forget")
        person.submits(form, form.every("button")[0])
        assert len(person.told) == 1
        assert not person.page.every("article", class_="sheet")
        wait_until_gone(tmp_path, CANARY)
