"""Saved views of the Explorer."""

from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.kept import Limit, Offset, changed, paged, removed, restored
from workbench.apps.service.views import fitting
from workbench.base.access import Activity
from workbench.ledger.api import Page, Removal, SavedViewChange, SavedViewHeld, SavedViewNew
from workbench.ledger.changes import Search
from workbench.ledger.models import SavedView

ROUTES = Routes("saved views")
_VIEW, _EDIT = Activity.SAVED_VIEWS_VIEW, Activity.SAVED_VIEWS_EDIT


@ROUTES.add("GET", "/api/saved-views", needs=_VIEW)
def saved_views(service: Serving, limit: Limit = 100, offset: Offset = 0) -> Page[SavedViewHeld]:
    """Saved views by name."""
    return paged(service.ledger, SavedView, SavedViewHeld, Search({}, ("name", "id"), limit, offset))


@ROUTES.add("GET", "/api/saved-views/{id_}", needs=_VIEW)
def saved_view(id_: str, service: Serving) -> SavedViewHeld:
    """One view."""
    return SavedViewHeld.model_validate(service.ledger.get(SavedView, id_))


@ROUTES.add("POST", "/api/saved-views", needs=_EDIT, status_code=201)
def save_view(new: SavedViewNew, viewer: Viewing, service: Serving) -> SavedViewHeld:
    """Keep a view. Raises as ``fitting``."""
    values = fitting(new).model_dump()
    return SavedViewHeld.model_validate(service.ledger.create(viewer.actor, SavedView, values))


@ROUTES.add("PATCH", "/api/saved-views/{id_}", needs=_EDIT)
def change_view(id_: str, change: SavedViewChange, viewer: Viewing, service: Serving) -> SavedViewHeld:
    """Change a view. Raises as ``fitting``."""
    return SavedViewHeld.model_validate(changed(service, viewer, SavedView, id_, fitting(change)))


@ROUTES.add("POST", "/api/saved-views/{id_}/remove", needs=_EDIT)
def remove_view(id_: str, removal: Removal, viewer: Viewing, service: Serving) -> SavedViewHeld:
    """Hide a view; it can be restored."""
    return SavedViewHeld.model_validate(removed(service, viewer, SavedView, id_, removal))


@ROUTES.add("POST", "/api/saved-views/{id_}/restore", needs=_EDIT)
def restore_view(id_: str, removal: Removal, viewer: Viewing, service: Serving) -> SavedViewHeld:
    """Take a view back that was removed."""
    return SavedViewHeld.model_validate(restored(service, viewer, SavedView, id_, removal))
