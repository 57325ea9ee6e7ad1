"""Everything of durable runs that lives as long as the service."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime

from polars.exceptions import PolarsError

from workbench.apps.service.durable import queue
from workbench.apps.service.durable.alerts import Alerts
from workbench.apps.service.durable.asking import told
from workbench.apps.service.durable.retaining import retain
from workbench.apps.service.durable.scheduling import due
from workbench.apps.service.durable.worker import Worker
from workbench.apps.service.service import Service
from workbench.base.config import Workspace
from workbench.base.errors import BadSetting, WorkbenchError
from workbench.ledger.audit import Actor
from workbench.ledger.changes import Below, Search, open_ledger, sole
from workbench.ledger.models import Run
from workbench.ledger.models.words import ActorKind, RunState
from workbench.operations.runs import Pool

_LOG = logging.getLogger("workbench.service")
TICK_SECONDS = 1.0
ALERT_SECONDS = 2.0
RETAIN_TURNS = 3_600
"""Once an hour, the first time a minute after the start."""
_FIRST_RETAIN = 60
_TOLD_SECONDS = 60.0
"""How long it is told what a task that was done said of its parts: a schedule is asked at its tick only."""
_DEADLINES = Actor("deadlines", ActorKind.AUTOMATION)


class Clock:
    """A thread that asks for what schedules and alerts ask for, and ends what waited beyond its deadline."""

    def __init__(self, service: Service) -> None:
        self._service, self._closing = service, threading.Event()
        self._alerts = Alerts(service.workspace, service.ledger)
        self._failed: dict[str, str] = {}
        """By task why its last turn failed; empty where it did not."""
        self._said: dict[str, tuple[str, float]] = {}
        self._thread = threading.Thread(target=self._run, name="runs-clock", daemon=True)
        self._thread.start()

    def fault(self) -> str:
        """What is wrong, in a few words; empty where nothing is."""
        stopped = "" if self._thread.is_alive() else "schedules and alerts start nothing any more: restart the service"
        lately = [text for text, since in self._said.values() if time.monotonic() - since < _TOLD_SECONDS]
        return "; ".join(filter(None, (stopped, *self._failed.values(), *lately, self._alerts.waits)))[:500]

    def note(self) -> str:
        """What is worth knowing, and is no fault."""
        return self._alerts.note

    def close(self) -> None:
        """End it."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        turn = 0
        while not self._closing.wait(TICK_SECONDS):
            now, turn = datetime.now(UTC), turn + 1
            self._do("schedules", self._due, now)
            if turn % int(ALERT_SECONDS / TICK_SECONDS) == 0:
                self._do("alerts", self._look, now)
                self._do("deadlines", self._expire, now)
            if turn % RETAIN_TURNS == _FIRST_RETAIN:
                self._do("retention", self._retain, now)

    def _do(self, name: str, work: Callable[[datetime], str], now: datetime) -> None:
        """One of its tasks; one that fails keeps no other from being done, and is done again at the next turn."""
        try:
            said, failed = work(now), ""
        except (WorkbenchError, OSError, PolarsError) as error:
            said, failed = "", f"{name}: {told(error)}"
            if failed != self._failed.get(name):
                _LOG.warning("runs: %s: %s", name, error)
        self._failed[name] = failed
        if said:
            self._said[name] = said, time.monotonic()

    def _due(self, now: datetime) -> str:
        return "; ".join(due(self._service.workspace, self._service.ledger, now))

    def _look(self, now: datetime) -> str:
        if self._alerts.look(now):
            self._service.nudge()
        return ""

    def _retain(self, now: datetime) -> str:
        if gone := retain(self._service.workspace, self._service.ledger, now):
            _LOG.info("runs: let go of %d that were over for longer than they are kept", gone)
        return ""

    def _expire(self, now: datetime) -> str:
        late = Search({"state": RunState.QUEUED, "deadline_at": Below(now)}, limit=1)
        if self._service.ledger.find(Run, late):
            self._service.ledger.apply(_DEADLINES, queue.expire)
        return ""


@asynccontextmanager
async def working(service: Service) -> AsyncIterator[None]:
    """Run playbooks, schedules and alerts for the service, and put back what goes on when it stops."""
    stack = await asyncio.to_thread(_begin, service)
    try:
        yield
    finally:
        await asyncio.to_thread(stack.close)


def _begin(service: Service) -> ExitStack:
    with ExitStack() as stack:
        if service.workspace.settings.runs.slots:
            _worker(service, stack)
        clock = Clock(service)
        stack.callback(clock.close)
        service.checks["schedules"], service.notes["schedules"] = clock.fault, clock.note
        return stack.pop_all()


def _worker(service: Service, stack: ExitStack) -> None:
    ledger, metrics = service.ledger, service.metrics
    pool = _pool(service.workspace, stack)
    worker = Worker(service.workspace, ledger, pool, ended=lambda state: metrics.runs.labels(state).inc())
    stack.callback(worker.close)
    service.checks["queue"] = worker.fault
    service.nudges.append(worker.wake)
    stack.callback(service.nudges.clear)
    metrics.runs_going.set_function(lambda: worker.going)
    metrics.runs_waiting.set_function(lambda: ledger.number(Run, Search({"state": RunState.QUEUED})))


@contextmanager
def helping(workspace: Workspace) -> Iterator[Worker]:
    """A worker in a process without a service, which shares the runs of a ledger on a server with all others.

    Raises:
        BadSetting: the ledger is a file, which is its service's own; or this machine is to make no runs.
        Refused: another workspace has the ledger.
    """
    settings = workspace.settings
    if not settings.ledger:
        advice = 'Set ledger = "postgresql://..." in workbench.toml, or give the service more slots in [runs].'
        raise BadSetting("A worker beside the service needs a ledger on a PostgreSQL server", next_step=advice)
    if not settings.runs.slots:
        raise BadSetting("This machine is to make no runs", next_step="Set slots in [runs] of workbench.toml.")
    with ExitStack() as stack:
        stack.enter_context(sole(workspace))
        ledger = stack.enter_context(open_ledger(workspace))
        worker = Worker(workspace, ledger, _pool(workspace, stack))
        stack.callback(worker.close)
        yield worker


def _pool(workspace: Workspace, stack: ExitStack) -> Pool:
    """Kernels, from which the key of the certificate is hidden besides the ledger and its keys."""
    key = workspace.settings.service.key
    pool = Pool(workspace, workspace.settings.runs.slots, hidden=(workspace.home / key,) if key else ())
    stack.callback(pool.close)
    return pool
