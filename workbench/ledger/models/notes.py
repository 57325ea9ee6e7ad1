"""Notes on entities."""

from typing import ClassVar

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from workbench.ledger.models.row import Kind, Row, word
from workbench.ledger.models.words import EntityKind


class Note(Row):
    """What somebody wrote about a sender, a domain, a file ...: found by the entity's kind and canonical value."""

    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_value", "value", postgresql_using="hash"),)
    kind: ClassVar[Kind] = Kind("note", fixed=frozenset({"entity", "value"}))

    entity: Mapped[EntityKind] = mapped_column(word(EntityKind))
    value: Mapped[str] = mapped_column(Text)
    """The entity in canonical form, as ``base.text`` and ``analysis.entities`` write it."""
    text: Mapped[str] = mapped_column(Text)
