"""Schedules: rows of the ledger that ask for runs by themselves, changeable at any time."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from workbench.apps.service.durable.asking import SCHEDULED, Wish, accept, checked, is_outage, told
from workbench.apps.service.durable.cron import cron, upcoming
from workbench.apps.service.durable.question import rests, settled
from workbench.base.config import Workspace
from workbench.base.errors import Clash, NotFound, WorkbenchError
from workbench.ledger.api import ScheduleChange
from workbench.ledger.audit import Actor
from workbench.ledger.changes import Below, Ledger, Search, Unit
from workbench.ledger.models import Schedule
from workbench.ledger.models.words import ActorKind, MissedPolicy, TriggerKind
from workbench.operations.runs import keep, playbook

_LOG = logging.getLogger("workbench.service")
GRACE = timedelta(seconds=90)
"""A tick that is late by less than this was not missed."""
BY = Actor("schedules", ActorKind.AUTOMATION)
_WHEN = frozenset({"cron", "time_zone", "enabled"})


def make_schedule(workspace: Workspace, ledger: Ledger, by: Actor, values: Mapping[str, Any]) -> Schedule:
    """Make a schedule; its first tick is the next one from now.

    Raises:
        BadInput: the cron expression cannot be used.
        UnknownName: there is no such playbook, time zone or saved query.
        BadParameter: a parameter does not fit the playbook.
        Taken: there is a schedule of this name.
    """
    whole = _held_against(workspace, ledger, values)
    return ledger.apply(by, lambda unit: _planned(unit, unit.create(Schedule, whole)))


def change_schedule(workspace: Workspace, ledger: Ledger, by: Actor, id_: str, change: ScheduleChange) -> Schedule:
    """Change, pause or resume one that is still at the version at hand; a pause is not made up for."""
    held = ledger.get(Schedule, id_)
    now = {name: getattr(held, name) for name in ("playbook", "parameters", "cron", "time_zone")}
    whole = _held_against(workspace, ledger, now | change.changes)
    new = {name: whole[name] for name in change.changes}

    def work(unit: Unit) -> Schedule:
        changed = unit.edit(Schedule, id_, change.version, new, reason=change.reason)
        return _planned(unit, changed) if _WHEN & new.keys() else changed

    return ledger.apply(by, work)


def next_ticks(schedule: Schedule, number: int, now: datetime) -> list[datetime]:
    """When it will ask for runs; nothing while it is paused."""
    return upcoming(schedule.cron, schedule.time_zone, number, now) if schedule.enabled else []


def _held_against(workspace: Workspace, ledger: Ledger, values: Mapping[str, Any]) -> dict[str, Any]:
    whole = dict(values)
    cron(whole["cron"], whole.get("time_zone", "UTC"))
    chosen = playbook(whole["playbook"], workspace)
    parameters = chosen.validated(whole.get("parameters", {}))
    settled(ledger, chosen.name, parameters)
    return whole | {"parameters": parameters}


def _planned(unit: Unit, schedule: Schedule) -> Schedule:
    tick = cron(schedule.cron, schedule.time_zone).after(unit.at) if schedule.enabled else None
    unit.touch(Schedule, schedule.id, {"next_tick_at": tick})
    schedule.next_tick_at = tick
    return schedule


def due(workspace: Workspace, ledger: Ledger, now: datetime) -> list[str]:
    """Ask for the runs that are due; gives what could not be asked for, in words.

    Raises:
        LedgerError: the ledger fails; what is due stays due.
    """
    faults = []
    for when in (None, Below(now + timedelta(microseconds=1))):
        for each in ledger.find(Schedule, Search({"enabled": True, "next_tick_at": when}, limit=1_000)):
            try:
                _ask(workspace, ledger, each, now)
            except (WorkbenchError, OSError) as error:
                if is_outage(error):
                    raise
                _LOG.warning("runs: schedule %s: %s", each.name, error)
                faults.append(f"schedule {each.name}: {told(error)}")
    return faults


def _ask(workspace: Workspace, ledger: Ledger, schedule: Schedule, now: datetime) -> None:
    """One schedule whose tick came: run, tick and next tick in one transaction."""
    plan = cron(schedule.cron, schedule.time_zone)
    tick = plan.latest(schedule.next_tick_at, now) if schedule.next_tick_at else None
    beats = {"next_tick_at": plan.after(now)} | ({"last_tick_at": tick} if tick else {})
    runs = tick is not None and (schedule.missed is MissedPolicy.ONCE or now - tick <= GRACE)
    runs = runs and not rests(ledger, schedule)
    try:
        chosen = playbook(schedule.playbook, workspace)
        wish = checked(chosen, _wish(schedule, tick)) if runs and tick else None
        wish = wish and replace(wish, parameters=settled(ledger, chosen.name, wish.parameters))
    except WorkbenchError:
        ledger.touch(BY, Schedule, schedule.id, beats)
        raise
    keep(chosen, workspace)
    most = workspace.settings.runs.waiting

    def work(unit: Unit) -> None:
        held = unit.get(Schedule, schedule.id)
        if (held.version, held.next_tick_at) != (schedule.version, schedule.next_tick_at):
            return
        unit.touch(Schedule, schedule.id, beats)
        if wish:
            accept(unit, wish, chosen, most)

    try:
        ledger.apply(BY, work)
    except (Clash, NotFound):
        return


def _wish(schedule: Schedule, tick: datetime) -> Wish:
    """One run of a schedule at a time: while one goes on, a tick asks for no other."""
    return Wish(
        schedule.playbook,
        schedule.parameters,
        dedup_key=f"{SCHEDULED}{schedule.id}",
        trigger=TriggerKind.SCHEDULE,
        trigger_ref=f"{schedule.id} {tick.isoformat(timespec='minutes')}",
    )
