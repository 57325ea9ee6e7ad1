"""The README's five-minute tour, run as it stands."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.base.config import Workspace

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
BLOCKS = re.findall(
    r"^```(sh|python)\n(.*?)^```$", README.partition("## Five-minute tour")[2], re.DOTALL | re.MULTILINE
)
SHELL = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]


@pytest.fixture(scope="module")
def folder(northgate: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like a checkout after ``make demo``: the programs, the sample, the demo workspace."""
    there = tmp_path_factory.mktemp("tour")
    shutil.copytree(northgate.home, there / ".workspace", symlinks=True)
    (there / ".venv").mkdir()
    (there / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    (there / "data").symlink_to(Path(__file__).parents[1] / "data")
    return there


def run(line: str, folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "WORKBENCH_HOME"}
    done = subprocess.run(
        ["bash", "-c", line], check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def test_the_tour_has_commands_and_python() -> None:
    assert len(SHELL) == 7
    assert [kind for kind, _ in BLOCKS].count("python") == 1


def test_the_tour_runs_from_top_to_bottom(folder: Path) -> None:
    said = [run(line, folder) for line in SHELL]
    assert "EmailEvents" in said[0]
    assert "is not JSON" in said[1]
    assert "sanne.dewit@northgate.example" in said[2]
    assert said[3].startswith("malicious") or "\nmalicious" in said[3]
    assert "Not evaluated" in said[3]
    account = json.loads((folder / "account.json").read_text("utf-8"))
    assert account["rows_in"] == account["kept"] + account["duplicates"] + account["quarantined"] > 50
    counts = json.loads(said[6])
    assert sum(row["count_"] for row in counts) == account["by_table"]["EmailEvents"]


@pytest.mark.notebook
def test_the_python_of_the_tour_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_HOME", str(folder / ".workspace"))
    names: dict[str, object] = {}
    exec(compile(next(text for kind, text in BLOCKS if kind == "python"), "README.md", "exec"), names)
    assert names["m"].recipients == ("sanne.dewit@northgate.example",)  # type: ignore[attr-defined]  # a Message


def test_what_the_readme_names_is_there() -> None:
    root = Path(__file__).parents[1]
    named = {*re.findall(r"\]\((?!http)([^)#]+)\)", README), *re.findall(r"`(data/[^`]+)`", README)}
    assert not [name for name in named if not (root / name).exists()]
