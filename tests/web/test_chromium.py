"""Where the tests' Chromium comes from."""

import os
import subprocess
from pathlib import Path

import pytest
from chromium import CHECKOUT, ChromiumMissingError, program

SCRIPT = CHECKOUT / "tests" / "support" / "chromium.sh"


def made(path: Path, text: str = "exit 0") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def looked_for(folder: Path, *path: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Let the script look on a machine that has no more programs than those of `path`."""
    environment = {name: value for name, value in os.environ.items() if name != "BAODUOSHAO_CHROMIUM"}
    environment |= {"PATH": os.pathsep.join(map(str, path)), **settings}
    command = ["/bin/sh", str(SCRIPT), str(folder)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=30)


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """The programs of every machine, without any to install more."""
    folder = tmp_path / "few"
    for name in ("cat", "rm"):
        made(folder / name, f'exec /bin/{name} "$@"')
    return folder


def test_the_one_that_is_named_is_taken(tmp_path: Path, few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = made(tmp_path / "mine")
    made(few / "chromium")
    done = looked_for(tmp_path / "unpacked", few, BAODUOSHAO_CHROMIUM=str(mine))
    assert (done.returncode, done.stdout) == (0, f"{mine}\n")
    monkeypatch.setenv("BAODUOSHAO_CHROMIUM", str(mine))
    assert program() == mine


def test_one_that_was_unpacked_is_taken_while_it_runs_and_else_cleared_away(
    tmp_path: Path, few: Path
) -> None:
    unpacked, installed = made(tmp_path / "unpacked" / "run"), made(few / "chromium")
    assert looked_for(unpacked.parent, few).stdout == f"{unpacked}\n"
    made(unpacked, "exit 127")
    assert looked_for(unpacked.parent, few).stdout == f"{installed}\n"
    assert not unpacked.parent.exists()


def test_one_on_the_path_that_does_not_run_is_passed_over(tmp_path: Path, few: Path) -> None:
    made(few / "chromium-browser", "exit 1")
    chrome = made(few / "google-chrome")
    assert looked_for(tmp_path / "unpacked", few).stdout == f"{chrome}\n"


def test_where_none_can_be_had_the_script_says_what_to_install(tmp_path: Path, few: Path) -> None:
    done = looked_for(tmp_path / "unpacked", few)
    assert done.returncode == 1
    assert "there is no apt-get to fetch them with" in done.stderr
    assert "apt-get install --no-install-recommends chromium libatomic1" in done.stderr


def test_a_named_one_that_does_not_run_is_told(tmp_path: Path, few: Path) -> None:
    done = looked_for(tmp_path / "unpacked", few, BAODUOSHAO_CHROMIUM=str(tmp_path / "mine"))
    assert done.returncode == 1
    assert "mine, which does not run" in done.stderr


def test_without_chromium_the_tests_say_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("BAODUOSHAO_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ChromiumMissingError, match=r"there is no Chromium\. Run `make chromium`"):
        program(tmp_path / "run")
    monkeypatch.setenv("BAODUOSHAO_CHROMIUM", str(tmp_path / "mine"))
    with pytest.raises(ChromiumMissingError, match="mine, which is no program"):
        program(tmp_path / "run")
