"""Whole talks on the page, by forms alone, with the real service and a real database."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hosting import DAY, Hosted, app, channelled
from person import Person

from bot.channels.web import Site, Web
from bot.dialogue import Amend, Chose, Event, Reply, Said

OPENING = "住院花了两万能报多少"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Hosted]:
    with Hosted(channelled(lambda _: Web(app, Site()), f"sqlite:///{folder}/talks.db")) as hosted:
        yield hosted


@pytest.fixture
def person(served: Hosted) -> Iterator[Person]:
    with Person(served.address) as found:
        found.looks()
        yield found


class Twin:
    """The same talk with the bare dialogue: what the page should say."""

    def __init__(self) -> None:
        self._state = app().dialogue.start({}, introduced=True)

    def takes(self, event: Event | str) -> Reply:
        event = Said(event) if isinstance(event, str) else event
        self._state, reply = app().dialogue.step(self._state, event, DAY)
        self.labels = [each.label for each in self._state.options]
        return reply


def plain(text: str) -> str:
    """Return a text as a page shows it: without blanks and the marks of lists and headings."""
    lines = (re.sub(r"^(?:- |\d+\. )", "", line.strip()) for line in text.splitlines())
    return "".join("".join(lines).replace("【", "").replace("】", "").split())


def figures(text: str) -> set[str]:
    return set(re.findall(r"\d+\.\d\d", text.replace(",", "")))


def test_a_newcomer_is_greeted_and_told_what_could_be_asked(person: Person) -> None:
    assert person.said == []
    assert "我是报多少" in person.page.one("li", id="m0").words
    starters = [each.words for each in person.page.one("li", id="m0").every("button")]
    assert starters == app().templates.say("web", "starters").splitlines()
    form = next(each for each in person.page.every("form") if each.words == starters[0])
    person.submits(form)
    assert person.said == [starters[0]]
    assert len(person.told) == 1


def test_an_estimate_from_the_first_word_to_the_result_by_forms_alone(person: Person) -> None:
    twin = Twin()
    person.says("帮我算住院报销")
    reply = twin.takes("帮我算住院报销")
    pressed = []
    while reply.sheet is None:
        assert person.choices == twin.labels
        assert plain(reply.text) in person.told[-1]
        if reply.asked in {"eligible_cost", "total_cost"}:
            person.types("20000")
            reply = twin.takes("20000元")
            pressed.append("20000元")
        else:
            label = twin.labels[0]
            person.presses(label)
            reply = twin.takes(Chose(1))
            pressed.append(label)
        assert len(pressed) < 12
    assert "20000元" in pressed
    assert person.said == ["帮我算住院报销", *pressed]
    result = person.page.one("article", class_="sheet")
    assert figures(result.text) >= figures(reply.sheet.head)
    assert person.choices == twin.labels
    parts = result.every("span", class_="swatch")
    assert [each.words for each in parts] == [str(number) for number in range(1, len(parts) + 1)]
    assert len(result.one("svg", class_="bar").every("rect")) == len(parts)


def test_every_input_of_a_result_can_be_told_anew(person: Person) -> None:
    first = "2023年在衡阳三级医院住院总费用80000，自费一万，退休职工"
    twin = Twin()
    person.says(first)
    taken = [each.name for each in twin.takes(first).sheet.taken]  # type: ignore[union-attr]
    assert {"city", "insurance", "status", "hospital_level", "total_cost", "excluded_cost", "date"} <= set(
        taken
    )
    changed = {
        "date": ("2024-03-01", "2024-03-01"),
        "total_cost": ("90000", "90000元"),
        "excluded_cost": ("5000", "5000元"),
    }
    for name in taken:
        person.amends(name)
        reply = twin.takes(Amend(name))
        assert person.said[-1] == f"我要改：{app().library.terms.inputs[name]}"
        assert plain(reply.text) in person.told[-1], name
        assert reply.asked == name
        assert person.choices == twin.labels
        if name in changed:
            typed, said = changed[name]
            person.types(typed)
            reply = twin.takes(said)
        else:
            assert twin.labels, name
            label = twin.labels[-1] if name in {"benefit"} else twin.labels[0]
            person.presses(label)
            reply = twin.takes(Chose(len(twin.labels) if name in {"benefit"} else 1))
        if reply.sheet is None:
            # Another kind of care needs other inputs: back to what it was.
            person.says(first)
            reply = twin.takes(first)
        assert reply.sheet is not None
        shown = person.page.every("article", class_="sheet")[-1]
        assert [each.words for each in shown.every("dt")] == [each.label for each in reply.sheet.taken]  # type: ignore[union-attr]
        assert figures(shown.text) >= figures(reply.sheet.head)


def test_change_links_stand_at_the_last_result_alone(person: Person) -> None:
    person.says("衡阳退休职工三级医院住院花了两万能报多少")
    assert person.page.every("button", name="amend")
    old = person.page.every("button", name="amend")[0]
    person.says("比较各级医院")
    person.says("二级医院呢")
    [first, *_, last] = person.page.every("article", class_="sheet")
    assert not first.every("button", name="amend")
    assert last.every("button", name="amend")
    before = person.told
    form = next(each for each in old.above if each.tag == "form")
    person.submits(form, old)
    assert len(person.told) == len(before) + 1
    assert "section" not in person.told[-1]
    assert "您的医保交在哪个城市" in person.told[-1], "of the result that there is now"


def test_the_talk_is_there_after_the_page_is_loaded_anew(person: Person) -> None:
    person.says(OPENING)
    person.presses(person.choices[0])
    said, told, choices = person.said, person.told, person.choices
    assert len(said) == len(told) == 2
    person.looks()
    assert (person.said, person.told, person.choices) == (said, told, choices)


def test_a_form_that_is_sent_twice_counts_once(person: Person) -> None:
    form = person.page.one("form", id="compose")
    for _ in range(3):
        person.submits(form, text=OPENING)
    assert person.said == [OPENING]
    button = person.page.every("button", name="choice")[0]
    form = next(each for each in button.above if each.tag == "form")
    first, second = (person.sends(form, button) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    person.looks()
    assert len(person.said) == len(person.told) == 2


def test_after_going_back_another_choice_is_stale_and_says_so(person: Person) -> None:
    person.says(OPENING)
    one, other = person.page.every("button", name="choice")[:2]
    form = next(each for each in one.above if each.tag == "form")
    person.submits(form, one)
    asked, choices = person.told[-1], person.choices
    person.submits(form, other)
    assert len(person.told) == 3
    assert person.choices == choices
    assert asked.split("？")[0][-6:] in person.told[-1], "the open question is asked again"
    # By its name it is taken all the same.
    person.says("不对，是居民医保")
    assert len(person.told) == 4


@pytest.mark.parametrize("fields", [{"choice": "0"}, {"choice": "99"}, {"choice": str(2**61)}])
def test_a_choice_that_there_is_not_gets_a_helpful_word(person: Person, fields: dict[str, str]) -> None:
    person.says(OPENING)
    form = person.page.every("form", class_="choices")[-1]
    person._goes_on(
        person.posts(
            {
                "n": "abcdefgh",
                "form": form.one("input", name="form").attrs["value"],
                **fields,
            }
        )
    )
    assert person.said[-1] == "（点了一个按钮）"
    assert person.choices


def test_two_browsers_do_not_see_each_other(served: Hosted, person: Person) -> None:
    with Person(served.address) as other:
        other.looks()
        assert other.chat != person.chat
        person.says("甲说住院花了两万能报多少")
        other.says("乙问门诊能报多少")
        person.looks()
        assert person.said == ["甲说住院花了两万能报多少"]
        assert other.said == ["乙问门诊能报多少"]
        # Nor does it help to know by which number a message goes.
        mine = person.page.every("li", class_="bot")[-1].attrs["id"].removeprefix("m")
        other._goes_on(other.posts({"n": "abcdefgh", "message": mine, "good": "0"}))
        other._goes_on(other.posts({"n": "abcdefgi", "form": mine, "choice": "1"}))
        person.looks()
        assert person.said == ["甲说住院花了两万能报多少"]
        assert not [
            each for each in person.page.every("button", aria_pressed="true") if "good" in each.attrs.values()
        ]


def test_a_rating_is_kept_and_shown_and_may_be_changed(person: Person) -> None:
    person.says("居民医保一年交多少")

    def pressed() -> list[str]:
        [form] = person.page.every("form", class_="rating")
        return [each.attrs["aria-pressed"] for each in form.every("button")]

    assert pressed() == ["false", "false"]
    person.rates(good=True)
    assert pressed() == ["true", "false"]
    assert "谢谢" in person.page.one("form", class_="rating").words
    person.rates(good=False)
    person.looks()
    assert pressed() == ["false", "true"]
    assert person.said == ["居民医保一年交多少"]


def test_the_size_of_text_is_kept_and_the_talk_stays(person: Person) -> None:
    person.says(OPENING)
    form = person.page.one("form", class_="sizes")
    for size in ("2", "3", "1"):
        person.submits(form, form.one("button", value=size))
        assert person.page.one("html").attrs["class"] == f"size-{size}"
        assert person.said == [OPENING]
        [pressed] = [
            each for each in person.page.every("button", name="size") if each.attrs["aria-pressed"] == "true"
        ]
        assert pressed.attrs["value"] == size


def test_of_a_long_talk_the_last_is_shown(person: Person) -> None:
    for number in range(21):
        person.says(f"居民医保一年交多少 {number}")
    assert person.said[-1].endswith(" 20")
    assert len(person.said) == 21
    with Person(person.address) as other:
        other.http.cookies = person.http.cookies
        other.looks()
        assert other.said == person.said
