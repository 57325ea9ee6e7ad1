"""Changes wait for the store in order, each at least once, folded to the latest state."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from tests.ledger.changes import _projecting
from workbench.events.store import Store
from workbench.events.tables import table
from workbench.ledger.audit import Actor
from workbench.ledger.changes import Ledger, Unit
from workbench.ledger.models import Account, Note
from workbench.ledger.models.every import ROWS

NOTE = {"entity": "domain", "value": "evil.example", "text": "0"}


def objects(ledger: Ledger, limit: int = 1000) -> list[tuple[str, int]]:
    return [(change.row["text"], change.version) for change in ledger.pending(limit) if change.kind == "note"]


def test_the_latest_state_of_each_object_waits_with_all_it_covers(ledger: Ledger, ingrid: Actor) -> None:
    one, other = ledger.create(ingrid, Note, NOTE), ledger.create(ingrid, Note, NOTE)
    ledger.edit(ingrid, one, {"text": "1"})
    assert objects(ledger) == [("0", 1), ("1", 2)]
    folded = next(change for change in ledger.pending() if change.object_id == one.id)
    assert len(folded.covers) == 2
    assert folded.row["id"] == one.id
    assert folded.row["created_at"].endswith("Z")
    ledger.remove(ingrid, other)
    assert next(each for each in ledger.pending() if each.object_id == other.id).row["deleted_by"] == "ingrid"


def test_what_is_settled_is_gone_and_nothing_else(ledger: Ledger, ingrid: Actor) -> None:
    note = ledger.create(ingrid, Note, NOTE)
    before = ledger.pending()
    note = ledger.edit(ingrid, note, {"text": "1"})
    numbers = [number for change in before for number in change.covers]
    assert ledger.settle(numbers) == len(numbers)
    assert ledger.settle(numbers) == 0
    assert objects(ledger) == [("1", 2)]
    assert ledger.pending() == ledger.pending()


def test_a_few_at_a_time_come_in_order(ledger: Ledger, ingrid: Actor) -> None:
    def many(unit: Unit) -> None:
        for number in range(25):
            unit.create(Note, NOTE | {"text": str(number)})

    ledger.apply(ingrid, many)
    seen = []
    while changes := ledger.pending(limit=7):
        seen += [change.row["text"] for change in changes if change.kind == "note"]
        ledger.settle([number for change in changes for number in change.covers])
    assert seen == [str(number) for number in range(25)]
    assert ledger.unsettled() == 0


def test_every_audit_record_waits_too(ledger: Ledger, ingrid: Actor) -> None:
    ledger.create(ingrid, Account, {"name": "omar"})
    ledger.record(ingrid, "message.look", ("message", "m1"), after={"part": "body"})
    ledger.rotate_key(ingrid)
    told = [change.row for change in ledger.pending() if change.kind == "audit"]
    assert [row["verb"] for row in told] == ["key.begin", "account.create", "message.look", "key.change"]
    assert [row["seq"] for row in told] == [1, 2, 3, 4]
    assert json.loads(told[2]["after"]) == {"part": "body"}


def test_every_kind_that_is_projected_has_a_table_that_keeps_the_latest_version() -> None:
    tables = {
        "note": "WorkbenchNotes",
        "run": "WorkbenchRuns",
        "saved_view": "WorkbenchSavedViews",
        "schedule": "WorkbenchSchedules",
        "tracked_query": "WorkbenchTrackedQueries",
    }
    assert {kind.kind.name for kind in ROWS if kind.kind.projected} == set(tables)
    for name in tables.values():
        assert table(name).version[0] == "Version"
    assert table("WorkbenchAudit").key == ("Seq",)


def run_and_kill(address: str | Path, folder: Path, how: str, after: float) -> None:
    """Let a program decide and project, and kill it somewhere, unless it does that itself."""
    command = [sys.executable, _projecting.__file__, str(address), str(folder), how]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as running:
        assert running.stdout.readline() == "go\n"
        if how in ("between", "early"):
            running.wait(300)
        else:
            running.stdout.readline()
            time.sleep(after)
        running.kill()
    assert running.returncode == -signal.SIGKILL


def lost(address: str | Path, folder: Path) -> tuple[list[int], set[tuple[str, int]]]:
    """Numbers of records, and notes with their version, that the store does not have once and as the ledger has them."""
    with _projecting.opened(str(address), folder) as ledger:
        projector = _projecting.projecting(ledger, folder)
        while projector.step():
            pass
        assert ledger.unsettled() == 0
        records = ledger.verify().records
        with ledger.database.reading() as session:
            held = {tuple(row) for row in session.execute(sa.text("SELECT id, version, text FROM notes"))}
    store = Store(folder / "store")
    there = store.scan("WorkbenchAudit").collect()["Seq"].sort().to_list()
    notes = store.scan("WorkbenchNotes").select("NoteId", "Version", "Text").collect()
    assert notes["NoteId"].is_unique().all()
    assert len(set(there)) == len(there)
    return sorted(set(range(1, records + 1)) ^ set(there)), held ^ set(notes.rows())


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kills", [1, pytest.param(25, marks=pytest.mark.slow)])
def test_a_kill_between_store_and_outbox_loses_nothing_and_doubles_nothing(
    kills: int, address: str | Path, tmp_path: Path
) -> None:
    moment = random.Random(7)
    for _ in range(kills):
        run_and_kill(address, tmp_path, "between", 0)
        if kills > 1:
            run_and_kill(address, tmp_path, "anywhere", moment.uniform(0, 0.4))
    assert lost(address, tmp_path) == ([], set())
    assert Store(tmp_path / "store").scan("WorkbenchAudit").select(pl.len()).collect().item() > 20 * kills


def test_who_lets_go_before_it_is_in_the_store_does_lose(address: str | Path, tmp_path: Path) -> None:
    run_and_kill(address, tmp_path, "early", 0)
    records, _ = lost(address, tmp_path)
    assert records


def test_what_is_done_takes_no_room(ledger: Ledger, ingrid: Actor) -> None:
    note = ledger.create(ingrid, Note, NOTE)
    for number in range(30):
        note = ledger.edit(ingrid, note, {"text": str(number)})
        ledger.settle([each for change in ledger.pending() for each in change.covers])
    with ledger.database.reading() as session:
        assert session.execute(sa.text("SELECT count(*) FROM outbox")).scalar() == 0
    latest = ledger.edit(ingrid, note, {"text": "last"})
    assert min(change.covers[0] for change in ledger.pending()) > 60
    assert [change.version for change in ledger.pending() if change.kind == "note"] == [latest.version]
