import json
import os
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

from workbench.base.config import Workspace
from workbench.operations.runs import processes, sweep
from workbench.operations.runs.janitor import Swept
from workbench.operations.runs.kernel import record
from workbench.operations.runs.processes import Process

GONE = Process(4_194_000, 1, "an earlier start of the machine")


def tell(workspace: Workspace, worker: Process | None, kernel: Process, folder: Path) -> Path:
    """A file as a worker writes it for a kernel of its own."""
    path = record(workspace, "0123456789abcdef")
    path.parent.mkdir(parents=True)
    told = {"kernel": asdict(kernel), "worker": asdict(worker) if worker else None, "folder": str(folder)}
    path.write_text(json.dumps(told))
    return path


def test_the_kernel_of_a_dead_worker_is_ended_and_its_folder_and_file_removed(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "wb-x"
    folder.mkdir()
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as child:
        kernel = processes.process(child.pid)
        assert kernel
        path = tell(workspace, GONE, kernel, folder)
        assert sweep(workspace) == Swept(1, 0)
        assert child.wait(20) == -9
    assert not path.exists()
    assert not folder.exists()


def test_the_kernel_of_a_worker_that_lives_is_let_be(workspace: Workspace, tmp_path: Path) -> None:
    here = processes.process()
    assert here
    path = tell(workspace, here, here, tmp_path / "wb-x")
    assert sweep(workspace) == Swept(0, 0)
    assert path.exists()


def test_a_process_that_only_has_the_number_of_a_kernel_is_let_be(workspace: Workspace, tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as child:
        found = processes.process(child.pid)
        assert found
        tell(workspace, GONE, Process(found.pid, found.born - 5, found.boot), tmp_path / "wb-x")
        assert sweep(workspace) == Swept(1, 0)
        assert child.poll() is None
        child.kill()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"worker": 5}', '{"kernel": {}, "worker": {}, "folder": 5}'])
def test_a_file_that_tells_nothing_is_removed_and_ends_nobody(workspace: Workspace, content: str) -> None:
    path = record(workspace, "0123456789abcdef")
    path.parent.mkdir(parents=True)
    path.write_text(content)
    assert sweep(workspace) == Swept(0, 0)
    assert not path.exists()


def test_no_folder_but_that_of_a_kernel_is_removed(workspace: Workspace, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    tell(workspace, GONE, GONE, precious)
    sweep(workspace)
    assert precious.exists()


def test_old_unfinished_files_are_removed_and_new_ones_are_let_be(workspace: Workspace) -> None:
    folder = workspace.runs / "a run"
    folder.mkdir(parents=True)
    old, new = folder / ".part-1", folder / ".part-2"
    for path in (old, new):
        path.touch()
    os.utime(old, (0, 0))
    assert sweep(workspace) == Swept(0, 1)
    assert sorted(folder.iterdir()) == [new]


def test_a_workspace_without_runs_is_clean(workspace: Workspace) -> None:
    assert sweep(workspace) == Swept(0, 0)
