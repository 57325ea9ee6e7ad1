"""The first version of the ledger's tables, frozen: what it was made by, and a ledger that was in use with it.

A migration that people have run is never changed; what comes later is a migration of its own. The rows are those of a
real ledger (nine kinds of things, twenty-odd records), kept as text in ``first.json``; keys are made of fixed bytes.
"""

import json
from datetime import datetime
from io import StringIO
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from workbench.ledger.models.migrations.versions import first

ROWS = Path(__file__).with_name("first.json")
NUMBERS = "SELECT setval(pg_get_serial_sequence('outbox', 'seq'), (SELECT max(seq) FROM outbox))"
"""So that the next number follows, as after rows that were written in use."""
ORDER = ("accounts", "sessions", "tokens", "saved_views", "tracked_queries", "notes", "runs", "schedules", "workers")


def made_by(dialect: str) -> str:
    """The statements of the first migration, as that kind of database gets them."""
    written = StringIO()
    context = MigrationContext.configure(dialect_name=dialect, opts={"as_sql": True, "output_buffer": written})
    with Operations.context(context):
        first.upgrade()
    return written.getvalue()


def frozen(dialect: str) -> str:
    """The same, as it was when people ran it."""
    return ROWS.with_name(f"first.{dialect}.sql").read_text("utf-8")


def make(engine: sa.Engine, folder: Path) -> dict[str, list[dict]]:
    """A ledger in use, with keys and anchor in ``folder``; gives its rows."""
    held = json.loads(ROWS.read_text("utf-8"))
    with engine.begin() as connection:
        for statement in statements(frozen(engine.dialect.name)):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0001')")
        for name in (*ORDER, "outbox", "audit", "chain"):
            table = sa.Table(name, sa.MetaData(), autoload_with=connection)
            connection.execute(table.insert(), [typed(row, table) for row in held["rows"][name]])
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(NUMBERS)
    write_keys(folder / "keys")
    (folder / "anchor").mkdir(mode=0o700)
    (folder / "anchor" / "anchor.ndjson").write_text(held["anchor"], "utf-8")
    return held["rows"]


def statements(script: str) -> list[str]:
    """A script in pieces; bodies of triggers and functions hold semicolons of their own."""
    return [part.strip() for part in script.split(";\n\n") if part.strip()]


def typed(row: dict, table: sa.Table) -> dict:
    """Times and truth values as drivers take them."""
    kinds = {column.name: column.type for column in table.columns}
    return {name: _typed(value, kinds[name]) for name, value in row.items()}


def _typed(value: object, kind: sa.types.TypeEngine) -> object:
    if value is None:
        return None
    if isinstance(kind, sa.Boolean):
        return bool(value)
    return datetime.fromisoformat(str(value)) if isinstance(kind, sa.DateTime) else value


def write_keys(folder: Path) -> None:
    """Keys of fixed bytes, which nothing but this ledger was ever written with."""
    folder.mkdir(mode=0o700)
    signing = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    content = {
        "audit.key": json.dumps({"keys": [bytes(range(64, 96)).hex()]}).encode(),
        "anchor.key": signing.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "anchor.pub": signing.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    }
    for name, text in content.items():
        (folder / name).touch(mode=0o600)
        (folder / name).write_bytes(text)
