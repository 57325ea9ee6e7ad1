"""A workspace that shows what another holds and can be thrown away."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.base.config import Workspace

_SETTINGS = ("workbench.toml", "organisation.yml")


@contextmanager
def shadow(workspace: Workspace) -> Iterator[Workspace]:
    """A copy of a workspace for the length of a block: its data files are links, its logs are copied.

    What is written goes to the copy. A file of the store never changes, so that what a link shows stays true.
    """
    with TemporaryDirectory(prefix="workbench-") as folder:
        other = Workspace(Path(folder))
        for name in _SETTINGS:
            if (workspace.home / name).exists():
                shutil.copyfile(workspace.home / name, other.home / name)
        _copy_store(workspace.store, other.store)
        _copy_log(workspace.intake, other.intake)
        yield other


def _copy_store(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")) if source.is_dir() else ():
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir(parents=True, exist_ok=True)
        elif path.parent.name == "_delta_log":
            shutil.copyfile(path, copy)
        elif path.suffix != ".lease":
            copy.symlink_to(path.resolve())


def _copy_log(source: Path, target: Path) -> None:
    if not source.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
