"""The tests' own browser: what goes wrong in a page fails the test that opened it."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from accessibility import axe
from browsing import DESKTOP, PHONE, Running, Screen, Visiting, browser, running, screenshot, visit
from composing import Order, compose
from hosting import Hosted, plainly
from playwright.sync_api import Page
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

__all__ = ["browser", "running", "screenshot", "visit"]

CSP = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'"
GOOD = '<main><h1>住院报多少</h1><p id="said">您好</p></main>'
FIELD = """<main><h1>问一句</h1><label>问 <textarea></textarea></label></main>
<script src="/field.js"></script>"""
# What the field hears of composing and of Enter stands in the body's data.
FIELD_JS = """
const heard = [];
const field = document.querySelector('textarea');
for (const kind of ['compositionstart', 'compositionend', 'keydown'])
  field.addEventListener(kind, event => {
    if (kind == 'keydown' && event.key != 'Enter') return;
    heard.push(kind == 'keydown' ? [kind, event.isComposing, event.keyCode].join(' ') : kind);
    document.body.dataset.heard = heard.join(', ');
  });
"""
PAGES = {
    "good": GOOD,
    "picture": f'{GOOD}<img alt="" src="http://elsewhere.example/picture.png">',
    "secure-picture": f'{GOOD}<img alt="" src="https://elsewhere.example/picture.png">',
    "gone": f'{GOOD}<img alt="" src="/gone.png">',
    "styled": f'{GOOD}<p style="color: black">好</p>',
    "scripted": f"{GOOD}<script>document.title = 'x'</script>",
    "broken": f'{GOOD}<script src="/broken.js"></script>',
    "warned": f'{GOOD}<script src="/warned.js"></script>',
    "written": f'{GOOD}<script src="/written.js"></script><noscript><p>没有脚本</p></noscript>',
    "pale": f'<link rel="stylesheet" href="/pale.css">{GOOD}',
    "small": '<main><h1>小</h1><a href="/good" class="s">一</a><a href="/good" class="s">二</a></main>'
    '<link rel="stylesheet" href="/pale.css">',
    "field": FIELD,
}
FILES = {
    "favicon.ico": ("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "broken.js": ("text/javascript", "nothing.at.all"),
    "warned.js": ("text/javascript", "console.warn('beware')"),
    "written.js": ("text/javascript", "document.querySelector('#said').textContent = '写好了'"),
    "field.js": ("text/javascript", FIELD_JS),
    "pale.css": (
        "text/css",
        "#said {color: #999; background: #fff} .s {display: inline-block; width: 9px; font-size: 9px}",
    ),
}


def shown(request: Request) -> Response:
    name = request.path_params["name"]
    if name in FILES:
        kind, text = FILES[name]
        return Response(text, media_type=kind)
    if name.removesuffix("-free") not in PAGES:
        return HTMLResponse("<p>没有这一页", 404)
    page = f'<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" \
content="width=device-width"><title>试</title>{PAGES[name.removesuffix("-free")]}'
    return HTMLResponse(page, headers={} if name.endswith("-free") else {"Content-Security-Policy": CSP})


@pytest.fixture(scope="module")
def served() -> Iterator[Hosted]:
    with Hosted(plainly([Route("/{name}", shown)])) as hosted:
        yield hosted


def opened(visit: Visiting, served: Hosted, name: str, script: bool = True) -> Page:
    return visit(f"{served.address}/{name}", script=script).page


def test_a_page_in_which_nothing_goes_wrong_leaves_the_test_alone(visit: Visiting, served: Hosted) -> None:
    person = visit(f"{served.address}/good")
    assert person.page.inner_text("#said") == "您好"
    assert person.requests == [f"{served.address}/good"]
    assert person.troubles == []
    assert axe(person.page) == []


@pytest.mark.parametrize("screen", [PHONE, DESKTOP])
def test_a_screen_has_its_width_and_its_kind_of_pointer(
    visit: Visiting, served: Hosted, screen: Screen
) -> None:
    page = visit(f"{served.address}/good", screen=screen).page
    assert page.evaluate("[innerWidth, innerHeight]") == [screen.width, screen.height]
    assert page.evaluate("matchMedia('(pointer: coarse)').matches") is screen.touch


@pytest.mark.parametrize("still", [True, False])
def test_less_motion_is_asked_for_only_where_the_test_says_so(
    visit: Visiting, served: Hosted, still: bool
) -> None:
    page = visit(f"{served.address}/good", still=still).page
    assert page.evaluate("matchMedia('(prefers-reduced-motion)').matches") is still


def test_two_people_share_no_cookie(visit: Visiting, served: Hosted) -> None:
    first, second = (visit(f"{served.address}/good").page for _ in range(2))
    first.evaluate("document.cookie = 'who=first'")
    first.reload()
    second.reload()
    assert [page.evaluate("document.cookie") for page in (first, second)] == ["who=first", ""]


def test_without_script_no_script_of_the_page_runs(visit: Visiting, served: Hosted) -> None:
    on, off = (opened(visit, served, "written", script) for script in (True, False))
    assert (on.inner_text("#said"), off.inner_text("#said")) == ("写好了", "您好")
    assert ["没有脚本" in page.inner_text("body") for page in (on, off)] == [False, True]


def test_chinese_is_drawn_with_the_projects_own_font(visit: Visiting, served: Hosted) -> None:
    page = opened(visit, served, "good")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "#said"})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert [font["familyName"] for font in fonts] == ["Noto Sans SC"]


@pytest.mark.parametrize(
    ("name", "script", "trouble"),
    [
        ("picture-free", True, "another host was asked: http://elsewhere.example/picture.png"),
        ("picture-free", False, "another host was asked: http://elsewhere.example/picture.png"),
        ("secure-picture-free", True, "another host was asked: https://elsewhere.example/picture.png"),
        ("picture", True, "Content Security Policy"),
        ("picture", False, "Content Security Policy"),
        ("styled", True, "Content Security Policy"),
        ("styled", False, "Content Security Policy"),
        ("scripted", True, "Content Security Policy"),
        ("gone", True, "answered with 404: GET"),
        ("missing", True, "answered with 404: GET"),
        ("broken", True, "a script broke: nothing is not defined"),
        ("warned", True, "warning on the console: beware"),
    ],
)
def test_what_goes_wrong_in_a_page_is_a_trouble(
    visit: Visiting, served: Hosted, name: str, script: bool, trouble: str
) -> None:
    person = visit(f"{served.address}/{name}", script=script)
    person.page.wait_for_load_state("networkidle")
    assert any(trouble in each for each in person.left()), person.troubles
    person.troubles.clear()


def test_what_was_expected_to_go_wrong_is_excused_and_must_happen(visit: Visiting, served: Hosted) -> None:
    person = visit(f"{served.address}/gone")
    person.page.wait_for_load_state("networkidle")
    person.excuse("404")
    assert person.left() == []
    person.excuse("418")
    assert person.left() == ["expected, but nothing of the kind happened: 418"]
    person._excused.pop()


def test_axe_finds_pale_words_and_says_where(visit: Visiting, served: Hosted) -> None:
    with pytest.raises(AssertionError, match=r"color-contrast at #said: .* contrast of 2\.8"):
        axe(opened(visit, served, "pale"))


def test_axe_finds_targets_that_are_too_small(visit: Visiting, served: Hosted) -> None:
    with pytest.raises(AssertionError, match="target-size at "):
        axe(opened(visit, served, "small"))


def test_axe_works_without_script_too(visit: Visiting, served: Hosted) -> None:
    with pytest.raises(AssertionError, match="color-contrast at #said"):
        axe(opened(visit, served, "pale", script=False))


@pytest.mark.parametrize(
    ("order", "heard"),
    [
        ("chrome", "compositionstart, keydown true 229, compositionend"),
        ("safari", "compositionstart, compositionend, keydown false 229"),
    ],
)
def test_composing_is_told_to_the_page_in_the_order_of_each_browser(
    visit: Visiting, served: Hosted, order: Order, heard: str
) -> None:
    page = opened(visit, served, "field")
    compose(page, "textarea", "住院", order)
    assert page.input_value("textarea") == "住院"
    assert page.evaluate("document.body.dataset.heard") == heard
    page.keyboard.press("Enter")
    assert page.evaluate("document.body.dataset.heard") == f"{heard}, keydown false 13"


def test_a_screenshot_holds_the_whole_page(
    visit: Visiting,
    served: Hosted,
    screenshot: Callable[[Page, str], Path],
) -> None:
    page = opened(visit, served, "good")
    path = screenshot(page, "good")
    assert path.name == "good-390.png"
    assert path.read_bytes().startswith(b"\x89PNG")


def test_asyncio_goes_on_working_once_the_browser_runs(running: Running) -> None:
    assert running.browser.is_connected()
    assert asyncio.run(asyncio.sleep(0, "well")) == "well"
