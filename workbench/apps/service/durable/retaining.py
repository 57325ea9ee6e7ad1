"""Runs that are over are let go of when their time has come, with what they left; the audit keeps its records."""

from datetime import datetime, timedelta
from itertools import islice

from workbench.apps.service.durable.asking import UNFINISHED
from workbench.base.config import Workspace
from workbench.ledger.audit import Actor
from workbench.ledger.changes import Above, Below, Ledger, Other, Search, Unit
from workbench.ledger.models import Run
from workbench.ledger.models.words import ActorKind
from workbench.operations.runs import aged, discard

BY = Actor("retention", ActorKind.AUTOMATION)
MOST = 1_000
"""Rows, and files or folders, that are let go of at once: whoever waits for the same thread waits a second or two."""
_AT_ONCE = 200
"""Rows in one transaction."""


def retain(workspace: Workspace, ledger: Ledger, now: datetime) -> int:
    """Let go of runs that were over before ``keep_days``, and of what no row names; gives how many rows went.

    Raises:
        LedgerError: the ledger fails; nothing that a row names was deleted.
        OSError: a file cannot be deleted.
    """
    days = workspace.settings.runs.keep_days
    if not days:
        return 0
    before, gone = now - timedelta(days=days), 0
    while gone < MOST and (number := _rows(ledger, before)):
        gone += number
    _files(workspace, ledger, before)
    return gone


def _rows(ledger: Ledger, before: datetime) -> int:
    """Rows of one transaction; where there are none to go, only a look."""
    late = Search({"state": Other(UNFINISHED), "finished_at": Below(before)}, limit=_AT_ONCE)
    if not ledger.find(Run, late):
        return 0

    def work(unit: Unit) -> int:
        found = unit.find(Run, late)
        for run in found:
            unit.expire(Run, run.id, run.version, reason=f"over since {run.finished_at:%Y-%m-%d}")
        return len(found)

    return ledger.apply(BY, work)


def _files(workspace: Workspace, ledger: Ledger, before: datetime) -> None:
    old = list(aged(workspace, before))
    named = _named(ledger) if old else set()
    for path in islice((each for each in old if each.name not in named), MOST):
        discard(path)


def _named(ledger: Ledger) -> set[str]:
    """Names of folders and outputs that rows still have."""
    named: set[str] = set()
    last = ""
    while page := ledger.find(Run, Search({"id": Above(last)}, limit=1_000, removed=True)):
        for run in page:
            named |= {run.id, run.trigger_ref, run.playbook_digest, run.findings_digest, run.executed_digest}
        last = page[-1].id
    return named
