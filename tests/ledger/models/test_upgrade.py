"""Migrations make what the models say; they run once, under a lock; a newer database is refused."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
import yaml
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tests.ledger.models import first
from workbench.apps.service.projector import project
from workbench.base.errors import LedgerError
from workbench.ledger.audit import Actor, verify
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Account, Database, Note, Run, SavedView, as_it_stands, open_database, standing_of
from workbench.ledger.models import upgrade as upgrade_module
from workbench.ledger.models.every import METADATA
from workbench.ledger.models.migrations.versions.first import revision
from workbench.ledger.models.row import moment
from workbench.ledger.models.upgrade import GUARDS, HEAD, MIGRATIONS, known, lacking


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.execute(sa.text("CREATE TABLE workflow_status (a INTEGER)"))
        own = {"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or name in METADATA.tables}
        context = MigrationContext.configure(connection, opts=own)
        assert compare_metadata(context, METADATA) == []


def test_a_drift_would_be_seen(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(sa.text("ALTER TABLE notes ADD COLUMN colour TEXT"))
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA)


def shape(engine: sa.Engine) -> set[str]:
    """Tables, columns, rules and indexes as the database itself tells of them."""
    if engine.dialect.name == "sqlite":
        sql = "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND name NOT LIKE 'sqlite%'"
        asked = [sql + " AND name <> 'alembic_version'"]
    else:
        here = "relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'"
        asked = [
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'",
            "SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint c "
            "WHERE conrelid::regclass::text <> 'alembic_version' AND connamespace = 'public'::regnamespace",
            f"SELECT format('%s %s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull) "
            f"FROM pg_attribute JOIN pg_class k ON k.oid = attrelid WHERE {here} AND relkind = 'r' AND attnum > 0",
        ]
    with engine.connect() as connection:
        told = [text for each in asked for text in connection.exec_driver_sql(each).scalars()]
    return {
        line.strip(" ,\t") for text in told for line in text.replace(" (", "\n(").splitlines() if line.strip(" ,\t")
    }


def test_models_and_migrations_agree_to_the_last_rule_and_index(database: Database, empty: str | Path) -> None:
    with as_it_stands(empty) as other:
        METADATA.create_all(other.engine)
        assert shape(other.engine) == shape(database.engine)
        with other.engine.connect() as connection:
            assert lacking(connection) == tuple(f"the guard {name}" for name in GUARDS[connection.dialect.name])


def test_the_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [HEAD]
    assert [each.revision for each in script.walk_revisions()][::-1] == list(known()[1:])
    assert revision == "0001"


def test_many_who_open_a_new_database_at_once_migrate_it_once(empty: str | Path) -> None:
    faults: list[BaseException] = []

    def opens() -> None:
        try:
            open_database(empty).close()
        except LedgerError as error:
            faults.append(error)

    threads = [threading.Thread(target=opens) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    opened = open_database(empty)
    with opened.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all() == [HEAD]
    opened.close()


def test_a_migration_that_fails_leaves_nothing(empty: str | Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench.ledger.models import upgrade

    def breaks(*_: object) -> None:
        raise LedgerError("the power went")

    real = upgrade.command.upgrade
    monkeypatch.setattr(upgrade.command, "upgrade", lambda *args: (real(*args), breaks()))
    with pytest.raises(LedgerError, match="the power went"):
        open_database(empty)
    monkeypatch.undo()
    open_database(empty).close()


def test_a_newer_database_is_refused(database: Database, address: str | Path) -> None:
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerError, match="newer version") as caught:
        open_database(address)
    assert "9999" in str(caught.value)
    assert "Install that version" in caught.value.next_step
    assert standing_of(address) == "9999"


@pytest.mark.parametrize("held", ["ae1027a6acf3", "0000", "first", "-1"])
def test_a_database_of_something_else_is_refused(held: str, database: Database, address: str | Path) -> None:
    with database.writing() as connection:
        connection.execute(sa.text(f"UPDATE alembic_version SET version_num = '{held}'"))
    with pytest.raises(LedgerError, match="is not a ledger"):
        open_database(address)


def test_there_is_no_way_down(database: Database) -> None:
    with database.writing() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        with pytest.raises(LedgerError, match="not taken back") as caught:
            command.downgrade(config, "base")
    assert "workbench restore" in caught.value.next_step
    with database.engine.connect() as connection:
        assert lacking(connection) == ()


def test_what_a_ledger_lacks_is_told(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(sa.text("ALTER TABLE tokens DROP COLUMN activities"))
        connection.execute(sa.text("DROP TABLE workers"))
        on = "" if database.is_sqlite else " ON audit"
        connection.execute(sa.text(f"DROP TRIGGER audit_no_delete{on}"))
    with database.engine.connect() as connection:
        told = lacking(connection)
    assert told == ("the table workers", "the column activities of tokens", "the guard audit_no_delete")


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_migration_that_people_have_run_is_never_changed(dialect: str) -> None:
    assert first.made_by(dialect).split() == first.frozen(dialect).split()


@pytest.fixture
def in_use(empty: str | Path, tmp_path: Path) -> SimpleNamespace:
    """A ledger of the first version that was in use."""
    if isinstance(empty, Path):
        empty.touch()
    with as_it_stands(empty) as database:
        rows = first.make(database.engine, tmp_path)
    return SimpleNamespace(address=empty, folder=tmp_path, rows=rows)


def rows_of(database: Database) -> dict[str, list[dict]]:
    """Everything in it, as the frozen file has it."""
    told = {}
    for name in (*first.ORDER, "outbox", "audit", "chain"):
        with database.engine.connect() as connection:
            table = sa.Table(name, sa.MetaData(), autoload_with=connection)
            told[name] = [dict(row) for row in connection.execute(table.select()).mappings()]
            told[name] = sorted(told[name], key=str)
    return told


def test_a_ledger_of_the_first_version_goes_on(in_use: SimpleNamespace) -> None:
    keys, anchor = in_use.folder / "keys", in_use.folder / "anchor"
    with Ledger(open_database(in_use.address), keys, anchor) as ledger:
        before = ledger.verify()
        assert (before.records, before.fault, before.back) == (len(in_use.rows["audit"]), None, 0)
        assert {each.text for each in ledger.find(Note)} == {'Geſehen 😀 "thrice"'}
        assert {(each.name, each.disabled) for each in ledger.find(Account)} == {("Ingrid", False), ("Ömer", True)}
        assert {each.state.value for each in ledger.find(Run)} == {"queued", "running"}
        assert ledger.unsettled() == len(in_use.rows["outbox"])
        assert "argon2id" in str(in_use.rows["accounts"])
        note = ledger.find(Note)[0]
        assert ledger.edit(Actor("omar"), note, {"text": "four times"}).version == note.version + 1
        assert ledger.verify().records == before.records + 1


LATER = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0003", "0002"

def upgrade():
    op.add_column("notes", sa.Column("colour", sa.String(20), nullable=False, server_default="grey"))
    op.execute("UPDATE notes SET colour = 'red' WHERE deleted_at IS NOT NULL")
    op.create_index("ix_notes_colour", "notes", ["colour"])
    {end}
"""


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A further migration, as a later version will have one; the file to write it to."""
    shutil.copytree(MIGRATIONS, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(upgrade_module, "MIGRATIONS", tmp_path / "migrations")
    monkeypatch.setattr(upgrade_module, "HEAD", "0003")
    return tmp_path / "migrations" / "versions" / "later.py"


@pytest.fixture
def brought(in_use: SimpleNamespace) -> SimpleNamespace:
    """The same ledger at this version."""
    open_database(in_use.address).close()
    return in_use


def test_views_of_the_first_version_become_texts(in_use: SimpleNamespace) -> None:
    (mine,) = in_use.rows["saved_views"]
    fields = {"name": "a'b: \U0001f600", "view": "phish", "span": "7d", "filters": '{"Subject":["\\u202e #x"]}'}
    others = [mine | {"id": "0" * 26, "deleted_at": mine["created_at"], "deleted_by": "omar", "columns": "[]"}]
    others.append(mine | fields | {"id": "1" * 26, "owner": in_use.rows["accounts"][1]["id"], "columns": "[]"})
    others.append(mine | {"id": "9" * 26, "owner": in_use.rows["accounts"][1]["id"]})
    with as_it_stands(in_use.address) as database, database.writing() as connection:
        table = sa.Table("saved_views", sa.MetaData(), autoload_with=connection)
        connection.execute(table.insert(), [first.typed(row, table) for row in others])
    with Ledger(open_database(in_use.address), in_use.folder / "keys", in_use.folder / "anchor") as ledger:
        held = {each.id: each for each in ledger.find(SavedView, Search(removed=True))}
        waiting = {each.object_id: each for each in ledger.pending() if each.kind == "saved_view"}
        assert ledger.verify().fault is None
    assert yaml.safe_load(held["1" * 26].text) == {
        "view": "phish",
        "span": "7d",
        "filter": {"op": "all", "items": [{"property": "Subject", "operator": "any_of", "values": ["\u202e #x"]}]},
    }
    assert yaml.safe_load(held[mine["id"]].text)["columns"] == ["Subject"]
    assert {each.name for each in held.values() if not each.deleted_at} == {
        fields["name"], f"mine ({mine['id']})", f"mine ({'9' * 26})"
    }  # fmt: skip
    assert (held["0" * 26].deleted_by, held["0" * 26].name) == ("omar", "mine")
    assert set(waiting) == set(held)
    assert project(list(waiting.values()))["WorkbenchSavedViews"]["Text"].to_list() == [
        held[each].text for each in waiting
    ]
    assert waiting[mine["id"]].row["created_at"] == moment(held[mine["id"]].created_at)


def test_a_later_version_brings_a_ledger_in_use_along(brought: SimpleNamespace, later: Path) -> None:
    in_use = brought
    with as_it_stands(in_use.address) as database:
        before = rows_of(database)
    later.write_text(LATER.format(end="raise RuntimeError('the power went')"))
    with pytest.raises(RuntimeError, match="the power went"):
        open_database(in_use.address)
    with as_it_stands(in_use.address) as database:
        assert rows_of(database) == before
    assert standing_of(in_use.address) == "0002"
    later.write_text(LATER.format(end=""))
    database = open_database(in_use.address)
    assert standing_of(in_use.address) == "0003"
    after = rows_of(database)
    assert {note.pop("colour") for note in after["notes"] if note["deleted_at"]} == {"red"}
    assert {note.pop("colour") for note in after["notes"] if not note["deleted_at"]} == {"grey"}
    assert after == before
    assert verify(database, in_use.folder / "keys", in_use.folder / "anchor").fault is None
    with database.engine.connect() as connection:
        assert lacking(connection) == ()
    database.close()
