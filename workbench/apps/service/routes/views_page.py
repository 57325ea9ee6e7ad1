"""The pages of saved views: the list, one with its versions, and the form that saves one."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import Response

from workbench.apps.service import texts
from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.kept import changed, removed, restored
from workbench.apps.service.service import Service
from workbench.apps.service.texts import Gone, Offset, Sent, Version, Visit, Words
from workbench.apps.service.views import Facts, facts_of, fitting
from workbench.base.access import Activity
from workbench.ledger.api import Removal, SavedViewChange, SavedViewNew
from workbench.ledger.models import SavedView

ROUTES = Routes("pages")
_HIDDEN = {"include_in_schema": False}
_VIEW, _EDIT = Activity.SAVED_VIEWS_VIEW, Activity.SAVED_VIEWS_EDIT
_FIELDS: Mapping[str, str] = {"name": "name", "text": "text", "note": "note"}


def _read(values: Mapping[str, str]) -> SavedViewNew:
    new: SavedViewNew = texts.read_as(SavedViewNew, _FIELDS, values)
    return fitting(new)


def _opens(held: SavedView) -> Mapping[str, str]:
    """The text, which the Explorer reads itself, and which version of which view it is."""
    return {"text": held.text, "saved": f"{held.id}.{held.version}", "name": held.name}


def _beside(_service: Service, held: Sequence[SavedView]) -> Sequence[Facts]:
    return [facts_of(each) for each in held]


def _whole(_service: Service, held: SavedView) -> Mapping[str, object]:
    facts = facts_of(held)
    return {"facts": facts, "doubt": "" if held.deleted_at else facts.fault}


VIEWS = texts.Texts(SavedView, "/views", "view", _EDIT, "text", _FIELDS, _read, _opens, _beside, _whole)


@ROUTES.add("GET", "/views", needs=_VIEW, **_HIDDEN)
def views(
    request: Request,
    viewer: Viewing,
    service: Serving,
    q: Words = "",
    gone: Gone = False,  # noqa: FBT002  # by name only
    offset: Offset = 0,
) -> Response:
    """Saved views by name, or those that were removed; ``q`` is looked for in name, note and text."""
    return texts.listed(Visit(VIEWS, request, viewer, service), q, gone=gone, offset=offset)


@ROUTES.add("GET", "/views/new", needs=_EDIT, **_HIDDEN)
def new_view(request: Request, viewer: Viewing, service: Serving) -> Response:
    """The form for a new view; its text comes from behind the # of the address, which no server sees."""
    return texts.form(Visit(VIEWS, request, viewer, service))


@ROUTES.add("POST", "/views", needs=_EDIT, **_HIDDEN)
def save_view(request: Request, viewer: Viewing, service: Serving, sent: Annotated[Sent, Form()]) -> Response:
    """Save a view; where another one has the name both are shown, unless it is to be replaced."""
    return texts.save(Visit(VIEWS, request, viewer, service), sent)


@ROUTES.add("GET", "/views/{id_}", needs=_VIEW, **_HIDDEN)
def view(request: Request, id_: str, viewer: Viewing, service: Serving) -> Response:
    """One view, whole, with its versions."""
    return texts.one(Visit(VIEWS, request, viewer, service), id_)


@ROUTES.add("POST", "/views/{id_}/change", needs=_EDIT, **_HIDDEN)
def change_view(
    request: Request, id_: str, viewer: Viewing, service: Serving, version: Version, sent: Annotated[Sent, Form()]
) -> Response:
    """Change a view that is still at the version at hand."""

    def work(wanted: Mapping[str, str]) -> object:
        return changed(service, viewer, SavedView, id_, SavedViewChange(version=version, **wanted))

    return texts.change(Visit(VIEWS, request, viewer, service), id_, sent, work)


@ROUTES.add("POST", "/views/{id_}/remove", needs=_EDIT, **_HIDDEN)
def remove_view(request: Request, id_: str, viewer: Viewing, service: Serving, version: Version) -> Response:
    """Hide a view; it can be restored."""
    asked = (service, viewer, SavedView, id_, Removal(version=version))
    return texts.done(Visit(VIEWS, request, viewer, service), id_, lambda: removed(*asked))


@ROUTES.add("POST", "/views/{id_}/restore", needs=_EDIT, **_HIDDEN)
def restore_view(request: Request, id_: str, viewer: Viewing, service: Serving, version: Version) -> Response:
    """Take a view back that was removed."""
    asked = (service, viewer, SavedView, id_, Removal(version=version))
    return texts.done(Visit(VIEWS, request, viewer, service), id_, lambda: restored(*asked))
