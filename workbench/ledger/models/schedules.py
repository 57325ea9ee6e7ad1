"""Schedules of playbooks."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Boolean, String
from sqlalchemy.orm import Mapped, mapped_column

from workbench.ledger.models.row import Document, Instant, Kind, Row, word
from workbench.ledger.models.views import once
from workbench.ledger.models.words import NAME_LENGTH, MissedPolicy


class Schedule(Row):
    """When a playbook runs by itself."""

    __tablename__ = "schedules"
    __table_args__ = (once("uq_schedules_name", "name"),)
    kind: ClassVar[Kind] = Kind("schedule", beats=frozenset({"last_tick_at", "next_tick_at"}))

    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    playbook: Mapped[str] = mapped_column(String(NAME_LENGTH))
    parameters: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    cron: Mapped[str] = mapped_column(String(NAME_LENGTH))
    time_zone: Mapped[str] = mapped_column(String(80), default="UTC")
    enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    missed: Mapped[MissedPolicy] = mapped_column(word(MissedPolicy), default=MissedPolicy.SKIP)
    last_tick_at: Mapped[datetime | None] = mapped_column(Instant)
    next_tick_at: Mapped[datetime | None] = mapped_column(Instant)
