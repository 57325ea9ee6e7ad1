"""Changes wait for the store in order, each at least once, folded to the latest state."""

import json

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
        assert table(name).version == ("Version",)
    assert table("WorkbenchAudit").key == ("Seq",)
