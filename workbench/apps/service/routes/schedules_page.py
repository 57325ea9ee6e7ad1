"""The page of schedules."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import Form, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from workbench.apps.service import durable
from workbench.apps.service.asked import given
from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.kept import removed
from workbench.apps.service.look import onward, page
from workbench.apps.service.service import Service
from workbench.apps.service.viewer import Viewer
from workbench.base.access import Activity
from workbench.base.errors import WorkbenchError
from workbench.ledger.api import Removal
from workbench.ledger.changes import Search
from workbench.ledger.models import Schedule
from workbench.ledger.models.words import MissedPolicy
from workbench.operations.runs import form, playbook, playbooks

ROUTES = Routes("pages")
_HIDDEN = {"include_in_schema": False}
_VIEW, _EDIT = Activity.SCHEDULES_VIEW, Activity.SCHEDULES_EDIT
_MOST, _TICKS = 200, 3
Version = Annotated[int, Form(ge=1)]
Text = Annotated[str, Form(max_length=200)]
_NEW: dict[str, Any] = {"title": "", "cron": "0 6 * * *", "zone": "UTC", "missed": "skip", "given": {}, "fault": ""}


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
    return _changed(request, service, viewer, id_, version, {"enabled": enabled})


@ROUTES.add("POST", "/schedules/{id_}/when", needs=_EDIT, **_HIDDEN)
def set_when(
    request: Request,
    id_: str,
    viewer: Viewing,
    service: Serving,
    version: Version,
    cron: Text,
    time_zone: Text,
    missed: Annotated[MissedPolicy, Form()] = MissedPolicy.SKIP,
) -> Response:
    """Change when it ticks."""
    return _changed(request, service, viewer, id_, version, {"cron": cron, "time_zone": time_zone, "missed": missed})


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
        return _page(request, service, viewer, chosen.name, status=422, **new, given=values, fault=str(error))
    return onward("/schedules")


def _changed(
    request: Request, service: Service, viewer: Viewer, id_: str, version: int, changes: dict[str, Any]
) -> Response:
    asked = (service.workspace, service.ledger, viewer.actor, id_, version, changes)
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
    rows = [(each, durable.next_ticks(each, _TICKS, now)) for each in held]
    chosen = playbook(name, service.workspace) if name else None
    context = _NEW | {"playbook": chosen, "questions": form(chosen) if chosen else ()} | shown
    titles = {each.name: each.title for each in playbooks(service.workspace).values()}
    zones = sorted(available_timezones())
    return page(request, "schedules", viewer, status=status, schedules=rows, playbooks=titles, zones=zones, **context)
