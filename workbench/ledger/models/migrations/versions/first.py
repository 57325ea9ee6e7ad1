"""Accounts, sessions, tokens, views, tracked queries, notes, runs, schedules, workers; outbox; the guarded trail."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from workbench.base.errors import LedgerError

revision = "0001"
down_revision = None

_MOMENT = sa.DateTime(timezone=True)
_LIVING = sa.text("deleted_at IS NULL")
_UNFINISHED = sa.text("dedup_key IS NOT NULL AND deleted_at IS NULL AND state IN ('queued', 'running')")
_REFUSED = "audit records are never changed or removed"
_NO_REPLACE = """
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'audit records are never changed or removed'); END
"""


def upgrade() -> None:
    """Make all tables."""
    _identity()
    _questions()
    _work()
    _trail()
    _guard()


def downgrade() -> None:
    """Refused: tables that are taken back take decisions and their trail with them."""
    raise LedgerError("The ledger's tables are not taken back", next_step="Restore a backup: workbench restore DIR")


def _need(name: str, kind: "int | sa.types.TypeEngine[Any]") -> sa.Column[Any]:
    """A column that always has a value; a number is the length of a text."""
    return sa.Column(name, sa.String(kind) if isinstance(kind, int) else kind, nullable=False)


def _may(name: str, kind: "int | sa.types.TypeEngine[Any]" = _MOMENT) -> sa.Column[Any]:
    return sa.Column(name, sa.String(kind) if isinstance(kind, int) else kind, nullable=True)


def _rows(name: str, *columns: sa.schema.SchemaItem) -> None:
    """A table of rows that have a version and tell who made, changed and removed them."""
    op.create_table(
        name,
        _need("id", 26),
        _need("version", sa.BigInteger()),
        *columns,
        _need("created_by", 200),
        _need("created_at", _MOMENT),
        _need("updated_by", 200),
        _need("updated_at", _MOMENT),
        _may("deleted_by", 200),
        _may("deleted_at"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )


def _once(table: str, *columns: str, where: sa.TextClause = _LIVING) -> None:
    name = f"uq_{table}_{'_'.join(columns)}"
    op.create_index(name, table, list(columns), unique=True, sqlite_where=where, postgresql_where=where)


def _find(table: str, *columns: str, using: str = "btree") -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns), postgresql_using=using)


def _of_account(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["accounts.id"], name=f"fk_{table}_{column}_accounts")


def _identity() -> None:
    _rows(
        "accounts",
        _need("name", 200),
        _need("folded", 200),
        _need("display", 200),
        _need("holder", 32),
        _need("purpose", 40),
        _may("password", 256),
        _need("roles", sa.Text()),
        _need("disabled", sa.Boolean()),
        _need("must_change", sa.Boolean()),
        sa.UniqueConstraint("folded", name="uq_accounts_folded"),
    )
    _secrets("sessions", _need("address", 64))
    _secrets("tokens", _need("name", 200), _need("purpose", 32), _need("activities", sa.Text()))


def _secrets(table: str, *columns: sa.Column[Any]) -> None:
    _rows(
        table,
        _need("account_id", 26),
        _need("digest", 64),
        *columns,
        _need("expires_at", _MOMENT),
        _may("last_used_at"),
        _may("revoked_at"),
        _of_account(table, "account_id"),
        sa.UniqueConstraint("digest", name=f"uq_{table}_digest"),
    )
    _find(table, "account_id")
    _find(table, "expires_at")


def _questions() -> None:
    _rows(
        "saved_views",
        _need("owner", 26),
        _need("name", 200),
        _need("view", 200),
        _need("filters", sa.Text()),
        _need("span", 80),
        _need("columns", sa.Text()),
        _need("shared", sa.Boolean()),
        _of_account("saved_views", "owner"),
    )
    _once("saved_views", "owner", "name")
    _rows(
        "tracked_queries",
        _need("name", 200),
        _need("kql", sa.Text()),
        _need("span", 80),
        _need("note", sa.Text()),
        _need("enabled", sa.Boolean()),
        _may("last_asked_at"),
        _may("last_count", sa.BigInteger()),
    )
    _once("tracked_queries", "name")
    _rows("notes", _need("entity", 32), _need("value", sa.Text()), _need("text", sa.Text()))
    _find("notes", "value", using="hash")


def _work() -> None:
    _rows(
        "runs",
        *(_need("playbook", 200), _need("playbook_digest", 64), _need("parameters", sa.Text()), _need("state", 32)),
        *(_need("priority", sa.Integer()), _may("dedup_key", 200), _need("trigger", 32), _need("trigger_ref", 200)),
        *(_need("requested_by", 200), _may("worker", 200), _need("attempts", sa.Integer())),
        *(_need("progress_cell", sa.Integer()), _need("progress_cells", sa.Integer()), _need("progress_heading", 200)),
        *(_need("failure_cause", sa.Text()), _need("failure_next_step", sa.Text())),
        *(_need("findings_digest", 64), _need("executed_digest", 64)),
        *(_may(f"{each}_at") for each in ("started", "finished", "heartbeat", "deadline")),
    )
    _find("runs", "playbook")
    _find("runs", "trigger_ref")
    _find("runs", "state", "priority", "id")
    _once("runs", "dedup_key", where=_UNFINISHED)
    _rows(
        "schedules",
        *(_need("name", 200), _need("playbook", 200), _need("parameters", sa.Text()), _need("cron", 200)),
        *(_need("time_zone", 80), _need("enabled", sa.Boolean()), _need("missed", 32)),
        *(_may("last_tick_at"), _may("next_tick_at")),
    )
    _once("schedules", "name")
    _rows("workers", _need("boot", 64), _need("host", 200), _need("pid", sa.Integer()), _may("beat_at"))


def _trail() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        *(_need("ts", 27), _need("actor", 200), _need("actor_kind", 16), _need("roles", sa.Text())),
        *(_need("session", 64), _need("address", 64), _need("verb", 64)),
        *(_need("object_kind", 64), _need("object_id", 500), _need("before", sa.Text()), _need("after", sa.Text())),
        *(_need("reason", sa.Text()), _need("request", 64), _need("prev_mac", 64), _need("mac", 64)),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    _find("audit", "object_kind", "object_id")
    op.create_table(
        "chain",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        *(_need("seq", sa.BigInteger()), _need("mac", 64), _need("key", 16)),
        sa.PrimaryKeyConstraint("id", name="pk_chain"),
    )
    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *(_need("kind", 32), _need("object_id", 26), _need("version", sa.BigInteger())),
        *(_need("row", sa.Text()), _need("at", _MOMENT)),
        sa.PrimaryKeyConstraint("seq", name="pk_outbox"),
        sqlite_autoincrement=True,
    )


def _guard() -> None:
    """Nobody changes or removes an audit record by accident; who means to is found by the chain."""
    if op.get_context().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgres()


def _guard_sqlite() -> None:
    """An INSERT OR REPLACE runs no trigger of the row that it removes, so a taken number is refused too."""
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{event.lower()} BEFORE {event} ON audit "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        )
    op.execute(_NO_REPLACE)


def _guard_postgres() -> None:
    op.execute(
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
    )
    for event, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER audit_no_{event} BEFORE {event.upper()} ON audit "
            f"FOR EACH {each} EXECUTE FUNCTION audit_refuse()"
        )
