"""Cards show what their sheets hold, whatever it is, with nothing cut off and nothing over anything else."""

import re
import struct
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.sheets import COMPARISON, COMPARISONS, MOST, RESULT, RESULTS, of_dialogues

from bot.rendering.blocks import grouped
from bot.rendering.cards import Cards
from bot.rendering.drawing import LEFT, RIGHT, Drawing, Words, spread
from bot.rendering.faces import MissingGlyphError
from bot.rendering.sheets import PartShown, ReadingShown, ResultSheet, RowShown, Sheet, Taken
from bot.settings import data_folder

FOLDER = data_folder("templates")
CARDS = Cards(FOLDER, strict=True)
IN_USE = Cards(FOLDER)
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "]]>&amp;<!--",
    '" onload="x',
    "龘😀\x00\ud83d",
]


def span(words: Words) -> tuple[float, float]:
    """Return from where to where a line of text reaches."""
    width = CARDS.faces.of(bold=words.bold).width(words.text, words.size)
    start = words.x - {"start": 0.0, "middle": width / 2, "end": width}[words.anchor]
    return start, start + width


def overlap(one: Words, other: Words) -> bool:
    (left, right), (start, end) = span(one), span(other)
    # Chinese letters reach from 0.88 above the base line to 0.12 below, and a comma somewhat lower.
    above, below = sorted((one, other), key=lambda words: words.y)
    high = above.y + 0.16 * above.size > below.y - 0.88 * below.size
    return high and left < end and start < right


def check(drawing: Drawing) -> None:
    """Check that everything stands on the card, within its margins, and nothing on anything else."""
    assert drawing.width == 960
    assert drawing.height >= 1280
    for words in drawing.words:
        start, end = span(words)
        assert LEFT - 1 <= start <= end <= RIGHT + 1, words
        assert words.size <= words.y <= drawing.height - 20
        assert words.text == words.text.strip() != ""
    for one, other in combinations(drawing.words, 2):
        assert not overlap(one, other), (one, other)
    for box in drawing.boxes:
        assert box.width > 0 < box.height
        assert box.x >= 0 <= box.y
        assert box.x + box.width <= drawing.width
        assert box.y + box.height <= drawing.height
    bars = [box for box in drawing.boxes if box.radius == 3]
    for left, right in pairwise(bars):
        if left.y == right.y:
            assert right.x - left.x - left.width == 4, "neighbours in a bar are parted by a gap"


def texts(drawing: Drawing) -> str:
    return "\n".join(words.text for words in drawing.words)


def yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"


@given(RESULTS)
@settings(max_examples=60, deadline=None)
def test_a_result_shows_its_amounts_with_nothing_cut_off_and_no_overlap(sheet: ResultSheet) -> None:
    drawing = CARDS.drawing(sheet)
    check(drawing)
    shown = texts(drawing)
    for part in (*sheet.by_fund, *sheet.by_person):
        assert f"{yuan(part.fen)} 元" in shown
    for fen in (sheet.own, sheet.own_high):
        assert fen is None or yuan(fen) in shown
    if sheet.unit.startswith("yuan"):
        assert yuan(sheet.amount) in shown
        assert sheet.low is None or yuan(sheet.low) in shown


@given(COMPARISONS)
@settings(max_examples=60, deadline=None)
def test_a_comparison_shows_every_row_with_nothing_cut_off_and_no_overlap(sheet: Sheet) -> None:
    drawing = CARDS.drawing(sheet)
    check(drawing)
    shown = texts(drawing)
    assert not isinstance(sheet, ResultSheet)
    for row in sheet.rows:
        if row.held and sheet.billed:
            assert yuan(row.own_low) in shown
            assert yuan(row.own_high) in shown
    assert shown.count("没有收录这种情况的规定") == sum(not row.held for row in sheet.rows)
    assert shown.count("您现在的情况") == sum(row.now for row in sheet.rows)


def test_the_cards_of_all_written_dialogues_are_whole_and_none_is_without_what_was_assumed() -> None:
    sheets = of_dialogues()
    assert len(sheets) > 150
    heights = []
    for sheet in sheets:
        drawing = CARDS.drawing(sheet)
        check(drawing)
        heights.append(drawing.height)
        shown = texts(drawing).replace("\n", "")
        for text in (*sheet.assumptions[:2], *sheet.cautions):
            assert grouped(text) in shown
    assert sum(height > 1600 for height in heights) * 20 < len(heights)


@pytest.mark.parametrize("sheet", [RESULT, COMPARISON], ids=["result", "comparison"])
def test_a_card_is_drawn_in_the_same_bytes_each_time(sheet: Sheet) -> None:
    again = Cards(FOLDER)
    first = CARDS.png(sheet)
    assert first == CARDS.png(sheet) == again.png(sheet)
    drawing = CARDS.drawing(sheet)
    assert first.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", first[16:24]) == (drawing.width, drawing.height)


@pytest.mark.parametrize(("name", "sheet"), [("result", RESULT), ("comparison", COMPARISON)])
def test_a_card_is_drawn_as_it_was_when_somebody_last_looked(name: str, sheet: Sheet) -> None:
    expected = Path(__file__).with_name("cards") / f"{name}.svg"
    assert CARDS.svg(sheet) == expected.read_text(encoding="utf-8"), (
        f"look at the card, then renew {expected}"
    )


@pytest.mark.parametrize("sheet", [RESULT, COMPARISON], ids=["result", "comparison"])
def test_a_card_in_a_page_needs_no_style_and_tells_its_content_to_screen_readers(sheet: Sheet) -> None:
    root = ET.fromstring(CARDS.svg(sheet, "r7-"))
    assert root.attrib["role"] == "img"
    title, told = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert told is not None
    assert (title.text, told.text) == (sheet.title, " ".join(sheet.head.split()))
    assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {told.attrib['id']}" == "r7-title r7-desc"
    for element in root.iter():
        assert element.tag in {f"{SVG}{name}" for name in ("svg", "title", "desc", "rect", "text")}
        assert not {name for name in element.attrib if name == "style" or name.startswith(("on", "href"))}
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert ids == ["r7-title", "r7-desc"]


@pytest.mark.parametrize("prefix", ["1", 'a"', "a b", "<", "-"])
def test_what_can_begin_no_id_is_refused_as_a_prefix(prefix: str) -> None:
    with pytest.raises(ValueError, match="can't begin an id"):
        CARDS.svg(RESULT, prefix)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_as_words_and_nothing_else(name: str) -> None:
    sheet = replace(
        RESULT,
        title=name,
        head=name,
        taken=(Taken("city", name, name),),
        by_fund=(PartShown("basic", name, 1, name),),
        cautions=(name,),
        preview=name,
    )
    root = ET.fromstring(IN_USE.svg(sheet))
    tags = {element.tag for element in root.iter()}
    assert tags == {f"{SVG}{tag}" for tag in ("svg", "title", "desc", "rect", "text")}
    shown = "".join("".join(element.itertext()) for element in root.iter(f"{SVG}text"))
    assert "".join(IN_USE.faces.readable(name).split()) in "".join(shown.split())
    assert IN_USE.png(sheet).startswith(b"\x89PNG")


def test_a_character_that_the_fonts_lack_is_an_error_in_tests_and_replaced_in_use() -> None:
    sheet = replace(RESULT, taken=(Taken("hospital_level", "医院", "龘龘医院"),))
    with pytest.raises(MissingGlyphError, match="龘"):
        CARDS.svg(sheet)
    assert "□□医院" in IN_USE.svg(sheet)


@given(st.lists(st.integers(1, MOST) | st.integers(1, 9), min_size=1, max_size=9), st.integers(200, 852))
def test_a_bar_is_filled_and_no_piece_is_too_small_to_be_seen(amounts: list[int], width: int) -> None:
    places = spread(amounts, width, 4, 8)
    assert places[0][0] == 0
    assert sum(places[-1]) == width
    assert all(wide >= 8 for _, wide in places)
    for (start, wide), (following, _) in pairwise(places):
        assert following == start + wide + 4
    by_amount = sorted(zip(amounts, (wide for _, wide in places), strict=True))
    for (one, thin), (other, thick) in pairwise(by_amount):
        # Whole places round by one.
        assert thin <= thick + 1 or one == other


def test_the_largest_amounts_fit_and_a_fen_is_shown() -> None:
    parts = (PartShown("basic", "统筹基金", MOST - 1, "付"), PartShown("catastrophic", "大病保险", 1, "付"))
    sheet = replace(RESULT, amount=MOST, own=MOST, by_fund=parts)
    drawing = CARDS.drawing(sheet)
    check(drawing)
    assert "99,999,999.99" in texts(drawing)
    assert "0.01 元" in texts(drawing)


def test_of_a_range_both_ends_are_shown_and_what_decides() -> None:
    readings = (ReadingShown(1_470_300, "没备案"), ReadingShown(1_644_300, "备了案"))
    sheet = replace(RESULT, low=1_470_300, own_high=529_700, readings=readings)
    shown = texts(CARDS.drawing(sheet))
    assert "3,557.00 到 5,297.00" in shown
    assert "14,703.00 到 16,443.00" in shown
    assert "14,703.00元：没备案" in shown
    assert "医保付（按多的一种）" in shown


@pytest.mark.parametrize(
    ("unit", "amount", "shown"),
    [
        ("days", 15_800, ["158", "天"]),
        ("years", 450, ["4.5", "年"]),
        ("yuan/month", 31_200, ["312.00", "元/月"]),
        ("yuan/year", 31_200, ["312.00", "元/年"]),
    ],
)
def test_what_is_no_bill_is_one_amount_with_its_working(unit: str, amount: int, shown: list[str]) -> None:
    sheet = replace(RESULT, unit=unit, amount=amount, own=None, by_fund=(), by_person=())
    words = [each.text for each in CARDS.drawing(sheet).words]
    assert all(text in words for text in ("算出来是", *shown))
    assert "起付线 1,100.00元：三级医院" in words
    assert "医保大约付" not in words


def test_a_draft_stands_apart_and_is_marked_as_one() -> None:
    preview = "【征求意见稿，还没有生效，只作参考】\n照草案算，医保付12663.00元。\n" + "不一样的地方。" * 40
    drawing = CARDS.drawing(replace(RESULT, preview=preview))
    [frame] = [box for box in drawing.boxes if box.border]
    inside = [words.text for words in drawing.words if frame.y < words.y < frame.y + frame.height]
    assert inside[:2] == ["征求意见稿，还没有生效，只作参考", "照草案算，医保付12,663.00元。"]


def test_what_does_not_fit_is_said_to_be_in_the_text_and_never_an_amount() -> None:
    long = replace(RESULT, cautions=("很长的提醒" * 20,) * 6, assumptions=("很长的说明" * 20,) * 6)
    drawing = CARDS.drawing(long)
    assert "按 2026-06-01 那天的规定算，其余说明在文字里" in texts(drawing)
    assert texts(drawing).replace("\n", "").count("很长的提醒" * 20) == 6
    assert "2,457.00 元" in texts(drawing)
    assert "在文字里" not in texts(CARDS.drawing(replace(RESULT, explained=(), cautions=())))


def test_the_shares_in_a_bar_are_those_of_its_parts_and_nearly_all_is_not_all() -> None:
    words = [each.text for each in CARDS.drawing(RESULT).words]
    assert [text for text in words if re.fullmatch(r"\d+%", text)] == ["82%", "12%"]
    nearly = replace(RESULT, by_fund=(replace(RESULT.by_fund[0], fen=MOST),), by_person=RESULT.by_person)
    assert "99%" in [each.text for each in CARDS.drawing(nearly).words]


def test_a_sheet_without_parts_has_a_bar_of_both_sums() -> None:
    words = [each.text for each in CARDS.drawing(replace(RESULT, by_fund=(), by_person=())).words]
    assert [text for text in words if text.endswith("%")] == ["82%", "18%"]


def test_of_what_is_compared_without_a_bill_the_longest_bar_is_the_most() -> None:
    rows = (
        RowShown("顺产", now=True, held=True, low=9_800, high=9_800),
        RowShown("难产", False, True, 19_600, 19_600),
    )
    drawing = CARDS.drawing(replace(COMPARISON, unit="days", billed=False, rows=rows))
    assert [box.width for box in drawing.boxes if box.radius == 3] == [426, 852]
    assert "98 天" in texts(drawing)
    assert "%" not in texts(drawing)
