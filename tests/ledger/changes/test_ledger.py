from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from workbench.base.config import Workspace
from workbench.base.errors import LedgerError
from workbench.ledger.changes import ledger_database, ledger_standing, open_ledger


def closed(workspace: Workspace) -> None:
    with closing(ledger_database(workspace)):
        pass


@pytest.mark.parametrize("how", [open_ledger, closed, ledger_standing])
@pytest.mark.parametrize("emptied", [False, True])
def test_a_ledger_that_is_gone_is_refused_and_nothing_is_written(
    how: Callable[[Workspace], object], emptied: bool, tmp_path: Path
) -> None:
    (tmp_path / "workbench.toml").touch()
    workspace = Workspace(tmp_path)
    assert ledger_standing(workspace) == ""
    open_ledger(workspace).close()
    for path in tmp_path.glob("ledger.db*"):
        path.unlink()
    if emptied:
        workspace.ledger.touch()
    with pytest.raises(LedgerError, match=r"anchor saw 1 record.*workbench restore") as refused:
        how(workspace)
    assert refused.value.where == str(workspace.ledger)
    assert [path.stat().st_size for path in tmp_path.glob("ledger.db")] == [0] * emptied


def test_a_ledger_that_never_was_is_made(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.anchor.mkdir()
    with open_ledger(workspace) as ledger:
        assert ledger.verify().fault is None
