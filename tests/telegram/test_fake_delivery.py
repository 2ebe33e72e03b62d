"""How updates reach a bot from the fake Bot API, what people may send, and the trouble it makes on demand."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
import pytest_asyncio
import uvicorn
from fake import Chat, FakeTelegram
from fake.selfcheck import check_own_json
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict, NetworkError, RetryAfter, TimedOut
from telegram.request import HTTPXRequest

pytestmark = pytest.mark.asyncio


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with FakeTelegram() as peer:
        yield peer


@pytest.fixture
def chat(fake: FakeTelegram) -> Chat:
    return fake.private(fake.user(7001))


@pytest_asyncio.fixture
async def bot(fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    # Without it the client warns of a coming change whenever it meets 429, and a warning fails the test.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    request = HTTPXRequest(8, read_timeout=1.0, httpx_kwargs={"verify": False})
    async with Bot(fake.token, base_url=f"{fake.url}/bot", request=request) as bot:
        yield bot


async def test_updates_stay_until_the_offset_acknowledges_them(
    fake: FakeTelegram, chat: Chat, bot: Bot
) -> None:
    for text in "一二三":
        chat.says(text)
    first = await bot.get_updates(limit=2)
    assert [u.message.text for u in first if u.message] == ["一", "二"]
    assert [u.update_id for u in await bot.get_updates()] == [u["update_id"] for u in fake.made]
    assert len(await bot.get_updates(offset=first[-1].update_id + 1)) == 1
    assert fake.pending == 1
    (last,) = await bot.get_updates(offset=-1)
    assert await bot.get_updates(offset=last.update_id + 1) == ()
    assert fake.pending == 0


async def test_a_long_poll_answers_with_the_first_update_or_nothing_in_time(
    fake: FakeTelegram, chat: Chat, bot: Bot
) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.2)
    assert not polling.done()
    chat.says("在吗")
    assert [u.message.text for u in await asyncio.wait_for(polling, 5) if u.message] == ["在吗"]
    began = time.monotonic()
    assert await bot.get_updates(offset=fake.next_update_id, timeout=1) == ()
    assert time.monotonic() - began >= 1


async def test_a_second_poll_ends_the_first_with_a_conflict(fake: FakeTelegram, chat: Chat, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.2)
    async with Bot(fake.token, base_url=f"{fake.url}/bot") as twin:
        second = asyncio.create_task(twin.get_updates(timeout=20))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await asyncio.wait_for(first, 5)
        chat.says("在吗")
        assert len(await asyncio.wait_for(second, 5)) == 1


async def test_only_the_kinds_asked_for_are_kept(fake: FakeTelegram, chat: Chat, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    said = chat.says("一")
    assert await bot.get_updates() == ()
    await bot.get_updates(allowed_updates=[])
    chat.edits(said, "二")
    (update,) = await bot.get_updates()
    assert update.edited_message is not None
    assert update.edited_message.text == "二"


async def test_ids_can_be_set_updates_repeated_and_put_in_another_order(
    fake: FakeTelegram, chat: Chat, bot: Bot
) -> None:
    fake.next_update_id = 12
    with fake.holding() as held:
        chat.says("一")
        chat.says("二")
        held.reverse()
    assert [u.update_id for u in await bot.get_updates()] == [13, 12]
    assert await bot.get_updates(offset=14) == ()
    fake.deliver_again(fake.made[0])
    (again,) = await bot.get_updates(offset=14)
    assert (again.update_id, again.message and again.message.text) == (12, "一")
    assert await bot.get_updates(offset=14) == ()


async def test_malformed_updates_are_delivered_as_they_are(fake: FakeTelegram, bot: Bot) -> None:
    fake.raw({"message": {"text": "没有日期"}})
    with pytest.raises(KeyError, match="date"):
        await bot.get_updates()
    fake.raw({"update_id": "一"})
    assert fake.calls("getUpdates")[0].response["result"][0]["message"] == {"text": "没有日期"}
    assert fake.made[-1] == {"update_id": "一"}
    assert fake.pending == 2


async def test_half_a_pair_of_utf16_travels_as_it_is(fake: FakeTelegram, chat: Chat, bot: Bot) -> None:
    chat.says("\ud83d报")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "\ud83d报"


async def test_people_send_all_sorts_of_things(fake: FakeTelegram, chat: Chat, bot: Bot) -> None:
    chat.sends_photo("清单")
    chat.sends_voice()
    chat.sends_sticker()
    chat.sends_contact()
    chat.sends_location()
    chat.sends_document()
    messages = [u.message for u in await bot.get_updates() if u.message]
    assert messages[0].photo
    assert messages[0].caption == "清单"
    assert messages[1].voice
    assert messages[2].sticker
    assert messages[3].contact
    assert messages[4].location
    assert messages[5].document
    assert messages[0].from_user is not None
    assert messages[0].from_user.language_code == "zh-hans"
    assert messages[0].date.timestamp() == pytest.approx(time.time(), abs=5)
    check_own_json(fake)


async def test_a_group_with_privacy_shows_only_what_is_meant_for_the_bot(
    fake: FakeTelegram, bot: Bot
) -> None:
    mother, son = fake.user(1, "妈"), fake.user(2, "儿")
    group = fake.group([mother, son], privacy=True)
    group.says("吃了吗", by=son)
    group.mentions("门诊报多少", by=mother)
    sent = await bot.send_message(group.id, "答")
    group.replies_to(group.messages[0], "谢谢", by=son)
    group.says("/help", by=son)
    group.says("/help@other_bot", by=son)
    group.sends_photo("发票", by=son)
    group.sends_photo("发票 @baoduoshao_bot", by=son)
    messages = [u.message for u in await bot.get_updates() if u.message]
    assert [m.text for m in messages] == ["@baoduoshao_bot 门诊报多少", "谢谢", "/help", None]
    assert [*messages[3].parse_caption_entities().values()] == ["@baoduoshao_bot"]
    assert messages[1].reply_to_message is not None
    assert messages[1].reply_to_message.message_id == sent.message_id
    assert sent.chat.type == "supergroup"
    open_group = fake.group([mother], supergroup=False)
    open_group.says("吃了吗")
    assert len(await bot.get_updates()) == 5
    check_own_json(fake)


class Receiver:
    """A webhook of the kind a bot would run: notes what comes and answers with the status it was given."""

    def __init__(self) -> None:
        self.came: list[tuple[int, str | None]] = []
        self.status: Callable[[], int] = lambda: 200
        self.retry_after: str | None = None

    async def answer(self, request: Request) -> Response:
        update = Update.de_json(await request.json())
        self.came.append((update.update_id, request.headers.get("X-Telegram-Bot-Api-Secret-Token")))
        headers = {"Retry-After": self.retry_after} if self.retry_after else None
        return Response(status_code=self.status(), headers=headers)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        app = Starlette(routes=[Route("/telegram", self.answer, methods=["POST"])])
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/telegram"
        server.should_exit = True
        await task


async def test_a_webhook_gets_every_update_with_the_secret_until_it_takes_it(
    fake: FakeTelegram, chat: Chat, bot: Bot
) -> None:
    receiver = Receiver()
    statuses = iter([503, 500, 200, 200])
    receiver.status = lambda: next(statuses)
    async with receiver.running() as url:
        chat.says("一")
        await bot.set_webhook(url, secret_token="secret-1", max_connections=5)
        chat.says("二")
        await asyncio.to_thread(fake.wait_until, lambda f: f.pending == 0)
        first, second = (update["update_id"] for update in fake.made)
        assert receiver.came == [(first, "secret-1")] * 3 + [(second, "secret-1")]
        assert [post.status for post in fake.posts] == [503, 500, 200, 200]
        pauses = [later.time - earlier.time for earlier, later in pairwise(fake.posts[:3])]
        assert 0.05 <= pauses[0] < pauses[1]
        info = await bot.get_webhook_info()
        assert (info.url, info.max_connections, info.pending_update_count) == (url, 5, 0)
        assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
        chat.says("三")
        assert len(await bot.get_updates()) == 1


async def test_a_webhook_may_ask_to_be_left_alone_and_may_be_away(
    fake: FakeTelegram, chat: Chat, bot: Bot
) -> None:
    receiver = Receiver()
    receiver.status, receiver.retry_after = (lambda: 503), "1"
    async with receiver.running() as url:
        await bot.set_webhook(url)
        chat.says("一")
        await asyncio.to_thread(fake.wait_until, lambda f: len(f.posts) == 2)
        assert fake.posts[1].time - fake.posts[0].time >= 1
        assert receiver.came[0][1] is None
    await asyncio.to_thread(fake.wait_until, lambda f: f.posts[-1].error == "Connection refused")
    await bot.delete_webhook(drop_pending_updates=True)
    assert fake.pending == 0


async def test_a_webhook_ends_a_waiting_poll_and_gets_chats_side_by_side(
    fake: FakeTelegram, chat: Chat, bot: Bot
) -> None:
    receiver = Receiver()
    other = fake.private(fake.user(7002))
    async with receiver.running() as url:
        polling = asyncio.create_task(bot.get_updates(timeout=20))
        await asyncio.sleep(0.2)
        await bot.set_webhook(url, allowed_updates=["message"])
        with pytest.raises(Conflict, match="terminated by setWebhook"):
            await asyncio.wait_for(polling, 5)
        stuck = iter([500] * 3)
        with fake.holding():
            chat.says("一")
            other.says("二")
        receiver.status = lambda: next(stuck, 200)
        await asyncio.to_thread(fake.wait_until, lambda f: f.pending == 0)
        fake.deliver_again(fake.made[0])
        await asyncio.to_thread(fake.wait_until, lambda f: f.pending == 0)
        assert receiver.came[-1][0] == fake.made[0]["update_id"]
        assert (await bot.get_webhook_info()).allowed_updates == ("message",)


@pytest.mark.parametrize(
    ("url", "secret", "refusal"),
    [
        ("http://example.org/x", None, "An HTTPS URL must be provided"),
        ("https://example.org:9000/x", None, "only on ports 80, 88, 443 or 8443"),
        ("ftp://127.0.0.1/x", None, "Invalid webhook URL"),
        ("http://127.0.0.1:9/x", "secret!", "Secret token contains unallowed characters"),
        ("http://127.0.0.1:9/x", "a" * 257, "Secret token is too long"),
    ],
)
async def test_webhooks_against_the_rules_are_refused(
    fake: FakeTelegram, bot: Bot, url: str, secret: str | None, refusal: str
) -> None:
    with pytest.raises(BadRequest, match=f"(?i){refusal}"):
        await bot.set_webhook(url, secret_token=secret)


async def test_requests_fail_as_asked_and_then_work_again(fake: FakeTelegram, chat: Chat, bot: Bot) -> None:
    other = fake.private(fake.user(7002))
    fake.fails_next("sendMessage", 1, 429, retry_after=7)
    with pytest.raises(RetryAfter) as waiting:
        await bot.send_message(chat.id, "一")
    assert fake.refusals[-1].response["parameters"] == {"retry_after": 7}
    assert waiting.value.retry_after == timedelta(seconds=7)
    fake.fails_next("sendMessage", 1, 502, page=b"<html>Bad Gateway</html>", chat=chat)
    await bot.send_message(other.id, "一")
    with pytest.raises(NetworkError):
        await bot.send_message(chat.id, "一")
    fake.fails_next("*", 2, 400, "Bad Request: BUTTON_DATA_INVALID")
    for _ in range(2):
        with pytest.raises(BadRequest, match="Button_data_invalid"):
            await bot.get_me()
    await bot.send_message(chat.id, "一")
    assert len(chat.messages) == 1


async def test_an_answer_may_be_lost_after_the_effect(fake: FakeTelegram, chat: Chat, bot: Bot) -> None:
    fake.accepts_and_hangs("sendMessage")
    with pytest.raises(TimedOut):
        await bot.send_message(chat.id, "一")
    fake.accepts_and_cuts("sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(chat.id, "二")
    fake.cuts_next("sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(chat.id, "三")
    assert [message.text for message in chat.messages] == ["一", "二"]
    assert [request.status for request in fake.calls("sendMessage")] == [0, 0, 0]


async def test_a_flood_in_one_chat_is_held_back_there_only(fake: FakeTelegram, chat: Chat, bot: Bot) -> None:
    other = fake.private(fake.user(7002))
    fake.limits_flood(3, retry_after=1)
    for _ in range(3):
        await bot.send_message(chat.id, "一")
    for _ in range(2):
        with pytest.raises(RetryAfter):
            await bot.send_message(chat.id, "一")
    await bot.send_message(other.id, "一")
    await asyncio.sleep(1.05)
    await bot.send_message(chat.id, "一")
    assert len(chat.messages) == 4


async def test_latency_delays_every_request_but_not_one_after_the_other(
    fake: FakeTelegram, chat: Chat, bot: Bot
) -> None:
    fake.latency = 0.3
    began = time.monotonic()
    await asyncio.gather(*(bot.send_message(chat.id, str(n)) for n in range(5)))
    assert time.monotonic() - began >= 0.3
    assert all(request.seconds >= 0.3 for request in fake.calls("sendMessage"))
    starts = [request.time for request in fake.calls("sendMessage")]
    # One after the other the last would come 1.2 seconds after the first.
    assert max(starts) - min(starts) < 1


async def test_waiting_in_the_bots_own_loop_says_how_to_wait(fake: FakeTelegram, chat: Chat) -> None:
    with pytest.raises(TimeoutError, match=r"asyncio\.to_thread"):
        chat.wait_for(1, timeout=0.01)


async def test_a_transcript_looks_like_the_screen(fake: FakeTelegram, chat: Chat, bot: Bot) -> None:
    chat.says("住院报多少")
    chat.sends_voice()
    await bot.send_message(
        chat.id,
        "您是在职\n还是退休",
        reply_markup={"inline_keyboard": [[{"text": "在职", "callback_data": "a"}]]},  # type: ignore[arg-type]
    )
    assert chat.transcript() == (
        "👤 王阿姨  #1\n  住院报多少\n\n"
        "👤 王阿姨  #2\n  〔voice〕\n\n"
        "🤖 报多少  #3\n  您是在职\n  还是退休\n    [ 在职 ]\n"
    )
    assert fake.transcript().startswith("── 王阿姨 ──\n")
