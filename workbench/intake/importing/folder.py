"""What lies in a watched folder: files with their stamps, which of them are finished, and which were read before."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from workbench.intake.importing.log import IntakeLog
from workbench.intake.sources import is_document, passed_over

UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".filepart", "~")
"""Ends of names that programs give files they are still writing; such a file is taken once it is renamed."""

_PROC = Path("/proc")


@dataclass(frozen=True)
class Stamp:
    """Bytes of a file, and the nanosecond of the last change to its content, name or rights."""

    size: int
    changed: int


@dataclass
class Listing:
    """One look into a folder: files by path, and the folders that could not be listed, with the reason."""

    files: dict[str, Stamp] = field(default_factory=dict)
    unlisted: dict[str, str] = field(default_factory=dict)


def look(folder: Path) -> Listing:
    """Every regular file at any depth that may be data; documents, hidden files and unfinished ones are left out."""
    seen = Listing()
    _look(str(folder), frozenset(), seen)
    return seen


def stamp_of(path: str) -> Stamp | None:
    """The stamp of one file; None where it is gone or no regular file."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return _stamp(status) if S_ISREG(status.st_mode) else None


def digest(path: str, size: int | None = None) -> str:
    """SHA-256 of a file, or of so many bytes at its beginning, fewer than it has.

    Empty where it cannot be read, which importing it will tell, or is not that long.
    """
    try:
        with Path(path).open("rb") as file:
            return file_digest(file, "sha256").hexdigest() if size is None else _beginning(file, size)
    except OSError:
        return ""


def _beginning(file: BinaryIO, size: int) -> str:
    found = sha256()
    while size and (piece := file.read(min(size, 2**20))):
        found.update(piece)
        size -= len(piece)
    return found.hexdigest() if not size and file.read(1) else ""


def being_written(paths: Iterable[str]) -> frozenset[str]:
    """Those of the paths that a process has open for writing, as far as the system tells us about it."""
    wanted = {os.path.realpath(path): path for path in paths}
    return frozenset(wanted[target] for target in _written(frozenset(wanted)))


class Known:
    """The files that were read, by path: in memory, and in the import log for the next start."""

    def __init__(self, log: IntakeLog, folder: Path) -> None:
        self._log = log
        below = os.fsencode(f"{folder}{os.sep}")
        query = "SELECT path, size, changed FROM watched WHERE substr(path, 1, ?) = ?"
        with log.database.reading() as database:
            rows = database.execute(query, (len(below), below)).fetchall()
        self._stamps = {os.fsdecode(path): Stamp(size, changed) for path, size, changed in rows}

    def new(self, files: Mapping[str, Stamp]) -> dict[str, Stamp]:
        """The files that were not read as they are now."""
        return {path: stamp for path, stamp in files.items() if self._stamps.get(path) != stamp}

    def size(self, path: str) -> int:
        """Bytes of the file as it was last read; 0 where it was not."""
        return self._stamps[path].size if path in self._stamps else 0

    def add(self, files: Mapping[str, Stamp], *, lasting: bool) -> None:
        """Remember files; those that could not be read to their ends are tried again at the next start."""
        self._stamps |= files
        if lasting:
            rows = [(os.fsencode(path), stamp.size, stamp.changed) for path, stamp in files.items()]
            with self._log.database.writing() as database:
                database.executemany("INSERT OR REPLACE INTO watched VALUES (?, ?, ?)", rows)

    def forget(self, files: Mapping[str, Stamp]) -> None:
        """Forget what is no longer there."""
        gone = self._stamps.keys() - files.keys()
        if gone:
            with self._log.database.writing() as database:
                database.executemany("DELETE FROM watched WHERE path = ?", [(os.fsencode(path),) for path in gone])
            self._stamps = {path: stamp for path, stamp in self._stamps.items() if path not in gone}


def _look(folder: str, above: frozenset[tuple[int, int]], seen: Listing) -> None:
    try:
        status = Path(folder).stat()
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        seen.unlisted[folder] = error.strerror or str(error)
        return
    here = (status.st_dev, status.st_ino)
    for entry in entries if here not in above else ():
        if not _is_ours(entry):
            continue
        if entry.is_dir():
            _look(entry.path, above | {here}, seen)
        elif (found := stamp_of(entry.path)) and not is_document(Path(entry.name)):
            seen.files[entry.path] = found


def _is_ours(entry: "os.DirEntry[str]") -> bool:
    """Whether the name is one that data has; the costly questions are asked about few names only."""
    if entry.name.lower().endswith(UNFINISHED):
        return False
    return not ((entry.name.startswith(".") or entry.name == "tmp") and passed_over(Path(entry.path)))


def _stamp(status: os.stat_result) -> Stamp:
    return Stamp(status.st_size, max(status.st_mtime_ns, status.st_ctime_ns))


def _written(wanted: frozenset[str]) -> Iterator[str]:
    for process in _PROC.glob("[0-9]*"):
        try:
            links = list(os.scandir(process / "fd"))
        except OSError:
            continue
        yield from (target for link in links if (target := _target(link.path)) in wanted and _writes(process, link))


def _target(link: str) -> str:
    try:
        return str(Path(link).readlink())
    except OSError:
        return ""


def _writes(process: Path, link: "os.DirEntry[str]") -> bool:
    try:
        lines = (process / "fdinfo" / link.name).read_text("ascii").splitlines()
    except OSError:
        return False
    flags = next((int(line.split()[1], 8) for line in lines if line.startswith("flags:")), 0)
    return flags & os.O_ACCMODE != os.O_RDONLY
