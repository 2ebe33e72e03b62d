"""The judge finds what it is there to find: without a guard it tells so, with it in place it is content."""

from pathlib import Path

import pytest

from .injected import READ, Faults, Guard
from .judge import Figures, judged
from .load import Load, made
from .peer import Peer
from .running import Child, left, settle, sqlite_url, until


def twice(folder: Path, *without: Guard) -> Figures:
    """Hand out each update a second time."""
    load = made(updates=60, chats=5)
    url = sqlite_url(folder)
    with Peer(load, twice=1.0) as peer, Child(folder, peer, url, faults=Faults(without=without)) as child:
        settle(peer, url)
        assert child.end() == 0, child.told()
    return judged(peer, url, kills=0)


def killed_before_a_commit(folder: Path, *without: Guard) -> Figures:
    """Kill the process when twenty updates came and not all of them are kept."""
    load = made(updates=60, chats=60)
    url = sqlite_url(folder)
    with Peer(load) as peer:
        with Child(folder, peer, url, faults=Faults("receive.written", 20, without=without)) as child:
            child.killed()
        with Child(folder, peer, url) as child:
            settle(peer, url)
            assert child.end() == 0, child.told()
    return judged(peer, url, kills=1)


def slowly(folder: Path, *without: Guard) -> Figures:
    """Let the messages of few chats wait for each other."""
    load = made(updates=60, chats=3, disordered=0.4)
    url = sqlite_url(folder)
    faults = Faults(pauses={"step.committed": 0.3}, without=without)
    with Peer(load) as peer, Child(folder, peer, url, faults=faults) as child:
        settle(peer, url)
        assert child.end() == 0, child.told()
    return judged(peer, url, kills=0)


def two_workers(folder: Path, url: str, load: Load, *without: Guard) -> Figures:
    """Let two workers pause whenever they have chosen a chat and not yet its message."""
    faults, few = Faults(pauses={READ: 0.02}, one_by_one=True, without=without), {"BAODUOSHAO_POOL_SIZE": "2"}
    with Peer(load) as peer:
        with Child(folder, peer, url, role="ingest") as ingest:
            until(lambda: peer.all_acknowledged, "not all was acknowledged")
            assert ingest.end() == 0, ingest.told()
        with (
            Child(folder, peer, url, role="worker", faults=faults, **few) as one,
            Child(folder, peer, url, role="worker", faults=faults, **few) as other,
        ):
            until(lambda: left(url) == 0, "not all was answered and sent")
            assert (one.end(), other.end()) == (0, 0)
    return judged(peer, url, kills=0)


def test_without_the_unique_key_updates_are_found_doubled(tmp_path: Path) -> None:
    assert twice(tmp_path, "unique").doubled > 0


def test_with_the_unique_key_nothing_is_found(tmp_path: Path) -> None:
    figures = twice(tmp_path)
    assert figures.wrong == []
    assert figures.repeated == 0


def test_without_the_commit_before_the_acknowledgement_updates_are_found_lost(tmp_path: Path) -> None:
    assert killed_before_a_commit(tmp_path, "commit").lost > 0


def test_with_the_commit_before_the_acknowledgement_nothing_is_found(tmp_path: Path) -> None:
    assert killed_before_a_commit(tmp_path).wrong == []


def test_without_the_order_of_a_chat_replies_are_found_disordered(tmp_path: Path) -> None:
    assert slowly(tmp_path, "order").disordered > 0


def test_with_the_order_of_a_chat_nothing_is_found(tmp_path: Path) -> None:
    assert slowly(tmp_path).wrong == []


@pytest.fixture
def crowded() -> Load:
    """Few chats with much to say, so that workers meet."""
    return made(updates=60, chats=2, talks=1.0)


def test_without_the_lock_of_a_chat_effects_are_found_doubled_or_lost(
    tmp_path: Path, postgres_dsn: str, crowded: Load
) -> None:
    figures = two_workers(tmp_path, postgres_dsn, crowded, "lock")
    assert figures.doubled > 0
    assert figures.untrue > 0


def test_with_the_lock_of_a_chat_nothing_is_found(tmp_path: Path, postgres_dsn: str, crowded: Load) -> None:
    figures = two_workers(tmp_path, postgres_dsn, crowded)
    assert figures.wrong == []
    assert (figures.repeated, figures.compared) == (0, 2)
