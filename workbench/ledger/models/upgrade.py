"""Bring a database to this version's tables: once, under the writer's lock, all or nothing."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect, text

from workbench.base.errors import LedgerError
from workbench.ledger.models.every import METADATA

HEAD = "0002"
"""The newest migration of this version."""

MIGRATIONS = Path(__file__).with_name("migrations")

GUARDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sqlite": ("audit_no_update", "audit_no_delete", "audit_no_replace"),
        "postgresql": ("audit_no_update", "audit_no_delete", "audit_no_truncate"),
    }
)
"""Triggers that refuse to change or remove audit records, by kind of database."""

_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass('audit') AND tgenabled IN ('O', 'A')",
}

Writing = Callable[[], AbstractContextManager[Connection]]


def upgrade(engine: Engine, writing: Writing) -> None:
    """Migrate if anything is to be done; another process that does so is waited for.

    Raises:
        LedgerError: a newer version of the product wrote the database, or something else did.
    """
    with engine.connect() as connection:
        if standing(connection) == HEAD:
            return
    with writing() as connection:
        held = standing(connection)
        refuse_unknown(held)
        if held != HEAD:
            _migrate(connection)


def refuse_unknown(held: str) -> None:
    """There is a way from here to this version.

    Raises:
        LedgerError: a newer version of the product wrote the database, or something else did.
    """
    if held in known():
        return
    if not (held.isdigit() and held > HEAD):
        raise LedgerError(
            f"The database is not a ledger: its tables are of a version {held[:40]!r} that the product never had",
            next_step="Name another database: ledger in workbench.toml.",
        )
    raise LedgerError(
        f"The ledger was written by a newer version of the product (its tables are {held[:40]!r}, ours {HEAD!r})",
        next_step="Install that version, or restore a backup made by this one.",
    )


def lacking(connection: Connection) -> tuple[str, ...]:
    """What a database that stands at this version lacks of it: tables, columns, and the guards of the audit trail.

    Somebody took it away, since a migration is all or nothing.
    """
    found = set(connection.execute(text(_TRIGGERS[connection.dialect.name])).scalars())
    guards = [f"the guard {name}" for name in GUARDS[connection.dialect.name] if name not in found]
    return (*absent(connection, METADATA.tables), *guards)


def absent(connection: Connection, names: Collection[str]) -> list[str]:
    """Which of these tables, and of their columns, are not there."""
    seen = inspect(connection)
    held = set(seen.get_table_names())
    there = {name: {str(column["name"]) for column in seen.get_columns(name)} for name in names if name in held}
    tables = [f"the table {name}" for name in names if name not in held]
    return tables + [
        f"the column {column.name} of {name}"
        for name, columns in there.items()
        for column in METADATA.tables[name].columns
        if column.name not in columns
    ]


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
