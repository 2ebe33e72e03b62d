"""One chat that sends too much is told so once, and no other notices."""

from collections.abc import Callable

import pytest
from limits.storage import MemoryStorage

from bot.service.pacing import Pace, Pacing

WITHIN, FIRST, BEYOND = Pace.WITHIN, Pace.FIRST_BEYOND, Pace.BEYOND


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let so many seconds pass for whatever counts."""
    now = [1_760_000_000.0]
    monkeypatch.setattr("time.time", lambda: now[0])

    def pass_by(seconds: float) -> None:
        now[0] += seconds

    return pass_by


def sent(pacing: Pacing, times: int, chat: str = "甲") -> list[Pace]:
    """Return what becomes of so many messages that come one after the other and are all dealt with."""
    found = []
    for _ in range(times):
        found.append(pacing.pace(chat))
        pacing.count(chat, found[-1])
    return found


def test_thirty_within_a_minute_are_taken_the_next_is_answered_once_and_the_rest_dropped(
    later: Callable[[float], None],
) -> None:
    assert sent(Pacing(30), 40) == [WITHIN] * 30 + [FIRST] + [BEYOND] * 9


def test_other_chats_are_taken_all_the_same(later: Callable[[float], None]) -> None:
    pacing = Pacing(3)
    assert sent(pacing, 5, "甲") == [WITHIN] * 3 + [FIRST, BEYOND]
    assert sent(pacing, 3, "乙") == [WITHIN] * 3


def test_after_a_minute_the_chat_is_taken_again_and_told_again_once(later: Callable[[float], None]) -> None:
    pacing = Pacing(3)
    sent(pacing, 5)
    later(30)
    assert sent(pacing, 2) == [BEYOND] * 2
    later(31)
    assert sent(pacing, 5) == [WITHIN] * 3 + [FIRST, BEYOND]


def test_chats_are_forgotten_once_their_minute_is_over(later: Callable[[float], None]) -> None:
    pacing = Pacing(3)
    for number in range(1000):
        assert sent(pacing, 1, str(number)) == [WITHIN]
    later(130)
    assert pacing._limiter is not None
    storage = pacing._limiter.storage
    assert isinstance(storage, MemoryStorage)
    storage._MemoryStorage__expire_events()  # type: ignore[attr-defined]  # as its timer does
    assert (storage.storage, storage.expirations) == ({}, {})


def test_what_could_not_be_kept_does_not_count(later: Callable[[float], None]) -> None:
    pacing = Pacing(2)
    assert [pacing.pace("甲") for _ in range(100)] == [WITHIN] * 100
    assert sent(pacing, 3) == [WITHIN, WITHIN, FIRST]


def test_without_a_limit_all_are_taken() -> None:
    assert set(sent(Pacing(None), 1000)) == {WITHIN}


@pytest.mark.parametrize("chat", ["", "-1001500000001:7001", "a/b", "聊天 * ?", "x" * 10_000])
def test_chats_may_be_called_anything(chat: str, later: Callable[[float], None]) -> None:
    assert sent(Pacing(1), 3, chat) == [WITHIN, FIRST, BEYOND]
