"""The pages of notes: the newest of all, and those on one entity, where they are written, changed and removed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import Depends, Form, Request
from fastapi.responses import Response
from pydantic import BeforeValidator

from workbench.analysis.entities import every_kind, normal
from workbench.apps.service.gate import Routes, Serving, Viewing
from workbench.apps.service.kept import changed, removed, restored
from workbench.apps.service.look import onward, page
from workbench.apps.service.routes.notes import Value
from workbench.apps.service.service import Service
from workbench.apps.service.texts import Offset, Version, Words, each_row, has_words, plain, read_as
from workbench.apps.service.viewer import Viewer
from workbench.base.access import Activity
from workbench.base.errors import Clash, WorkbenchError
from workbench.ledger.api import NoteChange, NoteNew, Removal
from workbench.ledger.changes import Above, Search
from workbench.ledger.models import Note
from workbench.ledger.models.words import EntityKind

ROUTES = Routes("pages")
_HIDDEN = {"include_in_schema": False}
_VIEW, _EDIT = Activity.NOTES_VIEW, Activity.NOTES_EDIT
_SIZE = 50
_NEWEST = ("-updated_at", "-id")
_FIELDS: Mapping[str, str] = {"entity": "kind", "value": "value", "text": "note"}
_REMOVED = {"deleted_at": Above(datetime(1970, 1, 1, tzinfo=UTC))}
Chosen = Annotated[EntityKind | None, BeforeValidator(lambda given: given or None)]
"""A kind that a form names; empty for any."""
Written = Annotated[str, Form()]


@dataclass(frozen=True)
class Visit:
    """Somebody at the pages of notes."""

    request: Request
    viewer: Viewer
    service: Service

    def page(self, name: str, error: WorkbenchError | None, **shown: Any) -> Response:
        """A page, with what speaks against what was wanted."""
        clash = error if isinstance(error, Clash) else None
        told = {"fault": str(error) if error else "", "clash": clash, "kinds": _titles(), "plain": plain}
        status = 200 if error is None else 409 if clash else 422
        return page(
            self.request, name, self.viewer, status=status, edits=self.viewer.may(_EDIT), size=_SIZE, **told, **shown
        )


def _visit(request: Request, viewer: Viewing, service: Serving) -> Visit:
    return Visit(request, viewer, service)


Sitting = Annotated[Visit, Depends(_visit)]


@dataclass(frozen=True)
class Draft:
    """A text that could not be kept, why not, and the note it was to replace; None for a new one."""

    text: str
    error: WorkbenchError
    held: Note | None = None


@ROUTES.add("GET", "/notes", needs=_VIEW, **_HIDDEN)
def notes(
    visit: Sitting,
    entity: Chosen = None,
    value: Value = "",
    q: Words = "",
    offset: Offset = 0,
) -> Response:
    """Notes on one entity where kind and value are named, however it is written; else the newest of all."""
    if not (entity and value.strip()):
        return _listed(visit, entity, q, offset)
    try:
        known = _normal(entity, value)
    except WorkbenchError as error:
        return _listed(visit, entity, "", 0, (value, error))
    return _about(visit, entity, known, offset=offset)


@ROUTES.add("POST", "/notes", needs=_EDIT, **_HIDDEN)
def write_note(
    visit: Sitting,
    entity: Annotated[EntityKind, Form()],
    value: Written = "",
    text: Written = "",
) -> Response:
    """Write a note; ``value`` comes percent-encoded, so that a page hands it on exactly whatever is in it."""
    exact, wanted = unquote(value).strip(), _clean(text)
    try:
        read_as(NoteNew, _FIELDS, {"entity": entity, "value": exact, "text": wanted})
        new = {"entity": entity, "value": _normal(entity, exact), "text": wanted}
        held = visit.service.ledger.create(visit.viewer.actor, Note, new)
    except WorkbenchError as error:
        return _about(visit, entity, exact.replace("\0", ""), draft=Draft(wanted, error))
    return onward(f"/notes/{held.id}")


@ROUTES.add("GET", "/notes/{id_}", needs=_VIEW, **_HIDDEN)
def note(visit: Sitting, id_: str, offset: Offset = 0) -> Response:
    """The notes on the entity that one of them is about: an address that is short, however long the entity is."""
    held = visit.service.ledger.get(Note, id_, removed=True)
    return _about(visit, held.entity, held.value, by=id_, offset=offset)


@ROUTES.add("POST", "/notes/{id_}/change", needs=_EDIT, **_HIDDEN)
def change_note(visit: Sitting, id_: str, version: Version, text: Written = "") -> Response:
    """Change a note that is still at the version at hand; where somebody was first both texts are shown."""
    held, wanted = visit.service.ledger.get(Note, id_, removed=True), _clean(text)

    def work() -> object:
        read_as(NoteNew, _FIELDS, {"entity": held.entity, "value": held.value, "text": wanted})
        return changed(visit.service, visit.viewer, Note, id_, NoteChange(version=version, text=wanted))

    return _done(visit, id_, work, wanted)


@ROUTES.add("POST", "/notes/{id_}/remove", needs=_EDIT, **_HIDDEN)
def remove_note(visit: Sitting, id_: str, version: Version) -> Response:
    """Hide a note; it can be restored."""
    asked = (visit.service, visit.viewer, Note, id_, Removal(version=version))
    return _done(visit, id_, lambda: removed(*asked))


@ROUTES.add("POST", "/notes/{id_}/restore", needs=_EDIT, **_HIDDEN)
def restore_note(visit: Sitting, id_: str, version: Version) -> Response:
    """Take a note back that was removed."""
    asked = (visit.service, visit.viewer, Note, id_, Removal(version=version))
    return _done(visit, id_, lambda: restored(*asked))


def _done(visit: Visit, id_: str, work: Callable[[], object], wanted: str | None = None) -> Response:
    """Do something with a note, and show it among the others on its entity, with what came of it."""
    try:
        work()
    except WorkbenchError as error:
        held = visit.service.ledger.get(Note, id_, removed=True)
        draft = Draft(held.text if wanted is None else wanted, error, held)
        return _about(visit, held.entity, held.value, by=id_, draft=draft)
    return onward(f"/notes/{id_}")


def _listed(
    visit: Visit, entity: EntityKind | None, q: str, offset: int, refused: tuple[str, WorkbenchError] | None = None
) -> Response:
    """The newest notes; ``refused`` is a value that is none of its kind, and why."""
    search = Search({"entity": entity} if entity else {}, _NEWEST, _SIZE, offset)
    ledger = visit.service.ledger
    if q.split():
        found = [
            each for each in each_row(ledger, Note, search) if has_words(q, each.text, each.value, each.updated_by)
        ]
        rows, total = found[offset : offset + _SIZE], len(found)
    else:
        rows, total = ledger.find(Note, search), ledger.number(Note, search)
    value, error = refused or ("", None)
    return visit.page("notes", error, rows=rows, total=total, entity=entity, q=q, offset=offset, value=value)


def _about(
    visit: Visit, entity: EntityKind, value: str, *, by: str = "", offset: int = 0, draft: Draft | None = None
) -> Response:
    """The notes on one entity, newest first, with what was to be written, where that failed.

    ``by`` is the note by which the entity was found; empty where it was named itself.
    """
    ledger = visit.service.ledger
    where: dict[str, object] = {"entity": entity, "value": value}
    search = Search(where, _NEWEST, _SIZE, offset)
    gone = Search(where | _REMOVED, ("-deleted_at", "-id"), _SIZE, removed=True)
    shown = {"rows": ledger.find(Note, search), "total": ledger.number(Note, search), "offset": offset}
    hidden = {"gone": ledger.find(Note, gone), "gone_total": ledger.number(Note, gone)}
    held = draft.held if draft else None
    changing = held if held and not held.deleted_at else None
    given = {"given": draft.text if draft else "", "changing": changing}
    return visit.page(
        "note", draft.error if draft else None, entity=entity, value=value, by=by, **shown, **hidden, **given
    )


def _normal(entity: EntityKind, value: str) -> str:
    """The form of a value that notes know it by. Raises ``BadInput`` where it is none of its kind."""
    kind = next((each for each in every_kind().values() if each.note == entity), None)
    return normal(kind, value) if kind else value.strip()


def _titles() -> dict[str, str]:
    """The kinds of entities that notes are about, as people say them; senders have mailboxes."""
    known: dict[str, list[str]] = {}
    for kind in every_kind().values():
        known.setdefault(kind.note, []).append(kind.title)
    return {each.value: ", ".join(known.get(each, [each.replace("_", " ").capitalize()])) for each in EntityKind}


def _clean(text: str) -> str:
    """A text as it is kept; browsers end the lines of a form with two characters."""
    return text.replace("\r\n", "\n").strip()
