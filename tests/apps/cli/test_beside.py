from pathlib import Path

import pytest

from tests.apps.service.conftest import to_be_found, workspace_at
from workbench.apps.cli.beside import beside
from workbench.base.config import Workspace


def test_a_service_that_runs_already_is_used_and_its_limits_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = workspace_at(tmp_path / "home")
    with (
        to_be_found(workspace) as site,
        beside(Workspace(workspace.home), ["http://127.0.0.1:5/voila?token=x"]) as address,
    ):
        assert address == site.address
    said = capsys.readouterr().err
    assert "runs already and is used as it is, until the command that started it ends." in said
    assert "Pages started here may not ask it from a browser; for that, stop the other first." in said
