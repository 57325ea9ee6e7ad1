"""A ledger on a server is one workspace's: a copy of it is refused, further processes of the same are not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.apps.service.conftest import workspace_at
from tests.apps.service.playbooks import wait
from tests.ledger.conftest import run_sql
from workbench.base.config import Workspace
from workbench.base.errors import Refused
from workbench.ledger.changes import sole

RUN = "from workbench.apps.cli import main; main()"


@pytest.fixture
def kind() -> str:
    return "postgresql"


@pytest.fixture
def place(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    room = sys.modules[sole.__module__]
    monkeypatch.setattr(room, "PATIENCE", 0.1)
    monkeypatch.setattr(room, "LOOK_SECONDS", 0.1)
    return workspace_at(tmp_path / "home", f'ledger = "{address}"\n')


@pytest.fixture
def copy(place: Workspace) -> Workspace:
    with sole(place):
        pass  # the file that names the folder is copied with it
    return Workspace(Path(shutil.copytree(place.home, place.home.with_name("drill"))))


def test_a_copy_of_a_workspace_is_refused_while_the_first_has_the_ledger(place: Workspace, copy: Workspace) -> None:
    with sole(place):
        with sole(place):  # a worker beside the service
            pass
        with pytest.raises(Refused, match=r"in use by another workspace: .*home") as refused, sole(copy):
            pass
        assert "a ledger of its own" in refused.value.next_step
        with sole(place):  # who was refused left nothing
            pass
    with sole(copy):
        pass


def test_who_loses_its_connection_takes_it_again(place: Workspace, copy: Workspace, server: str, address: str) -> None:
    with sole(place):
        name = address.partition("?")[0].rpartition("/")[2]
        ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname"
        run_sql(server % "postgres", f"{ends} = '{name}'")

        def is_refused() -> bool:
            try:
                with sole(copy):
                    return False
            except Refused:
                return True

        wait(is_refused, 10)


def test_a_ledger_in_a_file_is_its_workspaces_anyhow(tmp_path: Path) -> None:
    made = workspace_at(tmp_path / "home")
    with sole(made), sole(made):
        assert not made.ledger.exists()


@pytest.mark.slow
def test_a_service_and_a_worker_of_a_copy_say_so_and_end(place: Workspace, copy: Workspace) -> None:
    with sole(place):
        for command in (("serve", "--port", "0"), ("worker",)):
            words = [sys.executable, "-c", RUN, "--home", str(copy.home), *command]
            done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
            assert done.returncode == 1
            assert "The ledger is in use by another workspace" in done.stderr
