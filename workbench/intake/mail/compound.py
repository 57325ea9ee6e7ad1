"""Compound files (MS-CFB), the container of Outlook's .msg: storages and streams, read whole into memory.

Nothing that the file claims is believed: chains end where they come back to themselves, a stream is as long as its
chain, and all streams together are no longer than the file.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from workbench.intake.mail.faults import Faults

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How every compound file begins."""

DEEPEST_STORAGE = 60
"""Storages inside one another that are read."""

_HEADER, _SLOT, _MINI = 512, 128, 64
_FREE = 0xFFFFFFFA
"""Sector numbers from here on are marks: end of chain, free, part of a table."""
_IN_HEADER = 109
_STORAGE, _STREAM = 1, 2
_NOBODY = 0xFFFFFFFF


class Unreadable(ValueError):
    """The file is no sound compound file; the text says why."""


@dataclass(frozen=True)
class Storage:
    """One folder of the file: its streams and storages by name in upper case."""

    streams: dict[str, bytes] = field(default_factory=dict)
    storages: dict[str, "Storage"] = field(default_factory=dict)


@dataclass(frozen=True)
class _Slot:
    """One entry of the directory."""

    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


@dataclass(frozen=True)
class _File:
    data: bytes
    shift: int
    cutoff: int
    fat: tuple[int, ...]
    mini_fat: tuple[int, ...]
    slots: tuple[_Slot, ...]

    @cached_property
    def mini(self) -> bytes:
        """The stream in which the short streams lie."""
        return b"".join(self.sectors(self.slots[0].start))

    def sectors(self, start: int) -> Iterator[bytes]:
        """The sectors of a chain."""
        size = 1 << self.shift
        for number in _chain(start, self.fat):
            yield self.data[(number + 1) * size : (number + 2) * size]

    def stream(self, slot: _Slot) -> bytes:
        """A stream, at most as long as it claims and as its chain is."""
        if slot.size >= self.cutoff:
            return b"".join(self.sectors(slot.start))[: slot.size]
        pieces = (self.mini[number * _MINI : (number + 1) * _MINI] for number in _chain(slot.start, self.mini_fat))
        return b"".join(pieces)[: slot.size]


def open_compound(data: bytes, faults: Faults) -> Storage:
    """Read a compound file; what is short, doubled or too deep is left out with a fault.

    Raises:
        Unreadable: it is none, or its directory cannot be read.
    """
    file = _open(data)
    root = Storage()
    waiting = [(file.slots[0].child, root, 0)]
    met: set[int] = {0}
    left = len(data)
    while waiting:
        child, into, depth = waiting.pop()
        for number in _siblings(child, file.slots, met):
            slot = file.slots[number]
            if slot.kind == _STORAGE and depth < DEEPEST_STORAGE:
                waiting.append((slot.child, into.storages.setdefault(slot.name, Storage()), depth + 1))
            elif slot.kind == _STREAM and slot.size <= left:
                into.streams[slot.name] = file.stream(slot)
                left -= slot.size
                _check(slot, into.streams[slot.name], faults)
            else:
                faults.add("message", "not evaluated: a stream of the .msg file claims too much or lies too deep")
    return root


def _check(slot: _Slot, read: bytes, faults: Faults) -> None:
    if len(read) < slot.size:
        faults.add("message", "a stream of the .msg file is cut off")


def _open(data: bytes) -> _File:
    if len(data) < _HEADER or not data.startswith(MAGIC):
        raise Unreadable("it is no compound file, or only its beginning")
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in {9, 12}:
        raise Unreadable("its sectors are of no known size")
    first, _, cutoff, mini_start, _, more_start, _ = struct.unpack_from("<LLLLLLL", data, 48)
    tables = _tables(data, shift, more_start)
    fat = tuple(number for table in tables for number in _numbers(data, table, shift))
    bare = _File(data, shift, cutoff, fat, (), ())
    mini_fat = tuple(
        number
        for piece in bare.sectors(mini_start)
        for number in struct.unpack(f"<{len(piece) // 4}L", piece[: len(piece) // 4 * 4])
    )
    slots = tuple(_slots(b"".join(bare.sectors(first))))
    if not slots:
        raise Unreadable("its directory is missing")
    return _File(data, shift, cutoff, fat, mini_fat, slots)


def _tables(data: bytes, shift: int, more: int) -> list[int]:
    """The sectors that hold the allocation table: the first 109 in the header, the rest in a chain of their own."""
    found = [number for number in struct.unpack_from(f"<{_IN_HEADER}L", data, 76) if number < _FREE]
    met: set[int] = set()
    while more < _FREE and more not in met:
        met.add(more)
        *numbers, more = _numbers(data, more, shift) or (_NOBODY,)
        found += [number for number in numbers if number < _FREE]
    most = len(data) >> shift
    return list(dict.fromkeys(number for number in found if number < most))


def _numbers(data: bytes, sector: int, shift: int) -> tuple[int, ...]:
    piece = data[(sector + 1) << shift : (sector + 2) << shift]
    return struct.unpack(f"<{len(piece) // 4}L", piece[: len(piece) // 4 * 4])


def _chain(start: int, table: tuple[int, ...]) -> Iterator[int]:
    """The sectors of a chain, ended where it leaves the table or has been already."""
    met: set[int] = set()
    while start < len(table) and start not in met:
        yield start
        met.add(start)
        start = table[start]


def _slots(directory: bytes) -> Iterator[_Slot]:
    for at in range(0, len(directory) - _SLOT + 1, _SLOT):
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").upper()
        left, right, child = struct.unpack_from("<LLL", directory, at + 68)
        start, size = struct.unpack_from("<LL", directory, at + 116)
        yield _Slot(name, kind, left, right, child, start, size)


def _siblings(first: int, slots: tuple[_Slot, ...], met: set[int]) -> Iterator[int]:
    """The entries of one storage, each once, however its tree is built."""
    waiting = [first]
    while waiting:
        number = waiting.pop()
        if number < len(slots) and number not in met:
            met.add(number)
            yield number
            waiting += [slots[number].right, slots[number].left]
