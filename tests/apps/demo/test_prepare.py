import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.apps.cli.conftest import COMMAND
from workbench.apps.demo import prepare
from workbench.apps.session import Workbench
from workbench.apps.upkeep.checks import permissions
from workbench.base.config import HOME_VARIABLE, Workspace
from workbench.events.store import Store
from workbench.intake.importing import Report
from workbench.ledger.client import find_service


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Report]:
    return prepare(tmp_path_factory.mktemp("demo") / "w")


@pytest.fixture(scope="module")
def home(prepared: tuple[Workspace, Report]) -> Path:
    return prepared[0].home


def rows(folder: Path) -> dict[str, int]:
    return {name: held.rows for name, held in Store(folder / "store").held().items()}


def test_the_first_run_keeps_every_record_but_those_that_are_meant_to_fail(
    prepared: tuple[Workspace, Report],
) -> None:
    _, report = prepared
    assert report.rows_in == report.kept + report.duplicates + report.quarantined
    assert report.kept > 1500
    assert 0 < report.quarantined < 20


def test_preparing_again_adds_nothing_and_is_quick(home: Path) -> None:
    before = rows(home)
    begun = time.process_time()
    _, report = prepare(home)
    assert time.process_time() - begun < 5
    assert report.kept == 0
    assert rows(home) == before


def test_what_a_person_changed_in_the_workspace_stays(home: Path) -> None:
    profile = home / "organisation.yml"
    changed = f"# mine\n{profile.read_text('utf-8')}"
    profile.write_text(changed, "utf-8")
    workspace, _ = prepare(home)
    assert profile.read_text("utf-8") == changed
    assert workspace.organisation.domains


def test_the_demo_opens_on_days_that_hold_mail(home: Path) -> None:
    workspace, _ = prepare(home)
    w = Workbench(workspace)
    w.span = "7d"
    assert w.kql("EmailEvents | count").frame["Count"][0] > 300


@pytest.fixture(scope="module")
def made(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build that is there already: what a demo starts is the same after it."""
    return Path(shutil.copytree(tiny, tmp_path_factory.mktemp("made") / "w"))


@pytest.mark.notebook
@pytest.mark.parametrize(
    ("ending", "place"), [(signal.SIGINT, "made"), pytest.param(signal.SIGTERM, "home", marks=pytest.mark.slow)]
)
def test_the_demo_prints_its_addresses_and_ends_with_all_it_started(
    ending: signal.Signals, place: str, request: pytest.FixtureRequest
) -> None:
    home: Path = request.getfixturevalue(place)
    environment = {**os.environ, HOME_VARIABLE: str(home)}
    child = subprocess.Popen(
        [*COMMAND, "demo", "--mails", "1000", "--days", "1"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        told = [child.stdout.readline().split() for _ in range(3)]
        started = psutil.Process(child.pid).children(recursive=True)
    finally:
        child.send_signal(ending)
        _, said = child.communicate(timeout=60)
    assert [line[0] for line in told] == ["Dashboard", "Explorer", "JupyterLab"]
    assert all(line[1].startswith("http://127.0.0.1:") and "token=" in line[1] for line in told)
    assert child.returncode == 0, said
    assert said.rstrip().endswith("Stopped.")
    assert "Traceback" not in said
    assert len(started) >= 2
    _, alive = psutil.wait_procs(started, timeout=10)
    assert [each.cmdline() for each in alive] == []
    assert said.count("Stopped.") == 1
    assert {each.level for check in permissions.CHECKS.every for each in check(Workspace(home))} == {"ok"}


@pytest.mark.slow
@pytest.mark.notebook
def test_all_that_a_demo_started_ends_with_it_though_it_is_killed(made: Path) -> None:
    """Every day one server and its parent show it, in the tests of views.publish."""
    words = [*COMMAND, "--home", str(made), "demo", "--mails", "1000", "--days", "1"]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    told = [child.stdout.readline().split()[0] for _ in range(4)]
    started = psutil.Process(child.pid).children(recursive=True)
    child.kill()
    child.communicate(timeout=60)
    assert told == [b"Dashboard", b"Explorer", b"JupyterLab", b"Control"]
    assert len(started) >= 6
    assert psutil.wait_procs(started, timeout=30)[1] == []
    assert find_service(Workspace(made)) is None
