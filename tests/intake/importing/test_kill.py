"""kill -9 in mid-import, then import again: the result is that of one undisturbed import."""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.intake.importing.test_run import held
from workbench.base.config import Workspace
from workbench.intake.importing import IntakeLog, import_paths

IMPORTER = """
import sys
from pathlib import Path
from workbench.base.config import Workspace
from workbench.intake.importing import import_paths, run
if __name__ == "__main__":
    run.MAILS_PER_COMMIT = 40
    import_paths(Workspace(Path(sys.argv[1])), [Path(sys.argv[2])])
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "importer.py"
    path.write_text(IMPORTER)
    return path


def start(script: Path, workspace: Workspace, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, script, workspace.home, folder], cwd=Path(__file__).parents[3])


def _rounds(script: Path, workspace: Workspace, folder: Path, kills: int) -> None:
    chance = random.Random(3)
    for _ in range(kills):
        process = start(script, workspace, folder)
        time.sleep(chance.uniform(0.3, 2.5))
        process.kill()
        process.wait()
    report = import_paths(workspace, [folder])
    assert report.rows_in == 400
    assert held(workspace) == {"EmailEvents": 400, "EmailUrlInfo": 400, "WorkbenchMailFacts": 400}
    assert IntakeLog(workspace.intake).quarantined() == 0


def test_a_few_kills_cost_nothing(script: Path, workspace: Workspace, mails: Callable[..., Path]) -> None:
    _rounds(script, workspace, mails(range(400)), 3)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_many_kills_cost_nothing(script: Path, workspace: Workspace, mails: Callable[..., Path]) -> None:
    _rounds(script, workspace, mails(range(400)), 60)


def test_no_child_outlives_a_killed_import(script: Path, workspace: Workspace, mails: Callable[..., Path]) -> None:
    import psutil

    process = start(script, workspace, mails(range(400)))
    deadline = time.monotonic() + 30
    while not (children := psutil.Process(process.pid).children(recursive=True)) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    process.wait()
    gone, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []
    assert gone


def test_two_importers_at_once_keep_everything_once(
    script: Path, workspace: Workspace, mails: Callable[..., Path]
) -> None:
    both = [start(script, workspace, mails(range(0, 250), "a")), start(script, workspace, mails(range(150, 400), "b"))]
    assert [process.wait(120) for process in both] == [0, 0]
    assert held(workspace) == {"EmailEvents": 400, "EmailUrlInfo": 400, "WorkbenchMailFacts": 400}
