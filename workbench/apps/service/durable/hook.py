"""Everything of durable runs that lives as long as the service."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from workbench.apps.service.durable.alerts import Alerts
from workbench.apps.service.durable.scheduling import due
from workbench.apps.service.durable.worker import Worker
from workbench.apps.service.service import Service
from workbench.base.errors import WorkbenchError
from workbench.ledger.changes import Search
from workbench.ledger.models import Run
from workbench.ledger.models.words import RunState
from workbench.operations.runs import Pool

_LOG = logging.getLogger("workbench.service")
TICK_SECONDS = 1.0
ALERT_SECONDS = 2.0


class Clock:
    """A thread that asks for what schedules and alerts ask for."""

    def __init__(self, service: Service) -> None:
        self._service, self._closing = service, threading.Event()
        self._alerts, self._faults = Alerts(service.workspace, service.ledger), ""
        self._thread = threading.Thread(target=self._run, name="runs-clock", daemon=True)
        self._thread.start()

    def fault(self) -> str:
        """What is wrong, in a few words; empty where nothing is."""
        return "; ".join(filter(None, (self._faults, self._alerts.waits)))[:500]

    def close(self) -> None:
        """End it."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        turn = 0
        while not self._closing.wait(TICK_SECONDS):
            now, turn = datetime.now(UTC), turn + 1
            try:
                faults = due(self._service.workspace, self._service.ledger, now)
                self._faults = "; ".join(faults) or self._faults if faults or turn % 60 == 0 else self._faults
                begun = self._alerts.look(now) if turn % int(ALERT_SECONDS / TICK_SECONDS) == 0 else 0
            except (WorkbenchError, OSError) as error:
                _LOG.warning("runs: %s", error)
                self._faults = str(error)
            else:
                if begun:
                    self._service.nudge()


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
        service.checks["schedules"] = clock.fault
        return stack.pop_all()


def _worker(service: Service, stack: ExitStack) -> None:
    workspace, ledger, metrics = service.workspace, service.ledger, service.metrics
    pool = Pool(workspace, workspace.settings.runs.slots, hidden=_hidden(service))
    stack.callback(pool.close)
    worker = Worker(workspace, ledger, pool, ended=lambda state: metrics.runs.labels(state).inc())
    stack.callback(worker.close)
    service.checks["queue"] = worker.fault
    service.nudges.append(worker.wake)
    stack.callback(service.nudges.clear)
    metrics.runs_going.set_function(lambda: worker.going)
    metrics.runs_waiting.set_function(lambda: ledger.number(Run, Search({"state": RunState.QUEUED})))


def _hidden(service: Service) -> tuple[Path, ...]:
    """What no kernel reads besides the ledger and its keys: the key of the certificate."""
    return (service.workspace.home / service.settings.key,) if service.settings.key else ()
