"""The talk by keyboard, by input method and by ear: what is typed, where the focus is, what is read out."""

from collections.abc import Iterator

import pytest
from browsing import DESKTOP, Visiting, browser, running, visit
from composing import Order, compose
from hosting import Hosted
from playwright.sync_api import Page, expect
from web_talks import BARE, OWN, answered, answers, choice, enter, hosted, last, press, say, told

__all__ = ["browser", "running", "visit"]

FOCUS = """() => {
    const at = document.activeElement, style = getComputedStyle(at);
    const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const name = (at.getAttribute('aria-label') || at.innerText || at.id).replace(/\\s/g, '');
    return [name, seen && at.matches(':focus-visible')];
}"""
# What a screen reader is told of: whatever comes into the log, or changes its words there.
LISTEN = """() => {
    new MutationObserver(changes => {
        for (const change of changes) for (const node of change.addedNodes) {
            const text = node.textContent.trim();
            if (text) window.heard.push([node.nodeName, node.id || '', text]);
        }
    }).observe(document.querySelector('[role=log]'), {childList: true, subtree: true, characterData: true});
}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    with hosted(tmp_path_factory.mktemp("keys")) as page:
        yield page


def tab_to(page: Page, name: str, most: int = 60) -> list[str]:
    """Press Tab until something with this name has the focus, visibly; return what had it on the way."""
    passed: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        label, seen = page.evaluate(FOCUS)
        assert seen, f"the focus cannot be seen on {label}"
        passed.append(label)
        if label == name:
            return passed
    raise AssertionError(f"{name} is not reached by Tab: {passed}")


def test_a_talk_can_be_held_by_keyboard_alone(visit: Visiting, served: Hosted) -> None:
    page = visit(served.address, screen=DESKTOP).page
    starters = page.locator(".choices button").all_inner_texts()
    order = tab_to(page, "text")
    assert order == ["跳到正文", "报多少", "查规定", "标准字", "大字", "特大字", *starters, "text"]
    page.keyboard.type(BARE)
    before = answers(page).count()
    page.keyboard.press("Enter")
    answered(page, before)
    before = answers(page).count()
    choice(page, "衡阳").focus()
    page.keyboard.press("Space")
    answered(page, before)
    # The choice that was pressed is gone; the focus goes on at the new answer.
    assert tab_to(page, "三级医院") == ["三级医院"]
    before = answers(page).count()
    page.keyboard.press("Enter")
    answered(page, before)
    page.keyboard.press("Tab")
    page.keyboard.type("25000")
    before = answers(page).count()
    page.keyboard.press("Enter")
    answered(page, before)
    expect(last(page).locator(".sum.own")).to_contain_text(OWN)
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.tagName") != "SUMMARY":
        page.keyboard.press("Tab")
    expect(last(page).locator("ol.steps")).to_be_hidden()
    page.keyboard.press("Space")
    expect(last(page).locator("ol.steps")).to_be_visible()
    tab_to(page, "改参保城市")
    before = answers(page).count()
    page.keyboard.press("Enter")
    answered(page, before)
    expect(choice(page, "湘潭")).to_be_visible()


def test_the_way_to_the_words_is_short(visit: Visiting, served: Hosted) -> None:
    page = visit(served.address, screen=DESKTOP).page
    skip = page.get_by_role("link", name="跳到正文")
    assert not _is_seen(page)
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    assert _is_seen(page)
    page.keyboard.press("Enter")
    first = page.locator(".choices button").first
    page.keyboard.press("Tab")
    expect(first).to_be_focused()


def _is_seen(page: Page) -> bool:
    box = page.locator(".skip").bounding_box()
    return box is not None and box["x"] >= 0


@pytest.mark.parametrize("order", ["chrome", "safari"])
def test_the_enter_that_ends_a_composition_sends_nothing_and_the_next_sends_once(
    visit: Visiting, served: Hosted, order: Order
) -> None:
    person = visit(served.address)
    page = person.page
    page.evaluate("document.addEventListener('submit', event => event.target.dataset.sent = 'yes', true)")
    compose(page, "#text", "职工住院起付线多少", order)
    assert page.locator("[data-sent]").count() == 0
    assert page.input_value("#text") == "职工住院起付线多少"
    before = answers(page).count()
    page.keyboard.press("Enter")
    assert page.locator("[data-sent]").count() == 1
    answered(page, before)
    page.reload()
    assert told(page) == ["职工住院起付线多少"]
    assert sum(url.endswith("/say") for url in person.requests) == 1


def test_shift_and_enter_make_a_line_and_enter_sends_both(visit: Visiting, served: Hosted) -> None:
    page = visit(served.address).page
    page.focus("#text")
    page.keyboard.type("职工")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("住院起付线多少")
    assert page.input_value("#text") == "职工\n住院起付线多少"
    before = answers(page).count()
    page.keyboard.press("Enter")
    answered(page, before)
    assert told(page) == ["职工\n住院起付线多少"]


def test_enter_that_is_held_down_sends_once_and_an_empty_field_nothing(
    visit: Visiting, served: Hosted
) -> None:
    person = visit(served.address)
    page = person.page
    page.focus("#text")
    page.keyboard.press("Enter")
    page.keyboard.type("职工住院起付线多少")
    before = answers(page).count()
    for _ in range(5):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    answered(page, before)
    page.keyboard.press("Enter")
    assert sum(url.endswith("/say") for url in person.requests) == 1


def test_only_what_is_new_is_read_out(visit: Visiting, served: Hosted) -> None:
    page = visit(served.address).page
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    say(page, BARE)
    press(page, "衡阳")
    press(page, "三级医院")
    enter(page, "25000")
    last(page).locator("summary").first.click()
    page.evaluate(LISTEN)
    for text in ("二级和三级差多少", "职工住院起付线多少"):
        page.evaluate("window.heard = []")
        count = page.locator(".talk > li").count()
        say(page, text)
        new = page.locator(".talk > li").nth(count)
        expect(new).to_contain_text(text)
        heard = page.evaluate("window.heard")
        assert [kind for kind, _, _ in heard] == ["LI", "LI"]
        assert [id_ for _, id_, _ in heard] == page.evaluate(
            "from => [...document.querySelectorAll('.talk > li')].slice(from).map(each => each.id)", count
        )
    # What stood there was not made anew: the working that was opened is open still.
    expect(page.locator("ol.steps").first).to_be_visible()


@pytest.mark.parametrize("still", [True, False])
def test_the_page_moves_softly_only_for_who_has_not_asked_for_less_motion(
    visit: Visiting, served: Hosted, still: bool
) -> None:
    page = visit(served.address, still=still).page
    behaviour = page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
    assert behaviour == ("auto" if still else "smooth")
    moved = """() => [...document.querySelectorAll('*')].filter(each => {
        const style = getComputedStyle(each);
        return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0;
    }).length"""
    assert page.evaluate(moved) == 0


def test_the_script_is_small(visit: Visiting, served: Hosted) -> None:
    person = visit(served.address)
    url = next(each for each in person.requests if "/static/page.js" in each)
    size = person.page.evaluate(
        """async url => {
            const text = await (await fetch(url)).blob();
            const packed = text.stream().pipeThrough(new CompressionStream('gzip'));
            return [text.size, (await new Response(packed).blob()).size];
        }""",
        url,
    )
    print(f"page.js: {size[0]} bytes, {size[1]} packed")
    assert size[1] <= 2048
