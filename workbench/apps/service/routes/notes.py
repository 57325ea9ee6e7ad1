"""Notes on entities."""

from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator

from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.kept import Limit, Offset, changed, paged, removed, restored
from workbench.base.access import Activity
from workbench.ledger.api import NoteChange, NoteHeld, NoteNew, Page, Removal
from workbench.ledger.api.wire import storable
from workbench.ledger.changes import Search
from workbench.ledger.models import Note
from workbench.ledger.models.words import EntityKind

ROUTES = Routes("notes")
_VIEW, _EDIT = Activity.NOTES_VIEW, Activity.NOTES_EDIT
Value = Annotated[str, Query(max_length=65_536), AfterValidator(storable)]
"""What an entity is looked for by; a database would refuse what it cannot keep."""


@ROUTES.add("GET", "/api/notes", needs=_VIEW)
def notes(
    service: Serving,
    entity: EntityKind | None = None,
    value: Value = "",
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[NoteHeld]:
    """Notes, newest first; of one entity where it is named."""
    where = {"entity": entity} if entity else {}
    asked = Search(where | ({"value": value} if value else {}), ("-updated_at", "-id"), limit, offset)
    return paged(service.ledger, Note, NoteHeld, asked)


@ROUTES.add("GET", "/api/notes/{id_}", needs=_VIEW)
def note(id_: str, service: Serving) -> NoteHeld:
    """One note."""
    return NoteHeld.model_validate(service.ledger.get(Note, id_))


@ROUTES.add("POST", "/api/notes", needs=_EDIT, status_code=201)
def write_note(new: NoteNew, viewer: Viewing, service: Serving) -> NoteHeld:
    """Write a note."""
    return NoteHeld.model_validate(service.ledger.create(viewer.actor, Note, new.model_dump()))


@ROUTES.add("PATCH", "/api/notes/{id_}", needs=_EDIT)
def change_note(id_: str, change: NoteChange, viewer: Viewing, service: Serving) -> NoteHeld:
    """Change a note that is still at the version at hand."""
    return NoteHeld.model_validate(changed(service, viewer, Note, id_, change))


@ROUTES.add("POST", "/api/notes/{id_}/remove", needs=_EDIT)
def remove_note(id_: str, removal: Removal, viewer: Viewing, service: Serving) -> NoteHeld:
    """Hide a note; it can be restored."""
    return NoteHeld.model_validate(removed(service, viewer, Note, id_, removal))


@ROUTES.add("POST", "/api/notes/{id_}/restore", needs=_EDIT)
def restore_note(id_: str, removal: Removal, viewer: Viewing, service: Serving) -> NoteHeld:
    """Take a note back that was removed."""
    return NoteHeld.model_validate(restored(service, viewer, Note, id_, removal))
