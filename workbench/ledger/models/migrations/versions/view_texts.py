"""Saved views are texts with a note, kept for everybody, each under a name of its own."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
import yaml
from alembic import op

from workbench.base.errors import LedgerError

revision = "0002"
down_revision = "0001"

_MOMENT = sa.DateTime(timezone=True)
_LIVING = sa.text("deleted_at IS NULL")
_KEPT = ("id", "version", "created_by", "created_at", "updated_by", "updated_at", "deleted_by", "deleted_at")


def upgrade() -> None:
    """Make the table anew of what it held, and let the event store know of every view what it is now."""
    connection = op.get_bind()
    before = sa.Table("saved_views", sa.MetaData(), autoload_with=connection, resolve_fks=False)
    held = [dict(row) for row in connection.execute(before.select().order_by(before.c.id)).mappings()]
    op.drop_table("saved_views")
    made = _table()
    rows: list[dict[str, Any]] = []
    for row in held:
        rows.append({name: row[name] for name in _KEPT} | {"name": _name(row, rows), "text": _text(row), "note": ""})
    if rows:
        connection.execute(made.insert(), rows)
    _tell(connection, rows)


def downgrade() -> None:
    """Refused, as that of the first one."""
    raise LedgerError("The ledger's tables are not taken back", next_step="Restore a backup: workbench restore DIR")


def _table() -> sa.Table:
    table = op.create_table(
        "saved_views",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_by", sa.String(200), nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("deleted_by", sa.String(200), nullable=True),
        sa.Column("deleted_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
    )
    only = {"unique": True, "sqlite_where": _LIVING, "postgresql_where": _LIVING}
    op.create_index("uq_saved_views_name", "saved_views", ["name"], **only)  # type: ignore[arg-type]
    return table


def _name(row: Mapping[str, Any], before: list[dict[str, Any]]) -> str:
    """Its name, which two owners may have given: then the later one is told apart by its id."""
    name = str(row["name"])
    return f"{name[:170]} ({row['id']})" if name in {each["name"] for each in before} else name


def _text(row: Mapping[str, Any]) -> str:
    """View, window, columns and filter, as the Explorer writes them."""
    columns, filters = json.loads(row["columns"]), json.loads(row["filters"])
    conditions = [{"property": name, "operator": "any_of", "values": each} for name, each in filters.items()]
    tree = filters if "op" in filters else {"op": "all", "items": conditions} if filters else None
    told = {"view": row["view"], "span": row["span"], "columns": columns, "filter": tree}
    whole = {name: value for name, value in told.items() if value}
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=100)


def _tell(connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
    """What waits of the views before has columns that are gone; the latest state of each takes its place."""
    outbox = sa.Table("outbox", sa.MetaData(), autoload_with=connection)
    connection.execute(outbox.delete().where(outbox.c.kind == "saved_view"))
    for row in rows:
        said = json.dumps({name: _plain(value) for name, value in row.items()}, sort_keys=True, separators=(",", ":"))
        key = {"kind": "saved_view", "object_id": row["id"], "version": row["version"]}
        connection.execute(outbox.insert(), {**key, "row": said, "at": row["updated_at"]})


def _plain(value: object) -> object:
    """A time as the outbox has it; SQLite keeps times in UTC without saying so."""
    if not isinstance(value, datetime):
        return value
    return (value.astimezone(UTC) if value.tzinfo else value).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
