import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.operations.runs.conftest import until
from workbench.operations.runs import processes
from workbench.operations.runs.processes import Process

HERE = {"PATH": os.environ["PATH"]}


@pytest.fixture
def sleeper() -> Iterator[Process]:
    """A process that sleeps, in a group of its own."""
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as child:
        found = processes.process(child.pid)
        assert found
        yield found
        child.kill()


def test_a_number_that_was_used_again_is_another_process(sleeper: Process) -> None:
    assert sleeper.alive
    assert not replace(sleeper, born=sleeper.born - 1).alive
    assert not replace(sleeper, boot="another start of the machine").alive


def test_a_zombie_is_not_alive_though_its_number_and_birth_still_match() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        found = processes.process(child.pid)
        assert found
        os.kill(child.pid, signal.SIGKILL)
        until(lambda: not found.alive)
        assert processes.process(child.pid) is None
        assert os.path.exists(f"/proc/{child.pid}")  # noqa: PTH110


def test_nothing_is_where_there_is_no_process() -> None:
    assert processes.process(0) is None
    assert processes.memory(4_194_303) == processes.mapped(4_194_303) == 0


def test_memory_is_counted_over_all_that_a_process_began() -> None:
    hold = "import subprocess, sys; x = bytearray(60_000_000); print(1, flush=True); input()"
    nest = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {hold!r}]); p.wait()"
    with subprocess.Popen([sys.executable, "-c", nest], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert processes.memory(child.pid) > 60_000_000
        child.communicate(b"\n")


def test_what_went_into_a_session_of_its_own_is_ended_by_its_mark() -> None:
    mark = f"WORKBENCH_KERNEL=test{os.getpid()}"
    away = "import os, subprocess; subprocess.Popen(['sleep', '61'], start_new_session=True); os.kill(os.getpid(), 9)"
    with subprocess.Popen(
        [sys.executable, "-c", away], env=HERE | dict([mark.split("=")]), start_new_session=True
    ) as child:
        found = processes.process(child.pid) or Process(child.pid, 0, "")
        child.wait()
        until(lambda: processes.marked(mark))
        processes.end(found, mark)
        until(lambda: not processes.marked(mark))


def test_what_has_no_group_of_its_own_yet_is_ended_by_its_number() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as begun:
        found = processes.process(begun.pid)
        assert found is not None
        processes.end(found, "NO_MARK=at all")
        assert begun.wait(10) == -signal.SIGKILL
