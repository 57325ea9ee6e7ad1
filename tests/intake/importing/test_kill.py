"""kill -9 in mid-import, then import again: the result is that of one undisturbed import."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.intake.importing.test_run import held
from workbench.base.config import Workspace
from workbench.events.store import Store
from workbench.intake.importing import IntakeLog, import_paths
from workbench.intake.importing.lanes import MAIL_TABLES
from workbench.intake.importing.originals import original

IMPORTER = """
import sys
from pathlib import Path
from workbench.base.config import Workspace
from workbench.intake.importing import import_paths, run
if __name__ == "__main__":
    run.MAILS_PER_COMMIT = 40
    import_paths(Workspace(Path(sys.argv[1])), [Path(sys.argv[2])])
"""


MANY = 60


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "importer.py"
    path.write_text(IMPORTER)
    return path


def start(script: Path, workspace: Workspace, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, script, workspace.home, folder], cwd=Path(__file__).parents[3])


def _input(folder: Path) -> Path:
    """The folder with an export beside the mails, every tenth row of which cannot be read."""
    rows = [
        {"Timestamp": "never" if number % 10 == 0 else "2026-09-14T10:00:00Z", "AlertId": f"a{number}", "Title": "t"}
        for number in range(300)
    ]
    (folder / "AlertInfo.ndjson").write_text("\n".join(map(json.dumps, rows)))
    return folder


def _everything(workspace: Workspace) -> dict[str, object]:
    """All that an import leaves, without what names the time of the import."""
    rows = {
        name: Counter(Store(workspace.store).scan(name, inner=True).collect().iter_rows())
        for name in (*MAIL_TABLES, "AlertInfo")
    }
    digests = Store(workspace.store).scan("WorkbenchMailFacts").collect()["RawSHA256"]
    kept = {digest: len(original(workspace.originals, digest)) for digest in digests}
    aside = {(each.file, each.place, each.reason, each.sha256) for each in IntakeLog(workspace.intake).quarantine()}
    return {**rows, "originals": kept, "quarantine": aside}


def _workspace(home: Path) -> Workspace:
    home.mkdir()
    (home / "organisation.yml").write_text("domains: [northgate.example]")
    return Workspace(home)


def _files(workspace: Workspace) -> int:
    return sum(1 for _ in workspace.home.rglob("*"))


def _kill_in_the_middle(process: subprocess.Popen[bytes], workspace: Workspace, more: int) -> None:
    """Kill the importer once it has written so many more files, unless it ends before."""
    written = _files(workspace)
    while process.poll() is None and _files(workspace) < written + more:
        time.sleep(0.002)
    process.kill()
    process.wait()


def _rounds(script: Path, folder: Path, kills: int, starts: int) -> None:
    chance = random.Random(3)
    undisturbed = _workspace(folder.parent / "undisturbed")
    import_paths(undisturbed, [_input(folder)])
    expected, number, torn = _everything(undisturbed), 0, 0
    while torn < kills:
        workspace = _workspace(folder.parent / f"home-{number}")
        number += 1
        for _ in range(starts):
            process = start(script, workspace, folder)
            _kill_in_the_middle(process, workspace, chance.randint(8, 300))
            torn += process.returncode != 0
        report = import_paths(workspace, [folder])
        assert report.rows_in == report.kept + report.duplicates + report.quarantined == 700
        assert _everything(workspace) == expected
        assert number <= kills, "the kills hit nothing and prove nothing"


def test_a_few_kills_cost_nothing(script: Path, mails: Callable[..., Path]) -> None:
    _rounds(script, mails(range(400)), 1, 2)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_many_kills_cost_nothing(script: Path, mails: Callable[..., Path]) -> None:
    _rounds(script, mails(range(400)), MANY, 3)


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


def test_an_interrupted_import_leaves_whole_batches_and_no_child_and_says_nothing_but_that(
    script: Path, workspace: Workspace, mails: Callable[..., Path]
) -> None:
    command = [
        Path(sys.executable).with_name("workbench"),
        "--home",
        workspace.home,
        "import",
        mails(range(400)),
        "--quiet",
    ]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[3], stderr=subprocess.PIPE, start_new_session=True)
    deadline = time.monotonic() + 60
    while not any(workspace.home.rglob("*.z")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert b"Traceback" not in told
    assert import_paths(workspace, [mails(range(400))]).rows_in == 400
    assert held(workspace) == {"EmailEvents": 400, "EmailUrlInfo": 400, "WorkbenchMailFacts": 400}
