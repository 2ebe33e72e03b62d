"""The talk in a frame on the page of a bureau: for those that may, by one line in their page."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from accessibility import axe
from browsing import DESKTOP, PHONE, Screen, Visit, Visiting, browser, running, screenshot, visit
from hosting import Hosted, plainly
from playwright.sync_api import Frame, FrameLocator, Page, expect
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from test_web_screens import Shooting
from web_talks import BARE, OWN, enter, hosted, last, press, say, told

from bot.channels.web import Site

__all__ = ["browser", "running", "screenshot", "visit"]

NAME = "报多少：问医保能报多少"


@dataclass(frozen=True, slots=True)
class Around:
    """A bureau's page at `port`, reached by two names, and the talk that it shows."""

    port: int
    talk: Hosted

    def visited(self, visit: Visiting, host: str, screen: Screen = DESKTOP, script: bool = True) -> Visit:
        return visit(
            f"http://{host}:{self.port}/",
            screen=screen,
            script=script,
            hosts=(f"127.0.0.1:{self.talk.port}",),
        )


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Around]:
    folder = tmp_path_factory.mktemp("embed")
    talks: list[Hosted] = []

    with Hosted(plainly([Route("/", lambda _: _bureau(talks[0]))])) as bureau:
        allowed = tuple(f"http://{host}:{bureau.port}" for host in ("127.0.0.1", "host.test"))
        with hosted(folder, Site(embed_origins=allowed)) as talk:
            talks.append(talk)
            yield Around(bureau.port, talk)


def _bureau(talk: Hosted) -> Response:
    return HTMLResponse(
        f"""<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>某地医保局</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<main><h1>某地医保局</h1><p>办事指南</p></main>
<script src="{talk.address}/embed.js"></script>"""
    )


def opened(page: Page) -> FrameLocator:
    page.get_by_role("button", name="问医保").click()
    frame = page.frame_locator(f"iframe[title='{NAME}']")
    expect(frame.locator("#text")).to_be_visible()
    return frame


def frame_of(page: Page) -> Frame:
    return next(each for each in page.frames if each.parent_frame is not None)


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_one_line_in_a_page_puts_the_talk_there(
    visit: Visiting, around: Around, screenshot: Shooting, screen: Screen
) -> None:
    person = around.visited(visit, "127.0.0.1", screen)
    page = person.page
    button = page.get_by_role("button", name="问医保")
    expect(button).to_have_attribute("aria-expanded", "false")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 60
    assert not any("/frame" in url for url in person.requests)
    axe(page)
    frame = opened(page)
    expect(page.locator("iframe")).to_be_focused()
    expect(page.get_by_role("button", name="关掉")).to_have_attribute("aria-expanded", "true")
    axe(frame_of(page))
    say(frame, BARE)
    press(frame, "衡阳")
    press(frame, "三级医院")
    enter(frame, "25000")
    expect(last(frame).locator(".sum.own")).to_contain_text(OWN)
    axe(frame_of(page))
    screenshot(page, "embed")
    inner = frame_of(page)
    assert inner.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    # Whoever reads the rules does so in a window of their own, and keeps the talk.
    expect(last(frame).locator(".sources a").first).to_have_attribute("target", "_blank")
    page.get_by_role("button", name="关掉").click()
    expect(page.locator("iframe")).to_be_hidden()
    expect(page.get_by_role("button", name="问医保")).to_be_focused()
    page.get_by_role("button", name="问医保").click()
    expect(last(frame).locator(".sum.own")).to_be_visible()
    page.reload()
    assert told(opened(page)) == [BARE, "衡阳", "三级医院", "25000元"]


@pytest.mark.parametrize("inside", [True, False], ids=["in the frame", "outside"])
def test_escape_closes_the_frame_and_gives_the_focus_back(
    visit: Visiting, around: Around, inside: bool
) -> None:
    page = around.visited(visit, "127.0.0.1").page
    frame = opened(page)
    if inside:
        frame.locator("#text").focus()
    else:
        page.get_by_role("button", name="关掉").focus()
    page.keyboard.press("Escape")
    expect(page.locator("iframe")).to_be_hidden()
    expect(page.get_by_role("button", name="问医保")).to_be_focused()


def test_a_page_of_another_site_that_may_shows_it_and_where_no_cookie_goes_says_what_to_do(
    visit: Visiting, around: Around
) -> None:
    person = around.visited(visit, "host.test")
    frame = opened(person.page)
    frame.locator("#text").fill(BARE)
    frame.get_by_role("button", name="发送").click()
    expect(frame.get_by_role("status")).to_contain_text("换个窗口打开")
    expect(frame.locator("#text")).to_have_value(BARE)
    with person.page.context.expect_page() as alone:
        frame.get_by_role("link", name="在新窗口打开聊天").click()
    say(alone.value, BARE)
    person.excuse("answered with 400")
    person.excuse("status of 400")


def test_where_cookies_are_secure_a_page_of_another_site_holds_a_talk_of_its_own(
    visit: Visiting, tmp_path: Path
) -> None:
    """The browser takes this machine for secure without https, and so what goes over https only."""
    talks: list[Hosted] = []
    with Hosted(plainly([Route("/", lambda _: _bureau(talks[0]))])) as bureau:
        site = Site("https://talk.test", (f"http://host.test:{bureau.port}",))
        with hosted(tmp_path, site) as talk:
            talks.append(talk)
            person = Around(bureau.port, talk).visited(visit, "host.test")
            page = person.page
            say(opened(page), BARE)
            page.reload()
            assert told(opened(page)) == [BARE]
            cookies = {each["name"]: each for each in page.context.cookies()}
            kept = cookies["__Host-talk-frame"]
            assert (kept["secure"], kept["sameSite"], kept["httpOnly"]) == (True, "None", True)
            assert kept["partitionKey"] == "http://host.test"
            page.goto("about:blank")


def test_a_site_that_is_not_allowed_cannot_show_it(visit: Visiting, around: Around) -> None:
    person = around.visited(visit, "other.test")
    page = person.page
    page.get_by_role("button", name="问医保").click()
    expect(page.locator("iframe")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.frame_locator("iframe").locator("#text").count() == 0
    person.excuse("frame-ancestors")
    person.excuse("ERR_BLOCKED_BY_RESPONSE")


def test_the_page_itself_is_shown_in_no_frame(visit: Visiting, around: Around, tmp_path: Path) -> None:
    person = around.visited(visit, "127.0.0.1")
    page = person.page
    page.evaluate(
        """address => {
            const frame = document.createElement('iframe');
            frame.src = address;
            document.body.append(frame);
        }""",
        around.talk.address,
    )
    page.wait_for_load_state("networkidle")
    assert frame_of(page).locator("#text").count() == 0
    person.excuse("frame-ancestors 'none'")
    person.excuse("ERR_BLOCKED_BY_RESPONSE")


def test_without_script_the_bureaus_page_is_as_it_was(visit: Visiting, around: Around) -> None:
    person = around.visited(visit, "127.0.0.1", script=False)
    assert person.page.get_by_role("button").count() == 0
