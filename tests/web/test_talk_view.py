"""A talk as the page shows it."""

import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.channels.web.talk_view import Segment, ShownTurn, bar, shown
from bot.dialogue import Said, Sent
from bot.rendering import ResultSheet
from bot.rendering.blocks import colours
from bot.rendering.sheets import PartShown
from bot.service.protocol import Amending, Answer, Event, Hurried, Message, Pressed, Rated, Recalled, Turn
from bot.settings import Settings, data_folder

BLANK = ResultSheet(
    title="住院",
    line="我按退休职工算",
    taken=(),
    unit="yuan",
    amount=0,
    low=None,
    own=None,
    own_high=None,
    readings=(),
    by_fund=(),
    by_person=(),
    preview="",
    steps=(),
    explained=(),
    assumptions=(),
    others=(),
    cautions=(),
    basis=(),
    hotline="12393",
    day=date(2024, 5, 1),
    head="头",
    text="头\n尾",
)
FEN = st.integers(0, 10_000_000_000)


@cache
def app() -> App:
    return App(Settings())


def parts(payer: str, *fen: int) -> tuple[PartShown, ...]:
    return tuple(PartShown(f"{payer}{number}", "名", each, "因为") for number, each in enumerate(fen))


def drawn(fund: tuple[int, ...], person: tuple[int, ...]) -> tuple[Segment, ...]:
    return bar(replace(BLANK, by_fund=parts("fund", *fund), by_person=parts("person", *person)))


def widths(segments: tuple[Segment, ...]) -> list[float]:
    return [float(each.width) for each in segments]


def test_the_parts_of_a_bill_are_as_wide_as_their_shares() -> None:
    assert drawn((1500, 500), (2000,)) == (
        Segment(1, "fund0", "0.00", "18.75", "37.50", True),
        Segment(2, "fund1", "37.50", "43.75", "12.50", True),
        Segment(3, "person0", "50.00", "75.00", "50.00", True),
    )


def test_a_bill_that_one_side_pays_fills_the_bar() -> None:
    assert drawn((1,), ()) == (Segment(1, "fund0", "0.00", "50.00", "100.00", True),)
    assert drawn((), (7,)) == (Segment(1, "person0", "0.00", "50.00", "100.00", True),)


def test_of_a_bill_of_nothing_there_is_no_bar() -> None:
    assert drawn((), ()) == ()
    assert drawn((0, 0), (0,)) == ()


def test_a_tiny_part_can_still_be_seen_and_carries_no_number() -> None:
    big, tiny = drawn((10_000_000_00,), (1,))
    assert float(tiny.width) > 0.5
    assert (big.wide, tiny.wide) == (True, False)


def test_a_part_of_nothing_takes_no_room() -> None:
    nothing, all_of_it = drawn((0,), (100,))
    assert (nothing.width, all_of_it.width) == ("0.00", "100.00")


def test_a_part_has_room_for_a_number_from_seven_hundredths_on() -> None:
    small, large = drawn((699,), (9301,))
    assert not small.wide
    assert large.wide
    assert drawn((700,), (9300,))[0].wide


@given(st.lists(FEN, max_size=12), st.lists(FEN, max_size=12))
def test_a_bar_is_filled_from_end_to_end_without_gaps(fund: list[int], person: list[int]) -> None:
    found = drawn(tuple(fund), tuple(person))
    if not sum(fund) + sum(person):
        assert found == ()
        return
    assert [each.number for each in found] == list(range(1, len(fund) + len(person) + 1))
    assert [each.part.startswith("fund") for each in found] == [True] * len(fund) + [False] * len(person)
    ends = [float(each.x) + float(each.width) for each in found]
    assert float(found[0].x) == 0
    assert ends[-1] == pytest.approx(100, abs=0.011)
    for end, after in zip(ends, found[1:], strict=False):
        assert float(after.x) == pytest.approx(end, abs=0.011)
    for width, fen in zip(widths(found), (*fund, *person), strict=True):
        assert (width > 0) == (fen > 0)


@given(FEN.filter(bool), FEN.filter(bool))
def test_the_larger_part_is_never_the_narrower(one: int, other: int) -> None:
    first, second = widths(drawn((one,), (other,)))
    assert (first >= second) or one <= other


def message(number: int, *options: str, form: int | None = None, sheet: ResultSheet | None = None) -> Message:
    blocks = ("好",) if sheet is None else ("前", sheet.text, "后")
    return Message(number, blocks, options, number if form is None else form, sheet=sheet)


def turn(number: int, event: Event, *messages: Message, waits: bool = False) -> Turn:
    return Turn(number, event, tuple(Answer(each, None) for each in messages), waits)


def view(form: int, *turns: Turn) -> tuple[ShownTurn, ...]:
    return shown(Recalled(turns, form), app(), lambda message: f"card {message.id}")


def test_of_a_talk_that_never_was_nothing_is_shown() -> None:
    assert view(0) == ()


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Said("住院报多少"), "住院报多少"),
        (Said("<b>&amp;"), "<b>&amp;"),
        (Sent("photo", "这张"), "这张"),
        (Pressed(1, 5), "甲"),
        (Pressed(2, 5), "乙"),
        (Pressed(0, 5), "（点了一个按钮）"),
        (Pressed(3, 5), "（点了一个按钮）"),
        (Pressed(-1, 5), "（点了一个按钮）"),
        (Pressed(1, 6), "（点了一个按钮）"),
        (Hurried(), "（发得太快，这句没有看）"),
        (Amending("hospital_level"), "我要改：医院级别"),
        (Amending("date"), "我要改：出院或就诊日期"),
    ],
)
def test_what_a_person_did_is_told_in_words(event: Event, said: str) -> None:
    [_, found] = view(5, turn(1, Said("问"), message(5, "甲", "乙")), turn(2, event, message(6)))
    assert found.said == said


def test_a_change_of_what_there_is_not_has_words_too() -> None:
    [found] = view(5, turn(1, Amending("no_such_input"), message(6)))
    assert found.said
    assert not found.said.endswith("：")


def test_a_rating_is_no_turn() -> None:
    found = view(5, turn(1, Said("问"), message(5)), turn(2, Rated(5, good=True)))
    assert [each.id for each in found] == [1]


def test_only_the_choices_that_are_open_can_be_pressed() -> None:
    old, new = message(5, "甲"), message(6, "乙", "丙")
    first, second = view(6, turn(1, Said("一"), old), turn(2, Said("二"), new))
    assert first.answers[0].choices == ()
    assert second.answers[0].choices == ("乙", "丙")


def test_of_the_same_choices_asked_twice_the_last_are_open() -> None:
    first, second = view(
        5, turn(1, Said("一"), message(5, "甲")), turn(2, Said("二"), message(6, "甲", form=5))
    )
    assert first.answers[0].choices == ()
    assert second.answers[0].choices == ("甲",)


def test_where_the_form_is_gone_nothing_can_be_pressed() -> None:
    [found] = view(0, turn(1, Said("一"), message(5, "甲")))
    assert found.answers[0].choices == ()


def test_inputs_are_changed_at_the_last_result_whatever_was_said_since() -> None:
    old, new = message(5, sheet=BLANK), message(6, sheet=BLANK)
    turns = (turn(1, Said("一"), old), turn(2, Said("二"), new))
    for form in (5, 6, 7):
        assert [each.answers[0].amends for each in view(form, *turns)] == [False, True]


def test_a_number_is_asked_for_below_the_last_message_alone() -> None:
    turns = (turn(1, Said("一"), message(5), message(6)), turn(2, Said("二"), message(7)))
    assert [answer.last for each in view(7, *turns) for answer in each.answers] == [False, False, True]


def test_a_sheet_stands_in_the_place_of_its_text() -> None:
    sheet = replace(BLANK, by_fund=parts("fund", 5))
    [found] = view(5, turn(1, Said("一"), message(5, sheet=sheet)))
    before, result, after = found.answers[0].blocks
    assert (before.sheet, after.sheet) == (None, None)
    assert result.sheet == sheet
    assert result.bar == bar(sheet)


def test_what_is_not_answered_yet_says_so() -> None:
    answered, waiting = view(0, turn(1, Said("一"), message(5)), turn(2, Said("二"), waits=True))
    assert (answered.waits, waiting.waits) == (False, True)
    assert Recalled((turn(2, Said("二"), waits=True),), 0).waits


def test_a_part_has_the_colour_that_it_has_on_its_card() -> None:
    style = (data_folder("templates") / "web" / "static" / "page.css").read_text("utf-8")
    found = re.findall(r"^\.part-(\w+) \{ --fill: (#\w+); --on: (#\w+); \}$", style, re.MULTILINE)
    assert {part: (fill, ink) for part, fill, ink in found} == {part: colours(part) for part, *_ in found}
    macros = (data_folder("templates") / "words" / "parts.j2").read_text("utf-8")
    assert {part for part, *_ in found} == set(re.findall(r"name_of_(\w+)\(", macros))
