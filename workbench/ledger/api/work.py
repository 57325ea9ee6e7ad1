"""Runs and schedules on the wire."""

from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from workbench.ledger.api.wire import Asked, Change, Document, Held, Name, Short
from workbench.ledger.models.words import NAME_LENGTH, MissedPolicy, RunState, TriggerKind

Priority = Annotated[int, Field(ge=1, le=9)]
Zone = Annotated[str, Field(min_length=1, max_length=80)]
A_DAY = 24 * 3600


class RunNew(Asked):
    """A run that is asked for. What of a deduplication key is queued or running already is not asked for twice."""

    playbook: Name
    parameters: Document = Field(default_factory=dict)
    priority: Priority = 5
    dedup_key: Name | None = None
    seconds: Annotated[int, Field(ge=1, le=A_DAY)] = 3600
    """How long it may take, from now."""


class RunHeld(Held):
    """A run and how far it is."""

    playbook: str
    playbook_digest: str
    parameters: dict[str, Any]
    state: RunState
    priority: int
    dedup_key: str | None
    trigger: TriggerKind
    trigger_ref: str
    requested_by: str
    worker: str | None
    attempts: int
    progress_cell: int
    progress_cells: int
    progress_heading: str
    failure_cause: str
    failure_next_step: str
    findings_digest: str
    executed_digest: str
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    heartbeat_at: AwareDatetime | None
    deadline_at: AwareDatetime | None


TRACKING = "tracked_query"
"""The playbook that asks a saved query."""


class ScheduleNew(Asked):
    """A playbook to be run by itself."""

    name: Name
    playbook: Name
    parameters: Document = Field(default_factory=dict)
    cron: Name
    time_zone: Zone = "UTC"
    enabled: bool = True
    missed: Annotated[MissedPolicy, Field(strict=False)] = MissedPolicy.SKIP


def tracking(query: str, cron: str) -> ScheduleNew:
    """The schedule that asks a saved query by itself, at the ticks of a cron expression in UTC."""
    return ScheduleNew(name=f"Tracked: {query}"[:NAME_LENGTH], playbook=TRACKING, parameters={"name": query}, cron=cron)


class ScheduleChange(Change):
    """What is changed of a schedule."""

    name: Name = "-"
    playbook: Name = "-"
    parameters: Document = Field(default_factory=dict)
    cron: Name = "-"
    time_zone: Zone = "UTC"
    enabled: bool = True
    missed: Annotated[MissedPolicy, Field(strict=False)] = MissedPolicy.SKIP


class ScheduleHeld(Held):
    """A schedule with its last and next tick."""

    name: str
    playbook: str
    parameters: dict[str, Any]
    cron: str
    time_zone: str
    enabled: bool
    missed: MissedPolicy
    last_tick_at: AwareDatetime | None
    next_tick_at: AwareDatetime | None


class Progress(Asked):
    """How far a run is, as its worker says."""

    cell: Annotated[int, Field(ge=0, le=10_000)]
    cells: Annotated[int, Field(ge=0, le=10_000)]
    heading: Short = ""
