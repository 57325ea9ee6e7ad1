"""A run that was made on the command line, written into the ledger once it is over, for the page of runs to show."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.apps.service.lock import held
from workbench.apps.service.people import command_line
from workbench.base.config import Workspace
from workbench.base.render import terminal
from workbench.ledger.changes import Unit, ledger_standing, open_ledger, sole
from workbench.ledger.models import Run
from workbench.operations.runs import RUN

_LONGEST = 4_000
"""Characters of a cause."""


def record_run(workspace: Workspace, folder: Path) -> str:
    """Write a run that is over into the ledger, as its folder tells of it; the id of the row, empty without a ledger.

    Raises:
        WorkbenchError: a service or another command has the ledger, or it cannot take the run.
    """
    if not ledger_standing(workspace):
        return ""
    told = json.loads((folder / RUN).read_text("utf-8"))
    with held(workspace), sole(workspace), open_ledger(workspace) as ledger:
        return ledger.apply(command_line(), lambda unit: _record(unit, told))


def _record(unit: Unit, told: dict[str, Any]) -> str:
    row = unit.create(Run, _values(told) | {"requested_by": unit.actor.name}, reason=f"made as {told['id']}")
    done = sum(cell["state"] == "completed" for cell in told["cells"])
    unit.touch(Run, row.id, {"progress_cell": done, "progress_cells": len(told["cells"])})
    return row.id


def _values(told: dict[str, Any]) -> dict[str, Any]:
    begun, over = (datetime.fromisoformat(told[name]) for name in ("started", "finished"))
    return {
        "playbook": told["playbook"],
        "playbook_digest": told["notebook_sha256"],
        "parameters": told["parameters"],
        "trigger_ref": told["id"],
        "attempts": 1,
        "started_at": begun,
        "executed_digest": told["executed_sha256"],
        "findings_digest": told.get("findings_sha256", ""),
        "state": told["state"],
        "finished_at": over,
        "failure_cause": terminal(told["failed"], _LONGEST),
        "failure_next_step": terminal(told["next_step"], _LONGEST),
    }
