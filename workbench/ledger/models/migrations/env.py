"""Run migrations in the transaction of whoever opens the database; Alembic runs this file."""

from alembic import context

from workbench.ledger.models.every import METADATA

OWN = frozenset(METADATA.tables)


def is_ours(name: str | None, kind: str, _: object) -> bool:
    """Whether a table is the ledger's: others may lie beside it, such as those of the queue."""
    return kind != "table" or name in OWN


context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, include_name=is_ours)
context.run_migrations()
