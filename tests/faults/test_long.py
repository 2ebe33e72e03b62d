"""The full runs, with a table of figures each: `pytest -s -m long tests/faults`."""

import random
import time
from pathlib import Path

import pytest

from .injected import Faults
from .judge import Figures, judged
from .load import Load, made, replayed
from .peer import Peer
from .running import Child, settle, sqlite_url, until

HOUR = 3600.0


def bare(load: Load) -> float:
    """Return how many updates a second the dialogue alone takes."""
    chats = load.chats.values()
    began = time.perf_counter()
    for updates in chats:
        replayed(updates)
    return len(load.updates) / (time.perf_counter() - began)


def passed(peer: Peer, share: float) -> None:
    """Wait until that share of the load is answered."""
    enough = int(len(peer.load.updates) * share)
    until(lambda: peer.shown >= enough, f"{enough} are not answered", HOUR)


def told(
    figures: Figures,
    peer: Peer,
    alone: float,
    seconds: float,
    a_second: float,
    early: float,
    late: float,
) -> None:
    """Print the table: updates a second beside the bare loop's, megabytes of the largest process."""
    print()
    print(
        figures.table(
            handed_out=peer.handed,
            seconds=round(seconds, 1),
            a_second=round(a_second, 1),
            bare_loop_a_second=round(alone, 1),
            share_of_bare_loop=round(a_second / alone, 3),
            megabytes_early=round(early, 1),
            megabytes_late=round(late, 1),
        )
    )


@pytest.mark.long
def test_100000_updates_of_2000_chats_and_50_kills_on_one_file(tmp_path: Path) -> None:
    rng, kills = random.Random(11), 50
    load = made(updates=100_000, chats=2_000, talks=0.1, disordered=0.2)
    url = sqlite_url(tmp_path)
    with Peer(load, twice=0.05) as peer:
        began = time.monotonic()
        # All in the first half, so that the second shows how one process goes on.
        for number in range(kills):
            with Child(tmp_path, peer, url):
                passed(peer, (number + rng.uniform(0.2, 1.0)) / kills / 2)
        with Child(tmp_path, peer, url) as child:
            passed(peer, 0.52)
            early, first, half = child.megabytes(), peer.shown, time.monotonic()
            settle(peer, url, HOUR)
            ended = time.monotonic()
            late = child.megabytes()
            assert child.end() == 0, child.told()
    figures = judged(peer, url, kills=kills, compare=2_000)
    told(figures, peer, bare(load), ended - began, (peer.shown - first) / (ended - half), early, late)
    assert figures.wrong == []
    assert late < early + 30


@pytest.mark.long
def test_20000_updates_two_replicas_and_20_kills_on_postgresql(tmp_path: Path, postgres_dsn: str) -> None:
    rng, kills = random.Random(13), 20
    load = made(updates=20_000, chats=400, talks=0.1, disordered=0.2)
    # A lost replica's messages are taken up after the lease: two seconds here rather than sixty.
    quick = Faults(quick=True)
    with Peer(load, twice=0.05) as peer:
        began = time.monotonic()
        roles = ("ingest", "worker", "worker")
        replicas = [Child(tmp_path, peer, postgres_dsn, faults=quick, role=role) for role in roles]
        try:
            for number in range(kills):
                passed(peer, (number + rng.uniform(0.2, 1.0)) / kills / 2)
                lost = number % 3
                replicas[lost].kill()
                replicas[lost] = Child(tmp_path, peer, postgres_dsn, faults=quick, role=roles[lost])
            passed(peer, 0.55)
            early, first, half = [child.megabytes() for child in replicas], peer.shown, time.monotonic()
            settle(peer, postgres_dsn, HOUR)
            ended = time.monotonic()
            late = [child.megabytes() for child in replicas]
            assert [child.end() for child in replicas] == [0, 0, 0]
        finally:
            for child in replicas:
                child.kill()
    figures = judged(peer, postgres_dsn, kills=kills, compare=400)
    told(
        figures,
        peer,
        bare(load),
        ended - began,
        (peer.shown - first) / (ended - half),
        *map(max, (early, late)),
    )
    assert figures.wrong == []
    assert all(after < before + 30 for before, after in zip(early, late, strict=True))
