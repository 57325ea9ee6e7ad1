"""Schedules and alerts, without workers."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from tests.apps.service.playbooks import write
from workbench.apps.service.durable import change_schedule, make_schedule
from workbench.apps.service.durable.alerts import Alerts
from workbench.apps.service.durable.scheduling import due
from workbench.base.config import Workspace
from workbench.base.errors import BadParameter
from workbench.events.store import Batch, Store
from workbench.ledger.api import ScheduleChange
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger
from workbench.ledger.models import Run, Schedule

DAILY = {"name": "daily", "playbook": "small", "cron": "0 6 * * *", "parameters": {"n": "3"}}


def made(workspace: Workspace, ledger: Ledger, **values: object) -> Schedule:
    return make_schedule(workspace, ledger, SYSTEM, DAILY | values)


@pytest.mark.parametrize(("missed", "runs"), [("once", 1), ("skip", 0)])
def test_missed_ticks_make_one_run_or_none(workspace: Workspace, ledger: Ledger, missed: str, runs: int) -> None:
    schedule = made(workspace, ledger, missed=missed)
    later = schedule.next_tick_at + timedelta(days=5, hours=1)
    assert due(workspace, ledger, later) == []
    assert due(workspace, ledger, later) == []
    held = ledger.get(Schedule, schedule.id)
    assert ledger.number(Run) == runs
    assert held.last_tick_at == schedule.next_tick_at + timedelta(days=5)
    assert held.next_tick_at == schedule.next_tick_at + timedelta(days=6)


def test_a_tick_in_time_asks_for_one_run_with_checked_parameters(workspace: Workspace, ledger: Ledger) -> None:
    schedule = made(workspace, ledger)
    due(workspace, ledger, schedule.next_tick_at + timedelta(seconds=5))
    run = ledger.find(Run)[0]
    assert (run.parameters, run.requested_by) == ({"n": 3}, "schedules")


def test_a_pause_is_not_made_up_for(workspace: Workspace, ledger: Ledger) -> None:
    schedule = made(workspace, ledger, missed="once")
    paused = change_schedule(workspace, ledger, SYSTEM, schedule.id, ScheduleChange(version=1, enabled=False))
    assert paused.next_tick_at is None
    due(workspace, ledger, schedule.next_tick_at + timedelta(days=3))
    change = ScheduleChange(version=paused.version, enabled=True)
    assert change_schedule(workspace, ledger, SYSTEM, schedule.id, change).next_tick_at > datetime.now(UTC)
    assert ledger.number(Run) == 0


def test_a_schedule_is_held_against_its_playbook(workspace: Workspace, ledger: Ledger) -> None:
    with pytest.raises(BadParameter):
        made(workspace, ledger, parameters={"n": "x"})


def test_a_playbook_that_is_gone_is_told_and_the_ticks_go_on(workspace: Workspace, ledger: Ledger) -> None:
    schedule = made(workspace, ledger)
    (workspace.notebooks / "incident_playbooks" / "small.ipynb").unlink()
    assert "daily" in due(workspace, ledger, schedule.next_tick_at)[0]
    assert ledger.get(Schedule, schedule.id).next_tick_at > schedule.next_tick_at


def alerts(workspace: Workspace, *ids: str, title: str = "Phish delivered", evidence: bool = True) -> None:
    now, store = datetime.now(UTC), Store(workspace.store)
    moment = pl.lit(now).dt.cast_time_unit("us")
    info = pl.DataFrame({"AlertId": ids, "Title": [title] * len(ids)}).with_columns(Timestamp=moment)
    store.write("AlertInfo", info, Batch("test", 1))
    if evidence:
        rows = {
            "AlertId": ids,
            "EntityType": ["MailMessage"] * len(ids),
            "NetworkMessageId": [f"m-{id_}" for id_ in ids],
        }
        store.write("AlertEvidence", pl.DataFrame(rows).with_columns(Timestamp=moment), Batch("test", 2))


@pytest.fixture
def triage(workspace: Workspace) -> None:
    write(workspace, "phish_triage", "pass", parameters="message: str = None")


@pytest.mark.usefixtures("triage")
def test_every_new_alert_starts_its_playbook_once(workspace: Workspace, ledger: Ledger) -> None:
    now = datetime.now(UTC)
    alerts(workspace, "old")
    assert Alerts(workspace, ledger).look(now) == 0
    alerts(workspace, "a", "b")
    alerts(workspace, "c", title="Impossible travel")
    assert Alerts(workspace, ledger).look(now) == 2
    assert {run.parameters["message"] for run in ledger.find(Run)} == {"m-a", "m-b"}
    (workspace.runs / "alerts.parquet").write_bytes(b"")
    assert Alerts(workspace, ledger).look(now) == 0
    alerts(workspace, "a", "d")
    assert Alerts(workspace, ledger).look(now) == 1


@pytest.mark.usefixtures("triage")
def test_a_stop_between_runs_and_mark_doubles_none(workspace: Workspace, ledger: Ledger) -> None:
    now, mark = datetime.now(UTC), workspace.runs / "alerts.parquet"
    Alerts(workspace, ledger).look(now)
    before = mark.read_bytes()
    alerts(workspace, "a", "b")
    assert Alerts(workspace, ledger).look(now) == 2
    mark.write_bytes(before)
    assert Alerts(workspace, ledger).look(now) == 0
    assert ledger.number(Run) == 2


@pytest.mark.usefixtures("triage")
def test_a_storm_is_limited_says_so_and_loses_none(workspace: Workspace, ledger: Ledger) -> None:
    (workspace.home / "workbench.toml").write_text("[runs]\nalerts_per_hour = 2\n")
    limited, now = Workspace(workspace.home), datetime.now(UTC)
    looking = Alerts(limited, ledger)
    looking.look(now)
    alerts(limited, "a", "b", "c")
    assert looking.look(now) == 2
    assert "1 alerts wait" in looking.waits
    assert looking.look(now + timedelta(hours=2)) == 1
    assert looking.waits == ""


@pytest.mark.usefixtures("triage")
def test_an_alert_waits_for_its_evidence(workspace: Workspace, ledger: Ledger) -> None:
    looking, now = Alerts(workspace, ledger), datetime.now(UTC)
    looking.look(now)
    alerts(workspace, "a", evidence=False)
    assert looking.look(now) == 0
    alerts(workspace, "a")
    assert looking.look(now) == 1
