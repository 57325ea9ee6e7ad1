"""Saved views of the Explorer."""

from typing import Any, ClassVar

from sqlalchemy import Boolean, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from workbench.ledger.models.row import Document, Kind, Row
from workbench.ledger.models.words import NAME_LENGTH


def once(name: str, *columns: str) -> Index:
    """Of rows that are not removed, at most one has the same values in these columns."""
    living = text("deleted_at IS NULL")
    return Index(name, *columns, unique=True, sqlite_where=living, postgresql_where=living)


class SavedView(Row):
    """One view with its filters, under a name that its owner gave; shared ones are seen by all who may see views."""

    __tablename__ = "saved_views"
    __table_args__ = (once("uq_saved_views_owner_name", "owner", "name"),)
    kind: ClassVar[Kind] = Kind("saved_view", fixed=frozenset({"owner"}))

    owner: Mapped[str] = mapped_column(String(26), ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    view: Mapped[str] = mapped_column(String(NAME_LENGTH))
    """Name of the Explorer view."""
    filters: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    span: Mapped[str] = mapped_column(String(80), default="")
    columns: Mapped[list[str]] = mapped_column(Document, default=list)
    shared: Mapped[bool] = mapped_column(Boolean, default=False)
