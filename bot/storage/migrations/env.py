"""Run by Alembic for each upgrade, on the connection it is given."""

from alembic import context

from bot.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
    transactional_ddl=False,  # the transaction is begun and ended by whoever calls
)
context.run_migrations()
