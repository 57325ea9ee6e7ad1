"""Floors import from floors below only, rooms from rooms to their left only; some libraries have one importer."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SLOW = pytest.mark.slow
LINT = "from importlinter.cli import lint_imports_command as c; c(standalone_mode=True)"

pytestmark = pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="runs on a checkout only")


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", LINT, "--no-cache", "--config", str(folder / "pyproject.toml")]
    return subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True, timeout=120)


def test_every_contract_is_kept() -> None:
    done = contracts(ROOT)
    assert done.returncode == 0, done.stdout
    assert ", 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("workbench/base/span.py", "import workbench.events.store", "floors"),
        pytest.param("workbench/apps/session/workbench.py", "import workbench.apps.cli", "apps", marks=SLOW),
        pytest.param("workbench/intake/mail/limits.py", "import polars", "pure mail", marks=SLOW),
        pytest.param("workbench/intake/activity/kinds.py", "import polars", "pure activity", marks=SLOW),
        pytest.param("workbench/views/explorer/view.py", "import altair", "altair", marks=SLOW),
        pytest.param("workbench/views/publish/place.py", "import ipywidgets", "widgets", marks=SLOW),
        pytest.param("workbench/apps/cli/main.py", "import papermill", "papermill", marks=SLOW),
        ("workbench/events/query/limits.py", "import socket", "sockets"),
    ],
)
def test_a_contract_finds_what_it_forbids(module: str, line: str, contract: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "workbench", tmp_path / "workbench", ignore=shutil.ignore_patterns("__pycache__", "*.mjs"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    done = contracts(tmp_path)
    assert done.returncode == 1
    assert f"{contract} BROKEN" in done.stdout
