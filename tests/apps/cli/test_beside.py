"""What the pages and the control service are told of each other."""

from pathlib import Path

import pytest

from tests.apps.service.conftest import to_be_found, workspace_at
from workbench.apps.cli.beside import beside, coming_address, linked, origins
from workbench.base.config import Workspace
from workbench.ledger.client import page_address

PAGES = {
    "Dashboard": "http://127.0.0.1:4001/voila/render/dashboard.ipynb?token=secret",
    "Explorer": "http://127.0.0.1:4001/voila/render/explorer.ipynb?token=secret",
    "JupyterLab": "http://127.0.0.1:4002/lab?token=secret",
}


def workspace(home: Path, settings: str) -> Workspace:
    (home / "workbench.toml").write_text(settings)
    return Workspace(home)


def test_the_service_links_the_pages_of_voila_without_their_token_and_answers_all() -> None:
    assert linked(PAGES) == [
        ("Dashboard", "http://127.0.0.1:4001/voila/render/dashboard.ipynb"),
        ("Explorer", "http://127.0.0.1:4001/voila/render/explorer.ipynb"),
    ]
    assert linked({"JupyterLab": PAGES["JupyterLab"]}) == []
    assert origins(PAGES) == ["http://127.0.0.1:4001", "http://127.0.0.1:4002"]


def test_the_address_of_a_service_that_is_to_come_is_the_one_of_the_settings_or_a_free_one(tmp_path: Path) -> None:
    assert coming_address(workspace(tmp_path, "[service]\nport = 4321\n")) == "http://127.0.0.1:4321"
    place, _, port = coming_address(workspace(tmp_path, "")).rpartition(":")
    assert (place, int(port) > 1023) == ("http://127.0.0.1", True)


def test_an_address_that_is_not_known_yet_is_not_made_up(tmp_path: Path) -> None:
    assert page_address(workspace(tmp_path, "")) == ""
    assert coming_address(workspace(tmp_path, "[service]\nbehind_proxy = true\n")) == ""
    assert coming_address(workspace(tmp_path, "[service]\nhost = '192.0.2.7'\n")) == ""


def test_a_service_that_runs_already_is_used_and_its_limits_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = workspace_at(tmp_path / "home")
    with (
        to_be_found(workspace) as site,
        beside(Workspace(workspace.home), PAGES, site.address) as address,
    ):
        assert address == site.address
    said = capsys.readouterr().err
    assert "runs already and is used as it is, until the command that started it ends." in said
    assert "Pages started here may not ask it from a browser; for that, stop the other first." in said
