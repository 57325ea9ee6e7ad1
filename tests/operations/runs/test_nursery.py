"""What kernels come from ends with its worker, however and whenever that ends, and everything with it."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.operations.runs.conftest import Write, until
from workbench.base.config import Workspace
from workbench.operations.runs import Job, Nursery, execute, playbook, processes, sweep

pytestmark = pytest.mark.notebook

WORKER = """
import os, signal, sys, time
from pathlib import Path
from workbench.base.config import Workspace
from workbench.operations.runs import Job, Nursery, execute, playbook

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may have had it ignored
workspace = Workspace(Path(sys.argv[1]))
print("begun", flush=True)
kernel = Nursery().start(workspace)
if len(sys.argv) > 2:
    if not os.fork():
        time.sleep(100)
    print(execute(Job("r1", playbook("small", workspace), {}), kernel).cause, flush=True)
print("ready", flush=True)
time.sleep(100)
"""


class Started:
    """A worker in a home of its own, by which everything that it begins is known."""

    def __init__(self, workspace: Workspace, folder: Path, *more: str) -> None:
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.mark = f"HOME={folder}"
        own = {"HOME": str(folder), "TMPDIR": str(self.temporary)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(workspace.home), *more],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **own},
        )
        assert self.said() == "begun"

    def files(self) -> list[Path]:
        """What lies in its folder for temporary files, besides Python's own trial whether files can be made there.

        That one has eight letters for a name and four bytes in it; a process killed in that moment leaves it.
        """
        return [each for each in self.temporary.iterdir() if not _is_trial(each)]

    def said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self, way: signal.Signals) -> None:
        assert self.process.stdout is not None
        try:
            self.process.send_signal(way)
            self.process.wait(30)
        finally:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()

    @property
    def left(self) -> list[int]:
        return processes.marked(self.mark)


def _is_trial(path: Path) -> bool:
    """Whether it is Python's own trial, or it was gone while it was looked at."""
    try:
        return len(path.name) == len("abcdefgh") and path.is_file() and path.stat().st_size <= len(b"blat")
    except FileNotFoundError:
        return True


def killed(workspace: Workspace, folder: Path, moment: float) -> None:
    """A worker killed so many seconds after it began to start a kernel: nothing runs on, and nothing is left to lie."""
    folder.mkdir()
    worker = Started(workspace, folder)
    time.sleep(moment)
    worker.end(signal.SIGKILL)
    until(lambda: not worker.left)
    sweep(workspace)
    assert worker.files() == []
    assert not list((workspace.runs / ".kernels").glob("*"))


@pytest.mark.parametrize("moment", [0.0, 0.6])
def test_nothing_is_left_of_a_worker_killed_while_it_starts_a_kernel(
    workspace: Workspace, tmp_path: Path, moment: float
) -> None:
    killed(workspace, tmp_path / "user", moment)


@pytest.mark.slow
@pytest.mark.parametrize("moment", [at / 10 for at in range(1, 21)])
def test_nothing_is_left_of_a_worker_killed_at_any_moment(workspace: Workspace, tmp_path: Path, moment: float) -> None:
    killed(workspace, tmp_path / "user", moment)


@pytest.mark.parametrize(
    "way", [signal.SIGHUP, *(pytest.param(way, marks=pytest.mark.slow) for way in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT))]
)  # fmt: skip
def test_nothing_runs_on_though_another_process_holds_the_pipe_and_a_notebook_went_away_from_its_kernel(
    workspace: Workspace, write: Write, tmp_path: Path, way: signal.Signals
) -> None:
    write(
        "import subprocess\nsubprocess.Popen(['sh', '-c', 'sleep 63 & exec sleep 64'], start_new_session=True)",
        "import os, time\nif not os.fork():\n    os.setsid()\n    time.sleep(65)",
    )
    (tmp_path / "user").mkdir()
    worker = Started(workspace, tmp_path / "user", "with a run")
    assert (worker.said(), worker.said()) == ("", "ready")
    (holder,) = [pid for pid in worker.left if (found := processes.process(pid)) and parent(found.pid) == worker.process.pid
                 and b"operations.runs.launch" not in Path(f"/proc/{pid}/cmdline").read_bytes()]  # fmt: skip
    assert len(worker.left) >= 7
    worker.end(way)
    try:
        until(lambda: worker.left == [holder])
    finally:
        os.kill(holder, signal.SIGKILL)
    sweep(workspace)
    assert worker.files() == []


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_kernels_outlive_the_thread_they_were_begun_in_and_not_their_nursery(
    workspace: Workspace, write: Write
) -> None:
    write("import subprocess\nsubprocess.Popen(['sleep', '66'], start_new_session=True)")
    with Nursery() as born:
        with ThreadPoolExecutor(1) as thread:
            kernel = thread.submit(born.start, workspace).result()
        time.sleep(0.3)
        assert execute(Job("r1", playbook("small", workspace), {}), kernel).state == "succeeded"
        assert len(processes.marked(f"WORKBENCH_KERNEL={kernel.id}")) >= 2
    assert not processes.marked(f"WORKBENCH_KERNEL={kernel.id}")
    kernel.discard()
