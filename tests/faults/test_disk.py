import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path

from .injected import Faults
from .judge import Figures, judged
from .load import made
from .peer import Peer
from .running import Child, settle, sqlite_url, until


def full_for_a_while(
    folder: Path, fill: Callable[[Child], None], empty: Callable[[Child], None], faults: Faults | None = None
) -> Figures:
    """Fill the disk in mid-run, and make room again once the service says that it isn't ready."""
    load = made(updates=1500, chats=50, talks=0.1)
    url = sqlite_url(folder)
    with Peer(load) as peer, Child(folder, peer, url, faults=faults) as child:
        until(lambda: peer.shown > 20, "nothing is answered")
        fill(child)
        until(lambda: child.ready() == 503, "the service says it's ready with a full disk")
        assert not peer.all_acknowledged, "the disk was full too late"
        told = []
        for _ in range(20):
            time.sleep(0.05)
            told.append(child.ready())
        assert set(told) == {503}
        empty(child)
        until(lambda: child.ready() == 200, "the service isn't ready though there is room again")
        settle(peer, url)
        assert child.end() == 0, child.told()
    return judged(peer, url, kills=0)


def test_nothing_is_lost_while_the_database_file_may_not_grow(tmp_path: Path) -> None:
    figures = full_for_a_while(
        tmp_path,
        lambda _: None,
        lambda child: child.send(signal.SIGUSR1),
        Faults(most_pages=150),
    )
    assert figures.wrong == []
    assert figures.repeated == 0


def test_nothing_is_lost_while_no_file_may_grow(tmp_path: Path) -> None:
    def fill(child: Child) -> None:
        # Not even what stands in the log can be moved into the file, so that the log finds no end.
        size = (tmp_path / "bot.db").stat().st_size
        resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def empty(child: Child) -> None:
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(child.pid, resource.RLIMIT_FSIZE, unlimited)

    figures = full_for_a_while(tmp_path, fill, empty)
    assert figures.wrong == []
    assert figures.repeated == 0
