"""Migrations make what the models say; they run once, under a lock; a newer database is refused."""

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from workbench.base.errors import LedgerError
from workbench.ledger.models import Database, open_database
from workbench.ledger.models.every import METADATA
from workbench.ledger.models.migrations.versions.first import revision
from workbench.ledger.models.upgrade import HEAD, MIGRATIONS, known


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
