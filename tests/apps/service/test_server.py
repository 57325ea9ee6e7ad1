"""The service as a process: where it listens, who may, one for a workspace, and how it ends."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.apps.service.conftest import workspace_at
from workbench.apps.service import Listen
from workbench.apps.service.server import refuse_unprotected
from workbench.base.config import ServiceSettings, Workspace
from workbench.base.errors import BadSetting
from workbench.ledger.client import find_service

RUN = "from workbench.apps.cli import main; main()"


def command(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN, "--home", str(home), *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def served(workspace: Workspace, *words: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    child = subprocess.Popen(
        [sys.executable, "-c", RUN, "--home", str(workspace.home), "serve", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield child, child.stdout.readline().rpartition(" ")[2].strip()
    finally:
        child.kill()
        child.communicate()


def test_it_tells_where_it_is_ends_when_asked_and_only_one_runs(tmp_path: Path) -> None:
    workspace = workspace_at(tmp_path / "home")
    with served(workspace) as (child, address):
        found = find_service(workspace)
        assert (found.address, found.pid) == (address, child.pid)
        assert stat.S_IMODE(workspace.service.stat().st_mode) == 0o600
        assert httpx.get(f"{address}/health").json()["boot"] == found.boot
        assert httpx.get(f"{address}/ready").json()["ready"] is True
        second = command(workspace.home, "serve")
        assert second.returncode == 1
        assert "A service of this workspace runs already" in second.stderr
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == 0
    assert not workspace.service.exists()
    assert find_service(workspace) is None
    lines = [json.loads(line) for line in (workspace.home / "logs" / "service.log").read_text().splitlines()]
    assert {"time", "request", "route", "status", "ms", "account"} <= lines[0].keys()
    assert stat.S_IMODE((workspace.home / "logs" / "service.log").stat().st_mode) == 0o600
    assert (workspace.home / "store" / "WorkbenchAudit").is_dir(), "the outbox was emptied at the stop"
    proved = command(workspace.home, "audit", "verify")
    assert (proved.returncode, "The trail is whole" in proved.stderr) == (0, True)


def test_what_a_killed_service_left_is_known_for_stale(tmp_path: Path) -> None:
    workspace = workspace_at(tmp_path / "home")
    with served(workspace) as (child, _):
        os.kill(child.pid, signal.SIGKILL)
        child.wait(30)
        assert workspace.service.exists()
        assert find_service(workspace) is None
    with served(workspace, "--socket", str(tmp_path / "s")) as (_, address):
        assert address == f"unix:{(tmp_path / 's').resolve()}"
        assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o600
        way = httpx.HTTPTransport(uds=str(tmp_path / "s"))
        with httpx.Client(transport=way) as http:
            assert http.get("http://localhost/health").status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "workbench.northgate.example"])
def test_an_address_others_can_reach_needs_protection(host: str) -> None:
    with pytest.raises(BadSetting, match="without TLS"):
        refuse_unprotected(ServiceSettings(), Listen(host))
    with pytest.raises(BadSetting, match="without TLS"):
        refuse_unprotected(ServiceSettings(host=host), Listen())
    refuse_unprotected(ServiceSettings(behind_proxy=True), Listen(host))
    refuse_unprotected(ServiceSettings(certificate="a", key="b"), Listen(host))
    with pytest.raises(BadSetting, match="go together"):
        refuse_unprotected(ServiceSettings(certificate="a"), Listen(host))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"])
def test_this_machine_needs_none(host: str) -> None:
    refuse_unprotected(ServiceSettings(), Listen(host))


def test_the_command_line_refuses_with_a_next_step(tmp_path: Path) -> None:
    said = command(workspace_at(tmp_path / "home").home, "serve", "--host", "0.0.0.0")
    assert said.returncode == 2
    assert "behind_proxy = true" in said.stderr
