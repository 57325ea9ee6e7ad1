import shutil
import sqlite3
from contextlib import closing
from importlib import import_module

import pytest

from tests.apps.upkeep.conftest import Drill
from workbench.apps.service.lock import held
from workbench.apps.upkeep import planned, upgrade
from workbench.base.config import Workspace
from workbench.base.errors import LedgerError, WorkbenchError
from workbench.events.store import Store, check
from workbench.ledger.changes import Search, ledger_standing, open_ledger
from workbench.ledger.models import Account, Note, database
from workbench.ledger.models.upgrade import HEAD


def stand_at(drill: Drill, revision: str) -> None:
    with closing(sqlite3.connect(drill.workspace.ledger)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_a_workspace_of_this_version_needs_nothing(drill: Drill) -> None:
    assert planned(drill.workspace).lines == []
    done = upgrade(drill.workspace)
    assert done.kept is None
    assert not (drill.workspace.home / "before-upgrade").exists()


def test_a_ledger_of_a_newer_version_is_refused(drill: Drill) -> None:
    stand_at(drill, "9999")
    with pytest.raises(LedgerError, match="newer version"):
        planned(drill.workspace)
    assert ledger_standing(drill.workspace) == "9999"


def test_a_workspace_from_before_there_was_a_ledger_gets_one(drill: Drill, northgate: Workspace) -> None:
    workspace = Workspace(shutil.copytree(northgate.home, drill.home, symlinks=True))
    assert not workspace.ledger.exists()
    before = Store(workspace.store).snapshot("EmailEvents").version
    assert planned(workspace).lines == ["ledger: is made, with its keys, its anchor and a first administrator"]
    assert not workspace.ledger.exists()
    done = upgrade(workspace)
    assert len(done.password) > 10
    assert done.password not in repr(done)
    assert (done.kept, planned(workspace).lines, upgrade(workspace).password) == (None, [], "")
    assert Store(workspace.store).snapshot("EmailEvents").version == before
    with open_ledger(workspace) as ledger:
        assert [(each.name, each.must_change) for each in ledger.find(Account)] == [("admin", True)]
        assert ledger.verify().fault is None


def test_an_older_ledger_is_copied_before_it_is_migrated(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first migration is the only one there is, so that one which follows it is stood in for."""
    stand_at(drill, "0000")
    monkeypatch.setattr(import_module("workbench.ledger.models.upgrade"), "known", lambda: ("", "0000", HEAD))
    migrated: list[str] = []

    def migrate(*_: object) -> None:
        migrated.append(ledger_standing(drill.workspace))
        stand_at(drill, HEAD)

    monkeypatch.setattr(database, "upgrade", migrate)
    assert planned(drill.workspace).lines == [f"ledger: its tables go from 0000 to {HEAD}, after a copy of it"]
    done = upgrade(drill.workspace)
    assert migrated == ["0000"]
    with closing(sqlite3.connect(done.kept / "ledger.db")) as kept:
        assert kept.execute("SELECT version_num FROM alembic_version").fetchall() == [("0000",)]
        assert kept.execute("SELECT count(*) FROM notes").fetchone() == (3,)
    assert planned(drill.workspace).lines == []
    with open_ledger(drill.workspace) as ledger:
        assert len(ledger.find(Note, Search({}))) == 3


def test_tables_gain_the_columns_that_were_declared_since(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from workbench.events.tables import table
    from workbench.events.tables._declare import Column

    old = table("EmailEvents")
    grown = replace(old, columns=(*old.columns, Column("GainedSince", "string", "A column of tomorrow.")))
    monkeypatch.setattr(
        import_module("workbench.events.store.maintain"),
        "table",
        lambda name: grown if name == "EmailEvents" else table(name),
    )
    assert planned(drill.workspace).lines == ["EmailEvents: gains GainedSince"]
    before = Store(drill.workspace.store).snapshot("EmailEvents").version
    assert upgrade(drill.workspace).plan.columns == {"EmailEvents": ("GainedSince",)}
    assert planned(drill.workspace).lines == []
    store = Store(drill.workspace.store)
    assert store.snapshot("EmailEvents").version == before + 1
    assert check(store, "EmailEvents").faults == ()


def test_nothing_is_upgraded_while_a_service_runs(drill: Drill) -> None:
    with held(drill.workspace), pytest.raises(WorkbenchError, match="runs already"):
        upgrade(drill.workspace)


def test_a_ledger_that_is_gone_is_not_made_anew(drill: Drill) -> None:
    drill.workspace.ledger.unlink()
    for each in (planned, upgrade):
        with pytest.raises(LedgerError, match=r"anchor saw .* workbench restore"):
            each(drill.workspace)
    assert not drill.workspace.ledger.exists()
