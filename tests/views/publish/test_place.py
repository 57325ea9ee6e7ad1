from pathlib import Path

import pytest

from workbench.base.config import Workspace
from workbench.views.publish.place import links, place_notebooks, place_pages


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "home")


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "shipped"
    (folder / "incident_playbooks").mkdir(parents=True)
    for name in ("explorer", "dashboard", "hunting", "incident_playbooks/phish"):
        (folder / f"{name}.ipynb").write_text(f"{name} 1")
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.ipynb"))


def test_readers_are_offered_the_pages_and_no_playbook(workspace: Workspace, shipped: Path) -> None:
    assert names(place_pages(workspace, shipped)) == ["dashboard.ipynb", "explorer.ipynb"]


def test_pages_are_as_shipped_each_time(workspace: Workspace, shipped: Path) -> None:
    folder = place_pages(workspace, shipped)
    (folder / "explorer.ipynb").write_text("changed by hand")
    (folder / "planted.ipynb").write_text("not ours")
    place_pages(workspace, shipped)
    assert names(folder) == ["dashboard.ipynb", "explorer.ipynb"]
    assert (folder / "explorer.ipynb").read_text() == "explorer 1"


def test_the_header_links_the_pages_that_are_there(workspace: Workspace, shipped: Path) -> None:
    (shipped / "dashboard.ipynb").unlink()
    assert links(place_pages(workspace, shipped)) == [{"file": "explorer.ipynb", "label": "Explorer"}]


def test_analysts_get_all_notebooks(workspace: Workspace, shipped: Path) -> None:
    folder = place_notebooks(workspace, shipped)
    assert names(folder) == ["dashboard.ipynb", "explorer.ipynb", "hunting.ipynb", "incident_playbooks/phish.ipynb"]


def test_a_notebook_an_analyst_changed_stays_and_the_others_are_brought_up_to_date(
    workspace: Workspace, shipped: Path
) -> None:
    folder = place_notebooks(workspace, shipped)
    (folder / "hunting.ipynb").write_text("my own notes")
    for name in ("hunting", "explorer"):
        (shipped / f"{name}.ipynb").write_text(f"{name} 2")
    place_notebooks(workspace, shipped)
    assert (folder / "hunting.ipynb").read_text() == "my own notes"
    assert (folder / "explorer.ipynb").read_text() == "explorer 2"


def test_a_notebook_that_was_there_before_is_never_overwritten(workspace: Workspace, shipped: Path) -> None:
    workspace.notebooks.mkdir(parents=True)
    (workspace.notebooks / "explorer.ipynb").write_text("mine")
    place_notebooks(workspace, shipped)
    place_notebooks(workspace, shipped)
    assert (workspace.notebooks / "explorer.ipynb").read_text() == "mine"


def test_a_missing_folder_of_shipped_notebooks_gives_empty_folders(workspace: Workspace, tmp_path: Path) -> None:
    assert names(place_pages(workspace, tmp_path / "none")) == []
    assert names(place_notebooks(workspace, tmp_path / "none")) == []
