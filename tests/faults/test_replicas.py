import random
import signal
import time
from pathlib import Path

import pytest
from support.postgres import PostgresServer, StopMode

from .injected import Faults
from .judge import judged
from .load import made
from .peer import Peer
from .running import Child, settle, until


def test_two_workers_and_one_that_takes_in_share_a_database(tmp_path: Path, postgres_dsn: str) -> None:
    load = made(updates=800, chats=40, talks=0.3, disordered=0.2)
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


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_of_the_server_in_mid_run_loses_and_doubles_nothing(
    tmp_path: Path, postgres: PostgresServer, postgres_dsn: str, mode: StopMode
) -> None:
    load = made(updates=1500, chats=50, talks=0.2)
    with Peer(load) as peer, Child(tmp_path, peer, postgres_dsn) as child:
        for share in (5, 2):
            until(lambda share=share: peer.shown > 1500 // share, "nothing is answered")  # type: ignore[misc]
            postgres.restart(mode)
        settle(peer, postgres_dsn)
        assert child.end() == 0, child.told()
    figures = judged(peer, postgres_dsn, kills=0)
    print(figures.table())
    assert figures.wrong == []
    assert figures.repeated == 0


@pytest.mark.parametrize(
    "point", ["step.written", "send.written", "deliver.begun", "deliver.done", "mark.written"]
)
def test_a_replica_that_freezes_keeps_no_chat_from_the_others(
    tmp_path: Path, postgres_dsn: str, point: str
) -> None:
    load = made(updates=300, chats=20, talks=0.3)
    with (
        Peer(load, latency=0.01) as peer,
        Child(tmp_path, peer, postgres_dsn, role="ingest") as ingest,
        Child(
            tmp_path, peer, postgres_dsn, role="worker", faults=Faults(point, 20, "stop", quick=True)
        ) as one,
    ):
        until(lambda: one.stopped, "it doesn't freeze")
        with Child(tmp_path, peer, postgres_dsn, role="worker", faults=Faults(quick=True)) as other:
            settle(peer, postgres_dsn)
            one.send(signal.SIGCONT)
            time.sleep(1.0)
            assert [ingest.end(), one.end(), other.end()] == [0, 0, 0]
    figures = judged(peer, postgres_dsn, kills=1)
    assert figures.wrong == []


@pytest.mark.parametrize(
    "point", ["step.written", "step.committed", "send.taken", "deliver.done", "mark.written"]
)
def test_what_a_lost_replica_had_begun_is_finished_by_another(
    tmp_path: Path, postgres_dsn: str, point: str
) -> None:
    load = made(updates=300, chats=20, talks=0.3)
    with (
        Peer(load, latency=0.01) as peer,
        Child(tmp_path, peer, postgres_dsn, role="ingest") as ingest,
        Child(tmp_path, peer, postgres_dsn, role="worker", faults=Faults(point, 20, quick=True)) as one,
    ):
        one.killed()
        with Child(tmp_path, peer, postgres_dsn, role="worker", faults=Faults(quick=True)) as other:
            settle(peer, postgres_dsn)
            assert [ingest.end(), other.end()] == [0, 0]
    figures = judged(peer, postgres_dsn, kills=1)
    assert figures.wrong == []


@pytest.mark.parametrize("point", ["receive.written", "receive.committed"])
def test_who_takes_in_may_die_at_any_point(tmp_path: Path, postgres_dsn: str, point: str) -> None:
    load = made(updates=200, chats=20, talks=0.3)
    with Peer(load) as peer, Child(tmp_path, peer, postgres_dsn, role="worker") as worker:
        with Child(tmp_path, peer, postgres_dsn, role="ingest", faults=Faults(point, 50)) as ingest:
            ingest.killed()
        with Child(tmp_path, peer, postgres_dsn, role="ingest") as ingest:
            settle(peer, postgres_dsn)
            assert [ingest.end(), worker.end()] == [0, 0]
    figures = judged(peer, postgres_dsn, kills=0)
    assert figures.wrong == []


def test_replicas_killed_at_random_moments_lose_and_double_nothing(tmp_path: Path, postgres_dsn: str) -> None:
    rng, kills = random.Random(7), 3
    load = made(updates=1500, chats=60, talks=0.1)
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
