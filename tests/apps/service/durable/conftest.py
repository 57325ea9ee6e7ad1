from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.apps.service.conftest import workspace_at
from tests.apps.service.playbooks import write
from tests.ledger.conftest import *  # noqa: F403  # the same databases
from workbench.base.config import Workspace
from workbench.ledger.changes import Ledger
from workbench.ledger.models import open_database
from workbench.operations.runs import Nursery


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def kind(request: pytest.FixtureRequest) -> str:
    """Everyday on a file; what is about transactions says that it runs on a server every day, too."""
    return request.param


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with Nursery() as born:
        yield born


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = workspace_at(tmp_path / "home")
    write(made, "small", "x = n * 2", "print(x)", parameters="n: int = 1  # a number")
    write(made, "slow", "import time\ntime.sleep(120)")
    return made


@pytest.fixture
def ledger(workspace: Workspace, address: str | Path) -> Iterator[Ledger]:
    with Ledger(open_database(address), workspace.keys, workspace.anchor) as opened:
        yield opened
