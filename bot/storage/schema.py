"""The tables. Times are milliseconds since 1970 (UTC); what a chat said stands in the inbox alone."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

ALWAYS = 2**62
"""Later than any time, in ms."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts only an INTEGER key up by itself.
_Id = BigInteger().with_variant(Integer(), "sqlite")

meta = Table(
    "meta",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", String(128), nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", _Id, primary_key=True),
    # Salted digest of channel and update id: all that stays of a forgotten chat.
    Column("key", String(32), nullable=False, unique=True),
    Column("channel", String(32), nullable=False),
    Column("chat", String(128)),
    Column("place", BigInteger, nullable=False),  # order of a chat's updates, as the channel counts them
    Column("due", BigInteger, nullable=False),  # order among chats: one that floods queues behind the others
    Column("event", Text),
    Column("size", Integer),  # of an update that can't be read, bytes
    Column("error", String(200)),
    Column("received_at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
    Index(
        "ix_inbox_waiting",
        "due",
        "id",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
    Index("ix_inbox_chat", "channel", "chat", "done_at", "place", "id"),
    Index("ix_inbox_received_at", "received_at"),
    sqlite_autoincrement=True,
)

sessions = Table(
    "sessions",
    metadata,
    Column("channel", String(32), nullable=False),
    Column("chat", String(128), nullable=False),
    Column("state", Text),
    Column("version", Integer, nullable=False),  # counts the steps
    Column("form", BigInteger, nullable=False),  # the message that first offered the present choices
    Column("asking", BigInteger),  # the message that asks the open question
    Column("touched_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("channel", "chat"),
    Index("ix_sessions_touched_at", "touched_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("chat", String(128), nullable=False),
    Column("inbox_id", BigInteger, nullable=False),
    Column("part", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column(
        "about", Text, nullable=False
    ),  # what the reply stands for: status, subject, inputs, policy version
    Column("edits", BigInteger),  # the message this one takes the place of, or closes
    Column("ref", String(128)),  # what the channel calls it once sent
    Column("state", String(8), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", BigInteger, nullable=False),
    Column("owner", String(32)),  # the process that is sending it
    Column("lease_until", BigInteger),
    Column("received_at", BigInteger, nullable=False),  # when what it answers came in
    Column("ended_at", BigInteger),  # sent, refused or given up
    Column("erase", Boolean, nullable=False),  # as soon as it is sent
    UniqueConstraint("inbox_id", "part"),
    Index(
        "ix_outbox_open",
        "id",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index("ix_outbox_chat", "channel", "chat", "ended_at", "id"),
    Index("ix_outbox_received_at", "received_at"),
    sqlite_autoincrement=True,
)

unanswered = Table(
    "unanswered",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("chat_key", String(32), nullable=False, index=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("status", String(32), nullable=False),
    Column("candidates", Text, nullable=False),
    Column("policy_version", String(64), nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("chat_key", String(32), nullable=False, index=True),
    Column("outbox_id", BigInteger, nullable=False, unique=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("good", Boolean, nullable=False),
    Column("about", Text, nullable=False),
)
