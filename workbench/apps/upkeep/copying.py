"""Copy the files of a workspace into a backup, while others write to it."""

import os
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from workbench.apps.upkeep.manifest import DUMP, FILE, Held, Manifest, copied, digest, is_passing, make_folder
from workbench.base.errors import WorkbenchError

SQLITE = b"SQLite format 3\0"
_UNCHANGING = re.compile(r"(originals/.+\.z|runs/objects/[0-9a-f]{64}|store/[^/]+/(?!_).*\.parquet)")
"""Files that are never changed once they have their name: those of the backup before serve again."""


@dataclass
class Copier:
    """A backup that is being made."""

    home: Path
    target: Path
    before: Path | None = None
    """The backup before, whose unchanging files are linked instead of copied."""
    known: Manifest | None = None
    """Its manifest."""
    files: dict[str, Held] = field(default_factory=dict)
    linked: int = 0
    passed: list[str] = field(default_factory=list)
    """Links to folders: what is behind them is not copied."""

    def take(self, path: Path) -> None:
        """Copy one file of the workspace, or link it to the backup before.

        Raises:
            FileNotFoundError: it is gone.
        """
        name = str(path.relative_to(self.home))
        if held := self._same(path, name):
            self.files[name] = held
            self.linked += 1
        elif is_sqlite(path):
            with closing(sqlite3.connect(path, timeout=60)) as source:
                self.files[name] = copied_database(source, self.target / name)
        else:
            self.files[name] = copied(path, self.target / name)

    def take_folder(self, folder: Path, without: frozenset[str] = frozenset()) -> None:
        """Copy what is below a folder, except names in ``without`` and temporaries. What goes meanwhile is passed."""
        for where, folders, names in os.walk(folder):
            folders[:] = sorted(name for name in folders if not is_passing(name) and name not in without)
            links = [Path(where) / name for name in folders if (Path(where) / name).is_symlink()]
            self.passed += [str(path.relative_to(self.home)) for path in links]
            for name in sorted(names):
                path = Path(where) / name
                if not is_passing(name) and name not in without and path not in self._own and path.is_file():
                    self._take_or_pass(path)

    @property
    def _own(self) -> tuple[Path, ...]:
        """Names that a backup has for itself."""
        return self.home / FILE, self.home / DUMP

    def _take_or_pass(self, path: Path) -> None:
        try:
            self.take(path)
        except FileNotFoundError:
            self.files.pop(str(path.relative_to(self.home)), None)

    def _same(self, path: Path, name: str) -> Held | None:
        """Link the file of the backup before, if it is one that never changes and has the same size."""
        held = self.known.files.get(name) if self.known and _UNCHANGING.fullmatch(name) else None
        if held is None or self.before is None or held.size != path.stat().st_size:
            return None
        target = self.target / name
        make_folder(target.parent)
        try:
            os.link(self.before / name, target)
        except OSError:
            return None
        return held


def is_sqlite(path: Path) -> bool:
    """Whether a file is a database that is copied by its own means."""
    with path.open("rb") as file:
        return file.read(len(SQLITE)) == SQLITE


def copied_database(source: sqlite3.Connection, target: Path) -> Held:
    """A consistent copy of an SQLite database that others are writing.

    Raises:
        WorkbenchError: it cannot be read, or there is no room for the copy.
    """
    make_folder(target.parent)
    target.touch(mode=0o600, exist_ok=False)
    try:
        with closing(sqlite3.connect(target)) as written:
            source.backup(written)
            written.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        advice = "Is there room on the disk? Nothing of this copy stays."
        raise WorkbenchError(f"{target.name} cannot be copied: {error}", where=str(target), next_step=advice) from None
    return held_of(target)


def held_of(path: Path) -> Held:
    """A file as it stands."""
    return Held(size=path.stat().st_size, sha256=digest(path))
