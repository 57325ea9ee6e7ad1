"""A workspace in use: events, originals, an import log, and a ledger with decisions."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ledger.conftest import server  # noqa: F401  # the same server
from workbench.base.config import Workspace
from workbench.ledger.audit import SYSTEM
from workbench.ledger.changes import open_ledger
from workbench.ledger.models import Note

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
    return home


@pytest.fixture
def drill(in_use: Path, tmp_path: Path) -> Drill:
    shutil.copytree(in_use, tmp_path / "live", symlinks=True)
    return Drill(Workspace(tmp_path / "live"), tmp_path / "backups", tmp_path / "restored")
