"""Bring a database to this version's tables: once, under the writer's lock, all or nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect, text

from workbench.base.errors import LedgerError

HEAD = "0001"
"""The newest migration of this version."""

MIGRATIONS = Path(__file__).with_name("migrations")

Writing = Callable[[], AbstractContextManager[Connection]]


def upgrade(engine: Engine, writing: Writing) -> None:
    """Migrate if anything is to be done; another process that does so is waited for.

    Raises:
        LedgerError: a newer version of the product wrote the database.
    """
    with engine.connect() as connection:
        if standing(connection) == HEAD:
            return
    with writing() as connection:
        held = standing(connection)
        if held not in known():
            raise LedgerError(
                f"The ledger was written by a newer version of the product (its tables are {held!r}, ours {HEAD!r})",
                next_step="Install that version, or restore a backup made by this one.",
            )
        if held != HEAD:
            _migrate(connection)


def known() -> tuple[str, ...]:
    """Every state of the tables this version can begin from; the first is an empty database."""
    return ("", *(f"{number:04d}" for number in range(1, int(HEAD) + 1)))


def standing(connection: Connection) -> str:
    """The migration a database stands at; empty for a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
