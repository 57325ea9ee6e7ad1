"""Runs of playbooks."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from workbench.ledger.models.row import Document, Instant, Kind, Row, word
from workbench.ledger.models.words import NAME_LENGTH, RUN_STATES, RunState, TriggerKind

_UNFINISHED = text("dedup_key IS NOT NULL AND deleted_at IS NULL AND state IN ('queued', 'running')")


class Run(Row):
    """One run, from the moment it was asked for. Of a deduplication key at most one run is queued or running."""

    __tablename__ = "runs"
    __table_args__ = (
        Index("ix_runs_state_priority_id", "state", "priority", "id"),
        Index("uq_runs_dedup_key", "dedup_key", unique=True, sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
    )
    kind: ClassVar[Kind] = Kind(
        "run",
        fixed=frozenset({"playbook", "playbook_digest", "parameters", "dedup_key", "trigger", "trigger_ref"}),
        beats=frozenset({"progress_cell", "progress_cells", "progress_heading", "heartbeat_at"}),
        states=RUN_STATES,
    )

    playbook: Mapped[str] = mapped_column(String(NAME_LENGTH), index=True)
    playbook_digest: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the notebook that was asked for."""
    parameters: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    state: Mapped[RunState] = mapped_column(word(RunState), default=RunState.QUEUED)
    priority: Mapped[int] = mapped_column(Integer, default=5)
    """Lower is sooner."""
    dedup_key: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    trigger: Mapped[TriggerKind] = mapped_column(word(TriggerKind), default=TriggerKind.PERSON)
    trigger_ref: Mapped[str] = mapped_column(String(NAME_LENGTH), default="", index=True)
    """Id of the alert, or name of the schedule and its tick; of a run that the command line made its folder."""
    requested_by: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    worker: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    progress_cell: Mapped[int] = mapped_column(Integer, default=0)
    progress_cells: Mapped[int] = mapped_column(Integer, default=0)
    progress_heading: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    failure_cause: Mapped[str] = mapped_column(Text, default="")
    failure_next_step: Mapped[str] = mapped_column(Text, default="")
    findings_digest: Mapped[str] = mapped_column(String(64), default="")
    executed_digest: Mapped[str] = mapped_column(String(64), default="")
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    heartbeat_at: Mapped[datetime | None] = mapped_column(Instant)
    deadline_at: Mapped[datetime | None] = mapped_column(Instant)
