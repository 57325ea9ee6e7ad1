"""Whether the service can do its work: what readiness asks."""

from collections.abc import Mapping

from workbench.apps.service.service import Check, Service
from workbench.base.errors import WorkbenchError
from workbench.events.store import free

LEAST_FREE = 512 * 1024**2
"""Bytes that have to be free where the workspace lies."""
CROWDED = 500
"""Changes that wait to be written, from which the ledger is not ready."""


def checks_of(service: Service) -> Mapping[str, Check]:
    """The checks of the service's own parts."""
    return {
        "ledger": lambda: _ledger(service),
        "store": lambda: _store(service),
        "disk": lambda: _disk(service),
    }


def faults_of(service: Service) -> dict[str, str]:
    """What each check says; empty where nothing is wrong."""
    return {name: _asked(check) for name, check in service.checks.items()}


def notes_of(service: Service) -> dict[str, str]:
    """What is worth knowing of each part, though nothing is wrong; empty where there is nothing."""
    return {name: _asked(note) for name, note in service.notes.items()}


def _asked(check: Check) -> str:
    try:
        return check()
    except (WorkbenchError, OSError) as error:
        return type(error).__name__


def _ledger(service: Service) -> str:
    service.ledger.unsettled()
    waiting = service.ledger.waiting()
    return f"{waiting:,} changes wait to be written" if waiting > CROWDED else ""


def _store(service: Service) -> str:
    service.store.snapshot("WorkbenchAudit")
    return ""


def _disk(service: Service) -> str:
    left = free(service.store)
    return f"only {left / 1024**2:,.0f} MiB are free" if left < LEAST_FREE else ""
