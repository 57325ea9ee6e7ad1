"""Schedules of playbooks."""

from datetime import UTC, datetime

from workbench.apps.service import durable
from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.kept import Limit, Offset, paged, removed
from workbench.base.access import Activity
from workbench.ledger.api import Page, Removal, ScheduleChange, ScheduleHeld, ScheduleNew
from workbench.ledger.changes import Search
from workbench.ledger.models import Schedule

ROUTES = Routes("schedules")
_VIEW, _EDIT = Activity.SCHEDULES_VIEW, Activity.SCHEDULES_EDIT
_TICKS = 5


@ROUTES.add("GET", "/api/schedules", needs=_VIEW)
def schedules(service: Serving, limit: Limit = 100, offset: Offset = 0) -> Page[ScheduleHeld]:
    """Schedules by name."""
    return paged(service.ledger, Schedule, ScheduleHeld, Search({}, ("name",), limit, offset))


@ROUTES.add("POST", "/api/schedules", needs=_EDIT, status_code=201)
def add_schedule(new: ScheduleNew, viewer: Viewing, service: Serving) -> ScheduleHeld:
    """Make a schedule."""
    made = durable.make_schedule(service.workspace, service.ledger, viewer.actor, new.model_dump())
    return ScheduleHeld.model_validate(made)


@ROUTES.add("GET", "/api/schedules/{id_}/ticks", needs=_VIEW)
def ticks(id_: str, service: Serving) -> list[datetime]:
    """The next ticks; none while it is paused."""
    return durable.next_ticks(service.ledger.get(Schedule, id_), _TICKS, datetime.now(UTC))


@ROUTES.add("PATCH", "/api/schedules/{id_}", needs=_EDIT)
def edit_schedule(id_: str, change: ScheduleChange, viewer: Viewing, service: Serving) -> ScheduleHeld:
    """Change, pause or resume a schedule that is still at the version at hand."""
    held = durable.change_schedule(service.workspace, service.ledger, viewer.actor, id_, change)
    return ScheduleHeld.model_validate(held)


@ROUTES.add("POST", "/api/schedules/{id_}/remove", needs=_EDIT)
def remove_schedule(id_: str, removal: Removal, viewer: Viewing, service: Serving) -> ScheduleHeld:
    """Hide a schedule: it asks for nothing any more."""
    return ScheduleHeld.model_validate(removed(service, viewer, Schedule, id_, removal))
