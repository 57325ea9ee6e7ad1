"""Saved queries that are asked by themselves: what a run asks, what it notes, and what follows a change."""

from datetime import timedelta

import polars as pl
import pytest

from tests.apps.service.durable.test_queue import claim, sign_on
from tests.apps.service.durable.test_worker import QUICK
from tests.apps.service.playbooks import wait
from workbench.apps.service.durable import (
    Wish,
    Worker,
    asked,
    change_tracked,
    make_schedule,
    remove_tracked,
    schedules_of,
    submit,
)
from workbench.apps.service.durable.scheduling import due
from workbench.apps.service.durable.tracked import counted, finish
from workbench.apps.service.projector import project
from workbench.base.config import Workspace
from workbench.base.errors import UnknownName
from workbench.events.store import Batch, Store
from workbench.ledger.api import Removal, TrackedQueryChange, tracking
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger
from workbench.ledger.models import Run, Schedule, TrackedQuery
from workbench.ledger.models.words import RunState
from workbench.operations.runs import Nursery, Outcome, Pool, objects

THREE = "range n from 1 to 3 step 1"
PLAN = tracking("three", "0 * * * *").model_dump()


@pytest.fixture
def query(ledger: Ledger) -> TrackedQuery:
    return ledger.create(SYSTEM, TrackedQuery, {"name": "three", "kql": THREE, "span": "7d"})


@pytest.fixture
def schedule(workspace: Workspace, ledger: Ledger, query: TrackedQuery) -> Schedule:
    assert query.name == PLAN["parameters"]["name"]
    return make_schedule(workspace, ledger, SYSTEM, PLAN)


def tick(workspace: Workspace, ledger: Ledger, schedule: Schedule) -> list[str]:
    planned = ledger.get(Schedule, schedule.id).next_tick_at
    return due(workspace, ledger, planned + timedelta(seconds=1))


def test_a_scheduled_query_is_asked_and_its_count_is_noted(
    workspace: Workspace, ledger: Ledger, nursery: Nursery, query: TrackedQuery, schedule: Schedule
) -> None:
    bad = ledger.create(SYSTEM, TrackedQuery, {"name": "bad", "kql": "EmailEvents | where Sbuject == ''"})
    assert tick(workspace, ledger, schedule) == []
    (run,) = ledger.find(Run)
    assert run.parameters == {"name": "three", "kql": THREE, "span": "7d"}
    wrong = submit(workspace, ledger, SYSTEM, Wish("tracked_query", {"name": "bad"}))[0]
    with Pool(workspace, 1, nursery=nursery) as pool:
        worker = Worker(workspace, ledger, pool, pace=QUICK)
        wait(lambda: ledger.get(Run, run.id).finished_at and ledger.get(Run, wrong.id).finished_at)
        worker.close()
    held = ledger.get(TrackedQuery, query.id)
    assert (held.last_count, held.version) == (3, 1)
    assert held.last_asked_at >= run.created_at
    assert [(each.id, count) for each, count in asked(workspace, ledger, [schedule], 5)] == [(run.id, 3)]
    failed = ledger.get(Run, wrong.id)
    assert failed.state is RunState.FAILED
    assert "Did you mean Subject" in failed.failure_cause + failed.failure_next_step
    assert ledger.get(TrackedQuery, bad.id).last_asked_at is None
    store = Store(workspace.store)
    for _ in range(2):
        for name, frame in project(ledger.pending()).items():
            store.write(name, frame, Batch("ledger", 1))
    rows = store.scan("WorkbenchTrackedQueries").filter(pl.col("Name") == "three").collect()
    assert rows.select("Version", "LastCount").rows() == [(1, 3)]


def test_an_older_state_without_a_count_does_not_replace_one_with_it(workspace: Workspace, ledger: Ledger) -> None:
    made = ledger.create(SYSTEM, TrackedQuery, {"name": "n", "kql": "T"})
    (before,) = (each for each in ledger.pending() if each.kind == "tracked_query")
    noted = {"last_asked_at": made.created_at, "last_count": 7}

    def work(unit: object) -> None:
        unit.touch(TrackedQuery, made.id, noted)  # type: ignore[attr-defined]
        unit.show(TrackedQuery, made.id)  # type: ignore[attr-defined]

    ledger.apply(SYSTEM, work)
    (after,) = (each for each in ledger.pending() if each.kind == "tracked_query")
    store = Store(workspace.store)
    for number, change in enumerate((before, after, before), start=1):
        for name, frame in project([change]).items():
            store.write(name, frame, Batch("ledger", number))
    assert store.scan("WorkbenchTrackedQueries").collect()["LastCount"].to_list() == [7]


def test_one_that_is_switched_off_is_not_asked_and_its_ticks_go_on(
    workspace: Workspace, ledger: Ledger, query: TrackedQuery, schedule: Schedule
) -> None:
    off = change_tracked(ledger, SYSTEM, query.id, TrackedQueryChange(version=1, enabled=False))
    assert tick(workspace, ledger, schedule) == []
    assert ledger.number(Run) == 0
    assert ledger.get(Schedule, schedule.id).next_tick_at > schedule.next_tick_at
    change_tracked(ledger, SYSTEM, query.id, TrackedQueryChange(version=off.version, enabled=True))
    tick(workspace, ledger, schedule)
    assert ledger.number(Run) == 1


def test_a_schedule_follows_a_new_name_and_goes_with_its_query(
    workspace: Workspace, ledger: Ledger, query: TrackedQuery, schedule: Schedule
) -> None:
    change = TrackedQueryChange(version=1, name="other", kql="print 1")
    renamed = change_tracked(ledger, SYSTEM, query.id, change)
    assert [each.id for each in schedules_of(ledger)["other"]] == [schedule.id]
    tick(workspace, ledger, schedule)
    assert ledger.find(Run)[0].parameters["kql"] == "print 1"
    remove_tracked(ledger, SYSTEM, query.id, Removal(version=renamed.version))
    assert ledger.number(Schedule) == 0


def test_a_query_that_is_gone_is_told_and_the_ticks_go_on(
    workspace: Workspace, ledger: Ledger, query: TrackedQuery, schedule: Schedule
) -> None:
    ledger.remove(SYSTEM, query)
    (told,) = tick(workspace, ledger, schedule)
    assert "There is no saved query named 'three'" in told
    assert ledger.get(Schedule, schedule.id).next_tick_at > schedule.next_tick_at
    with pytest.raises(UnknownName):
        submit(workspace, ledger, SYSTEM, Wish("tracked_query", {"name": "three"}))
    with pytest.raises(UnknownName):
        make_schedule(workspace, ledger, SYSTEM, PLAN | {"name": "again"})


@pytest.mark.parametrize(
    ("said", "count"),
    [
        (b'{"playbook": "tracked_query", "count": 0}', 0),
        (b'{"playbook": "tracked_query", "count": -1}', None),
        (b'{"playbook": "tracked_query", "count": true}', None),
        (b'{"playbook": "tracked_query", "count": 9223372036854775808}', None),
        (b'{"playbook": "phish_triage", "count": 3}', None),
        (b"[3]", None),
        (b"no JSON", None),
    ],
)
def test_only_a_count_of_a_record_of_ours_is_taken(workspace: Workspace, said: bytes, count: int | None) -> None:
    assert counted(workspace, objects.put(workspace.runs, said)) == count
    assert counted(workspace, "0" * 64) is None
    assert counted(workspace, "") is None


@pytest.mark.parametrize(("kql", "count"), [(THREE, 5), ("print 1", None)])
def test_a_run_notes_its_count_where_the_query_still_asks_the_same(
    workspace: Workspace, ledger: Ledger, query: TrackedQuery, kql: str, count: int | None
) -> None:
    given = {"name": "three", "kql": kql, "span": "7d"}
    submit(workspace, ledger, SYSTEM, Wish("tracked_query", given))
    (taken,) = claim(ledger, sign_on(ledger))
    ledger.apply(SYSTEM, lambda unit: finish(unit, taken, Outcome(taken.run.id, "succeeded"), 5))
    assert ledger.get(TrackedQuery, query.id).last_count == count
