"""What is done beside the messages is done soon, and harms nothing where it fails."""

import asyncio

import pytest
from structlog.testing import capture_logs
from telegram.error import BadRequest

from bot.channels.telegram import aside
from bot.channels.telegram.aside import Aside

pytestmark = pytest.mark.asyncio


async def test_what_is_begun_is_done_without_being_waited_for() -> None:
    done: list[int] = []
    beside = Aside()

    async def work(number: int) -> None:
        await asyncio.sleep(0.01)
        done.append(number)

    for number in range(3):
        beside.do(work(number))
    assert done == []
    await beside.finish(1.0)
    assert sorted(done) == [0, 1, 2]


@pytest.mark.parametrize(
    ("error", "level"), [(BadRequest("of 王阿姨"), "info"), (ZeroDivisionError("of 王阿姨"), "error")]
)
async def test_one_that_fails_is_told_by_its_kind_and_the_others_go_on(error: Exception, level: str) -> None:
    beside = Aside()
    done: list[bool] = []

    async def fails() -> None:
        raise error

    async def works() -> None:
        done.append(True)

    with capture_logs() as logs:
        beside.do(fails())
        beside.do(works())
        await beside.finish(1.0)
    assert done == [True]
    [told] = logs
    assert told["log_level"] == level
    assert type(error).__name__ in told["reason"]
    assert "王阿姨" not in str(told)


async def test_what_takes_too_long_at_the_end_is_let_go() -> None:
    beside = Aside()
    ended: list[str] = []

    async def hangs() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    beside.do(hangs())
    await asyncio.wait_for(beside.finish(0.05), 2)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert ended == ["cancelled"]


async def test_with_nothing_begun_there_is_nothing_to_wait_for() -> None:
    await asyncio.wait_for(Aside().finish(60.0), 1)


async def test_no_more_are_on_their_way_than_a_few_and_what_comes_then_is_left_undone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(aside, "_MOST", 2)
    beside, go = Aside(), asyncio.Event()
    done: list[int] = []

    async def work(number: int) -> None:
        await go.wait()
        done.append(number)

    for number in range(4):
        beside.do(work(number))
    go.set()
    await beside.finish(1.0)
    beside.do(work(9))
    await beside.finish(1.0)
    assert sorted(done) == [0, 1, 9]
