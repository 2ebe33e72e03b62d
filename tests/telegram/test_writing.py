"""A message becomes calls that Telegram takes, with nothing of it lost and its keys under the last."""

from dataclasses import replace

import pytest
from fake.markup import parse_html
from hypothesis import given
from hypothesis import strategies as st
from support.sheets import RESULT, of_dialogues
from telegram import InlineKeyboardMarkup

from bot.channels.telegram.buttons import pressed
from bot.channels.telegram.splitting import units
from bot.channels.telegram.writing import in_parts, keyboard, plain
from bot.rendering import Marked
from bot.service.protocol import Closed, Link, Message, Pressed, Rated
from bot.settings import data_folder

MARKED = Marked(data_folder("templates"), "telegram")
RATING = ("有用", "没用")
LINES = st.lists(st.text(st.sampled_from("报多少元😀a <&>。"), max_size=300), max_size=30).map("\n".join)


def with_sheet(head: str, rest: str, before: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> Message:
    sheet = replace(RESULT, head=head, text=f"{head}\n\n{rest}".strip("\n"))
    return Message(1, (*before, sheet.text, *after), ("甲",), 5, ratable=True, sheet=sheet)


@given(st.lists(st.one_of(st.text(), LINES)))
def test_the_marks_leave_every_character_of_a_text_as_it_is(blocks: list[str]) -> None:
    text = plain(Message(1, tuple(blocks)))
    assert parse_html(MARKED.html(text))[0] == text


@pytest.mark.parametrize(
    "text",
    ["<b>不要</b>", "1 < 2 & 3 > 2", "&amp;&#60;&lt;", "</blockquote>", "<a href='x'>", "\"'", "&", "<"],
)
def test_what_looks_like_marks_is_shown_as_it_was_written(text: str) -> None:
    words, entities = parse_html(MARKED.html(f"{text}\n\n怎么算的：\n1. {text}"))
    assert words == f"{text}\n\n怎么算的：\n1. {text}"
    assert [each["type"] for each in entities] == ["bold", "expandable_blockquote"]


def test_a_short_message_is_one_call_with_all_that_belongs_to_it() -> None:
    message = Message(
        7, ("好", "的"), ("在职",), 5, answers="3", ratable=True, closes=Closed("9", 4), policy_version="v"
    )
    assert in_parts(message) == (message,)


def test_blocks_are_parted_by_a_blank_line() -> None:
    assert plain(Message(1, ("一", "二\n三"))) == "一\n\n二\n三"


@given(LINES.filter(str.strip))
def test_every_part_of_a_text_fits(text: str) -> None:
    parts = in_parts(Message(1, (text,), ("甲",), 5, ratable=True))
    assert all(0 < units(plain(part)) <= 4096 for part in parts)
    assert all(not part.options and not part.links and not part.ratable for part in parts[:-1])
    assert (parts[-1].options, parts[-1].ratable) == (("甲",), True)
    assert "".join("".join(map(plain, parts)).split()) == "".join(text.split())


def test_keys_and_rating_stand_under_the_last_part_alone() -> None:
    links = (Link("看规定", "/policy/"),)
    message = Message(1, ("一" * 9000,), ("甲", "乙"), 5, links=links, ratable=True, answers="3")
    first, second, last = in_parts(message)
    for part in (first, second):
        assert keyboard(part, RATING) is None
        assert (part.answers, part.form) == ("3", 5)
    assert keyboard(last, RATING) is not None
    assert (last.options, last.links, last.ratable) == (("甲", "乙"), links, True)


@given(LINES.filter(str.strip), LINES, LINES, LINES)
def test_every_line_of_a_result_is_below_its_card_or_follows(
    head: str, rest: str, before: str, after: str
) -> None:
    message = with_sheet(head.strip("\n"), rest.strip("\n"), (before,), (after,))
    parts = in_parts(message)
    [card] = [part for part in parts if part.sheet is not None]
    assert units(plain(card)) <= 1024
    assert all(0 < units(plain(part)) <= 4096 for part in parts if part is not card)
    told = "\n".join(map(plain, parts))
    assert "".join(told.split()) == "".join(plain(message).split())
    assert [part.options for part in parts] == [()] * (len(parts) - 1) + [("甲",)]


def test_what_stands_before_a_result_is_below_its_card_too_where_it_fits() -> None:
    short = in_parts(with_sheet("付：1.00元", "怎么算的", ("先说一句",), ("还有",)))
    assert [plain(part) for part in short] == ["先说一句\n\n付：1.00元", "怎么算的\n\n还有"]
    long = in_parts(with_sheet("付：1.00元", "怎么算的", ("先说一句" * 300,)))
    assert [plain(part) for part in long] == ["先说一句" * 300, "付：1.00元", "怎么算的"]
    assert [part.sheet is not None for part in long] == [False, True, False]


def test_the_heads_of_all_written_dialogues_fit_below_their_cards() -> None:
    for sheet in of_dialogues():
        card, *_ = in_parts(Message(1, (sheet.text,), sheet=sheet))
        assert plain(card) == sheet.head


def test_a_card_that_says_all_is_one_call_with_its_keys() -> None:
    [card] = in_parts(with_sheet("付：1.00元", ""))
    assert (card.options, card.ratable, plain(card)) == (("甲",), True, "付：1.00元")


def test_a_sheet_whose_text_is_not_in_the_message_is_no_card() -> None:
    message = Message(1, ("好",), sheet=RESULT)
    assert in_parts(message) == (replace(message, sheet=None),)


def keys_of(found: InlineKeyboardMarkup | None) -> list[list[tuple[str, object]]]:
    assert found is not None
    return [[(key.text, key.url or key.callback_data) for key in row] for row in found.inline_keyboard]


def test_options_are_numbered_keys_one_a_row_with_links_and_rating_below() -> None:
    message = Message(
        9,
        ("几级医院？",),
        ("三级", "不清楚"),
        5,
        links=(Link("看规定", "/policy/hengyang/employee#a-1"),),
        ratable=True,
    )
    rows = keys_of(keyboard(message, RATING, "https://chat.example.org"))
    assert rows == [
        [("1. 三级", "c:5:1")],
        [("2. 不清楚", "c:5:2")],
        [("看规定", "https://chat.example.org/policy/hengyang/employee#a-1")],
        [("有用", "r:9:1"), ("没用", "r:9:0")],
    ]
    # Telegram refuses a whole message for one address that isn't complete.
    assert keys_of(keyboard(message, RATING)) == [row for row in rows if row[0][0] != "看规定"]


def test_where_nothing_can_be_pressed_there_is_no_keyboard() -> None:
    assert keyboard(Message(1, ("好",)), RATING) is None


@given(st.integers(0, 10**18 - 1), st.integers(1, 10**18 - 1), st.integers(0, 12))
def test_each_key_means_its_own_number_of_its_own_form(form: int, number: int, options: int) -> None:
    found = keyboard(Message(number, ("?",), tuple("甲" * options), form, ratable=True), RATING)
    assert found is not None
    meant = [pressed(str(key.callback_data)) for row in found.inline_keyboard for key in row]
    assert meant == [
        *(Pressed(place, form) for place in range(1, options + 1)),
        Rated(number, good=True),
        Rated(number, good=False),
    ]
