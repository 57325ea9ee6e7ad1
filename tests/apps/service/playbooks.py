"""Small playbooks for tests of the queue, and a queue without a service."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from workbench.base.config import Workspace


def write(workspace: Workspace, name: str, *codes: str, parameters: str = "", **marks: object) -> Path:
    """Write a playbook of a parameters cell and further cells."""
    cells = [{"cell_type": "markdown", "id": "title", "metadata": {}, "source": f"# Playbook {name}"}]
    for number, text in enumerate((parameters, *codes)):
        tags = [] if number else ["parameters"]
        empty = {"outputs": [], "execution_count": None}
        cells.append({"cell_type": "code", "id": f"c{number}", "metadata": {"tags": tags}, "source": text, **empty})
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    whole = {"cells": cells, "metadata": {"kernelspec": kernel, "workbench": marks}, "nbformat": 4, "nbformat_minor": 5}
    path = workspace.notebooks / "incident_playbooks" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(whole), "utf-8")
    return path


def wait(until: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
