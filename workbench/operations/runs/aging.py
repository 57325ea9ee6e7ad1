"""What runs left long ago: folders of runs, and outputs by their hash, that nothing wrote or asked for since."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from workbench.base.config import Workspace
from workbench.operations.runs.execute import RUN
from workbench.operations.runs.objects import OBJECTS


def aged(workspace: Workspace, before: datetime) -> Iterator[Path]:
    """Folders of runs that were over, and outputs that were last kept, before an instant; not what is unfinished."""
    yield from (path.parent for path in workspace.runs.glob(f"*/{RUN}") if _is_older(path, before))
    yield from (path for path in workspace.runs.glob(f"{OBJECTS}/[0-9a-f]*") if _is_older(path, before))


def discard(path: Path) -> None:
    """Delete one of them; one that is gone already is as good."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _is_older(path: Path, before: datetime) -> bool:
    with suppress(OSError):
        return path.stat().st_mtime < before.timestamp()
    return False
