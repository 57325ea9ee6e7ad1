"""Files that no version names: what updates replaced, and what killed writers left. They are removed, and counted."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from workbench.events.store import log
from workbench.events.store.snapshot import has_log
from workbench.events.store.store import Store

GRACE = 3600.0
"""Seconds for which a file stays after a version let go of it: readers of an older version finish with it."""

SIDECARS = "_sidecar"
"""The folder of what is derived from single data files: ``<stem of the data file>.<what>``, or a temporary of it."""

_DATA = re.compile(r"[0-9a-f]{32}(-[0-9a-f]{8})?\.parquet")
_UNFINISHED = re.compile(r"^_commit_.*\.tmp$|#\d+$")


@dataclass(frozen=True)
class Leftovers:
    """Files that no version needs, and their bytes."""

    files: int = 0
    bytes: int = 0


def leftovers(store: Store, name: str, grace: float = GRACE) -> list[Path]:
    """The files below a table's folder that we wrote, that no version names and no reader may still be in.

    What another program put there stays. Certain only while the table's lease and its upkeep are held; else a file
    may be among them that is just being written.
    """
    snapshot, folder = store.snapshot(name), store.root / name
    if snapshot is None:
        return []
    needed = {file.path for file in snapshot.files} | log.let_go(folder, grace)
    stems = {path.rpartition("/")[2].partition(".")[0] for path in needed}
    return [path for path in _ours(folder) if not _is_needed(path, folder, needed, stems)]


def vacuum(store: Store, name: str, grace: float = GRACE) -> Leftovers:
    """Remove leftovers and shorten the log; the caller holds the table's upkeep."""
    with store.lease(name):
        old = leftovers(store, name, grace)
        found = weighed(old)
        for path in old:
            path.unlink(missing_ok=True)
        for folder in {path.parent for path in old}:
            with suppress(OSError):
                folder.rmdir()
        if store.snapshot(name) is not None:
            log.tidy(store.delta(name), store.root / name, grace)
    return found


def clear_unlogged(root: Path, name: str) -> Leftovers:
    """Remove the data files of a table without a log, of which nobody can tell what they hold.

    Only for a caller who makes their rows again: everybody else takes them for rows that were lost.
    """
    folder = root / name
    old = [] if has_log(folder) else list(_ours(folder))
    found = weighed(old)
    for path in old:
        path.unlink(missing_ok=True)
    return found


def weighed(paths: list[Path]) -> Leftovers:
    """How many files these are and what they take."""
    return Leftovers(len(paths), sum(path.lstat().st_size for path in paths if path.is_symlink() or path.exists()))


def _ours(folder: Path) -> Iterator[Path]:
    """Data files, sidecars and what was to become one of them or a commit."""
    for path in folder.rglob("*"):
        unfinished = path.parent == log.folder_of(folder) and _UNFINISHED.search(path.name)
        if not path.is_dir() and (unfinished or path.parent.name == SIDECARS or _DATA.match(path.name)):
            yield path


def _is_needed(path: Path, folder: Path, needed: set[str], stems: set[str]) -> bool:
    if path.parent.name == SIDECARS:
        return path.name.partition(".")[0] in stems and not path.name.endswith(".tmp")
    return str(path.relative_to(folder)) in needed
