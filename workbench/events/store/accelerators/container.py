"""A sidecar: one file of parts beside one data file, each part checked before it is trusted.

A sidecar may be missing, cut short, damaged, of another version, or of another data file: all of that is as if it were
missing. It carries the rows and bytes of its data file, whose content never changes under one name.
"""

import json
import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import polars as pl

from workbench.events.store.snapshot import DataFile

FOLDER, SUFFIX = "_sidecar", ".side"
_MAGIC, _VERSION = b"workbench sidecar\n", 1
_NUMBER = 8
_PROBES = ("", "a", "anna@northgate.example", "<2f0c7a51-83ce-4a0e-9a9d-3b0a55f2b7aa@mail.northgate.example>")


@dataclass(frozen=True)
class Piece:
    """Where a part lies in the file: first byte, bytes, and the checksum of its content."""

    start: int
    length: int
    check: int


@dataclass(frozen=True)
class Sidecar:
    """An opened sidecar: what it has, without its content."""

    path: Path
    rows: int
    mark: int
    """The checksum of its head, which holds those of its parts."""
    pieces: Mapping[str, Piece]

    def part(self, name: str) -> bytes | None:
        """The content of a part; None where there is none or it is damaged. An empty part was given up when made."""
        piece = self.pieces.get(name)
        if piece is None:
            return None
        found = self.cut(name, 0, piece.length)
        return found if found is not None and zlib.crc32(found) == piece.check else None

    def cut(self, name: str, start: int, length: int) -> bytes | None:
        """Some bytes of a part, unchecked; None where they cannot be had."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY)
            try:
                found = os.pread(descriptor, length, self.pieces[name].start + start)
            finally:
                os.close(descriptor)
        except OSError:
            return None
        return found if len(found) == length else None


def place(folder: Path, path: str) -> Path:
    """Where the sidecar of a data file lies, below the folder of its table."""
    return folder / FOLDER / f"{Path(path).stem}{SUFFIX}"


def write(path: Path, rows: int, size: int, parts: Mapping[str, bytes]) -> None:
    """Write a sidecar for a data file of so many rows and bytes, whole or not at all.

    Raises:
        OSError: there is no room for it.
    """
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(_head(rows, size, parts))
            file.writelines(parts.values())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


def opened(folder: Path, file: DataFile) -> Sidecar | None:
    """The sidecar of a data file; None where there is none to trust."""
    path = place(folder, file.path)
    try:
        with path.open("rb") as stream:
            length = int.from_bytes(stream.read(len(_MAGIC) + _NUMBER).removeprefix(_MAGIC), "big")
            if not 0 < length < path.stat().st_size:
                return None
            head, mark = stream.read(length), int.from_bytes(stream.read(_NUMBER), "big")
            return _sidecar(path, file, head, stream.tell()) if zlib.crc32(head) == mark else None
    except (OSError, ValueError):
        return None


def _head(rows: int, size: int, parts: Mapping[str, bytes]) -> bytes:
    table = {name: (len(content), zlib.crc32(content)) for name, content in parts.items()}
    head = json.dumps({"version": _VERSION, "hash": _hashing(), "rows": rows, "size": size, "parts": table}).encode()
    return _MAGIC + len(head).to_bytes(_NUMBER, "big") + head + zlib.crc32(head).to_bytes(_NUMBER, "big")


def _sidecar(path: Path, file: DataFile, head: bytes, start: int) -> Sidecar | None:
    said = json.loads(head)
    ours = {"version": _VERSION, "hash": _hashing(), "rows": file.rows, "size": file.size}
    if any(said.get(name) != value for name, value in ours.items()):
        return None
    pieces: dict[str, Piece] = {}
    for name, (length, check) in said["parts"].items():
        pieces[name] = Piece(start, length, check)
        start += length
    return Sidecar(path, file.rows, zlib.crc32(head), MappingProxyType(pieces))


@cache
def _hashing() -> int:
    """Tells the engine's way to hash texts from that of other versions and machines, which it does not promise."""
    return int(pl.Series(_PROBES).hash().sum())
