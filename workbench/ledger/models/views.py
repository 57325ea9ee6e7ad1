"""Saved views of the Explorer."""

from typing import ClassVar

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from workbench.ledger.models.row import Kind, Row
from workbench.ledger.models.words import NAME_LENGTH


def once(name: str, *columns: str) -> Index:
    """Of rows that are not removed, at most one has the same values in these columns."""
    living = text("deleted_at IS NULL")
    return Index(name, *columns, unique=True, sqlite_where=living, postgresql_where=living)


class SavedView(Row):
    """One view of the Explorer as a text, under a name, for everybody who may see saved views."""

    __tablename__ = "saved_views"
    __table_args__ = (once("uq_saved_views_name", "name"),)
    kind: ClassVar[Kind] = Kind("saved_view")

    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    text: Mapped[str] = mapped_column(Text)
    """Window, filter, pivot, list, columns and order of the view, in YAML."""
    note: Mapped[str] = mapped_column(Text, default="")
