"""Tracked queries: questions that are asked again and again."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Boolean, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from workbench.ledger.models.row import Instant, Kind, Row
from workbench.ledger.models.views import once
from workbench.ledger.models.words import NAME_LENGTH


class TrackedQuery(Row):
    """One question in KQL, the window it is asked of, and how many rows it had when it was last asked."""

    __tablename__ = "tracked_queries"
    __table_args__ = (once("uq_tracked_queries_name", "name"),)
    kind: ClassVar[Kind] = Kind("tracked_query", beats=frozenset({"last_asked_at", "last_count"}))

    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    kql: Mapped[str] = mapped_column(Text)
    span: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    last_asked_at: Mapped[datetime | None] = mapped_column(Instant)
    last_count: Mapped[int | None] = mapped_column(BigInteger)
