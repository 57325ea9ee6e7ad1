"""What a killed worker left behind: kernels that still run, their folders, files that were not finished."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.base.config import Workspace
from workbench.operations.runs import processes
from workbench.operations.runs.kernel import KERNELS
from workbench.operations.runs.launch import MARK
from workbench.operations.runs.objects import PARTIAL
from workbench.operations.runs.processes import NOBODY, Process

UNFINISHED_SECONDS = 3600.0
"""Age at which an unfinished file belongs to nobody any more: it is written in milliseconds."""


@dataclass(frozen=True)
class Swept:
    """What was cleared away: kernels whose worker was gone, and unfinished files."""

    kernels: int
    files: int


def sweep(workspace: Workspace) -> Swept:
    """Clear away what dead workers left; kernels of workers that live are let be. To be called when a worker starts."""
    return Swept(sum(map(_orphan, _records(workspace))), sum(map(_unfinished, _partials(workspace.runs))))


def _records(workspace: Workspace) -> list[Path]:
    return sorted((workspace.runs / KERNELS).glob("*.json"))


def _orphan(path: Path) -> bool:
    """End the kernel that a file tells of, if its worker is gone. What cannot be read tells of nobody."""
    try:
        told = json.loads(path.read_text("utf-8"))
        worker, kernel, folder = _process(told["worker"]), _process(told["kernel"]), Path(told["folder"])
    except FileNotFoundError:
        return False
    except (ValueError, TypeError, KeyError, AttributeError):
        path.unlink(missing_ok=True)
        return False
    if worker and worker.alive:
        return False
    processes.end(kernel or NOBODY, f"{MARK}={path.stem}")
    if folder.name.startswith("wb-"):
        shutil.rmtree(folder, ignore_errors=True)
    path.unlink(missing_ok=True)
    return True


def _process(told: dict[str, Any] | None) -> Process | None:
    return Process(int(told["pid"]), int(told["born"]), str(told["boot"])) if told else None


def _partials(runs: Path) -> Iterator[Path]:
    yield from runs.glob(f"*/{PARTIAL}*")
    yield from (runs / KERNELS).glob("*.part")


def _unfinished(path: Path) -> bool:
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > UNFINISHED_SECONDS:
            path.unlink()
            return True
    return False
