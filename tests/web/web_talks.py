"""Talks on the real page, held as people hold them: the whole service behind it, with a database file."""

from pathlib import Path

from browsing import PATIENCE
from hosting import Hosted, app, channelled
from playwright.sync_api import FrameLocator, Locator, Page, expect

from bot.channels.web import Site, Web

expect.set_options(timeout=PATIENCE * 1000)

BARE = "退休职工住院能报多少，帮我算"
"""Leaves the city, the level and the sum to be asked for."""
PAID, OWN = "20,793.00元", "4,207.00元"
"""Of 25000 yuan for a retired employee of Hengyang at the third level."""

Shown = Page | FrameLocator


def hosted(folder: Path, site: Site | None = None, port: int = 0) -> Hosted:
    """Return the page, its talks kept in a folder."""
    return Hosted(channelled(lambda _: Web(app, site or Site()), f"sqlite:///{folder / 'talks.db'}"), port)


def answers(page: Shown) -> Locator:
    """Return what was answered, the greeting first."""
    return page.locator(".talk > .bot:not(#waits)")


def last(page: Shown) -> Locator:
    return answers(page).last


def choice(page: Shown, label: str) -> Locator:
    """Return the open choice with exactly this label."""
    return page.locator(".choices").get_by_role("button", name=label, exact=True)


def answered(page: Shown, before: int) -> None:
    """Wait until there are more answers than before, and none is waited for."""
    expect(answers(page)).not_to_have_count(before)
    if isinstance(page, Page):
        # Without script a page that is only half there has fewer.
        page.wait_for_load_state()
    expect(page.locator("#waits")).to_have_count(0)


def say(page: Shown, text: str) -> None:
    """Type into the field at the foot and press the button beside it."""
    before = answers(page).count()
    page.locator("#text").fill(text)
    page.get_by_role("button", name="发送").click()
    answered(page, before)


def press(page: Shown, label: str) -> None:
    """Press an open choice."""
    press_at(page, choice(page, label))


def press_at(page: Shown, button: Locator) -> None:
    """Press a button that brings an answer."""
    before = answers(page).count()
    button.click()
    answered(page, before)


def enter(page: Shown, value: str) -> None:
    """Fill the field of the last answer, for an amount or a day, and press the button beside it."""
    before = answers(page).count()
    last(page).locator("form.typed input:not([type=hidden])").fill(value)
    last(page).get_by_role("button", name="下一步").click()
    answered(page, before)


def told(page: Shown) -> list[str]:
    """Return what the person said, in order."""
    return [text.removeprefix("您说：") for text in page.locator(".me .bubble").all_text_contents()]


def reckon(page: Shown) -> None:
    """Go to the result by questions, choices and an amount."""
    say(page, BARE)
    press(page, "衡阳")
    press(page, "三级医院")
    enter(page, "25000")
