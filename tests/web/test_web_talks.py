"""Talks in a real browser: by mouse, without script, again after a while, and with a line that breaks."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import DESKTOP, Visiting, browser, running, visit
from hosting import Hosted
from playwright.sync_api import Page, Route, expect
from web_talks import (
    BARE,
    OWN,
    PAID,
    answered,
    answers,
    choice,
    enter,
    hosted,
    last,
    press,
    press_at,
    reckon,
    say,
    told,
)

__all__ = ["browser", "running", "visit"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    with hosted(tmp_path_factory.mktemp("talks")) as page:
        yield page


def sheet_of(page: Page) -> str:
    return last(page).locator(".sheet").inner_text()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_talk_by_mouse_leads_to_a_result_its_changes_and_a_comparison(
    visit: Visiting, served: Hosted, script: bool
) -> None:
    person = visit(served.address, script=script)
    page = person.page
    reckon(page)
    expect(last(page)).to_contain_text(PAID)
    expect(last(page).locator(".sum.own")).to_contain_text(OWN)
    expect(last(page).locator(".sources a").first).to_be_visible()
    working = last(page).locator("details:has(ol.steps)")
    expect(working.locator("ol")).to_be_hidden()
    working.locator("summary").click()
    expect(working.locator("ol")).to_contain_text("起付线")

    press_at(page, last(page).get_by_role("button", name="改 医院级别"))
    expect(last(page)).to_contain_text("医院")
    press(page, "二级医院")
    expect(last(page).locator(".sum.own")).to_contain_text("2,736.00元")

    press_at(page, last(page).get_by_role("button", name="改 出院或就诊日"))
    day = last(page).locator("input[type=date]")
    expect(day).to_be_visible()
    enter(page, "2023-06-30")
    expect(last(page).locator(".taken")).to_contain_text("2023-06-30")

    press(page, "比较各级医院")
    expect(last(page).locator("table.compare tr.now")).to_contain_text("二级医院")
    assert told(page)[:4] == [BARE, "衡阳", "三级医院", "25000元"]
    assert {url.split("?")[0] for url in person.requests if "/static/" not in url} <= {
        f"{served.address}{path}" for path in ("", "/", "/say", "/#last")
    }
    assert not any("25000" in url for url in person.requests)


def test_an_amount_is_typed_into_a_field_for_numbers_that_keeps_nonsense_back(
    visit: Visiting, served: Hosted
) -> None:
    page = visit(served.address).page
    say(page, BARE)
    press(page, "衡阳")
    press(page, "三级医院")
    field = last(page).locator("input[type=number]")
    assert field.get_attribute("inputmode") == "decimal"
    before = answers(page).count()
    for value in ("", "-5", "10.001"):
        field.fill(value)
        last(page).get_by_role("button", name="下一步").click()
        assert not field.evaluate("each => each.checkValidity()")
    assert answers(page).count() == before
    enter(page, "25000.50")
    expect(last(page).locator(".taken")).to_contain_text("25,000.50元")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_rating_is_kept_and_thanked_for(visit: Visiting, served: Hosted, script: bool) -> None:
    page = visit(served.address, script=script).page
    say(page, "职工住院起付线多少")
    good, bad = (last(page).get_by_role("button", name=name, exact=True) for name in ("有用", "没用"))
    good.click()
    expect(good).to_have_attribute("aria-pressed", "true")
    bad.click()
    expect(bad).to_have_attribute("aria-pressed", "true")
    expect(good).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(last(page).locator(".rating")).to_contain_text("谢谢")
    expect(bad).to_have_attribute("aria-pressed", "true")


def test_the_talk_is_there_after_reloading_and_goes_on(visit: Visiting, served: Hosted) -> None:
    page = visit(served.address).page
    say(page, BARE)
    press(page, "衡阳")
    before = page.locator(".talk").inner_text()
    page.reload()
    assert page.locator(".talk").inner_text() == before
    press(page, "三级医院")
    page.reload()
    # The same words once more are another message: the form is not the old one that a browser kept.
    enter(page, "25000")
    count = answers(page).count()
    say(page, "二级和三级差多少")
    page.reload()
    say(page, "二级和三级差多少")
    assert answers(page).count() == count + 2


def test_the_talk_stands_where_it_was_for_who_comes_back_from_the_rules(
    visit: Visiting, served: Hosted
) -> None:
    page = visit(served.address).page
    reckon(page)
    source = last(page).locator(".sources a").first
    source.scroll_into_view_if_needed()
    source.click()
    expect(page.locator("article:target")).to_be_visible()
    page.go_back()
    expect(last(page).locator(".sources a").first).to_be_in_viewport()
    expect(last(page)).to_contain_text(PAID)
    press(page, "比较各级医院")
    expect(last(page).locator("table.compare")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_choice_that_is_pressed_twice_quickly_counts_once(
    visit: Visiting, served: Hosted, script: bool
) -> None:
    page = visit(served.address, script=script).page
    before = answers(page).count()
    page.fill("#text", BARE)
    page.get_by_role("button", name="发送").dblclick()
    answered(page, before)
    before = answers(page).count()
    choice(page, "衡阳").dblclick()
    answered(page, before)
    page.reload()
    assert told(page) == [BARE, "衡阳"]
    assert answers(page).count() == before + 1


def test_the_second_click_of_a_double_click_presses_nothing_that_came_in_between(
    visit: Visiting, served: Hosted
) -> None:
    page = visit(served.address, screen=DESKTOP, still=True).page
    say(page, BARE)
    press(page, "衡阳")
    choice(page, "三级医院").hover()
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    expect(page.get_by_role("status")).to_have_text("")
    page.reload()
    assert told(page) == [BARE, "衡阳"]
    press(page, "三级医院")


def test_an_answer_begins_in_view_below_what_it_answers(visit: Visiting, served: Hosted) -> None:
    page = visit(served.address, still=True).page
    reckon(page)
    for _ in range(2):
        top, bottom = last(page).evaluate("""each => [each.getBoundingClientRect().top,
            document.querySelector('.composer').getBoundingClientRect().top]""")
        assert 0 <= top < bottom / 3
        expect(page.locator(".me").last).to_be_in_viewport(ratio=0.9)
        page.goto(f"{served.address}/policy/")
        page.goto(served.address)


def test_a_broken_line_is_told_and_nothing_typed_is_lost(visit: Visiting, served: Hosted) -> None:
    person = visit(served.address)
    page = person.page
    say(page, BARE)
    person.page.context.set_offline(True)
    page.fill("#text", "衡阳的")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("status")).to_have_text("没有发出去，请看看网络，再发一次")
    expect(page.locator("#text")).to_have_value("衡阳的")
    choice(page, "衡阳").click()
    expect(choice(page, "衡阳")).to_be_visible()
    page.context.set_offline(False)
    press_at(page, page.get_by_role("button", name="发送"))
    expect(page.locator("#text")).to_have_value("")
    expect(page.get_by_role("status")).to_have_text("")
    assert told(page) == [BARE, "衡阳的"]
    person.excuse("ERR_INTERNET_DISCONNECTED")


def test_a_talk_goes_on_after_the_server_was_started_anew(visit: Visiting, tmp_path: Path) -> None:
    with hosted(tmp_path) as first:
        person = visit(first.address)
        page = person.page
        say(page, BARE)
        press(page, "衡阳")
    choice(page, "三级医院").click()
    expect(page.get_by_role("status")).to_contain_text("没有发出去")
    person.excuse("ERR_CONNECTION_REFUSED")
    with hosted(tmp_path, port=first.port):
        press(page, "三级医院")
        enter(page, "25000")
        expect(last(page)).to_contain_text(PAID)
        page.reload()
        expect(last(page)).to_contain_text(PAID)
        assert told(page) == [BARE, "衡阳", "三级医院", "25000元"]
        page.goto("about:blank")


def test_an_answer_that_takes_long_comes_by_itself(visit: Visiting, served: Hosted) -> None:
    page = visit(served.address).page
    waits = '<li class="bot" id="waits"><div class="bubble"><p>正在看，请稍等。</p></div></li>'

    def without_answer(route: Route) -> None:
        there = route.fetch()
        talk, end, rest = there.text().rpartition("</ol>")
        before, _, _ = talk.rpartition('<li class="bot')
        route.fulfill(response=there, body=f"{before}{waits}{end}{rest}")

    page.route("**/say", without_answer)
    page.fill("#text", BARE)
    page.get_by_role("button", name="发送").click()
    expect(page.locator("#waits")).to_be_visible()
    assert told(page) == [BARE]
    expect(answers(page)).to_have_count(2)
    expect(page.locator("#waits")).to_have_count(0)
    page.unroute("**/say")
    press(page, "衡阳")


def test_who_asks_to_be_forgotten_sees_an_empty_talk(visit: Visiting, served: Hosted) -> None:
    page = visit(served.address).page
    say(page, "职工住院起付线多少")
    page.fill("#text", "忘记我")
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".me")).to_have_count(0)
    expect(answers(page)).to_have_count(1)
    page.reload()
    expect(page.locator(".me")).to_have_count(0)


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script></textarea>",
    "{{7*7}} {% raw %} ${7*7}",
    "\u05d0\u05d1 反过来 \u0627\u0644",
    "'\"><svg onload=alert(1)> javascript:alert(1)",
    "😀" * 2_500,
]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_hostile_words_are_shown_as_words(visit: Visiting, served: Hosted, script: bool) -> None:
    page = visit(served.address, script=script).page
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog was opened: {dialog.message}"))
    for text in HOSTILE:
        say(page, text)
        assert told(page)[-1] == text
    page.reload()
    assert told(page) == HOSTILE
    assert page.locator("main img, main script, main .me :not(.bubble, .hidden)").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_marks_that_turn_the_direction_of_words_are_dropped(visit: Visiting, served: Hosted) -> None:
    page = visit(served.address).page
    say(page, "\u202e反过来\u2066 left \u200f右")
    assert told(page) == ["反过来 left 右"]


def test_nothing_is_asked_of_any_other_host(visit: Visiting, served: Hosted) -> None:
    person = visit(served.address, screen=DESKTOP)
    press_at(person.page, person.page.locator(".choices button").first)
    person.page.get_by_role("link", name="查规定").click()
    person.page.locator("main a").first.click()
    person.page.wait_for_load_state("networkidle")
    assert len(person.requests) > 5
    assert all(re.match(rf"{served.address}(/|$)", url) for url in person.requests), person.requests
