"""Schedules, without workers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.apps.service.playbooks import write
from workbench.apps.service.durable import change_schedule, make_schedule, scheduling
from workbench.apps.service.durable.scheduling import due
from workbench.base.config import Workspace
from workbench.base.errors import BadParameter
from workbench.ledger.api import ScheduleChange
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import Ledger
from workbench.ledger.models import Run, Schedule
from workbench.operations.runs import Playbook

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


def test_a_change_acts_at_the_next_look(workspace: Workspace, ledger: Ledger) -> None:
    schedule = made(workspace, ledger)
    soon = ScheduleChange(version=1, cron="* * * * *", parameters={"n": "4"})
    changed = change_schedule(workspace, ledger, SYSTEM, schedule.id, soon)
    assert changed.next_tick_at - datetime.now(UTC) <= timedelta(minutes=1)
    due(workspace, ledger, changed.next_tick_at + timedelta(seconds=1))
    assert [run.parameters for run in ledger.find(Run)] == [{"n": 4}]


def test_two_clocks_ask_for_one_run_of_a_tick(workspace: Workspace, ledger: Ledger) -> None:
    schedule = made(workspace, ledger)
    now = schedule.next_tick_at + timedelta(seconds=5)
    with ThreadPoolExecutor(4) as clocks:
        faults = list(clocks.map(lambda _: due(workspace, ledger, now), range(4)))
    assert faults == [[]] * 4
    assert ledger.number(Run) == 1


def test_a_disk_that_fails_for_one_schedule_stops_no_other(
    workspace: Workspace, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(workspace, "other", "pass")
    first = made(workspace, ledger)
    made(workspace, ledger, name="second", playbook="other", parameters={})
    real = scheduling.keep

    def full(chosen: Playbook, place: Workspace) -> str:
        if chosen.name == "small":
            raise OSError(28, "No space left on device")
        return real(chosen, place)

    monkeypatch.setattr(scheduling, "keep", full)
    now = first.next_tick_at + timedelta(seconds=1)
    assert due(workspace, ledger, now) == ["schedule daily: No space left on device"]
    assert [run.playbook for run in ledger.find(Run)] == ["other"]
    monkeypatch.undo()
    assert due(workspace, ledger, now + timedelta(seconds=9)) == []
    assert sorted(run.playbook for run in ledger.find(Run)) == ["other", "small"], "the tick was not lost"
