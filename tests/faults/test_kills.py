import random
import time
from pathlib import Path

import pytest

from .injected import POINTS, Faults
from .judge import judged
from .load import made
from .peer import Peer
from .running import Child, settle, sqlite_url, until

SCRUBS = ("scrub.begun", "scrub.done")
ALL = [point for point in POINTS if point not in SCRUBS]
SPARED = {"migrate.begun", "receive.begun", "receive.acknowledged", "step.begun", "step.taken", "mark.begun"}
FEW = [point for point in ALL if point not in SPARED]
# Where many messages pass together there are few passes.
PASSES = dict.fromkeys(("step.committed", "send.written", "send.taken"), 3) | dict.fromkeys(
    ("migrate.begun", "migrate.written"), 1
)


@pytest.mark.parametrize("points", [FEW, pytest.param(ALL * 3, marks=pytest.mark.long)], ids=["few", "all"])
def test_kills_at_each_point_in_turn_lose_and_double_nothing(tmp_path: Path, points: list[str]) -> None:
    load = made(updates=75 * len(points), chats=4 * len(points), talks=0.1)
    url = sqlite_url(tmp_path)
    with Peer(load, latency=0.01) as peer:
        for point in points:
            with Child(tmp_path, peer, url, faults=Faults(point, PASSES.get(point, 20))) as child:
                child.killed()
        with Child(tmp_path, peer, url) as child:
            settle(peer, url)
            assert child.end() == 0, child.told()
    figures = judged(peer, url, kills=len(points), compare=len(load.chats))
    print(figures.table())
    assert figures.wrong == []
    assert figures.compared == 4 * len(points)


def test_kills_while_files_are_cleaned_leave_no_trace_of_who_was_forgotten(tmp_path: Path) -> None:
    load = made(updates=60, chats=4, talks=0.5, forgotten=["whoever-this-was"])
    url = sqlite_url(tmp_path)
    with Peer(load) as peer:
        for point in SCRUBS:
            with Child(tmp_path, peer, url, faults=Faults(point, quick=True)) as child:
                child.killed()
        with Child(tmp_path, peer, url) as child:
            settle(peer, url)
            assert child.end() == 0, child.told()
    assert judged(peer, url, kills=len(SCRUBS)).wrong == []
    found = [path.name for path in tmp_path.glob("bot.db*") if b"whoever-this-was" in path.read_bytes()]
    assert found == []


def test_kills_at_random_moments_lose_and_double_nothing(tmp_path: Path) -> None:
    rng, kills = random.Random(5), 2
    load = made(updates=1500, chats=60, disordered=0.2)
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
