"""What changed in the ledger becomes rows of the store: at least once, the latest state, again where it failed."""

import pytest

from tests.apps.service.conftest import Site
from workbench.apps.service.projector import TABLES, Projector, project
from workbench.base.errors import StoreError
from workbench.events.store import Store
from workbench.events.tables import table
from workbench.ledger.audit import SYSTEM
from workbench.ledger.models import Note, Run, SavedView, Schedule, TrackedQuery

VALUES = {
    Note: {"entity": "domain", "value": "evil.example", "text": "one"},
    Run: {"playbook": "phish_triage", "parameters": {"message": "m-1"}},
    Schedule: {"name": "nightly", "playbook": "phish_triage", "cron": "0 3 * * *"},
    SavedView: {"name": "v", "text": "view: phish\n"},
    TrackedQuery: {"name": "q", "kql": "EmailEvents | count"},
}


def rows(site: Site, name: str) -> list[dict[str, object]]:
    return Store(site.service.workspace.store).scan(name).collect().to_dicts()


def test_every_kind_fills_every_column_of_its_table() -> None:
    for name, columns in TABLES.values():
        assert set(columns) == {each.name for each in table(name).columns} - {"TenantId", "SourceSystem", "Type"}, name


def test_rows_arrive_folded_and_the_outbox_is_empty(either: Site) -> None:
    made = [either.ledger.create(SYSTEM, kind, values) for kind, values in VALUES.items()]
    note = either.ledger.edit(SYSTEM, made[0], {"text": "two"})
    either.ledger.edit(SYSTEM, note, {"text": "three"})
    projector = Projector(either.service)
    while projector.step():
        pass
    assert either.ledger.unsettled() == 0
    (held,) = rows(either, "WorkbenchNotes")
    assert (held["Text"], held["Version"], held["IsDeleted"]) == ("three", 3, False)
    assert [each["Playbook"] for each in rows(either, "WorkbenchRuns")] == ["phish_triage"]
    assert rows(either, "WorkbenchRuns")[0]["Parameters"] == '{"message": "m-1"}'
    audit = rows(either, "WorkbenchAudit")
    assert len(audit) == len(
        either.ledger.audit(__import__("workbench.ledger.audit", fromlist=["x"]).Selection(limit=1000))
    )
    assert "argon2" not in str(audit)


def test_what_was_written_and_not_settled_is_written_again_and_stands_once(site: Site) -> None:
    note = site.ledger.create(SYSTEM, Note, VALUES[Note])
    changes = site.ledger.pending(1000)
    projector = Projector(site.service)
    store = Store(site.service.workspace.store)
    from workbench.events.store import Batch

    for name, frame in project(changes).items():
        store.write(name, frame, Batch("ledger", 1))
    site.ledger.remove(SYSTEM, note)
    while projector.step():
        pass
    (held,) = rows(site, "WorkbenchNotes")
    assert (held["IsDeleted"], held["Version"]) == (True, 2)
    assert len({each["Seq"] for each in rows(site, "WorkbenchAudit")}) == len(rows(site, "WorkbenchAudit"))


def test_where_the_store_fails_nothing_is_lost_and_the_wait_grows(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.ledger.create(SYSTEM, Note, VALUES[Note])
    projector = Projector(site.service)

    def fail(*_: object, **__: object) -> None:
        raise StoreError("The disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(projector._store, "write", fail)
        waits = [2.0]
        for _ in range(7):
            waits.append(projector._attempt(waits[-1]))
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    assert site.ledger.unsettled() > 0
    assert projector._attempt(60) == 2
    assert site.ledger.unsettled() == 0
    text = site.service.metrics.text().decode()
    assert "workbench_outbox_failures_total 7.0" in text
    assert 'workbench_outbox_rows_total{table="WorkbenchNotes"} 1.0' in text
