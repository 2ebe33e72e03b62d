"""The Chromium of the tests: where it is, how it is started, and what it must not reach."""

import os
import shutil
from pathlib import Path

from bot.settings import data_folder

CHECKOUT = Path(__file__).resolve().parents[2]
UNPACKED = CHECKOUT / ".tools" / "chromium" / "run"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

SWITCHES = (
    "--no-sandbox",  # it cannot be had as root, nor in most containers; only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Chromium itself tries to reach its maker, whatever is switched off: no other machine can be found.
    # Names below .test are this one.
    "--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)

# The same Chinese letters on every machine, whatever is installed there.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <match target="pattern">
    <edit name="family" mode="prepend" binding="strong"><string>Noto Sans SC</string></edit>
  </match>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class ChromiumMissingError(RuntimeError):
    """The tests cannot have the Chromium they need; the message says how to mend that."""


def program(unpacked: Path = UNPACKED) -> Path:
    """Return the Chromium that `make chromium` found or made; raises ChromiumMissingError."""
    named = os.environ.get("BAODUOSHAO_CHROMIUM", "").strip()
    names = (named,) if named else (str(unpacked), *PROGRAMS)
    for name in names:
        if found := shutil.which(name):
            return Path(found)
    missing = f"BAODUOSHAO_CHROMIUM names {named}, which is no program" if named else "there is no Chromium"
    raise ChromiumMissingError(
        f"{missing}. Run `make chromium`, which installs or unpacks Debian's, or set BAODUOSHAO_CHROMIUM to "
        "the program of a Chromium or Chrome that you have."
    )


def libraries(unpacked: Path = UNPACKED) -> dict[str, str]:
    """Return the environment in which Playwright's own program finds what was unpacked for it, if it was."""
    named = unpacked.with_name("libraries")
    return {"LD_LIBRARY_PATH": named.read_text("utf-8").strip()} if named.is_file() else {}


def surroundings(folder: Path) -> dict[str, str | float | bool]:
    """Return the environment in which Chromium draws with the project's own font, kept in `folder`."""
    settings = folder / "fonts.conf"
    fonts = data_folder("templates") / "fonts"
    settings.write_text(_FONTS.format(fonts=fonts, cache=folder / "fonts"), encoding="utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(settings), "LC_ALL": "C.UTF-8"}
