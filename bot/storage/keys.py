"""Salted digests that stand for an update or a chat where neither may be known."""

import secrets
from hashlib import blake2b

from sqlalchemy import Connection, delete, insert, select

from bot.storage.dialects import inserted
from bot.storage.schema import meta

_SALT, _TOUCHED, _ROOM = "salt", "touched", "room"
_NEEDED = 64 * 1024
"""Bytes that must be free for the database to be of use: what some messages take."""


def salt(connection: Connection) -> bytes:
    """Return this database's salt, made when it is first asked for."""
    found = connection.scalar(select(meta.c.value).where(meta.c.name == _SALT))
    if found is None:
        made = {"name": _SALT, "value": secrets.token_hex(32)}
        connection.execute(inserted(connection, meta).on_conflict_do_nothing().values(made))
        # Another process may have been first.
        found = connection.execute(select(meta.c.value).where(meta.c.name == _SALT)).scalar_one()
    return bytes.fromhex(str(found))


def digest(salt: bytes, *parts: str) -> str:
    """Return 32 hexadecimal digits that stand for the parts."""
    made = blake2b(key=salt, digest_size=16)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        made.update(len(raw).to_bytes(4, "big") + raw)
    return made.hexdigest()


def touch(connection: Connection, at: int) -> None:
    """Write something, to see that the database takes it and has room for more; `at` in ms."""
    if connection.dialect.name == "sqlite":
        # To write over a row takes no room, so a full disk would go unnoticed.
        connection.execute(insert(meta), {"name": _ROOM, "value": "0" * _NEEDED})
        connection.execute(delete(meta).where(meta.c.name == _ROOM))
    written = {"value": str(at)}
    statement = inserted(connection, meta).values(name=_TOUCHED, **written)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=written))
