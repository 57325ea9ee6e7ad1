"""The README's five-minute tour, run as it stands."""

import json
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from tests.apps.cli.conftest import Cli, typed
from workbench.base.config import Workspace

__all__ = ["typed"]
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


def run(line: str, typed: Cli) -> str:
    """Give the words of a line to the program that it names, here: the wheel's tests start the program itself."""
    program, *words = shlex.split(line)
    assert program == ".venv/bin/workbench"
    said = typed(*words)
    assert said.status == 0, f"{line}\n{said.out}\n{said.err}"
    return said.out + said.err


def test_the_tour_has_commands_and_python() -> None:
    assert len(SHELL) == 7
    assert [kind for kind, _ in BLOCKS].count("python") == 1


def test_the_tour_runs_from_top_to_bottom(folder: Path, typed: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert (folder / ".venv" / "bin" / "workbench").is_file()
    said = [run(line, typed) for line in SHELL]
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
