"""What the tests of the policy files share: the real library, and folders made for one test."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.policy import Library, load

POLICIES = Path(__file__).parents[2] / "policies"
HERE = Path(__file__).parent

Folder = Callable[..., Path]

_DOCUMENT = """\
document:
  id: {id}
  number: 测〔2023〕1号
  title: 测试办法
  issuer: 测试局
  place: {place}
  status: in_force
  effective: {{since: {since}, basis: stated{until}}}
  read_in: 全文
  checked: 2026-01-01
provisions:
{provisions}
"""
_PROVISION = '  - {{id: "{id}", article: 第一条, insurance: [{insurance}], topics: [referral]{more}}}'


def provision(id_: str = "1.1", *, insurance: str = "employee", more: str = "") -> str:
    """Return a provision on 'referral' as it stands in a document."""
    return _PROVISION.format(id=id_, insurance=insurance, more=more and f", {more}")


def document(
    id_: str, *provisions: str, place: str = "hunan", since: str = "2023-01-01", until: str = ""
) -> str:
    """Return a document in order, with one provision on 'referral' if none is given."""
    return _DOCUMENT.format(
        id=id_,
        place=place,
        since=since,
        until=until and f", until: {until}",
        provisions="\n".join(provisions or [provision()]),
    )


@pytest.fixture(scope="session")
def real() -> Library:
    return load(POLICIES)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """Make a folder 'policies' of texts by the names of their files, with the places and words of good/.

    A name of a figure that isn't there would be refused: those of good/ are left out. The test then
    stands beside the folder, so that messages name files alike on every machine.
    """

    def make(**texts: str | bytes) -> Path:
        made = tmp_path / "policies"
        made.mkdir(exist_ok=True)
        shutil.copy(HERE / "good" / "places.yaml", made)
        words = (HERE / "good" / "terms.yaml").read_text("utf-8")
        (made / "terms.yaml").write_text(words.partition("figures:\n")[0], "utf-8")
        for name, text in texts.items():
            (made / f"{name}.yaml").write_bytes(text.encode() if isinstance(text, str) else text)
        monkeypatch.chdir(tmp_path)
        return Path("policies")

    return make
