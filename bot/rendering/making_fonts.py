"""Makes the fonts of the result card: Noto Sans SC with the characters that the project may show, no more.

From the root of the repository, whenever the test of the fonts says that a character is wanting:

    npm pack @expo-google-fonts/noto-sans-sc@0.4.3
    python -m bot.rendering.making_fonts expo-google-fonts-noto-sans-sc-0.4.3.tgz

The same package, texts and fonttools give the same bytes. Which characters those are follows from the
texts: GB2312, ASCII and all that stands in `templates/`, `policies/` and `intents/`. The licence goes beside
them; the name that it reserves, 'Source', is not the name of the family.
"""

import base64
import hashlib
import io
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from bot.settings import data_folder

INTEGRITY = "sha512-9rAwdFTFHbO/u6Cs0gj2jZbW74TGIiaFNQnXYH2s5wA1bzVkwbaviL4t8YUV642eGYjg86eH6DkAEQmfNHDncQ=="
"""Of version 0.4.3 of the package, as npm states it."""
FONTS = {
    "NotoSansSC-Regular.ttf": "package/400Regular/NotoSansSC_400Regular.ttf",
    "NotoSansSC-Bold.ttf": "package/700Bold/NotoSansSC_700Bold.ttf",
}
LICENCE = {"OFL.txt": "package/LICENSE_FONT"}
_RESERVED = "Source"
_NAMES = (1, 3, 4, 6, 16, 25)
"""Of a font's name table: those by which a font is called."""
_TEXTS = frozenset({".j2", ".yaml"})
_BEYOND = "啉−–—‘’“”…·•×÷±≤≥≈→←↑↓①②③④⑤⑥⑦⑧⑨⑩￥¥〇□"


class PackageError(Exception):
    """The package isn't the one that the fonts are made of, or has changed inside."""


def characters() -> frozenset[str]:
    """Return every character that a card may have to show, wherever in our files it stands."""
    found = {chr(code) for code in range(0x20, 0x7F)} | set(_gb2312()) | set(_BEYOND)
    for folder in ("templates", "policies", "intents"):
        for path in sorted(data_folder(folder).rglob("*")):
            if path.suffix in _TEXTS:
                found |= set(path.read_text(encoding="utf-8"))
    return frozenset(each for each in found if each.isprintable())


def _gb2312() -> Iterator[str]:
    for first in range(0xA1, 0xF8):
        for second in range(0xA1, 0xFF):
            # The rows 10 to 15 are empty, and so are the ends of some.
            yield from bytes((first, second)).decode("gb2312", "ignore")


def made(package: bytes) -> dict[str, bytes]:
    """Return the fonts and their licence by file name, from the package of npm. Raises PackageError."""
    digest = base64.b64encode(hashlib.sha512(package).digest()).decode("ascii")
    if f"sha512-{digest}" != INTEGRITY:
        raise PackageError(
            "this is not version 0.4.3 of @expo-google-fonts/noto-sans-sc: its SHA-512 differs. "
            "Fetch it anew; for another version set INTEGRITY to what `npm view` states, and look at the "
            "cards."
        )
    with tarfile.open(fileobj=io.BytesIO(package), mode="r:gz") as archive:
        fonts = {name: _subset(_member(archive, inside)) for name, inside in FONTS.items()}
        texts = {name: _member(archive, inside) for name, inside in LICENCE.items()}
    return {**fonts, **texts}


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    try:
        file = archive.extractfile(name)
    except KeyError:
        file = None
    if file is None:
        raise PackageError(f"the package has no file {name}")
    return file.read()


def _subset(whole: bytes) -> bytes:
    font = TTFont(io.BytesIO(whole), recalcTimestamp=False)
    _check(font)
    options = subset.Options(
        hinting=False,
        # Nothing may change a width: a line is as long as the sum of its characters.
        layout_features=[],
        drop_tables=[*subset.Options().drop_tables, "GPOS", "GSUB", "GDEF", "BASE", "STAT", "vhea", "vmtx"],
        name_IDs=["*"],
        name_languages=["*"],
        notdef_outline=True,
        glyph_names=False,
        recalc_timestamp=False,
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(each) for each in characters()])
    subsetter.subset(font)
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()


def _check(font: TTFont) -> None:
    widths = {font["hmtx"][font.getBestCmap()[ord(digit)]][0] for digit in "0123456789"}
    if len(widths) != 1:
        raise PackageError("the digits of this font differ in width: amounts would not stand in columns")
    called = {str(record) for record in font["name"].names if record.nameID in _NAMES}
    reserved = [name for name in called if _RESERVED in name.split("-")[0].split()]
    if reserved:
        raise PackageError(f"a font of ours may not be called {reserved[0]}: the licence reserves that name")


def main(arguments: list[str]) -> int:
    """Write the fonts into `templates/fonts`; return 0, or 2 with what is wrong on stderr."""
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        files = made(Path(arguments[0]).read_bytes())
    except (OSError, PackageError) as error:
        sys.stderr.write(f"The fonts were not made: {error}\n")
        return 2
    folder = data_folder("templates") / "fonts"
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        sys.stdout.write(f"{name}: {len(content)} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
