"""The fonts of the cards hold all that our texts say, and are what the script makes of the package."""

import shutil
import subprocess
import xml.sax.saxutils
from pathlib import Path

import pytest
import resvg_py
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.faces import BLANK, FAMILY, FILES, Face, Faces, MissingGlyphError
from bot.rendering.making_fonts import INTEGRITY, LICENCE, PackageError, characters, made
from bot.settings import data_folder

FONTS = data_folder("templates") / "fonts"
FACES = Faces.load(FONTS, strict=True)
LENIENT = Faces.load(FONTS, strict=False)
PACKAGE = "@expo-google-fonts/noto-sans-sc@0.4.3"
EMOJI = {"👍", "👎"}  # in templates, on Telegram's buttons alone


@pytest.mark.parametrize("name", FILES)
def test_every_character_of_our_texts_is_in_the_font(name: str) -> None:
    missing = Face.load(FONTS / name).missing("".join(sorted(characters())))
    assert set(missing) <= EMOJI, f"make the fonts anew, see bot/rendering/making_fonts.py: {missing}"


@pytest.mark.parametrize("name", FILES)
def test_nothing_in_the_font_changes_a_width_and_all_digits_are_as_wide_as_one(name: str) -> None:
    font = TTFont(FONTS / name)
    assert not {"GPOS", "GSUB", "kern"} & set(font.keys())
    face = Face.load(FONTS / name)
    assert len({face.width(digit, 100) for digit in "0123456789"}) == 1
    assert face.width("医保", 40) == 80


@pytest.mark.parametrize("name", FILES)
def test_the_font_is_called_as_the_cards_call_it_and_by_no_name_that_is_reserved(name: str) -> None:
    names = TTFont(FONTS / name)["name"]
    assert names.getDebugName(1) == FAMILY
    assert not any("Source" in str(names.getDebugName(number)) for number in (1, 3, 4, 6))
    licence = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def drawn(text: str, weight: int, x: int = 500, anchor: str = "start") -> bytes:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="50" viewBox="0 0 16000 2000">'
        f'<text x="{x}" y="1500" text-anchor="{anchor}" font-size="1000" font-weight="{weight}" '
        f'font-family="{FAMILY}">{xml.sax.saxutils.escape(text)}</text></svg>'
    )
    files = [str(FONTS / each) for each in FILES]
    return resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=files)


@pytest.mark.parametrize("weight", [400, 700])
@pytest.mark.parametrize("character", ["啉", "−", "元", "0", "〔", "□", "·", "龙", "A"])
def test_a_character_of_the_font_leaves_its_mark_in_a_picture(character: str, weight: int) -> None:
    assert drawn(character, weight) != drawn("", weight)


@pytest.mark.parametrize("weight", [400, 700])
@pytest.mark.parametrize("text", ["您大约自己付 16,443.00 元", "AVAToffi 2026-01-01", "“三级”——（一）"])
def test_a_text_is_drawn_as_wide_as_it_was_measured(weight: int, text: str) -> None:
    width = FACES.of(bold=weight == 700).width(text, 1000)
    assert width.is_integer()
    assert drawn(text, weight) == drawn(text, weight, 500 + int(width), "end")
    assert drawn(text, weight) != drawn(text, weight, 510 + int(width), "end")


def test_a_character_that_is_wanting_is_an_error_that_names_it() -> None:
    with pytest.raises(MissingGlyphError, match=r"龘 \(U\+9F98\), 😀 \(U\+1F600\)") as error:
        FACES.readable("医保龘😀龘")
    assert error.value.missing == "龘😀"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("衡陽醫院", "衡阳医院"),
        ("㎎和ﬁ", "mg和fi"),
        ("好😀👍🏽✔的", "好的"),
        ("龘医院", f"{BLANK}医院"),
        ("一\n二\t 三\u200b", "一 二 三"),
        ("半\ud83d字\x00", "半字"),
        ("👨‍👩‍👧", ""),
    ],
)
def test_in_use_what_is_wanting_is_written_in_another_way(text: str, shown: str) -> None:
    assert LENIENT.readable(text) == shown


@given(st.text())
def test_what_is_readable_is_in_both_weights_and_stays_as_it_is(text: str) -> None:
    shown = LENIENT.readable(text)
    assert FACES.readable(shown) == shown


def test_another_package_than_the_one_that_was_read_is_refused() -> None:
    assert INTEGRITY.startswith("sha512-")
    with pytest.raises(PackageError, match="SHA-512 differs"):
        made(b"another package")


@pytest.mark.network
@pytest.mark.long
def test_the_fonts_are_what_the_script_makes_of_the_package(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    assert npm is not None, "this test fetches the package with npm: install it"
    subprocess.run([npm, "pack", PACKAGE], cwd=tmp_path, check=True, capture_output=True)
    [package] = tmp_path.glob("*.tgz")
    files = made(package.read_bytes())
    assert files.keys() == {*FILES, *LICENCE}
    for name, content in files.items():
        assert (FONTS / name).read_bytes() == content, f"{name}: make the fonts anew"
