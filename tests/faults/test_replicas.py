import random
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.postgres import PostgresServer

from .injected import Faults
from .judge import judged
from .load import made
from .peer import Peer
from .running import Child, settle, until


def test_two_workers_and_one_that_takes_in_share_a_database(tmp_path: Path, postgres_dsn: str) -> None:
    load = made(updates=500, chats=40, talks=0.3, disordered=0.2)
    with (
        Peer(load, twice=0.1) as peer,
        Child(tmp_path, peer, postgres_dsn, role="ingest") as ingest,
        Child(tmp_path, peer, postgres_dsn, role="worker") as one,
        Child(tmp_path, peer, postgres_dsn, role="worker") as other,
    ):
        settle(peer, postgres_dsn)
        assert [ingest.end(), one.end(), other.end()] == [0, 0, 0]
    figures = judged(peer, postgres_dsn, kills=0)
    print(figures.table())
    assert figures.wrong == []
    assert figures.repeated == 0
    assert len({delivery.by for delivery in peer.deliveries}) == 2


def test_restarts_of_the_server_in_mid_run_lose_and_double_nothing(
    tmp_path: Path, postgres: PostgresServer, postgres_dsn: str
) -> None:
    load = made(updates=1200, chats=50, talks=0.2)
    with Peer(load) as peer, Child(tmp_path, peer, postgres_dsn) as child:
        until(lambda: len(peer.acknowledged) > 100, "nothing is kept")
        postgres.restart("fast")
        until(lambda: peer.shown > 600, "nothing is answered")
        postgres.restart("immediate")
        assert peer.shown < 1200, "the server was restarted too late"
        settle(peer, postgres_dsn)
        assert child.end() == 0, child.told()
    figures = judged(peer, postgres_dsn, kills=0)
    print(figures.table())
    assert figures.wrong == []
    assert figures.repeated == 0


FREEZES = ("step.written", "send.written", "deliver.begun", "deliver.done", "mark.written")
LOST = ("step.written", "send.taken", "deliver.done", "step.committed", "mark.written")


@pytest.mark.parametrize(
    "points", [FREEZES[:3], pytest.param(FREEZES, marks=pytest.mark.long)], ids=["few", "all"]
)
def test_replicas_that_freeze_keep_no_chat_from_the_others(
    tmp_path: Path, postgres_dsn: str, points: tuple[str, ...]
) -> None:
    load = made(updates=600, chats=30, talks=0.3)
    peer = Peer(load, latency=0.01)
    frozen: list[Child] = []
    with ExitStack() as stack:
        stack.enter_context(peer)
        ingest = stack.enter_context(Child(tmp_path, peer, postgres_dsn, role="ingest"))
        for point in points:
            faults = Faults(point, 10, "stop", quick=True)
            child = stack.enter_context(Child(tmp_path, peer, postgres_dsn, role="worker", faults=faults))
            frozen.append(child)
            until(lambda child=child: child.stopped, f"it doesn't freeze at {point}")  # type: ignore[misc]
        faults = Faults(quick=True)
        steady = stack.enter_context(Child(tmp_path, peer, postgres_dsn, role="worker", faults=faults))
        settle(peer, postgres_dsn)
        for child in frozen:
            child.send(signal.SIGCONT)
        time.sleep(1.0)
        assert [child.end() for child in (ingest, steady, *frozen)] == [0] * (2 + len(points))
    figures = judged(peer, postgres_dsn, kills=len(points))
    print(figures.table())
    assert figures.wrong == []


@pytest.mark.parametrize("points", [LOST[:3], pytest.param(LOST, marks=pytest.mark.long)], ids=["few", "all"])
def test_what_lost_replicas_had_begun_is_finished_by_another(
    tmp_path: Path, postgres_dsn: str, points: tuple[str, ...]
) -> None:
    load = made(updates=600, chats=30, talks=0.3)
    with (
        Peer(load, latency=0.01) as peer,
        Child(tmp_path, peer, postgres_dsn, role="ingest") as ingest,
    ):
        for point in points:
            faults = Faults(point, 5, quick=True)
            with Child(tmp_path, peer, postgres_dsn, role="worker", faults=faults) as child:
                child.killed()
        faults = Faults(quick=True)
        with Child(tmp_path, peer, postgres_dsn, role="worker", faults=faults) as steady:
            settle(peer, postgres_dsn)
            assert [ingest.end(), steady.end()] == [0, 0]
    figures = judged(peer, postgres_dsn, kills=len(points))
    print(figures.table())
    assert figures.wrong == []


def test_who_takes_in_may_die_before_and_after_a_commit(tmp_path: Path, postgres_dsn: str) -> None:
    load = made(updates=200, chats=20, talks=0.3)
    with Peer(load) as peer, Child(tmp_path, peer, postgres_dsn, role="worker") as worker:
        for point in ("receive.written", "receive.committed"):
            with Child(tmp_path, peer, postgres_dsn, role="ingest", faults=Faults(point, 50)) as ingest:
                ingest.killed()
        with Child(tmp_path, peer, postgres_dsn, role="ingest") as ingest:
            settle(peer, postgres_dsn)
            assert [ingest.end(), worker.end()] == [0, 0]
    figures = judged(peer, postgres_dsn, kills=0)
    assert figures.wrong == []


def test_replicas_killed_at_random_moments_lose_and_double_nothing(tmp_path: Path, postgres_dsn: str) -> None:
    rng, kills = random.Random(7), 2
    load = made(updates=800, chats=60, talks=0.1)
    quick = Faults(quick=True)
    with (
        Peer(load, twice=0.05, latency=0.01) as peer,
        Child(tmp_path, peer, postgres_dsn, faults=quick, role="all") as steady,
    ):
        for _ in range(kills):
            with Child(tmp_path, peer, postgres_dsn, faults=quick, role="worker") as child:
                child.serves()
                time.sleep(rng.uniform(0.0, 0.5))
        settle(peer, postgres_dsn)
        assert steady.end() == 0, steady.told()
    figures = judged(peer, postgres_dsn, kills=kills)
    print(figures.table())
    assert figures.wrong == []
