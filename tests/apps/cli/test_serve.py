import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.apps.cli.conftest import Cli, start
from workbench.apps.cli import serve
from workbench.base.config import HOME_VARIABLE, Workspace
from workbench.base.errors import WorkbenchError


def of(workspace: Workspace) -> list[list[str]]:
    """Processes that were started for a workspace, by what they were started with."""
    found = []
    for each in psutil.process_iter():
        with suppress(psutil.Error):
            if each.environ().get(HOME_VARIABLE) == str(workspace.home):
                found.append(each.cmdline())
    return found


@pytest.mark.parametrize("name", ["apps", "lab"])
def test_without_a_workspace_nothing_is_started(name: str, cli: Cli, tmp_path: Path) -> None:
    said = cli(name, home=tmp_path)
    assert (said.status, said.out) == (1, "")
    assert "Make one: workbench --home" in said.err


@pytest.mark.notebook
@pytest.mark.parametrize(
    ("name", "pages"),
    [("apps", ["Dashboard", "Explorer"]), pytest.param("lab", ["JupyterLab"], marks=pytest.mark.slow)],
)
def test_addresses_are_printed_and_ctrl_c_ends_all_at_once(name: str, pages: list[str], northgate: Workspace) -> None:
    child = start(northgate.home, [name], stdout=subprocess.PIPE)
    try:
        told = [child.stdout.readline().decode().split() for _ in pages]
        servers = psutil.Process(child.pid).children(recursive=True)
        before = [child.stderr.readline().decode() for _ in range(2)]
    finally:
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=60)
    assert [line[0] for line in told] == pages
    assert before == ["Starting ...\n", "Press Ctrl-C to stop.\n"]
    assert said.decode() == "\nStopping ...\nStopped.\n"
    assert child.returncode == 0
    assert servers
    assert psutil.wait_procs(servers, timeout=10)[1] == []


@pytest.mark.notebook
@pytest.mark.parametrize("seconds", [0.02, *(pytest.param(each, marks=pytest.mark.slow) for each in (0, 0.005, 0.3))])
def test_ctrl_c_while_starting_and_once_more_while_stopping_leaves_nothing_behind(
    seconds: float, northgate: Workspace
) -> None:
    child = start(northgate.home, ["lab"], stdout=subprocess.PIPE)
    while b"Starting" not in child.stderr.readline():
        assert child.poll() is None
    time.sleep(seconds)
    child.send_signal(signal.SIGINT)
    time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    told, said = child.communicate(timeout=60)
    assert (child.returncode, told, said) == (0, b"", b"\nStopping ...\nStopped.\n")
    assert of(northgate) == []


def test_ctrl_c_ends_the_wait_although_polars_has_set_its_own_handler() -> None:
    """Polars replaces Python's handler when it first collects; a plain wait then sleeps through Ctrl-C."""
    code = """
import os, signal, threading
import polars as pl
from workbench.apps.cli import serve
pl.DataFrame({"a": [1]}).lazy().collect(engine="streaming")
asked = serve.asked_to_stop()
threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()
print(os.read(asked, 1))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "b'.'\n"


def test_work_beside_the_servers_gives_its_text_its_error_or_nothing_once_it_is_stopped() -> None:
    asked, ask = os.pipe()

    def failing(_: Callable[[], None]) -> str:
        raise WorkbenchError("no room")

    def endless(go_on: Callable[[], None]) -> str:
        while True:
            go_on()
            time.sleep(0.001)

    with serve._meanwhile(lambda _: "ready", asked) as done:
        assert done() == "ready"
    with pytest.raises(WorkbenchError, match="no room"), serve._meanwhile(failing, asked) as done:
        done()
    with pytest.raises(KeyError), serve._meanwhile(endless, asked):
        raise KeyError
    with serve._meanwhile(endless, asked) as done:
        os.write(ask, b".")
        assert done() == ""
    os.close(asked)
    os.close(ask)
