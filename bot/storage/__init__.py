"""What is kept between two messages: inbox, sessions, outbox, records, on SQLite or PostgreSQL.

A `Store` runs work in a transaction; the modules here hold that work as functions of a connection. Nothing
of the dialogue enters: states and messages are text to this room, and days and rules unknown to it.
"""

from bot.storage.opening import in_memory, opened, reading
from bot.storage.store import DatabaseInUseError, StorageError, Store

__all__ = ["DatabaseInUseError", "StorageError", "Store", "in_memory", "opened", "reading"]
