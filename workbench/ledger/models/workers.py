"""Worker processes and their signs of life."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from workbench.ledger.models.row import Instant, Kind, Row
from workbench.ledger.models.words import NAME_LENGTH


class Worker(Row):
    """One start of a worker process; removed when it ended or was found dead."""

    __tablename__ = "workers"
    kind: ClassVar[Kind] = Kind(
        "worker", fixed=frozenset({"boot", "host", "pid"}), beats=frozenset({"beat_at"}), projected=False
    )

    boot: Mapped[str] = mapped_column(String(64))
    """The machine's boot and the process's start: tells a process from a later one with its number."""
    host: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    pid: Mapped[int] = mapped_column(Integer, default=0)
    beat_at: Mapped[datetime | None] = mapped_column(Instant)
