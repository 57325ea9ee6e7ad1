"""Undo compression, within bounds: a small file that grows without end is stopped."""

import bz2
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import BinaryIO, cast

import zstandard

from workbench.intake.sources._damage import CHECKSUM, Damage
from workbench.intake.sources._inflate import Gunzip, Reader
from workbench.intake.sources._zst import Unzst

HIGHEST_RATIO = 200
"""Bytes out for one byte in, above which unpacking stops ..."""

HARMLESS = 256 * 2**20
"""... once this many bytes came out."""

_DAMAGE = (
    EOFError,
    OSError,
    lzma.LZMAError,
    zstandard.ZstdError,
    zlib.error,
    tarfile.TarError,
    zipfile.BadZipFile,
    ValueError,
    RuntimeError,
)
_PIECE = 2**16
_TAR = (".tgz", ".txz", ".tbz2", ".tzst")


class Refused(Exception):
    """Unpacking was stopped; the text says why."""


class Budget:
    """How much may come out of one file in all, over every member and layer of it."""

    def __init__(self, packed: int) -> None:
        self._left = max(packed * HIGHEST_RATIO, HARMLESS)

    @property
    def spent(self) -> bool:
        """Whether more came out than the file's size allows."""
        return self._left < 0

    def take(self, count: int) -> None:
        """Count bytes that came out.

        Raises:
            Refused: it is too much.
        """
        self._left -= count
        if self.spent:
            raise Refused(f"all of it together grows to more than {HIGHEST_RATIO} times the size of the file")


class Soft(io.RawIOBase):
    """A stream that ends where it is damaged, after everything that stands before, and notes why."""

    def __init__(self, inner: Reader, damage: Damage) -> None:
        self._inner, self._damage, self._ended = inner, damage, False

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill some of the buffer."""
        view = cast("bytearray", buffer)
        piece = b"" if self._ended else self._next(min(len(view), _PIECE))
        self._count(len(piece))
        view[: len(piece)] = piece
        return len(piece)

    def _next(self, size: int) -> bytes:
        try:
            piece = self._inner.read1(size)
        except _DAMAGE as error:
            piece, self._damage.cut = b"", f"the compressed data is damaged ({error or 'it ends too soon'})"
        self._ended = not piece
        return piece

    def _count(self, count: int) -> None:
        """Nothing to count."""


class Bounded(Soft):
    """A decompressed stream that refuses to grow far beyond its compressed size, and beyond the budget of its file."""

    def __init__(self, inner: Reader, packed: int, budget: Budget, damage: Damage) -> None:
        super().__init__(inner, damage)
        self._limit = max(packed * HIGHEST_RATIO, HARMLESS)
        self._budget = budget
        self._read = 0

    def _count(self, count: int) -> None:
        self._read += count
        if self._read > self._limit:
            raise Refused(f"it grows to more than {HIGHEST_RATIO} times its size")
        self._budget.take(count)


class Checked:
    """Bytes whose checksum is compared at their end."""

    def __init__(self, inner: Reader, checksum: int, damage: Damage) -> None:
        self._inner, self._wanted, self._damage = inner, checksum, damage
        self._found = 0

    def read1(self, size: int, /) -> bytes:
        """The next bytes."""
        piece = self._inner.read1(size)
        self._found = zlib.crc32(piece, self._found)
        if not piece and not self._damage.cut and self._found != self._wanted:
            self._damage.faults.append(CHECKSUM)
        return piece


def _gunzip(stream: BinaryIO, damage: Damage) -> object:
    return Gunzip(cast("Reader", stream), damage)


def _unxz(stream: BinaryIO, _: Damage, opener: Callable[[BinaryIO], object] = lzma.LZMAFile) -> object:
    return opener(stream)


def _unbz2(stream: BinaryIO, _: Damage, opener: Callable[[BinaryIO], object] = bz2.BZ2File) -> object:
    return opener(stream)


def _unzst(stream: BinaryIO, damage: Damage) -> object:
    return Unzst(cast("Reader", stream), damage)


_OPENERS: Mapping[str, Callable[[BinaryIO, Damage], object]] = MappingProxyType(
    {
        ".gz": _gunzip,
        ".tgz": _gunzip,
        ".xz": _unxz,
        ".txz": _unxz,
        ".bz2": _unbz2,
        ".tbz2": _unbz2,
        ".zst": _unzst,
        ".tzst": _unzst,
    }
)


def opened(name: str, stream: BinaryIO, size: int, budget: Budget, damage: Damage) -> BinaryIO:
    """The stream with its compression undone, if the name says it has one; ``size`` is its compressed size."""
    opener = _OPENERS.get(_suffix(name))
    if opener is None:
        return stream
    return buffered(Bounded(cast("Reader", opener(stream, damage)), max(size, 1), budget, damage))


def buffered(stream: io.RawIOBase) -> BinaryIO:
    """A stream that can be looked into without reading on."""
    return cast("BinaryIO", io.BufferedReader(stream, 2**20))


def unpacked_name(name: str) -> str:
    """The name without its compression suffix: ``a.tar.xz`` is ``a.tar``, ``a.tgz`` too."""
    suffix = _suffix(name)
    if suffix in _TAR:
        return f"{name[: -len(suffix)]}.tar"
    return name[: -len(suffix)] if suffix in _OPENERS else name


def _suffix(name: str) -> str:
    return f".{name.lower().rpartition('.')[2]}" if "." in name else ""
