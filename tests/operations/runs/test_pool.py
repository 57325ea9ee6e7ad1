import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.operations.runs.conftest import Write, kernels, none_left, until
from workbench.base.config import Workspace
from workbench.base.errors import NoKernel
from workbench.operations.runs import Job, Kernel, Nursery, Pool, execute, playbook, pool, processes, sweep

pytestmark = pytest.mark.notebook


@pytest.fixture
def warm(workspace: Workspace, nursery: Nursery) -> Iterator[Pool]:
    """A pool of two slots; no kernel is left afterwards."""
    with Pool(workspace, 2, nursery=nursery) as found:
        yield found
    assert none_left()
    assert not list((workspace.runs / ".kernels").iterdir())


def test_each_run_has_a_kernel_of_its_own_that_no_later_run_meets(
    workspace: Workspace, write: Write, warm: Pool
) -> None:
    write("assert 'left' not in globals()\nleft = 1\nimport os\nprint(os.getpid())")
    taken: list[str] = []

    def run(at: int) -> str:
        kernel = warm.take()
        taken.append(kernel.id)
        state = execute(Job(f"r{at}", playbook("small", workspace), {}), kernel).state
        warm.discard(kernel)
        return state

    with ThreadPoolExecutor(2) as slots:
        assert set(slots.map(run, range(6))) == {"succeeded"}
    assert len(set(taken)) == 6
    until(lambda: warm.state.ready == 2)
    assert len(kernels()) == 2


def test_a_kernel_that_died_while_it_waited_is_not_given_out(warm: Pool) -> None:
    until(lambda: warm.state.ready == 2)
    dead = kernels()
    for pid in dead:
        os.kill(pid, signal.SIGKILL)
    until(lambda: not any(map(processes.process, dead)))
    kernel = warm.take()
    assert kernel.process.pid not in dead
    assert kernel.alive
    warm.discard(kernel)


@pytest.mark.slow
def test_starts_that_fail_are_bounded_and_the_state_says_why(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "BACK_OFF_SECONDS", 0.05)
    begun = []
    nursery = Nursery(preload=["no_such_module"])
    begin = nursery._begin
    monkeypatch.setattr(nursery, "_begin", lambda: (begun.append(time.monotonic()), begin()))
    with Pool(workspace, 1, nursery=nursery) as broken:
        with pytest.raises(NoKernel, match=r"3 starts failed in a row.*No module named 'no_such_module'"):
            broken.take()
        assert (broken.state.failures, broken.state.ready, broken.state.starting) == (3, 0, 0)
        time.sleep(0.5)
        assert len(begun) == 3
        broken.resume()
        assert broken.state.stopped == ""
        until(lambda: broken.state.stopped)
        assert len(begun) == 6
    nursery.close()
    assert none_left()
    assert not list((workspace.runs / ".kernels").iterdir())


@pytest.mark.slow
def test_an_import_that_begins_threads_is_refused_since_forks_of_it_would_hang(workspace: Workspace) -> None:
    with Nursery(preload=["tests.operations.runs.asking"]) as threaded:
        with pytest.raises(NoKernel, match="an import began threads"):
            threaded.start(workspace)


@pytest.mark.slow
def test_a_start_that_hangs_is_given_up_and_leaves_nothing(workspace: Workspace) -> None:
    with Nursery(preload=["time", "tests.operations.runs.sleeping"]) as slow:
        began = time.monotonic()
        with pytest.raises(NoKernel):
            slow.start(workspace, patience=3)
        assert time.monotonic() - began < 20
        stop = threading.Event()
        stop.set()
        with pytest.raises(NoKernel):
            slow.start(workspace, stop=stop)
    assert not any("sleeping" in " ".join(child.cmdline()) for child in psutil.Process().children())


@pytest.mark.slow
def test_the_process_that_kernels_come_from_is_begun_again_when_it_is_lost(workspace: Workspace) -> None:
    with Nursery() as lost, Pool(workspace, 1, nursery=lost) as found:
        found.discard(found.take())
        until(lambda: found.state.ready == 1)
        lost._process.kill()
        until(lambda: not kernels())
        kernel = found.take()
        assert kernel.alive
        found.discard(kernel)


def test_a_pool_that_is_closed_gives_nothing_out(workspace: Workspace, nursery: Nursery) -> None:
    closed = Pool(workspace, 1, nursery=nursery)
    kernel = closed.take()
    closed.close()
    with pytest.raises(NoKernel, match="closed"):
        closed.take()
    closed.discard(kernel)
    assert none_left()


def test_no_kernel_in_time_is_said(workspace: Workspace, nursery: Nursery) -> None:
    with Pool(workspace, 1, nursery=nursery) as found:
        held = found.take()
        with pytest.raises(NoKernel, match="in time"):
            found.take(patience=0)
        found.discard(held)


SCRIPT = """
import sys, time
from pathlib import Path
from workbench.base.config import Workspace
from workbench.operations.runs import Pool

pool = Pool(Workspace(Path(sys.argv[1])), 2)
while pool.state.ready < 2:
    time.sleep(0.05)
print("ready", flush=True)
time.sleep(100)
"""


@pytest.mark.slow
def test_kernels_of_a_worker_that_was_killed_end_and_the_next_one_clears_what_they_left(workspace: Workspace) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(workspace.home)], stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        told = [json.loads(path.read_text()) for path in (workspace.runs / ".kernels").glob("*.json")]
        assert len(told) == 2
        worker.send_signal(signal.SIGKILL)
    swept = sweep(workspace)
    assert swept.kernels == 2
    until(lambda: not any(psutil.pid_exists(each["kernel"]["pid"]) for each in told), 30)
    assert not any(os.path.exists(each["folder"]) for each in told)  # noqa: PTH110
    assert not list((workspace.runs / ".kernels").iterdir())


@pytest.mark.slow
def test_a_fork_is_as_good_as_a_process_of_its_own_200_times_over(
    workspace: Workspace, write: Write, nursery: Nursery
) -> None:
    write(
        "import polars as pl\nframe = pl.DataFrame({'a': range(100_000)})\nframe.write_parquet('x.parquet')",
        "assert pl.scan_parquet('x.parquet').group_by(pl.col('a') % 7).len().collect(engine='streaming').height == 7",
        "import numpy as np\nassert np.dot(np.ones((300, 300)), np.ones((300, 300)))[0, 0] == 300",
        "from deltalake import DeltaTable, write_deltalake\nwrite_deltalake('t', frame)\nassert pl.scan_delta('t').collect().height == 100_000",
    )

    def run(kernel: Kernel, at: int) -> str:
        return execute(Job(f"r{at}", playbook("small", workspace), {}, cell_seconds=60), kernel).cause

    with Pool(workspace, 2, nursery=nursery) as found, ThreadPoolExecutor(2) as slots:

        def one(at: int) -> str:
            kernel = found.take()
            try:
                return run(kernel, at)
            finally:
                found.discard(kernel)

        assert set(slots.map(one, range(200))) == {""}
