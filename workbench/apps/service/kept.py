"""Rows of the ledger as pages of answers."""

from typing import Annotated, TypeVar

from fastapi import Query

from workbench.apps.service.service import Service
from workbench.apps.service.viewer import Viewer
from workbench.ledger.api import Change, Held, Page, Removal
from workbench.ledger.changes import Ledger, Search
from workbench.ledger.models import Row

H = TypeVar("H", bound=Held)
R = TypeVar("R", bound=Row)

Limit = Annotated[int, Query(ge=1, le=1_000)]
"""How many rows a page has at most."""
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


def paged(ledger: Ledger, kind: type[Row], shown: type[H], search: Search) -> Page[H]:
    """A page of rows, with how many there are on all pages."""
    items = [shown.model_validate(row) for row in ledger.find(kind, search)]
    return Page[shown](items=items, total=ledger.number(kind, search))  # type: ignore[valid-type]  # known at run time only


def changed(service: Service, viewer: Viewer, kind: type[R], id_: str, change: Change) -> R:
    """Change a row that is still at the version at hand; a ``Clash`` where it is not."""
    version, what, why = change.version, change.changes, change.reason
    return service.ledger.apply(viewer.actor, lambda unit: unit.edit(kind, id_, version, what, reason=why))


def removed(service: Service, viewer: Viewer, kind: type[R], id_: str, removal: Removal) -> R:
    """Hide a row behind a tombstone."""
    version, why = removal.version, removal.reason
    return service.ledger.apply(viewer.actor, lambda unit: unit.remove(kind, id_, version, reason=why))


def restored(service: Service, viewer: Viewer, kind: type[R], id_: str, removal: Removal) -> R:
    """Take a tombstone away."""
    version, why = removal.version, removal.reason
    return service.ledger.apply(viewer.actor, lambda unit: unit.restore(kind, id_, version, reason=why))
