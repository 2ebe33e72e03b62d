import random
import time
from pathlib import Path

import pytest

from .injected import POINTS, Faults
from .judge import judged
from .load import made
from .peer import Peer
from .running import Child, settle, sqlite_url, until

ONCE = frozenset({"migrate.begun", "migrate.written"})
SCRUBS = frozenset({"scrub.begun", "scrub.done"})


def test_a_run_without_faults_answers_each_update_once_as_the_bare_dialogue_does(tmp_path: Path) -> None:
    load = made(updates=600, chats=30, talks=0.5)
    url = sqlite_url(tmp_path)
    with Peer(load) as peer, Child(tmp_path, peer, url) as child:
        settle(peer, url)
        assert child.end() == 0, child.told()
    figures = judged(peer, url, kills=0)
    assert figures.wrong == []
    assert (figures.repeated, figures.shown, figures.compared) == (0, 600, 30)


@pytest.mark.parametrize("point", POINTS.keys() - SCRUBS)
def test_a_kill_at_any_point_loses_and_doubles_nothing(tmp_path: Path, point: str) -> None:
    load = made(updates=150, chats=10, talks=0.5)
    url = sqlite_url(tmp_path)
    with Peer(load, latency=0.01) as peer:
        with Child(tmp_path, peer, url, faults=Faults(point, 1 if point in ONCE else 30)) as child:
            child.killed()
        with Child(tmp_path, peer, url) as child:
            settle(peer, url)
            assert child.end() == 0, child.told()
    figures = judged(peer, url, kills=1)
    assert figures.wrong == []
    assert figures.compared == 10


@pytest.mark.parametrize("point", sorted(SCRUBS))
def test_a_kill_while_files_are_cleaned_leaves_no_trace_of_who_was_forgotten(
    tmp_path: Path, point: str
) -> None:
    load = made(updates=60, chats=4, talks=0.5, forgotten=["whoever-this-was"])
    url = sqlite_url(tmp_path)
    with Peer(load) as peer:
        with Child(tmp_path, peer, url, faults=Faults(point, 1, quick=True)) as child:
            child.killed()
        with Child(tmp_path, peer, url) as child:
            settle(peer, url)
            assert child.end() == 0, child.told()
    assert judged(peer, url, kills=1).wrong == []
    found = [path.name for path in tmp_path.glob("bot.db*") if b"whoever-this-was" in path.read_bytes()]
    assert found == []


def test_kills_at_random_moments_lose_and_double_nothing(tmp_path: Path) -> None:
    rng, kills = random.Random(5), 4
    load = made(updates=3000, chats=100, disordered=0.2)
    url = sqlite_url(tmp_path)
    with Peer(load, twice=0.05, latency=0.01) as peer:
        for _ in range(kills):
            with Child(tmp_path, peer, url) as child:
                before = peer.shown
                until(lambda before=before: peer.shown > before, "nothing is answered")  # type: ignore[misc]
                time.sleep(rng.uniform(0.0, 0.3))
        with Child(tmp_path, peer, url) as child:
            settle(peer, url)
            assert child.end() == 0, child.told()
    figures = judged(peer, url, kills=kills)
    print(figures.table())
    assert figures.wrong == []


def test_updates_that_come_twice_late_and_out_of_order_are_answered_once(tmp_path: Path) -> None:
    load = made(updates=600, chats=30, talks=0.5, disordered=0.5)
    url = sqlite_url(tmp_path)
    with Peer(load, twice=0.5) as peer, Child(tmp_path, peer, url) as child:
        settle(peer, url)
        assert child.end() == 0, child.told()
    assert peer.handed > 800
    figures = judged(peer, url, kills=0)
    assert figures.wrong == []
    assert (figures.repeated, figures.compared) == (0, 15)


def test_commits_that_fail_before_or_after_they_are_made_lose_and_double_nothing(tmp_path: Path) -> None:
    load = made(updates=400, chats=20, talks=0.3)
    url = sqlite_url(tmp_path)
    broken = Faults(io_errors=tuple(range(8, 80, 7)))
    with Peer(load) as peer, Child(tmp_path, peer, url, faults=broken) as child:
        settle(peer, url)
        assert "disk I/O error" in child.told()
        assert child.end() == 0, child.told()
    figures = judged(peer, url, kills=0)
    assert figures.wrong == []
    assert figures.repeated == 0
