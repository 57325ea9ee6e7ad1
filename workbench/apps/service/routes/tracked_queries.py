"""Tracked queries."""

from workbench.apps.service import durable
from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.kept import Limit, Offset, paged, restored
from workbench.base.access import Activity
from workbench.events.query import parse
from workbench.ledger.api import Page, Removal, TrackedQueryChange, TrackedQueryHeld, TrackedQueryNew
from workbench.ledger.changes import Search
from workbench.ledger.models import TrackedQuery

ROUTES = Routes("tracked queries")
_VIEW, _EDIT = Activity.TRACKED_VIEW, Activity.TRACKED_EDIT


@ROUTES.add("GET", "/api/tracked-queries", needs=_VIEW)
def tracked_queries(service: Serving, limit: Limit = 100, offset: Offset = 0) -> Page[TrackedQueryHeld]:
    """Tracked queries by name."""
    return paged(service.ledger, TrackedQuery, TrackedQueryHeld, Search({}, ("name", "id"), limit, offset))


@ROUTES.add("GET", "/api/tracked-queries/{id_}", needs=_VIEW)
def tracked_query(id_: str, service: Serving) -> TrackedQueryHeld:
    """One tracked query."""
    return TrackedQueryHeld.model_validate(service.ledger.get(TrackedQuery, id_))


@ROUTES.add("POST", "/api/tracked-queries", needs=_EDIT, status_code=201)
def track(new: TrackedQueryNew, viewer: Viewing, service: Serving) -> TrackedQueryHeld:
    """Track a question.

    Raises:
        BadQuery: it cannot be read; says where.
    """
    parse(new.kql)
    return TrackedQueryHeld.model_validate(service.ledger.create(viewer.actor, TrackedQuery, new.model_dump()))


@ROUTES.add("PATCH", "/api/tracked-queries/{id_}", needs=_EDIT)
def change_query(id_: str, change: TrackedQueryChange, viewer: Viewing, service: Serving) -> TrackedQueryHeld:
    """Change a tracked query."""
    if "kql" in change.changes:
        parse(change.kql)
    return TrackedQueryHeld.model_validate(durable.change_tracked(service.ledger, viewer.actor, id_, change))


@ROUTES.add("POST", "/api/tracked-queries/{id_}/remove", needs=_EDIT)
def remove_query(id_: str, removal: Removal, viewer: Viewing, service: Serving) -> TrackedQueryHeld:
    """Hide a tracked query, with the schedules that ask it; it can be restored."""
    return TrackedQueryHeld.model_validate(durable.remove_tracked(service.ledger, viewer.actor, id_, removal))


@ROUTES.add("POST", "/api/tracked-queries/{id_}/restore", needs=_EDIT)
def restore_query(id_: str, removal: Removal, viewer: Viewing, service: Serving) -> TrackedQueryHeld:
    """Take a tracked query back that was removed."""
    return TrackedQueryHeld.model_validate(restored(service, viewer, TrackedQuery, id_, removal))
