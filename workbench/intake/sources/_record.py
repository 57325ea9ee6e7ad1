"""What every kind of input falls into: records, each with the place it stood at, and blocks of many of them."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from io import FileIO
from pathlib import Path
from typing import BinaryIO

LONGEST_RECORD = 100 * 2**20
"""Bytes of one message or row; a longer one is set aside."""

BLOCK_BYTES = 4 * 2**20
"""Bytes of records that are cut out of a file at once."""


@dataclass(frozen=True)
class Message:
    """One raw mail."""

    where: str
    raw: bytes


@dataclass(frozen=True)
class Row:
    """One row of an export, as names and JSON values (text only, where it comes from CSV).

    ``table`` is the table that an envelope names for it; empty where there is no envelope. ``context`` is what the
    bytes need to be read again (the header of a CSV file). ``faults`` say what had to be mended to read it.
    """

    where: str
    values: dict[str, object]
    raw: bytes
    table: str = ""
    context: bytes = b""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Broken:
    """Something that stands where a record should and cannot be read as one; of what is too long, the beginning."""

    where: str
    raw: bytes
    reason: str
    context: bytes = b""


Record = Message | Row | Broken


@dataclass(frozen=True)
class Stretch:
    """Where bytes lie in a plain file, and the file's inode and time of the last change when they were read there."""

    path: Path
    start: int
    length: int
    state: tuple[int, int]

    def read(self) -> bytes:
        """The same bytes again.

        Raises:
            OSError: the file cannot be read, or is another one now.
        """
        with self.path.open("rb", buffering=0) as file:
            raw = os.pread(file.fileno(), self.length, self.start)
            if len(raw) < self.length or state_of(file) != self.state:
                raise OSError("the file was changed")
        return raw


def state_of(file: FileIO) -> tuple[int, int]:
    """What tells an open file from another one, or from itself after a change."""
    status = os.fstat(file.fileno())
    return status.st_ino, status.st_mtime_ns


@dataclass(frozen=True)
class Block:
    """Whole records as they lie in a file, cut out to be read in a child.

    ``first`` is the number of the first of them and ``line`` the line it stands in, both from 1; ``context`` is what
    the records need to be understood. ``path`` names a file to read them from, where they cannot be cut out as bytes.
    ``stretch`` is where the bytes lie, if they do so as they are: a child reads them there faster than it is sent them.
    """

    raw: bytes
    first: int = 1
    line: int = 1
    context: bytes = b""
    path: Path | None = None
    stretch: Stretch | None = None

    def bare(self) -> "Block":
        """The block without its bytes, if it can have them back; see ``whole``."""
        return replace(self, raw=b"") if self.stretch else self

    def whole(self) -> "Block":
        """The block with its bytes.

        Raises:
            OSError: they are not where they were.
        """
        return replace(self, raw=self.stretch.read()) if self.stretch and not self.raw else self


@dataclass(frozen=True)
class Sheet:
    """Rows of a block that have the same names. ``units`` tells of each row the piece of the block it stands in.

    ``objects`` are the same rows with their names, where they came so; empty where they did not.
    """

    names: tuple[str, ...]
    rows: list[tuple[object, ...]]
    units: list[int]
    table: str = ""
    objects: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True)
class Lot:
    """A block read in bulk: rows that are plain, and the pieces (lines, rows, elements) that are not.

    ``again`` reads one piece with care. Whatever is in doubt about a row, its piece is read so, and that reading holds:
    the bulk is only a faster way to the same rows. ``more`` is the next block of a file that is read by its path.
    """

    sheets: list[Sheet]
    odd: list[int]
    again: Callable[[int], Iterable[Record]]
    more: Block | None = None


def _no_records(_: Block) -> Iterator[Record]:
    yield from ()


def _whole(block: Block) -> list[Block]:
    return [block]


def _never(_: bytes, __: bytes) -> bool:
    return False


@dataclass(frozen=True)
class Kind:
    """One kind of file: how to recognise it by name or by its first 4,096 bytes, and how to take it apart.

    ``order`` says when its look is tried: the most particular kinds come first. A ``sure`` look goes before the name.
    ``names`` reads the column names at the beginning of an export; a kind that has no columns gives none.

    ``split`` cuts a stream into records or blocks; ``read`` reads a block record by record, ``lot`` in bulk, and
    ``parts`` cuts it into blocks of one piece each. ``kept_as`` names the kind that reads the bytes of one record set
    aside, if that is another one.

    ``lines_up`` says of the bytes of one record and their context whether they are a line that reads the same alone
    and among others of that context; ``counted_from`` is the number in the place of the first line of such a file.
    """

    name: str
    title: str
    order: int
    suffixes: tuple[str, ...]
    looks: Callable[[bytes], bool]
    split: Callable[[BinaryIO], Iterator[Block | Record]]
    names: Callable[[bytes], frozenset[str]] = field(default=lambda _: frozenset())
    sure: bool = False
    read: Callable[[Block], Iterable[Record]] = _no_records
    lot: Callable[[Block], Lot] | None = None
    parts: Callable[[Block], list[Block]] = _whole
    kept_as: str = ""
    lines_up: Callable[[bytes, bytes], bool] = _never
    counted_from: int = 1

    def records(self, stream: BinaryIO) -> Iterator[Record]:
        """Everything in a stream, record by record: the slow way, to which the fast one is equal."""
        for piece in self.split(stream):
            if isinstance(piece, Block):
                yield from self.read(piece)
            else:
                yield piece
