"""Run one playbook here and now, in a kernel of its own: what ``workbench playbook run`` does."""

import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from workbench.base.config import Workspace
from workbench.base.errors import PlaybookFailed
from workbench.operations.runs import objects
from workbench.operations.runs.engine import Tell
from workbench.operations.runs.execute import EXECUTED, execute
from workbench.operations.runs.job import CELL_SECONDS, RUN_SECONDS, Job, Outcome
from workbench.operations.runs.nursery import Nursery
from workbench.operations.runs.playbooks import Playbook


@dataclass(frozen=True)
class Patience:
    """How long one cell and a whole run may take, in seconds; what takes longer is ended."""

    cell: float = CELL_SECONDS
    run: float = RUN_SECONDS


@dataclass(frozen=True)
class Run:
    """One finished run. ``findings`` is what the notebook handed over; None where it handed over nothing."""

    id: str
    playbook: str
    parameters: Mapping[str, object]
    started: str
    finished: str
    folder: Path
    notebook_sha256: str
    executed_sha256: str
    findings: Mapping[str, object] | None


def run_playbook(
    workspace: Workspace,
    playbook: Playbook,
    values: Mapping[str, object],
    tell: Tell = lambda _: None,
    *,
    patience: Patience | None = None,
    nursery: Nursery | None = None,
) -> Run:
    """Run a playbook in a kernel of its own, from a nursery that is there or a new one; keep what it left in ``runs/``.

    Raises:
        BadParameter: a value does not fit; nothing was started.
        NoKernel: no kernel could be started.
        PlaybookFailed: a cell raised, took too long or lost its kernel; the executed copy is kept, the error names it.
    """
    parameters = playbook.validated(values)
    allowed = patience or Patience()
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{playbook.name[:80]}-{uuid4().hex[:8]}"
    job = Job(name, playbook, parameters, seconds=allowed.run, cell_seconds=allowed.cell)
    with nullcontext(nursery) if nursery else Nursery() as born:
        kernel = born.start(workspace)
        try:
            outcome = execute(job, kernel, tell)
        finally:
            kernel.discard()
    folder = workspace.runs / name
    if outcome.state != "succeeded":
        raise _failed(outcome, folder)
    return _run(workspace, job, outcome)


def _run(workspace: Workspace, job: Job, outcome: Outcome) -> Run:
    findings = json.loads(objects.get(workspace.runs, outcome.findings)) if outcome.findings else None
    hashes = {"notebook_sha256": outcome.notebook, "executed_sha256": outcome.executed}
    times = {"started": outcome.started, "finished": outcome.finished}
    folder = workspace.runs / job.run_id
    return Run(job.run_id, job.playbook.name, job.parameters, **times, folder=folder, **hashes, findings=findings)


def _failed(outcome: Outcome, folder: Path) -> PlaybookFailed:
    copy = str(folder / EXECUTED)
    advice = f"The executed copy shows how far it came: {copy}"
    return PlaybookFailed(f"The playbook stopped: {outcome.cause}", step=outcome.step, executed=copy, next_step=advice)
