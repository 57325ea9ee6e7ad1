"""Saved views: what may be kept as one, and what is said of one that is there."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from workbench.apps.explore.view_text import declared, filtered, outline
from workbench.base.errors import BadInput, WorkbenchError
from workbench.ledger.api import SavedViewChange, SavedViewNew
from workbench.ledger.models import SavedView
from workbench.views.explorer import views

N = TypeVar("N", SavedViewNew, SavedViewChange)


@dataclass(frozen=True)
class Facts:
    """What the text of a saved view says, in short; ``fault`` is why it cannot be read (any more)."""

    title: str = ""
    span: str = ""
    filter: str = ""
    """Its filter as people say it; empty for one that keeps every row."""
    fault: str = ""


def fitting(asked: N) -> N:
    """A request with its text in the one form in which texts of views are kept: equal views are equal texts.

    Raises:
        BadInput: the text is none of a view, or a view of the product has the name.
        BadSpan: its window is none.
        UnknownName: it names a view, property, column or list that there is not; the error carries the nearest.
    """
    if "name" in asked.model_fields_set and asked.name in views():
        advice = "Take another name, so that both can be asked by theirs."
        raise BadInput(f"The Explorer has a view of its own that is called {asked.name}", next_step=advice)
    if "text" not in asked.model_fields_set:
        return asked
    return asked.model_copy(update={"text": outline(declared(asked.text, datetime.now(UTC)))})


def facts_of(view: SavedView) -> Facts:
    """What the text of a saved view says, as views are declared today."""
    try:
        shape = declared(view.text, datetime.now(UTC))
    except WorkbenchError as error:
        return Facts(fault=str(error))
    return Facts(shape.view.title, shape.span, filtered(shape))
