import asyncio

from sqlalchemy import Connection, select

from bot.storage import in_memory, outbox, schema
from bot.storage.outbox import Letter


def test_what_became_of_an_attempt_is_not_taken_for_that_of_the_next() -> None:
    """A commit may be made though it seemed to fail; its repetition then meets the next attempt."""

    def put(connection: Connection) -> int:
        return outbox.put(
            connection,
            "wire",
            "chat",
            inbox_id=1,
            part=0,
            content="",
            about="{}",
            edits=None,
            at=0,
            received_at=0,
            erase=False,
        )

    def taken(connection: Connection) -> Letter:
        [letter] = outbox.take(connection, "me", "wire", now=9, until=99, most=1)
        return letter

    async def scenario() -> str:
        store = in_memory()
        await store.run(put)
        first = await store.run(taken)
        for _ in range(2):
            await store.run(lambda connection: outbox.postpone(connection, "me", first, until=5))
        again = await store.run(taken)
        assert again.attempts == 2
        await store.run(lambda connection: outbox.postpone(connection, "me", first, until=5))
        state: str = await store.run(
            lambda connection: connection.execute(select(schema.outbox.c.state)).scalar_one()
        )
        await store.close()
        return state

    assert asyncio.run(scenario()) == "sending"
