"""A workspace in use: events, originals, an import log, runs, and a ledger with decisions."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ledger.conftest import run_sql, server  # noqa: F401  # the same server
from workbench.base.access import Role
from workbench.base.config import Workspace
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import open_ledger
from workbench.ledger.models import Account, Note

NOTE = {"entity": "domain", "value": "evil.example", "text": "Seen"}


def decide(workspace: Workspace, count: int = 3) -> None:
    """So many decisions, by a service that was started and stopped."""
    with open_ledger(workspace) as ledger:
        for number in range(count):
            ledger.create(SYSTEM, Note, NOTE | {"text": f"note {number}"})


@dataclass(frozen=True)
class Drill:
    """A workspace to back up, a folder for backups, and a place to restore to."""

    workspace: Workspace
    backups: Path
    home: Path


@pytest.fixture(scope="session")
def in_use(northgate: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with decisions, to copy."""
    home = tmp_path_factory.mktemp("in_use") / "live"
    shutil.copytree(northgate.home, home, symlinks=True)
    decide(Workspace(home))
    with open_ledger(Workspace(home)) as ledger:
        ledger.create(SYSTEM, Account, {"name": "boss", "roles": [Role.GLOBAL_ADMINISTRATOR.value]})
    found = home / "runs" / "objects" / hashlib.sha256(b"an executed notebook").hexdigest()
    found.parent.mkdir(parents=True)
    found.write_bytes(b"an executed notebook")
    (home / "notebooks").mkdir(exist_ok=True)
    (home / "notebooks" / "own.ipynb").write_text("{}")
    return home


@pytest.fixture
def drill(in_use: Path, tmp_path: Path) -> Drill:
    shutil.copytree(in_use, tmp_path / "live", symlinks=True)
    return Drill(Workspace(tmp_path / "live"), tmp_path / "backups", tmp_path / "restored")


def cut_file(workspace: Workspace) -> Path:
    """Damage the largest data file of a table."""
    files = (workspace.store / "EmailEvents").glob("_Part*/*.parquet")
    path = max(files, key=lambda each: each.stat().st_size)
    os.truncate(path, 1000)
    return path


@contextmanager
def on_server(drill: Drill, server: str) -> Iterator[tuple[Workspace, Callable[[], None]]]:  # noqa: F811
    """The same workspace with its ledger on a server, and the means to empty that."""
    name = f"kept_{abs(hash(drill.home))}"
    settings = drill.workspace.home / "workbench.toml"
    settings.write_text(f'ledger = "{server % name}"\n{settings.read_text()}')
    for path in (drill.workspace.ledger, *drill.workspace.keys.iterdir(), *drill.workspace.anchor.iterdir()):
        path.unlink()

    def emptied() -> None:
        run_sql(server % "postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        run_sql(server % "postgres", f"CREATE DATABASE {name}")

    emptied()
    yield Workspace(drill.workspace.home), emptied
    run_sql(server % "postgres", f"DROP DATABASE {name} WITH (FORCE)")
