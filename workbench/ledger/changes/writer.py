"""The one write queue: jobs are applied in groups, one transaction a group, a savepoint a job."""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from workbench.base.errors import LedgerBusy, LedgerError
from workbench.ledger.audit import Actor, Head, Trail, seal
from workbench.ledger.changes.outbox import send
from workbench.ledger.changes.unit import Unit
from workbench.ledger.models import Database
from workbench.ledger.models.database import told

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
Work = Callable[[Unit], T]

GROUP = 64
"""Jobs that share a transaction, at most."""
LIMIT = 1_000
"""Jobs that may wait."""
PATIENCE = 10.0
"""Seconds that a caller waits for room in the queue."""
LOOK_SECONDS = 1.0
"""How often an idle writer looks whether the anchor is due."""


@dataclass(frozen=True)
class Job:
    """Something to do, by whom, and who waits for it."""

    actor: Actor
    work: Work[Any]
    done: "Future[Any]" = field(default_factory=Future)
    alone: bool = False
    """Whether it needs a transaction of its own."""


class Writer:
    """A thread that applies jobs in the order in which they came."""

    def __init__(self, database: Database, trail: Trail, *, limit: int = LIMIT) -> None:
        self._database, self._trail = database, trail
        self._jobs: queue.Queue[Job | None] = queue.Queue()
        self._room = threading.Semaphore(limit)
        self._held: Job | None = None
        self._head: Head | None = None
        self._entry = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job, patience: float = PATIENCE) -> "Future[Any]":
        """Hand a job over; its future is done once the change is on the disk, and can be cancelled before its group is.

        Raises:
            LedgerBusy: there was no room in the queue for ``patience`` seconds; nothing was done.
            LedgerError: the ledger is closed.
        """
        if not self._room.acquire(timeout=patience):
            raise LedgerBusy(f"{self.waiting():,} changes wait to be written", next_step="Try again in a moment.")
        with self._entry:
            if self._closing.is_set():
                raise LedgerError("The ledger is closed")
            self._jobs.put(job)
        return job.done

    def waiting(self) -> int:
        """How many jobs wait."""
        return self._jobs.qsize()

    def close(self) -> None:
        """Take no more jobs, do those that wait, write the anchor, and end."""
        with self._entry:
            self._closing.set()
            self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while not (self._closing.is_set() and self._jobs.empty() and self._held is None):
            group = [job for job in self._take() if job.done.set_running_or_notify_cancel()]
            if group:
                self._apply(group)
            self._anchor(now=False)
        self._anchor(now=True)

    def _take(self) -> list[Job]:
        """The next group: what waits, up to a limit; a job that needs to be alone is."""
        first, self._held = self._held or self._next(LOOK_SECONDS), None
        group = [first] if first else []
        while group and not group[0].alone and len(group) < GROUP and (job := self._next(0)):
            if job.alone:
                self._held = job
                break
            group.append(job)
        return group

    def _next(self, seconds: float) -> Job | None:
        """A job; None where none comes in time, or the ledger is being closed."""
        try:
            job = self._jobs.get(timeout=seconds) if seconds else self._jobs.get_nowait()
        except queue.Empty:
            return None
        if job is not None:
            self._room.release()
        return job

    def _apply(self, group: list[Job]) -> None:
        """One transaction: nobody hears of success before it is committed, and everybody does hear."""
        outcomes: list[tuple[Job, object, BaseException | None]] = []
        try:
            with self._database.writing() as connection:
                self._head = self._together(connection, group, outcomes)
        except Exception as error:  # noqa: BLE001  # the same seam: whatever broke the transaction, nobody waits for ever
            outcomes = [(job, None, failed or error) for job, _, failed in _padded(group, outcomes)]
        for job, value, failed in outcomes:
            if failed is not None:
                job.done.set_exception(failed)
            else:
                job.done.set_result(value)

    def _together(
        self, connection: Connection, group: list[Job], outcomes: list[tuple[Job, object, BaseException | None]]
    ) -> Head:
        at, entries, outgoing = datetime.now(UTC), [], []
        for job in group:
            unit = Unit(connection, self._trail, job.actor, at)
            value, failed = self._one(connection, job, unit)
            outcomes.append((job, value, failed))
            entries += [*unit.entries, *unit.denials] if failed is None else unit.denials
            outgoing += unit.outgoing if failed is None else []
        send(connection, outgoing)
        return seal(connection, self._trail, entries, at)

    def _one(self, connection: Connection, job: Job, unit: Unit) -> tuple[object, BaseException | None]:
        """A job's value or its failure, which takes back what the job did and nothing else."""
        savepoint = connection.begin_nested()
        try:
            with told(connection.engine):
                value = job.work(unit)
        except Exception as error:  # noqa: BLE001  # a seam: the caller's job failed, and the caller gets it back
            savepoint.rollback()
            return None, error
        savepoint.commit()
        return value, None

    def _anchor(self, *, now: bool) -> None:
        """The anchor is behind while it cannot be written; what was acknowledged is kept all the same."""
        if self._head is None:
            return
        try:
            self._trail.anchor.note(self._head, now=now)
        except OSError as error:
            _LOG.error("the anchor of the audit trail cannot be written: %s", error.strerror)


def _padded(
    group: list[Job], outcomes: list[tuple[Job, object, BaseException | None]]
) -> list[tuple[Job, object, BaseException | None]]:
    """An outcome for every job, also those that were not reached."""
    return [*outcomes, *((job, None, None) for job in group[len(outcomes) :])]
