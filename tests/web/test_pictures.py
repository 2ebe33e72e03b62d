"""Cards on the page and as pictures: each drawn once, none where it can't be, in nobody's way."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hosting import DAY, Hosted, app, channelled
from person import Person
from structlog.testing import capture_logs

from bot.channels.web import Site, Web
from bot.channels.web.pictures import BusyError, Pictures
from bot.dialogue import Said
from bot.rendering import Cards, Sheet
from bot.service.protocol import Message
from bot.settings import data_folder

RESULT = "衡阳退休职工三级医院住院花了两万能报多少"
PATIENCE = 20.0  # seconds


class Panic(BaseException):
    """What a library that draws may fail with."""


class Counting(Cards):
    """Cards that are drawn as ever and counted; broken ones fail, held ones wait for `go`."""

    def __init__(self) -> None:
        super().__init__(data_folder("templates"), strict=True)
        self.svgs = self.pngs = 0
        self.broken = False
        self.go = threading.Event()
        self.go.set()

    def svg(self, sheet: Sheet, prefix: str = "") -> str:
        if prefix:
            self.svgs += 1
            assert self.go.wait(PATIENCE)
        if self.broken:
            raise Panic(sheet.text)
        return super().svg(sheet, prefix)

    def png(self, sheet: Sheet) -> bytes:
        self.pngs += 1
        assert self.go.wait(PATIENCE)
        return super().png(sheet)


@cache
def result() -> Message:
    _, reply = app().dialogue.step(app().dialogue.start({}, introduced=True), Said(RESULT), DAY)
    assert reply.sheet is not None
    return Message(1, (reply.sheet.text,), sheet=reply.sheet)


def message(number: int) -> Message:
    return replace(result(), id=number)


@pytest.fixture
def cards() -> Counting:
    return Counting()


@pytest.fixture
def pictures(cards: Counting) -> Pictures:
    return Pictures(cards)


@pytest.fixture
def served(cards: Counting, tmp_path: Path) -> Iterator[Hosted]:
    url = f"sqlite:///{tmp_path}/talks.db"
    with Hosted(channelled(lambda _: Web(app, Site(), cards), url)) as hosted:
        yield hosted


@pytest.fixture
def person(served: Hosted) -> Iterator[Person]:
    with Person(served.address) as found:
        found.looks()
        yield found


def links(person: Person) -> list[str]:
    return [
        each.one("a", class_="button").attrs["href"]
        for each in person.page.every("details", class_="picture")
    ]


@pytest.mark.asyncio
async def test_who_asks_for_the_same_picture_at_once_gets_the_one_that_is_drawn(
    pictures: Pictures, cards: Counting
) -> None:
    cards.go.clear()
    asking = [asyncio.create_task(pictures.picture("甲", message(1))) for _ in range(20)]
    await asyncio.sleep(0)
    # One who goes away takes nothing from the others.
    asking.pop(0).cancel()
    cards.go.set()
    found = await asyncio.gather(*asking)
    assert set(found) == {cards.png(result().sheet)}  # type: ignore[arg-type]
    assert cards.pngs == 2
    await pictures.picture("甲", message(1))
    assert cards.pngs == 2


@pytest.mark.asyncio
async def test_of_what_is_forgotten_no_picture_is_kept(pictures: Pictures, cards: Counting) -> None:
    for chat in "甲乙":
        await pictures.picture(chat, message(1))
        pictures.drawing(chat, message(1))
    pictures.forget("甲")
    for chat in "甲乙":
        await pictures.picture(chat, message(1))
        pictures.drawing(chat, message(1))
    assert (cards.pngs, cards.svgs) == (3, 3)


@pytest.mark.asyncio
async def test_what_is_forgotten_while_it_is_drawn_is_not_kept(pictures: Pictures, cards: Counting) -> None:
    cards.go.clear()
    asking = asyncio.create_task(pictures.picture("甲", message(1)))
    drawing = asyncio.create_task(asyncio.to_thread(pictures.drawing, "甲", message(1)))
    while not (cards.pngs and cards.svgs):
        await asyncio.sleep(0.001)
    pictures.forget("甲")
    cards.go.set()
    assert (await asking or b"").startswith(b"\x89PNG")
    assert (await drawing).startswith("<svg")
    await pictures.picture("甲", message(1))
    pictures.drawing("甲", message(1))
    assert (cards.pngs, cards.svgs) == (2, 2)


@pytest.mark.asyncio
async def test_a_few_pictures_are_kept_and_a_few_wait(pictures: Pictures, cards: Counting) -> None:
    for number in range(17):
        await pictures.picture("甲", message(number))
    await pictures.picture("甲", message(16))
    assert cards.pngs == 17
    await pictures.picture("甲", message(0))
    assert cards.pngs == 18
    cards.go.clear()
    asking = [asyncio.create_task(pictures.picture("乙", message(number))) for number in range(8)]
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await pictures.picture("丙", message(1))
    cards.go.set()
    assert all(await asyncio.gather(*asking))


def test_of_each_talk_the_newest_drawing_is_kept(pictures: Pictures, cards: Counting) -> None:
    one, other = pictures.drawing("甲", message(1)), pictures.drawing("甲", message(2))
    assert ('id="card1-' in one, 'id="card2-' in other) == (True, True)
    assert (pictures.drawing("甲", message(2)), cards.svgs) == (other, 2)
    for number in range(64):
        pictures.drawing(f"其他{number}", message(1))
    assert cards.svgs == 66
    pictures.drawing("其他0", message(1))
    assert cards.svgs == 66
    pictures.drawing("甲", message(2))
    assert cards.svgs == 67


def test_the_newest_result_is_drawn_on_the_page_and_every_one_can_be_saved(
    person: Person, cards: Counting
) -> None:
    for text in (RESULT, "二级医院呢", "各级医院报多少对比一下", "你好"):
        person.says(text)
    details = person.page.every("details", class_="picture")
    assert len(details) == 3
    assert [bool(each.every("svg")) for each in details] == [False, False, True]
    for path in links(person):
        assert person.gets(path).content.startswith(b"\x89PNG")
        person.gets(path)
    assert cards.pngs == 3


def test_a_picture_is_given_to_its_own_person_until_it_is_forgotten(person: Person, served: Hosted) -> None:
    person.says(RESULT)
    [path] = links(person)
    picture = person.gets(path)
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["cache-control"] == "private, no-store"
    with Person(served.address) as other:
        assert other.gets(path).status_code == 404
        other.looks()
        assert other.gets(path).status_code == 404
    for wrong in ("/card/0.png", "/card/x.png", f"/card/{2**63}.png", "/card/-1.png"):
        assert person.gets(wrong).status_code == 404
    person.says("/forget")
    assert person.gets(path).status_code == 404


def test_where_a_card_cannot_be_drawn_the_page_goes_without_and_the_log_says_so(
    person: Person, cards: Counting
) -> None:
    cards.broken = True
    with capture_logs() as logs:
        person.says(RESULT)
        [path] = links(person)
        assert not person.page.one("details", class_="picture").every("svg")
        response = person.gets(path)
    assert response.status_code == 404
    said = app().templates.say("web", "no_card", hotline=app().library.numbers.hotline)
    assert said in response.text
    told = [each for each in logs if each["event"] == "a card can't be drawn and is left out"]
    assert [each["reason"].split()[0] for each in told] == ["Panic", "Panic"]
    assert "两万" not in str(told)
    assert "20000" not in str(told)


def test_an_address_that_saves_pictures_without_end_waits_while_it_may_still_talk(
    person: Person, cards: Counting
) -> None:
    person.says(RESULT)
    [path] = links(person)
    statuses = [person.gets(path).status_code for _ in range(61)]
    if statuses[-1] == 200:
        # A minute was over between two of them.
        statuses = [person.gets(path).status_code for _ in range(61)]
    assert statuses[-1] == 429
    assert person.answers[-1].headers["retry-after"] == "60"
    assert cards.pngs == 1
    person.says("你好")
    assert person.said[-1] == "你好"
