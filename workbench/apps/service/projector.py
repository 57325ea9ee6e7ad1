"""Bring what changed in the ledger into the event store: at least once, latest state, again where it failed."""

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

import polars as pl

from workbench.apps.service.service import Service
from workbench.base.errors import WorkbenchError
from workbench.events.store import Batch, Store, settle_if_crowded
from workbench.ledger.changes import Change

SOURCE = "ledger"
"""How the store's log names what came from the ledger."""
AT_ONCE = 5_000
EVERY_SECONDS = 2.0
LONGEST_WAIT = 60.0
_LOG = logging.getLogger(__name__)
_TIME = pl.Datetime("us", "UTC")

Read = Callable[[object], object]


def _text(value: object) -> object:
    return "" if value is None else str(value)


def _json(value: object) -> object:
    """A document as its text; what is text already stays."""
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def _same(value: object) -> object:
    return value


def _whole(value: object) -> object:
    return value


def _time(value: object) -> object:
    if value is None or isinstance(value, datetime):
        return value
    return datetime.fromisoformat(str(value)).astimezone(UTC)


def _is_there(value: object) -> object:
    return value is not None


Columns = Mapping[str, tuple[str, Read]]
"""Columns of a table: from which of the ledger's, and how."""

_MARKS: Columns = {
    "Timestamp": ("created_at", _time),
    "Version": ("version", _same),
    "CreatedBy": ("created_by", _text),
    "UpdatedBy": ("updated_by", _text),
    "UpdatedTime": ("updated_at", _time),
    "IsDeleted": ("deleted_at", _is_there),
}

TABLES: Mapping[str, tuple[str, Columns]] = MappingProxyType(
    {
        "audit": (
            "WorkbenchAudit",
            {
                "Timestamp": ("ts", _time),
                "Seq": ("seq", _same),
                "Actor": ("actor", _text),
                "ActorKind": ("actor_kind", _text),
                "Roles": ("roles", _json),
                "SessionId": ("session", _text),
                "IPAddress": ("address", _text),
                "Verb": ("verb", _text),
                "ObjectKind": ("object_kind", _text),
                "ObjectId": ("object_id", _text),
                "Before": ("before", _json),
                "After": ("after", _json),
                "Reason": ("reason", _text),
                "RequestId": ("request", _text),
                "Mac": ("mac", _text),
            },
        ),
        "run": (
            "WorkbenchRuns",
            {
                **_MARKS,
                "RunId": ("id", _text),
                "Playbook": ("playbook", _text),
                "PlaybookSHA256": ("playbook_digest", _text),
                "Parameters": ("parameters", _json),
                "State": ("state", _text),
                "Priority": ("priority", _same),
                "Trigger": ("trigger", _text),
                "TriggerReference": ("trigger_ref", _text),
                "RequestedBy": ("requested_by", _text),
                "Worker": ("worker", _text),
                "Attempts": ("attempts", _same),
                "FailureCause": ("failure_cause", _text),
                "FailureNextStep": ("failure_next_step", _text),
                "FindingsSHA256": ("findings_digest", _text),
                "ExecutedSHA256": ("executed_digest", _text),
                "StartTime": ("started_at", _time),
                "EndTime": ("finished_at", _time),
                "Deadline": ("deadline_at", _time),
            },
        ),
        "note": (
            "WorkbenchNotes",
            {
                **_MARKS,
                "NoteId": ("id", _text),
                "EntityKind": ("entity", _text),
                "EntityValue": ("value", _text),
                "Text": ("text", _text),
            },
        ),
        "saved_view": (
            "WorkbenchSavedViews",
            {
                **_MARKS,
                "ViewId": ("id", _text),
                "Name": ("name", _text),
                "Text": ("text", _text),
                "Note": ("note", _text),
            },
        ),
        "tracked_query": (
            "WorkbenchTrackedQueries",
            {
                **_MARKS,
                "QueryId": ("id", _text),
                "Name": ("name", _text),
                "Query": ("kql", _text),
                "Span": ("span", _text),
                "Note": ("note", _text),
                "IsEnabled": ("enabled", _same),
                "LastAskedTime": ("last_asked_at", _time),
                "LastCount": ("last_count", _whole),
            },
        ),
        "schedule": (
            "WorkbenchSchedules",
            {
                **_MARKS,
                "ScheduleId": ("id", _text),
                "Name": ("name", _text),
                "Playbook": ("playbook", _text),
                "Parameters": ("parameters", _json),
                "Cron": ("cron", _text),
                "TimeZone": ("time_zone", _text),
                "IsEnabled": ("enabled", _same),
                "Missed": ("missed", _text),
            },
        ),
    }
)
"""By kind of the outbox: its table, and how each column is filled."""

_TYPES = {_time: _TIME, _whole: pl.Int64(), _text: pl.String(), _json: pl.String(), _is_there: pl.Boolean()}


def project(changes: Sequence[Change]) -> dict[str, pl.DataFrame]:
    """Rows by table, as the store takes them; a kind that has no table is passed over."""
    rows: dict[str, list[dict[str, object]]] = {}
    for change in changes:
        if change.kind in TABLES:
            table, columns = TABLES[change.kind]
            rows.setdefault(table, []).append({name: read(change.row[key]) for name, (key, read) in columns.items()})
    declared = dict(TABLES.values())
    return {name: _frame(found, declared[name]) for name, found in rows.items()}


def _frame(rows: list[dict[str, object]], columns: Columns) -> pl.DataFrame:
    kinds = {name: _TYPES[read] for name, (_, read) in columns.items() if read in _TYPES}
    return pl.DataFrame(rows, schema_overrides=kinds, infer_schema_length=None)


@dataclass
class Projector:
    """A thread that empties the outbox."""

    service: Service
    _store: Store = field(init=False)
    _stop: threading.Event = field(default_factory=threading.Event, init=False)

    def __post_init__(self) -> None:
        self._store = self.service.store
        self._thread = threading.Thread(target=self._run, name="projector", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, once more, and end."""
        self._stop.set()
        self._thread.join()

    def step(self) -> int:
        """Write the oldest changes that wait; how many states of the ledger went with them.

        Raises:
            WorkbenchError: the store could not be written; nothing is lost.
        """
        changes = self.service.ledger.pending(AT_ONCE)
        if not changes:
            return 0
        covers = [number for change in changes for number in change.covers]
        for name, rows in project(changes).items():
            self._store.write(name, rows, Batch(SOURCE, max(covers)))
            self.service.metrics.outbox_rows.labels(name).inc(rows.height)
            settle_if_crowded(self._store, name)
        return self.service.ledger.settle(covers)

    def measure(self) -> None:
        """How far the store is behind."""
        oldest = self.service.ledger.pending(1)
        lag = (datetime.now(UTC) - oldest[0].at).total_seconds() if oldest else 0.0
        self.service.metrics.outbox_lag.set(max(0.0, lag))

    def _run(self) -> None:
        wait = EVERY_SECONDS
        while not self._stop.wait(wait):
            wait = self._attempt(wait)
        self._attempt(wait)

    def _attempt(self, before: float) -> float:
        """Empty the outbox; gives how long to wait then, longer each time it failed."""
        try:
            self.measure()
            while self.step() and not self._stop.is_set():
                self.measure()
        except (WorkbenchError, OSError, pl.exceptions.PolarsError) as error:
            self.service.metrics.outbox_failures.inc()
            _LOG.warning("changes could not be brought into the store: %s", type(error).__name__)
            return min(LONGEST_WAIT, before * 2)
        return EVERY_SECONDS


@asynccontextmanager
async def projecting(service: Service) -> AsyncIterator[None]:
    """Keep the store up to date as long as the service lives."""
    projector = Projector(service)
    projector.start()
    try:
        yield
    finally:
        await asyncio.to_thread(projector.stop)
