"""Ledger and the tables that are made of it are of one moment: nothing in the tables is newer."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from tests.apps.upkeep.conftest import NOTE, Drill, on_server
from tests.ledger.conftest import server  # noqa: F401  # the same server
from workbench.apps.service.metrics import Metrics
from workbench.apps.service.projector import Projector
from workbench.apps.upkeep import backup, decisions, restore
from workbench.base.config import Workspace
from workbench.events.store import Store
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger, ledger_database, open_ledger
from workbench.ledger.models import Note


def projector(ledger: Ledger, home: Path) -> Projector:
    return Projector(SimpleNamespace(ledger=ledger, store=Store(home / "store"), metrics=Metrics()))


def decide_and_project(workspace: Workspace, begun: threading.Event, stop: threading.Event) -> int:
    """What a service does that is worked with: how many changes."""
    with open_ledger(workspace) as ledger:
        made = projector(ledger, workspace.home)
        note = ledger.create(SYSTEM, Note, NOTE)
        for number in range(100_000):
            if stop.is_set():
                return number
            note = ledger.edit(SYSTEM, note, {"text": str(number)})
            if number % 3 == 0:
                made.step()
            if number == 9:
                begun.set()
    return 0


def ahead(workspace: Workspace) -> list[str]:
    """What the event store says that the ledger beside it does not know."""
    database, store = ledger_database(workspace), Store(workspace.store)
    with database.reading() as session:
        last = session.execute(sa.text("SELECT max(seq) FROM audit")).scalar()
        versions = dict(session.execute(sa.text("SELECT id, version FROM notes")).all())
    database.close()
    records = store.scan("WorkbenchAudit").collect()["Seq"].to_list()
    notes = store.scan("WorkbenchNotes").collect().select("NoteId", "Version").rows()
    late = [f"record {seq}" for seq in records if seq > last]
    return late + [f"note {id_} at {version}" for id_, version in notes if version > versions.get(id_, 0)]


def backups_in_use(drill: Drill, count: int) -> list[Path]:
    begun, stop = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(decide_and_project, drill.workspace, begun, stop)
        try:
            assert begun.wait(60)
            made = [backup(drill.workspace, drill.backups).folder for _ in range(count)]
        finally:
            stop.set()
        assert working.result() > 9
    return made


@pytest.mark.slow
def test_no_row_of_the_store_is_newer_than_the_ledger_beside_it(drill: Drill) -> None:
    for number, made in enumerate(backups_in_use(drill, 2)):
        home = drill.home.with_name(f"restored{number}")
        restore(made, home)
        assert ahead(Workspace(home)) == []
        with open_ledger(Workspace(home)) as ledger:
            note = ledger.find(Note)[-1]
            ledger.edit(SYSTEM, note, {"text": "after the restoration"})
            going = projector(ledger, home)
            while going.step():
                pass
        assert ahead(Workspace(home)) == []
        texts = Store(home / "store").scan("WorkbenchNotes").collect()["Text"].to_list()
        assert "after the restoration" in texts


def test_tables_that_are_copied_after_the_ledger_are_newer(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the lock is for."""
    real = decisions._from_file

    def one_after_the_other(copier: object, workspace: Workspace) -> dict[str, int]:
        with monkeypatch.context() as patch:
            patch.setattr(decisions, "take_tables", lambda *_: {})
            real(copier, workspace)
        store, until = Store(workspace.store), time.monotonic() + 60
        before = store.snapshot("WorkbenchNotes").version
        while store.snapshot("WorkbenchNotes").version < before + 2 and time.monotonic() < until:
            time.sleep(0.05)
        return decisions.take_tables(copier, workspace.home / "store", decisions.DERIVED)

    monkeypatch.setattr(decisions, "_from_file", one_after_the_other)
    (made,) = backups_in_use(drill, 1)
    restore(made, drill.home)
    assert ahead(Workspace(drill.home))


@pytest.mark.slow
def test_a_ledger_on_a_server_is_of_the_same_moment_too(drill: Drill, server: str) -> None:  # noqa: F811
    with on_server(drill, server) as (live, emptied):
        made = backups_in_use(Drill(live, drill.backups, drill.home), 2)[-1]
        emptied()
        restore(made, drill.home)
        assert ahead(Workspace(drill.home)) == []
        assert not (drill.home / "ledger.dump").exists()
        again = backup(Workspace(drill.home), drill.backups.with_name("again"))
        assert "ledger.dump" in again.manifest.files
