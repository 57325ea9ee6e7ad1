"""Undo compression, within bounds: a small file that grows without end is stopped."""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import BinaryIO, cast

import zstandard

HIGHEST_RATIO = 200
"""Bytes out for one byte in, above which unpacking stops ..."""

HARMLESS = 256 * 2**20
"""... once this many bytes came out."""

_DAMAGE = (EOFError, OSError, lzma.LZMAError, zstandard.ZstdError, zlib.error, ValueError, RuntimeError)
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


class Bounded(io.RawIOBase):
    """A decompressed stream that refuses to grow far beyond its compressed size, and beyond the budget of its file."""

    def __init__(self, inner: object, packed: int, budget: Budget) -> None:
        self._inner = cast("BinaryIO", inner)
        self._limit = max(packed * HIGHEST_RATIO, HARMLESS)
        self._budget = budget
        self._read = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer.

        Raises:
            Refused: more came out than the compressed size allows, or the compressed data is damaged.
        """
        view = cast("bytearray", buffer)
        try:
            piece = self._inner.read(len(view))
        except _DAMAGE as error:
            raise Refused(f"the compressed data is damaged ({error})") from error
        self._read += len(piece)
        if self._read > self._limit:
            raise Refused(f"it grows to more than {HIGHEST_RATIO} times its size")
        self._budget.take(len(piece))
        view[: len(piece)] = piece
        return len(piece)


_OPENERS: Mapping[str, Callable[[BinaryIO], object]] = MappingProxyType(
    {
        ".gz": lambda stream: gzip.GzipFile(fileobj=stream),
        ".tgz": lambda stream: gzip.GzipFile(fileobj=stream),
        ".xz": lzma.LZMAFile,
        ".txz": lzma.LZMAFile,
        ".bz2": bz2.BZ2File,
        ".tbz2": bz2.BZ2File,
        ".zst": lambda stream: zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True),
        ".tzst": lambda stream: zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True),
    }
)


def opened(name: str, stream: BinaryIO, size: int, budget: Budget) -> BinaryIO:
    """The stream with its compression undone, if the name says it has one; ``size`` is its compressed size."""
    opener = _OPENERS.get(_suffix(name))
    if opener is None:
        return stream
    return cast("BinaryIO", io.BufferedReader(Bounded(opener(stream), max(size, 1), budget), 2**20))


def unpacked_name(name: str) -> str:
    """The name without its compression suffix: ``a.tar.xz`` is ``a.tar``, ``a.tgz`` too."""
    suffix = _suffix(name)
    if suffix in _TAR:
        return f"{name[: -len(suffix)]}.tar"
    return name[: -len(suffix)] if suffix in _OPENERS else name


def _suffix(name: str) -> str:
    return f".{name.lower().rpartition('.')[2]}" if "." in name else ""
