"""Every way in which policy files can be wrong, with the whole message that tells it.

`bad/<name>.yaml` is a document that differs from one in order in a single place, `bad/<name>/` a few files,
and what can't be a small file is made here. Beside each stands the message, to be reviewed like code. The
test of a case without its message fails and shows what is said today.
"""

import errno
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.policy import PolicyProblem, load

from .conftest import HERE, Folder, document

BAD = HERE / "bad"


def _written(content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / "document.yaml").write_bytes(content)


def _linked(target: str) -> Callable[[Path], object]:
    return lambda folder: (folder / "document.yaml").symlink_to(target)


def _without(*names: str) -> Callable[[Path], object]:
    def remove(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return remove


def _folder_in_folder(folder: Path) -> None:
    (folder / "inner.yaml").mkdir()
    (folder / "city").symlink_to("inner.yaml")


_TEXT = document("test-2023-1").encode()
MADE: dict[str, Callable[[Path], object]] = {
    "not_utf8": _written(_TEXT.replace("测试办法".encode(), "测试办法".encode("gb18030"))),
    "control_character": _written(_TEXT.replace("办法".encode(), "\x1b[2J办法".encode())),
    "byte_order_mark": _written(b"\xef\xbb\xbf" + _TEXT),
    "carriage_return": _written(_TEXT.replace(b"  title:", b"\r  title:")),
    "line_separator": _written(_TEXT.replace("办法".encode(), "\u2028办法".encode())),
    "file_too_large": _written(_TEXT + b"# " + b"x" * 600_000),
    "too_many_nodes": _written(b"document: [" + b"a," * 100_000 + b"]\n"),
    "long_word": _written(_TEXT.replace(b"in_force", b"in_force" * 10_000)),
    "link_to_itself": _linked("document.yaml"),
    "link_to_nothing": _linked("nowhere.yaml"),
    "pipe": lambda folder: os.mkfifo(folder / "document.yaml"),
    "folder_linked": _folder_in_folder,
    "other_suffix": lambda folder: (folder / "document.yml").write_bytes(_TEXT),
    "no_places": _without("places.yaml"),
    "no_terms": _without("terms.yaml"),
    "empty_folder": _without("places.yaml", "terms.yaml"),
    "no_folder": shutil.rmtree,
}
WRITTEN = sorted(path.stem for path in BAD.iterdir() if path.is_dir() or path.suffix == ".yaml")


def _message_of(name: str) -> Path:
    return BAD / name / "expected.txt" if (BAD / name).is_dir() else BAD / f"{name}.txt"


@pytest.mark.parametrize("name", sorted([*WRITTEN, *MADE]))
def test_what_is_wrong_is_refused_with_place_and_mend(name: str, folder: Folder) -> None:
    policies = folder()
    if name in MADE:
        MADE[name](policies)
    else:
        files = (BAD / name).glob("*.yaml") if (BAD / name).is_dir() else [BAD / f"{name}.yaml"]
        for file in files:
            shutil.copy(file, policies)
    with pytest.raises(PolicyProblem) as caught:
        load(policies)
    expected = _message_of(name)
    assert f"{caught.value}\n" == (expected.read_text("utf-8") if expected.exists() else "")


def test_each_message_belongs_to_a_case() -> None:
    messages = {path.parent.name if path.stem == "expected" else path.stem for path in BAD.rglob("*.txt")}
    assert messages == {*WRITTEN, *MADE}


@pytest.mark.parametrize("message", sorted(BAD.rglob("*.txt")), ids=lambda path: path.parent.name + path.stem)
def test_a_message_shows_the_line_and_ends_with_the_mend(message: Path) -> None:
    *told, mend = message.read_text("utf-8").splitlines()
    assert re.fullmatch(r"  [A-Z].*[.?]", mend)
    for place in (line for line in told if re.match(r"policies/\S+:\d", line)):
        assert re.match(r"policies/\S+\.yaml:[1-9]\d*:[1-9]\d*: \S", place)
    carets = sum(line.rstrip().endswith("^") for line in told)
    assert carets == sum(bool(re.match(r"  \d+ \| ", line)) for line in told)
    assert all(len(line) < 600 for line in told), "a message stays short whatever the file holds"


def test_a_folder_that_may_not_be_read_is_named(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    policies = folder()
    (policies / "locked").mkdir()
    scan = os.scandir

    def guarded(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", guarded)
    with pytest.raises(PolicyProblem, match="the folder policies/locked can't be read: Permission denied"):
        load(policies)


def test_the_documents_that_the_bad_ones_differ_from_are_good() -> None:
    assert len(load(HERE / "good").provisions) == 2


def test_names_that_begin_with_a_dot_are_left_alone(folder: Folder) -> None:
    policies = folder(document=document("test-2023-1"))
    (policies / ".#document.yaml").symlink_to("nowhere")
    (policies / "..2026").mkdir()
    (policies / "..2026" / "document.yaml").write_text(document("test-2023-1"), "utf-8")
    (policies / "README.md").write_text("About.", "utf-8")
    assert list(load(policies).provisions) == ["test-2023-1/1.1"]
