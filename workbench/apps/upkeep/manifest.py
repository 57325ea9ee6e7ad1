"""What a backup says of itself: every file with its size and SHA-256, and what it was made of."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.base.errors import BadInput, NotFound
from workbench.views.publish.place import NOTEBOOKS_AS_SHIPPED

FILE = "manifest.json"
DUMP = "ledger.dump"
"""What a backup has of a ledger that a PostgreSQL server keeps."""

LARGEST = 512 * 1024 * 1024
"""Bytes of a manifest that is read: some three million files."""
_PIECE = 1024 * 1024
_LONGEST_NAME = 255
_PASSING = (".tmp", ".lock", "-wal", "-shm", "-journal")


class Held(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: int
    sha256: str


class Manifest(BaseModel):
    """A whole backup. It is written last, so a folder without one is none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    product: str
    """Version that made it."""
    made_at: str
    ledger: Literal["sqlite", "postgresql", "none"]
    secrets: bool
    """Whether keys, passwords and private keys of the workspace are in it."""
    tables: dict[str, int] = Field(default_factory=dict)
    """Version of each event table."""
    files: dict[str, Held] = Field(default_factory=dict)
    """By path below the backup."""


def read(folder: Path) -> Manifest:
    """The manifest of a backup.

    Raises:
        NotFound: the folder is no backup, or one that was not finished.
        BadInput: the manifest is damaged, or a newer version wrote it.
    """
    path = folder / FILE
    if path.is_symlink() or not path.is_file():
        raise NotFound("There is no whole backup here", where=str(folder), next_step="Name another one.")
    if path.stat().st_size > LARGEST:
        raise BadInput("The manifest is too large to be one", where=str(path))
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except ValidationError:
        raise BadInput("The manifest is damaged, or of a newer version", where=str(path)) from None
    if strange := next((name for name in manifest.files if not is_proper(name)), None):
        raise BadInput(f"The manifest names a file that no backup has: {strange[:200]!r}", where=str(path))
    return manifest


def faults(folder: Path, manifest: Manifest) -> Iterator[str]:
    """What is not as the manifest says: files that are missing, changed, or not in it."""
    for name, held in sorted(manifest.files.items()):
        path = folder / name
        if path.is_symlink() or not path.is_file():
            yield f"{name} is missing"
        elif path.stat().st_size != held.size or digest(path) != held.sha256:
            yield f"{name} is not what was written"
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()}
    yield from (f"{name} is not in the manifest" for name in sorted(there - set(manifest.files) - {FILE}))


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def backups(folder: Path) -> list[Path]:
    """The whole backups in a folder, oldest first."""
    there = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in there if not path.name.startswith(".") and (path / FILE).is_file())


def copied(source: Path, target: Path) -> Held:
    """Copy a file with its mode; its size and digest are those of the bytes that were written."""
    total, seen = 0, hashlib.sha256()
    make_folder(target.parent)
    with source.open("rb") as read_, target.open("xb") as written:
        os.fchmod(written.fileno(), os.fstat(read_.fileno()).st_mode & 0o700)
        while piece := read_.read(_PIECE):
            written.write(piece)
            seen.update(piece)
            total += len(piece)
    return Held(size=total, sha256=seen.hexdigest())


def make_folder(folder: Path) -> None:
    """Make a folder that is its owner's only, and those above it."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def is_proper(name: str) -> bool:
    """Whether a backup of ours may name a file so: below the workspace, by its one name, and nothing that passes."""
    try:
        longest = max((len(part.encode()) for part in PurePosixPath(name).parts), default=0)
    except UnicodeEncodeError:
        return False
    path = PurePosixPath(name)
    plain = str(path) == name and not path.is_absolute() and "\0" not in name and 0 < longest <= _LONGEST_NAME
    return plain and name != FILE and not any(part == ".." or is_passing(part) for part in path.parts)


def is_passing(name: str) -> bool:
    """Whether a file or folder lives only as long as the process that made it."""
    hidden = name.startswith(".") and name != NOTEBOOKS_AS_SHIPPED
    return hidden or name.endswith(_PASSING) or name == "service.json"
