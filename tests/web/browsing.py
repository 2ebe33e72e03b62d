"""A person's browser for tests: real pages, and whatever goes wrong in them unseen fails the test.

    def test_a_question_is_answered(visit, served):
        page = visit(served.address, screen=DESKTOP).page

Playwright's synchronous calls are used; no test here may be a coroutine itself.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import pytest
from chromium import SWITCHES, libraries, program, surroundings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebError,
    WebSocket,
    sync_playwright,
)

__all__ = ["browser", "running", "screenshot", "visit"]

PATIENCE = 15.0  # seconds until something that should come has not


@dataclass(frozen=True, slots=True)
class Screen:
    """A window's inner size in CSS pixels, and whether it is touched."""

    width: int
    height: int
    touch: bool = False


PHONE = Screen(390, 844, touch=True)
DESKTOP = Screen(1280, 800)


@dataclass
class Visit:
    """One person with cookies of their own; `page` is what they look at."""

    page: Page
    hosts: frozenset[str]
    """What may be asked, as host:port."""
    requests: list[str] = field(default_factory=list)
    """Every address that was asked for, in order."""
    troubles: list[str] = field(default_factory=list)
    """Errors and warnings on the console, errors of scripts, failed answers, requests to other hosts."""
    _excused: list[str] = field(default_factory=list)

    def excuse(self, piece: str) -> None:
        """Let the troubles that hold `piece` pass; that there is none fails the test."""
        self._excused.append(piece)

    def left(self) -> list[str]:
        """Return what the test should fail for."""
        unmet = [
            f"expected, but nothing of the kind happened: {piece}"
            for piece in self._excused
            if not any(piece in each for each in self.troubles)
        ]
        return [
            *(each for each in self.troubles if not any(piece in each for piece in self._excused)),
            *unmet,
        ]

    def watch(self) -> None:
        """Note what happens in all pages of this person."""
        context = self.page.context
        context.on("page", self._opened)
        self._opened(self.page)
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("requestfailed", self._failed)
        context.on("console", self._logged)
        context.on("weberror", self._broke)

    def _opened(self, page: Page) -> None:
        page.on("websocket", self._connected)

    def _asked(self, request: Request) -> None:
        self._reached(request.url)

    def _connected(self, socket: WebSocket) -> None:
        self._reached(socket.url)

    def _reached(self, url: str) -> None:
        self.requests.append(url)
        address = urlsplit(url)
        if address.scheme not in ("data", "blob") and address.netloc not in self.hosts:
            self.troubles.append(f"another host was asked: {url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.troubles.append(f"answered with {response.status}: {response.request.method} {response.url}")

    def _failed(self, request: Request) -> None:
        # What a page was still waiting for when it was left is given up by the browser.
        if request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"failed with {request.failure}: {request.method} {request.url}")

    def _logged(self, message: ConsoleMessage) -> None:
        # Each breach of the content security policy is told here, even where scripts are off.
        if message.type in ("error", "warning", "assert"):
            where = message.location["url"]
            self.troubles.append(f"{message.type} on the console: {message.text} ({where})")

    def _broke(self, error: WebError) -> None:
        self.troubles.append(f"a script broke: {error.error.message}")


class Visiting(Protocol):
    def __call__(
        self,
        address: str,
        *,
        screen: Screen = PHONE,
        script: bool = True,
        still: bool = False,
        hosts: tuple[str, ...] = (),
    ) -> Visit:
        """Open an address as a new person.

        `script`: whether scripts run. `still`: the person asked for less motion. `hosts`: which others,
        as host:port, may be asked too; names below .test are this machine.
        """
        ...


@dataclass(frozen=True, slots=True)
class Running:
    """The browser of this process of tests, between whose tests asyncio must find no loop at work."""

    browser: Browser
    loop: asyncio.AbstractEventLoop


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    found = program()
    chromiums = surroundings(tmp_path_factory.mktemp("chromium"))
    driver = sync_playwright()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in libraries().items():
            patch.setenv(name, value)
        playwright = driver.start()
    try:
        started = playwright.chromium.launch(
            executable_path=found,
            args=SWITCHES,
            env=chromiums,
        )
        # Playwright's loop stays the thread's running one, which would refuse every asyncio.run.
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield Running(started, loop)
        asyncio._set_running_loop(loop)
        started.close()
    finally:
        playwright.stop()


@pytest.fixture
def browser(running: Running) -> Iterator[Browser]:
    """The browser itself; tests take `visit`."""
    asyncio._set_running_loop(running.loop)
    yield running.browser
    asyncio._set_running_loop(None)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visiting]:
    """Opens pages, each as a new person; at the end the test fails for what went wrong in them."""
    visits: list[Visit] = []
    contexts: list[BrowserContext] = []

    def opened(
        address: str,
        *,
        screen: Screen = PHONE,
        script: bool = True,
        still: bool = False,
        hosts: tuple[str, ...] = (),
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": screen.width, "height": screen.height},
            has_touch=screen.touch,
            is_mobile=screen.touch,
            java_script_enabled=script,
            reduced_motion="reduce" if still else "no-preference",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            service_workers="block",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        made = Visit(context.new_page(), frozenset({urlsplit(address).netloc, *hosts}))
        made.watch()
        visits.append(made)
        made.page.goto(address)
        return made

    yield opened
    for context in contexts:
        context.close()
    troubles = [each for made in visits for each in made.left()]
    if troubles:
        pytest.fail("\n".join(["in the browser:", *troubles]), pytrace=False)


@pytest.fixture
def screenshot(tmp_path: Path) -> Callable[[Page, str], Path]:
    """Keeps a picture of a whole page as NAME-WIDTH.png, where BAODUOSHAO_SCREENSHOTS says, if it does."""
    named = os.environ.get("BAODUOSHAO_SCREENSHOTS", "").strip()
    folder = Path(named) if named else tmp_path
    folder.mkdir(parents=True, exist_ok=True)

    def taken(page: Page, name: str) -> Path:
        assert page.viewport_size is not None
        path = folder / f"{name}-{page.viewport_size['width']}.png"
        page.screenshot(path=path, full_page=True, animations="disabled", caret="hide")
        return path

    return taken
