"""What is old of what runs left: finished things only."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from workbench.base.config import Workspace
from workbench.operations.runs import aged, discard
from workbench.operations.runs.objects import put, show

NOW = datetime.now(UTC)
MONTH = timedelta(days=30)


def test_what_is_old_and_finished_is_found_and_deleted(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    digest = put(workspace.runs, b"an executed copy")
    old, new, begun, alerts = (workspace.runs / name for name in ("old", "new", "begun", ".alerts"))
    for folder in (old, new, begun, alerts):
        folder.mkdir()
    show(workspace.runs, digest, old / "executed.ipynb")
    for path in (old / "run.json", new / "run.json", begun / ".part-1", alerts / "seen.parquet"):
        path.write_text("{}")
    then = (NOW - 2 * MONTH).timestamp()
    for path in (old / "run.json", workspace.runs / "objects" / digest, begun / ".part-1", alerts / "seen.parquet"):
        os.utime(path, (then, then))
    found = list(aged(workspace, NOW - MONTH))
    assert found == [old, workspace.runs / "objects" / digest]
    for path in (*found, *found):
        discard(path)
    assert sorted(path.name for path in workspace.runs.iterdir()) == [".alerts", "begun", "new", "objects"]
    assert list((workspace.runs / "objects").iterdir()) == []


def test_without_runs_there_is_nothing(tmp_path: Path) -> None:
    assert list(aged(Workspace(tmp_path), NOW)) == []
