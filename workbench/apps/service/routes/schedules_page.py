"""The page of schedules."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from fastapi import Form, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from workbench.apps.service import durable
from workbench.apps.service.asked import given, wrong
from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.kept import removed
from workbench.apps.service.look import onward, page
from workbench.apps.service.service import Service
from workbench.apps.service.viewer import Viewer
from workbench.base.access import Activity
from workbench.base.errors import WorkbenchError
from workbench.ledger.api import Removal, ScheduleChange
from workbench.ledger.changes import Search
from workbench.ledger.models import Schedule
from workbench.ledger.models.words import MissedPolicy
from workbench.operations.runs import form, playbook, playbooks

ROUTES = Routes("pages")
_HIDDEN = {"include_in_schema": False}
_VIEW, _EDIT = Activity.SCHEDULES_VIEW, Activity.SCHEDULES_EDIT
_MOST, _TICKS = 200, 3
Version = Annotated[int, Form(ge=1)]


class When(BaseModel):
    """When a schedule ticks, as its form sends it; the proof goes along with every form."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    version: Annotated[int, Field(ge=1)]
    cron: Annotated[str, Field(min_length=1, max_length=200)]
    time_zone: Annotated[str, Field(min_length=1, max_length=80)]
    missed: MissedPolicy = MissedPolicy.SKIP

    @property
    def change(self) -> ScheduleChange:
        """What it changes."""
        return ScheduleChange(version=self.version, cron=self.cron, time_zone=self.time_zone, missed=self.missed)


_NEW: dict[str, Any] = {"title": "", "cron": "0 6 * * *", "zone": "UTC", "missed": "skip", "given": {}, **wrong(None)}


@ROUTES.add("GET", "/schedules", needs=_VIEW, **_HIDDEN)
def schedules(
    request: Request, viewer: Viewing, service: Serving, playbook: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """All schedules; with the form for a new one of a playbook."""
    return _page(request, service, viewer, playbook)


@ROUTES.add("POST", "/schedules", needs=_EDIT, **_HIDDEN)
async def add(request: Request, viewer: Viewing, service: Serving) -> Response:
    """Add a schedule as the form says."""
    sent = list((await request.form()).multi_items())
    return await run_in_threadpool(_add, request, service, viewer, sent)


@ROUTES.add("POST", "/schedules/{id_}/state", needs=_EDIT, **_HIDDEN)
def set_state(
    request: Request, id_: str, viewer: Viewing, service: Serving, version: Version, enabled: Annotated[bool, Form()]
) -> Response:
    """Pause or resume."""
    return _changed(request, service, viewer, id_, ScheduleChange(version=version, enabled=enabled))


@ROUTES.add("POST", "/schedules/{id_}/when", needs=_EDIT, **_HIDDEN)
def set_when(request: Request, id_: str, viewer: Viewing, service: Serving, sent: Annotated[When, Form()]) -> Response:
    """Change when it ticks."""
    return _changed(request, service, viewer, id_, sent.change)


@ROUTES.add("POST", "/schedules/{id_}/remove", needs=_EDIT, **_HIDDEN)
def remove(request: Request, id_: str, viewer: Viewing, service: Serving, version: Version) -> Response:
    """Remove a schedule."""
    return _done(request, service, viewer, lambda: removed(service, viewer, Schedule, id_, Removal(version=version)))


def _add(request: Request, service: Service, viewer: Viewer, sent: list[tuple[str, Any]]) -> Response:
    fields = {name: str(value)[:200] for name, value in sent if not name.startswith("p.")}
    chosen = playbook(fields.get("playbook", ""), service.workspace)
    values = given(form(chosen), sent)
    when = {name: fields.get(name, "") for name in ("name", "cron", "time_zone", "missed")}
    try:
        durable.make_schedule(
            service.workspace, service.ledger, viewer.actor, when | {"playbook": chosen.name, "parameters": values}
        )
    except WorkbenchError as error:
        new = {"title": when["name"], "cron": when["cron"], "missed": when["missed"], "zone": when["time_zone"]}
        return _page(request, service, viewer, chosen.name, status=422, **new, given=values, **wrong(error))
    return onward("/schedules")


def _changed(request: Request, service: Service, viewer: Viewer, id_: str, change: ScheduleChange) -> Response:
    asked = (service.workspace, service.ledger, viewer.actor, id_, change)
    return _done(request, service, viewer, lambda: durable.change_schedule(*asked))


def _done(request: Request, service: Service, viewer: Viewer, work: Callable[[], object]) -> Response:
    try:
        work()
    except WorkbenchError as error:
        return _page(request, service, viewer, "", status=409, fault=str(error))
    return onward("/schedules")


def _page(
    request: Request, service: Service, viewer: Viewer, name: str, *, status: int = 200, **shown: Any
) -> Response:
    now, held = datetime.now(UTC), service.ledger.find(Schedule, Search({}, ("name",), _MOST))
    rows = [(each, [(tick, _there(tick, each)) for tick in durable.next_ticks(each, _TICKS, now)]) for each in held]
    chosen = playbook(name, service.workspace) if name else None
    context = _NEW | {"playbook": chosen, "questions": form(chosen) if chosen else ()} | shown
    titles = {each.name: each.title for each in playbooks(service.workspace).values()}
    zones = sorted(available_timezones())
    return page(request, "schedules", viewer, status=status, schedules=rows, playbooks=titles, zones=zones, **context)


def _there(tick: datetime, schedule: Schedule) -> str:
    """What the clock shows where a schedule is meant; empty where that is UTC."""
    local = tick.astimezone(ZoneInfo(schedule.time_zone))
    return f"{local:%H:%M}" if local.utcoffset() else ""
