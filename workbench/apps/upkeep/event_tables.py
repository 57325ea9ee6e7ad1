"""Copy one version of each event table: its data files and the log that names them and no others."""

from collections.abc import Collection
from pathlib import Path

from workbench.apps.upkeep.copying import Copier
from workbench.base.errors import StoreError
from workbench.events.store import Snapshot, Store, damaged, looked_at
from workbench.events.tables import tables

_ATTEMPTS = 5
_DIGITS = 20


def take_tables(copier: Copier, root: Path, names: Collection[str]) -> dict[str, int]:
    """Copy tables at their newest versions, which are returned by name; writers and upkeep go on meanwhile.

    Raises:
        StoreError: a table or data file cannot be read, or upkeep took files away faster than they could be copied.
    """
    taken = {name: _take_table(copier, root, name) for name in tables() if name in names}
    return {name: version for name, version in taken.items() if version is not None}


def _take_table(copier: Copier, root: Path, name: str) -> int | None:
    """Its version; None where it never had rows."""
    for _ in range(_ATTEMPTS):
        snapshot = Store(root).snapshot(name)
        if snapshot is None:
            return None
        try:
            _take_files(copier, snapshot)
        except (FileNotFoundError, FileExistsError):
            _drop(copier, snapshot.folder)
            continue
        if _is_same(copier, root, snapshot):
            return snapshot.version
        _drop(copier, snapshot.folder)
    raise StoreError(f"The table {name} changed faster than it could be copied", next_step="Back up again.")


def _take_files(copier: Copier, snapshot: Snapshot) -> None:
    for path in _log_up_to(snapshot.folder / "_delta_log", snapshot.version):
        copier.take(path)
    for file in snapshot.files:
        copier.take(snapshot.folder / file.path)
        if fault := looked_at(copier.target / snapshot.folder.relative_to(copier.home), file):
            raise damaged(fault)


def _log_up_to(log: Path, version: int) -> list[Path]:
    """The newest checkpoint up to a version, and the commits from there on; all commits where there is none."""
    numbered = [(int(path.name[:_DIGITS]), path) for path in sorted(log.iterdir()) if path.name[:_DIGITS].isdigit()]
    points = [number for number, path in numbered if ".checkpoint" in path.name and number <= version]
    start = max(points, default=0)
    found = [path for number, path in numbered if number == start and ".checkpoint" in path.name]
    return found + [path for number, path in numbered if start <= number <= version and path.suffix == ".json"]


def _is_same(copier: Copier, root: Path, snapshot: Snapshot) -> bool:
    """Read the copy as anybody would: it has to name the same files."""
    copy = Store(copier.target / root.relative_to(copier.home)).snapshot(snapshot.folder.name)
    return copy is not None and (copy.version, copy.files) == (snapshot.version, snapshot.files)


def _drop(copier: Copier, folder: Path) -> None:
    prefix = f"{folder.relative_to(copier.home)}/"
    for name in [each for each in copier.files if each.startswith(prefix)]:
        (copier.target / name).unlink(missing_ok=True)
        del copier.files[name]
    for path in sorted((copier.target / prefix).rglob("*"), reverse=True):
        if not path.is_dir():
            path.unlink()
