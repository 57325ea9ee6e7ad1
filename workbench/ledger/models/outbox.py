"""Changes that wait to become rows of the event store."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from workbench.ledger.models.row import Base, Document, Instant

_COUNTER = BigInteger().with_variant(Integer, "sqlite")


class Outgoing(Base):
    """One change, written in the transaction that made it and removed once it is in the store."""

    __tablename__ = "outbox"
    __table_args__ = ({"sqlite_autoincrement": True},)

    seq: Mapped[int] = mapped_column(_COUNTER, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    """Name of the row's kind, or ``audit`` for an audit record."""
    object_id: Mapped[str] = mapped_column(String(26))
    version: Mapped[int] = mapped_column(BigInteger)
    row: Mapped[dict[str, Any]] = mapped_column(Document)
    """All columns but secret ones as they were after the change; a removed row has ``deleted_at``."""
    at: Mapped[datetime] = mapped_column(Instant)
