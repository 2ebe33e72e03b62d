from collections import Counter
from itertools import pairwise
from pathlib import Path

from bot.service.sending import IN_FLIGHT

from .injected import Faults
from .judge import judged
from .load import made
from .peer import SHOWN, SILENT, Answer, Peer
from .running import Child, left, settle, sqlite_url, until


class FirstOf:
    """Gives an answer to the first delivery of each of the first messages to a chat, and shows all others."""

    def __init__(self, answer: Answer, chat: str, messages: int) -> None:
        self._answer, self._chat, self._messages = answer, chat, messages
        self.given: set[int] = set()

    def __call__(self, chat: str, message: int) -> Answer:
        if chat != self._chat or message in self.given or len(self.given) == self._messages:
            return SHOWN
        self.given.add(message)
        return self._answer


def test_who_is_told_to_wait_waits_and_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    load = made(updates=200, chats=20)
    url = sqlite_url(tmp_path)
    first = FirstOf({"retry_after": 1.5}, "chat-0", 3)
    with Peer(load, answer=first) as peer, Child(tmp_path, peer, url) as child:
        settle(peer, url)
        assert child.end() == 0, child.told()
    figures = judged(peer, url, kills=0)
    assert figures.wrong == []
    assert figures.repeated == 0
    told = [each for each in peer.deliveries if each.chat == "chat-0"]
    assert len(told) == 10 + 3
    for refused, after in pairwise(told):
        if "retry_after" in refused.answer:
            assert after.message == refused.message
            assert 1.5 <= after.at - refused.at < 4
    others = [each.at for each in peer.deliveries if each.chat != "chat-0"]
    assert max(others) < told[-1].at


def test_who_wants_no_more_gets_no_more_and_all_others_do(tmp_path: Path) -> None:
    load = made(updates=200, chats=20)
    url = sqlite_url(tmp_path)

    def answer(chat: str, message: int) -> Answer:
        return {"chat-0": {"blocked": True}, "chat-1": {"refused": True}}.get(chat, SHOWN)

    with Peer(load, answer=answer) as peer, Child(tmp_path, peer, url) as child:
        settle(peer, url)
        assert child.end() == 0, child.told()
    figures = judged(peer, url, kills=0)
    assert figures.wrong == []
    assert figures.shown == 180
    tried = Counter(each.chat for each in peer.deliveries)
    assert 1 <= tried["chat-0"] <= 10
    assert tried["chat-1"] == 10


def test_what_is_shown_and_never_answered_is_sent_again(tmp_path: Path) -> None:
    load = made(updates=100, chats=20)
    url = sqlite_url(tmp_path)
    first = FirstOf(SILENT, "chat-0", 3)
    with Peer(load, answer=first) as peer, Child(tmp_path, peer, url) as child:
        settle(peer, url)
        assert child.end() == 0, child.told()
    figures = judged(peer, url, kills=0, silent=len(first.given))
    assert figures.wrong == []
    assert figures.repeated == len(first.given) == 3


def test_what_is_shown_and_never_answered_is_dropped_where_that_is_wished(tmp_path: Path) -> None:
    load = made(updates=100, chats=20)
    url = sqlite_url(tmp_path)
    first = FirstOf(SILENT, "chat-0", 3)
    with (
        Peer(load, answer=first) as peer,
        Child(tmp_path, peer, url, BAODUOSHAO_ON_AMBIGUOUS="drop") as child,
    ):
        settle(peer, url)
        assert child.end() == 0, child.told()
    figures = judged(peer, url, kills=0)
    assert figures.wrong == []
    assert (figures.repeated, figures.shown) == (0, 100)


def test_with_drop_kills_repeat_nothing_and_what_may_be_lost_is_marked(tmp_path: Path) -> None:
    load = made(updates=400, chats=60)
    url = sqlite_url(tmp_path)
    points = ("send.taken", "deliver.begun", "deliver.done")
    with Peer(load, latency=0.02) as peer:
        for point in points:
            faults = Faults(point, 5 if point == "send.taken" else 40)
            with Child(tmp_path, peer, url, faults=faults, BAODUOSHAO_ON_AMBIGUOUS="drop") as child:
                child.killed()
        with Child(tmp_path, peer, url, BAODUOSHAO_ON_AMBIGUOUS="drop") as child:
            settle(peer, url)
            assert child.end() == 0, child.told()
    figures = judged(peer, url, kills=len(points))
    print(figures.table())
    assert figures.wrong == []
    assert figures.repeated == 0
    assert 0 < figures.given_up <= len(points) * IN_FLIGHT
    assert figures.shown + figures.given_up == 400


def test_who_is_asked_to_stop_first_delivers_all_that_was_kept(tmp_path: Path) -> None:
    load = made(updates=1000, chats=50, talks=0.2)
    url = sqlite_url(tmp_path)
    with Peer(load, latency=0.05) as peer:
        with Child(tmp_path, peer, url) as child:
            until(lambda: peer.shown > 50, "nothing is answered")
            assert child.end(20) == 0, child.told()
            assert "Traceback" not in child.told()
        assert not peer.all_acknowledged
        assert left(url) == 0
        assert peer.shown >= len(peer.acknowledged)
        with Child(tmp_path, peer, url) as child:
            settle(peer, url)
            assert child.end() == 0, child.told()
    figures = judged(peer, url, kills=0)
    assert figures.wrong == []
    assert figures.repeated == 0
    assert 1 < figures.most_in_flight <= IN_FLIGHT
