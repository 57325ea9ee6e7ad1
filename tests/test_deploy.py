"""Units of systemd can be read, say what they should, and shut the service in."""

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[1] / "deploy" / "systemd"
HARDENED = {"NoNewPrivileges": "true", "ProtectSystem": "strict", "PrivateTmp": "true", "ProtectHome": "true"}
SERVICES = ("workbench.service", "workbench-backup.service")

pytestmark = pytest.mark.skipif(not UNITS.is_dir(), reason="runs on a checkout only")


def unit(name: str) -> configparser.ConfigParser:
    read = configparser.RawConfigParser(strict=False, delimiters="=", comment_prefixes="#", interpolation=None)
    read.optionxform = str
    read.read_string((UNITS / name).read_text("utf-8"))
    return read


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_shut_in_and_is_no_root(name: str) -> None:
    service = unit(name)["Service"]
    assert {key: service.get(key) for key in HARDENED} == HARDENED
    assert service["User"] == "workbench"
    assert service["UMask"] == "0077"
    assert service["MemoryMax"].endswith("G")


def test_the_service_has_more_time_to_stop_than_it_takes_and_may_make_namespaces() -> None:
    from workbench.apps.service.server import GRACE_SECONDS

    service = unit("workbench.service")["Service"]
    assert int(service["TimeoutStopSec"]) > GRACE_SECONDS
    assert service["KillMode"] == "mixed"
    assert "RestrictNamespaces" not in service


@pytest.mark.parametrize("name", SERVICES)
def test_units_run_commands_that_there_are(name: str) -> None:
    from workbench.apps.cli.commands import COMMANDS

    command = unit(name)["Service"]["ExecStart"].split()
    assert command[0].endswith("/bin/workbench")
    assert command[1] in COMMANDS


def test_the_timer_starts_the_backup() -> None:
    timer = unit("workbench-backup.timer")
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"
    assert (UNITS / "workbench-backup.service").is_file()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for path in UNITS.iterdir():
        text = path.read_text("utf-8").replace("/usr/local/lib/workbench/bin/workbench", shutil.which("true") or "")
        (tmp_path / path.name).write_text(text.replace("User=workbench", "User=root").replace("Group=workbench", ""))
    paths = [str(path) for path in sorted(tmp_path.iterdir())]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *paths],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    ours = [line for line in done.stderr.splitlines() if "workbench" in line]
    assert (done.returncode, ours) == (0, []), done.stderr
    calendar = unit("workbench-backup.timer")["Timer"]["OnCalendar"]
    assert subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, check=False).returncode == 0
