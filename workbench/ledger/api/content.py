"""Saved views, tracked queries and notes on the wire."""

from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from workbench.ledger.api.wire import Asked, Change, Held, Name, Text
from workbench.ledger.models.words import EntityKind

Span = Annotated[str, Field(max_length=80)]
Filled = Annotated[Text, StringConstraints(min_length=1)]


class SavedViewNew(Asked):
    """A view to keep."""

    name: Name
    text: Filled
    note: Text = ""


class SavedViewChange(Change):
    """What is changed of a view."""

    name: Name = "-"
    text: Filled = "-"
    note: Text = ""


class SavedViewHeld(Held):
    """A view that was kept."""

    name: str
    text: str
    note: str


class TrackedQueryNew(Asked):
    """A question to track."""

    name: Name
    kql: Filled
    span: Span = ""
    note: Text = ""
    enabled: bool = True


class TrackedQueryChange(Change):
    """What is changed of a tracked question."""

    name: Name = "-"
    kql: Filled = "-"
    span: Span = ""
    note: Text = ""
    enabled: bool = True


class TrackedQueryHeld(Held):
    """A tracked question, with how many rows it had when it was last asked."""

    name: str
    kql: str
    span: str
    note: str
    enabled: bool
    last_asked_at: AwareDatetime | None
    last_count: int | None


class NoteNew(Asked):
    """A note on an entity."""

    entity: Annotated[EntityKind, Field(strict=False)]
    value: Filled
    text: Filled


class NoteChange(Change):
    """What is changed of a note."""

    text: Filled = "-"


class NoteHeld(Held):
    """A note."""

    entity: EntityKind
    value: str
    text: str
