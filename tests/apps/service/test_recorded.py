"""Runs of the command line in the ledger: as their folders tell of them, and only where nobody else has it."""

import json
from pathlib import Path

import pytest

from tests.apps.service.conftest import workspace_at
from workbench.apps.service import record_run
from workbench.apps.service.lock import held
from workbench.base.config import Workspace
from workbench.base.errors import WorkbenchError
from workbench.ledger.changes import open_ledger
from workbench.ledger.models import Run
from workbench.ledger.models.words import RunState, TriggerKind

TOLD = {
    "id": "20261126T120000-small-0a1b2c3d",
    "playbook": "small",
    "parameters": {"n": 2},
    "started": "2026-11-26T12:00:00.250Z",
    "finished": "2026-11-26T12:00:03.500Z",
    "notebook_sha256": "a" * 64,
    "executed_sha256": "b" * 64,
    "state": "failed",
    "failed": "ValueError: \x1b[31mred",
    "next_step": "Mend it.",
    "cells": [{"state": "completed"}, {"state": "failed"}],
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return workspace_at(tmp_path / "home")


@pytest.fixture
def folder(workspace: Workspace) -> Path:
    made = workspace.runs / TOLD["id"]
    made.mkdir(parents=True)
    (made / "run.json").write_text(json.dumps(TOLD))
    return made


def test_a_run_is_written_with_all_that_the_page_shows(workspace: Workspace, folder: Path) -> None:
    open_ledger(workspace).close()
    id_ = record_run(workspace, folder)
    with open_ledger(workspace) as ledger:
        run = ledger.get(Run, id_)
        assert ledger.verify().fault is None
    assert (run.state, run.trigger, run.trigger_ref) == (RunState.FAILED, TriggerKind.PERSON, TOLD["id"])
    assert run.requested_by.startswith("system: command line of ")
    assert (run.parameters, run.progress_cell, run.progress_cells) == ({"n": 2}, 1, 2)
    assert (run.finished_at - run.started_at).total_seconds() == 3.25
    assert (run.executed_digest, run.findings_digest) == ("b" * 64, "")
    assert (run.failure_cause, run.failure_next_step) == ("ValueError: red", "Mend it.")


def test_without_a_ledger_none_is_made(workspace: Workspace, folder: Path) -> None:
    assert record_run(workspace, folder) == ""
    assert not workspace.ledger.exists()


def test_who_has_the_ledger_is_let_be(workspace: Workspace, folder: Path) -> None:
    open_ledger(workspace).close()
    with held(workspace), pytest.raises(WorkbenchError, match="runs already"):
        record_run(workspace, folder)
