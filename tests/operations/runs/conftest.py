import json
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import pytest

from workbench.base.config import Workspace
from workbench.operations.runs import Nursery
from workbench.operations.runs.engine import import_papermill

Write = Callable[..., None]
import_papermill()
_NUMBERS = count()
HEADING = "# A small playbook\n"
HOSTILE = (
    'it\'s "quoted" \'\'\'thrice\'\'\' """thrice"""',
    "two\nlines\r\nand\ttabs",
    "back\\slash\\n and \\' end\\",
    "{message} {{twice}} {0} %s %(x)s ${HOME} $(id) `id`",
    "'; import os; os.abort() #",
    '"\nraise SystemExit\n"',
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{% for x in y %}{{ 7*7 }}{% endfor %}",
    "direction \u202e and zero\u200bwidth and \x1b[31m and \x00",
    "🦊 ünïcode 漢字",
    "# parameters\nmessage = 1",
    "__import__('os').abort()",
)
"""Texts that are data and must stay so."""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace."""
    (tmp_path / "workbench.toml").touch()
    return Workspace(tmp_path)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where the kernels of all tests of a process come from."""
    with Nursery() as born:
        yield born


@pytest.fixture
def write(workspace: Workspace) -> Write:
    """Writes a playbook of a parameters cell and further cells under "Step 1", "Step 2" and so on."""

    def make(*codes: str, parameters: str = "", name: str = "small") -> None:
        cells = [prose(HEADING), code(parameters, "parameters")]
        for number, text in enumerate(codes, 1):
            cells += [prose(f"## Step {number}"), code(text)]
        path = workspace.notebooks / "incident_playbooks" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        whole = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        path.write_text(json.dumps(whole), "utf-8")

    return make


def prose(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": f"m{next(_NUMBERS)}", "metadata": {}, "source": text}


def code(text: str, *tags: str) -> dict[str, Any]:
    identity, empty = f"c{next(_NUMBERS)}", {"outputs": [], "execution_count": None}
    return {"cell_type": "code", "id": identity, "metadata": {"tags": list(tags)}, "source": text, **empty}


def until(holds: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something; what was killed is gone a moment later, not at once."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def none_left() -> bool:
    """Whether every kernel that was begun here ends within a minute, long before one would by itself."""
    until(lambda: not kernels())
    return True


def kernels() -> list[int]:
    """Kernels that were begun by this process and still run; not what they were forked from."""
    born = [child for child in psutil.Process().children() if _is_kernel(child)]
    return [child.pid for each in born for child in each.children(recursive=True) if _is_kernel(child)]


def _is_kernel(process: psutil.Process) -> bool:
    try:
        return "operations.runs.launch" in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def text_of(folder: Path) -> str:
    """All that the executed copy shows."""
    cells = json.loads((folder / "executed.ipynb").read_text("utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    return "\n".join(output.get("data", {}).get("text/plain", "") or output.get("text", "") for output in outputs)
