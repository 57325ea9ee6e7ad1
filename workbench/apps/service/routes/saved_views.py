"""Saved views of the Explorer: one's own, and those that others share."""

from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.kept import Limit, Offset, changed, removed, restored
from workbench.apps.service.service import Service
from workbench.apps.service.viewer import Viewer
from workbench.base.access import Activity
from workbench.base.errors import NotFound, Refused
from workbench.ledger.api import Page, Removal, SavedViewChange, SavedViewHeld, SavedViewNew
from workbench.ledger.changes import Search
from workbench.ledger.models import SavedView

ROUTES = Routes("saved views")
_VIEW, _EDIT = Activity.SAVED_VIEWS_VIEW, Activity.SAVED_VIEWS_EDIT
_MOST = 1_000


@ROUTES.add("GET", "/api/saved-views", needs=_VIEW)
def saved_views(viewer: Viewing, service: Serving, limit: Limit = 100, offset: Offset = 0) -> Page[SavedViewHeld]:
    """One's own views and shared ones of others, by name."""
    own = service.ledger.find(SavedView, Search({"owner": viewer.account}, limit=_MOST))
    shared = service.ledger.find(SavedView, Search({"shared": True}, limit=_MOST))
    whole = sorted({each.id: each for each in (*own, *shared)}.values(), key=lambda each: (each.name, each.id))
    items = [SavedViewHeld.model_validate(each) for each in whole[offset : offset + limit]]
    return Page[SavedViewHeld](items=items, total=len(whole))


@ROUTES.add("GET", "/api/saved-views/{id_}", needs=_VIEW)
def saved_view(id_: str, viewer: Viewing, service: Serving) -> SavedViewHeld:
    """One view."""
    return SavedViewHeld.model_validate(_seen(service, viewer, id_))


@ROUTES.add("POST", "/api/saved-views", needs=_EDIT, status_code=201)
def save_view(new: SavedViewNew, viewer: Viewing, service: Serving) -> SavedViewHeld:
    """Keep a view; it belongs to whoever asks."""
    values = new.model_dump() | {"owner": viewer.account}
    return SavedViewHeld.model_validate(service.ledger.create(viewer.actor, SavedView, values))


@ROUTES.add("PATCH", "/api/saved-views/{id_}", needs=_EDIT)
def change_view(id_: str, change: SavedViewChange, viewer: Viewing, service: Serving) -> SavedViewHeld:
    """Change one's own view."""
    _own(service, viewer, id_)
    return SavedViewHeld.model_validate(changed(service, viewer, SavedView, id_, change))


@ROUTES.add("POST", "/api/saved-views/{id_}/remove", needs=_EDIT)
def remove_view(id_: str, removal: Removal, viewer: Viewing, service: Serving) -> SavedViewHeld:
    """Hide one's own view; it can be restored."""
    _own(service, viewer, id_)
    return SavedViewHeld.model_validate(removed(service, viewer, SavedView, id_, removal))


@ROUTES.add("POST", "/api/saved-views/{id_}/restore", needs=_EDIT)
def restore_view(id_: str, removal: Removal, viewer: Viewing, service: Serving) -> SavedViewHeld:
    """Take one's own view back that was removed."""
    _own(service, viewer, id_, gone=True)
    return SavedViewHeld.model_validate(restored(service, viewer, SavedView, id_, removal))


def _seen(service: Service, viewer: Viewer, id_: str, *, gone: bool = False) -> SavedView:
    view = service.ledger.get(SavedView, id_, removed=gone)
    if view.owner != viewer.account and not view.shared:
        raise NotFound("There is no saved_view with this id", where=id_[:40])
    return view


def _own(service: Service, viewer: Viewer, id_: str, *, gone: bool = False) -> None:
    view = _seen(service, viewer, id_, gone=gone)
    if view.owner != viewer.account:
        raise Refused(
            f"The view {view.name!r} belongs to {view.created_by}", next_step="Save it under a name of yours."
        )
