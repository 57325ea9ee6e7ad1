"""A worker: claims runs, makes each in a kernel of its own, and shows that it lives.

Three threads of its own: one claims and looks after what goes on, one beats and rescues, one fences: it needs no
database, and ends all kernels when no beat came through for a while, so that nobody makes a run that another took.
"""

import logging
import os
import platform
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from workbench.apps.service.durable import queue, tracked
from workbench.apps.service.durable.asking import UNFINISHED
from workbench.apps.service.durable.queue import Claim
from workbench.base.config import Workspace
from workbench.base.errors import Clash, LedgerBusy, LedgerError, NoKernel, NotFound, WorkbenchError
from workbench.base.render import terminal
from workbench.ledger.audit import Actor
from workbench.ledger.changes import Ledger, Search, Unit
from workbench.ledger.models import Run
from workbench.ledger.models import Worker as Row
from workbench.ledger.models.words import ActorKind, RunState
from workbench.operations.runs import Job, Kernel, Pool, Process, Progress, execute, kept, process, sweep

_LOG = logging.getLogger("workbench.service")
FENCE_SECONDS = 20.0
"""Without a beat that came through for so long a worker ends its kernels: others take its runs ten seconds later."""
_SWEEP_SECONDS = 60.0
_RESUME_SECONDS = 30.0
_TELL_SECONDS = 0.5
_STUBBORN_SECONDS = 15.0


@dataclass(frozen=True)
class Pace:
    """How often a worker does what, in seconds."""

    look: float = 0.5
    beat: float = queue.BEAT_SECONDS
    fence: float = FENCE_SECONDS


@dataclass
class Making:
    """A run that goes on here."""

    taken: Claim
    kernel: Kernel | None = None
    lost: str = ""
    """Why it is no longer ours; empty while it is."""
    told: float = 0.0
    heading: str = ""
    guard: threading.Lock = field(default_factory=threading.Lock)

    def lose(self, why: str) -> None:
        """End it here: its row belongs to somebody else, or to nobody."""
        with self.guard:
            self.lost = self.lost or why
            kernel = self.kernel
        if kernel:
            kernel.end(why)

    def begin(self, kernel: Kernel) -> bool:
        """Have it use a kernel; false where it is lost already."""
        with self.guard:
            self.kernel = kernel
            return not self.lost


class Worker:
    """Makes runs until it is closed. ``ended`` is told the state of every run that came to its end here."""

    def __init__(
        self,
        workspace: Workspace,
        ledger: Ledger,
        pool: Pool,
        *,
        pace: Pace | None = None,
        ended: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._workspace, self._ledger, self._pool, self._ended = workspace, ledger, pool, ended
        self._pace, self._limits = pace or Pace(), workspace.settings.runs
        self._actor = Actor(f"worker on {platform.node()}"[:200], ActorKind.AUTOMATION)
        self._making: dict[str, Making] = {}
        self._lock, self._wake, self._closing = threading.Lock(), threading.Event(), threading.Event()
        self._beaten, self._swept, self._no_kernels_until = time.monotonic(), 0.0, 0.0
        self.id = ""
        self._begin()
        loops = (self._dispatch, self._beats, self._fences)
        self._threads = [threading.Thread(target=each, name=f"runs{each.__name__}", daemon=True) for each in loops]
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Look for runs now."""
        self._wake.set()

    @property
    def going(self) -> int:
        """How many runs go on here."""
        return len(self._making)

    def fault(self) -> str:
        """What is wrong, in a few words; empty where nothing is."""
        if self._pool.state.stopped:
            return f"no kernels: {self._pool.state.stopped}"[:300]
        silent = time.monotonic() - self._beaten
        return f"no beat came through for {silent:.0f} s" if self._is_cut_off() else ""

    def close(self) -> None:
        """Put what goes on back into the queue, end its kernels, and sign off."""
        self._closing.set()
        self._wake.set()
        for thread in self._threads:
            thread.join()
        with self._lock:
            left = list(self._making.values())
        for making in left:
            self._put_back(making)
            making.lose("the service was stopped")
        until = time.monotonic() + _STUBBORN_SECONDS
        while self._making and time.monotonic() < until:
            time.sleep(0.02)
        with suppress(WorkbenchError):
            self._ledger.remove(self._actor, self._ledger.get(Row, self.id), reason="stopped")

    def _begin(self) -> None:
        """Sign on under a name that nobody had before, and take over from whoever died on this machine."""
        sweep(self._workspace)
        mine, moment = process(), time.monotonic()
        boot = _boot(mine) if mine else ""
        values = {"boot": boot, "host": platform.node()[:200], "pid": os.getpid(), "beat_at": datetime.now(UTC)}
        self.id = self._ledger.create(self._actor, Row, values).id
        self._rescue()
        self._beaten = moment

    def _dispatch(self) -> None:
        while not self._closing.is_set():
            self._wake.wait(self._pace.look)
            self._wake.clear()
            try:
                self._look_after()
                self._take()
            except WorkbenchError as error:
                _LOG.warning("runs: %s", error.what)

    def _look_after(self) -> None:
        """End what was cancelled or taken away; let nothing lie that is ours by its row and goes on nowhere."""
        rows = {row.id: row for row in self._ledger.find(Run, Search({"worker": self.id, "state": RunState.RUNNING}))}
        with self._lock:
            here = dict(self._making)
        for id_, making in here.items():
            if id_ not in rows or rows[id_].version != making.taken.version:
                making.lose(self._why(id_))
        if any(id_ not in here and id_ not in self._making for id_ in rows):
            self._ledger.apply(self._actor, lambda unit: queue.strays(unit, self.id, set(self._making)))

    def _why(self, id_: str) -> str:
        try:
            run = self._ledger.get(Run, id_)
        except NotFound:
            return "it was removed"
        return run.failure_cause or ("another worker took it over" if run.state in UNFINISHED else "it is over")

    def _take(self) -> None:
        free = self._limits.slots - len(self._making)
        if self._is_cut_off():
            return
        if self._ledger.find(Run, Search({"state": RunState.QUEUED}, limit=1)) and self._has_kernels() and free > 0:
            actor, limits = self._actor, self._limits
            for taken in self._ledger.apply(actor, lambda unit: queue.claim(unit, self.id, free, limits)):
                making = Making(taken)
                with self._lock:
                    self._making[taken.run.id] = making
                threading.Thread(target=self._make, args=(making,), name=f"run-{taken.run.id}", daemon=True).start()

    def _is_cut_off(self) -> bool:
        """Whether no beat came through for so long that nothing may go on here, nor be begun."""
        return time.monotonic() - self._beaten > self._pace.fence

    def _has_kernels(self) -> bool:
        """Whether the pool gives kernels; where it stopped it is asked again after a while."""
        if not self._pool.state.stopped:
            return time.monotonic() >= self._no_kernels_until
        if time.monotonic() >= self._no_kernels_until:
            self._no_kernels_until = time.monotonic() + _RESUME_SECONDS
            self._pool.resume()
        return False

    def _make(self, making: Making) -> None:
        """One run from kernel to row, in a thread of its own."""
        try:
            kernel = self._pool.take()
        except NoKernel as error:
            _LOG.warning("runs: %s", error.what)
            self._no_kernels_until = time.monotonic() + _RESUME_SECONDS
            self._put_back(making)
            self._forget(making)
            return
        try:
            if making.begin(kernel):
                self._play(making, kernel)
        finally:
            self._forget(making)
            self._pool.discard(kernel)

    def _play(self, making: Making, kernel: Kernel) -> None:
        run = making.taken.run
        try:
            book = kept(run.playbook, run.playbook_digest, self._workspace)
            job = Job(run.id, book, run.parameters, deadline=run.deadline_at, seconds=_seconds(run))
            outcome = execute(job, kernel, lambda step: self._tell(making, step))
        except (WorkbenchError, OSError, ValueError) as error:
            what, advice = str(error), getattr(error, "next_step", "") or "Mend that, and run it again."
            self._settle(making, "failed", lambda unit: queue.fail(unit, making.taken, what, advice))
            return
        count = tracked.counted(self._workspace, outcome.findings)
        self._settle(making, outcome.state, lambda unit: tracked.finish(unit, making.taken, outcome, count))

    def _settle(self, making: Making, state: str, work: Callable[[Unit], Run]) -> None:
        """Write the end of a run; what cannot be written for a while is taken up again as a stray."""
        until = time.monotonic() + _STUBBORN_SECONDS
        while not making.lost:
            try:
                self._ledger.apply(self._actor, work)
            except (Clash, NotFound):
                making.lost = "somebody was first"
            except LedgerError as error:
                if time.monotonic() > until:
                    _LOG.error("the end of a run cannot be written: %s", error.what)
                    return
                time.sleep(0.5)
            else:
                self._ended(state)
                return

    def _tell(self, making: Making, step: Progress) -> None:
        """Progress into the row, not too often, and never waited for."""
        now = time.monotonic()
        if now - making.told < _TELL_SECONDS and step.heading == making.heading:
            return
        making.told, making.heading = now, step.heading
        beats = {
            "progress_cell": step.cell,
            "progress_cells": step.cells,
            "progress_heading": terminal(step.heading, 199),
            "heartbeat_at": datetime.now(UTC),
        }
        with suppress(LedgerBusy, LedgerError):
            self._ledger.submit(self._actor, lambda unit: queue.tell(unit, making.taken, beats), patience=0)

    def _put_back(self, making: Making) -> None:
        with suppress(WorkbenchError):
            self._ledger.apply(self._actor, lambda unit: queue.give_back(unit, making.taken))

    def _forget(self, making: Making) -> None:
        with self._lock:
            self._making.pop(making.taken.run.id, None)
        self._wake.set()

    def _beats(self) -> None:
        while not self._closing.wait(self._pace.beat):
            try:
                self._beat()
                self._rescue()
                if time.monotonic() - self._swept > _SWEEP_SECONDS:
                    self._swept = time.monotonic()
                    sweep(self._workspace)
            except (WorkbenchError, OSError) as error:
                _LOG.warning("runs: no beat: %s", error)

    def _beat(self) -> None:
        """Show that we live; where we were given up, all that went on is lost, and we sign on again."""
        moment = time.monotonic()
        if self._ledger.touch(self._actor, Row, self.id, {"beat_at": datetime.now(UTC)}):
            self._beaten = moment
            return
        self._lose_all("this worker was taken for dead")
        self._begin()

    def _rescue(self) -> None:
        """Take over from workers that are gone; without anything to do it only reads."""
        workers = self._ledger.find(Row, Search(limit=1_000))
        gone = [each.id for each in workers if each.id != self.id and _is_gone(each)]
        lost = [id_ for id_ in queue.dead(workers, datetime.now(UTC), gone) if id_ != self.id]
        known = {each.id for each in workers} - set(lost)
        running = self._ledger.find(Run, Search({"state": RunState.RUNNING}, limit=1_000))
        orphans = [run for run in running if run.worker not in known]
        if not (lost or orphans):
            return
        once = {run.playbook_digest for run in orphans if not self._repeats(run)}
        saved = self._ledger.apply(self._actor, lambda unit: queue.rescue(unit, lost, once))
        _LOG.warning("runs: took over %d runs of %d workers that were lost", len(saved), len(lost))
        self._wake.set()

    def _repeats(self, run: Run) -> bool:
        try:
            return kept(run.playbook, run.playbook_digest, self._workspace).repeats
        except WorkbenchError:
            return True

    def _fences(self) -> None:
        while not self._closing.wait(min(1.0, self._pace.fence / 4)):
            if self._is_cut_off():
                self._lose_all("its worker had no way to the ledger")

    def _lose_all(self, why: str) -> None:
        with self._lock:
            going = list(self._making.values())
        for making in going:
            making.lose(why)


def _boot(found: Process) -> str:
    return f"{found.boot}:{found.born}"[:64]


def _is_gone(row: Row) -> bool:
    """Whether a worker of this machine has ended; of others nothing is known."""
    boot, _, born = row.boot.rpartition(":")
    mine = process()
    here = mine is not None and row.host == platform.node()[:200] and mine.boot == boot and born.isdecimal()
    return here and not Process(row.pid, int(born), boot).alive


def _seconds(run: Run) -> float:
    """How long it may take from its start: until its deadline, which the run itself watches."""
    left = (run.deadline_at - datetime.now(UTC)).total_seconds() if run.deadline_at else queue.DAY
    return max(left, 1.0)
