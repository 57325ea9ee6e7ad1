"""Encodings of text: told by the byte-order mark or by zeros between the first letters, else UTF-8.

Bytes that are not UTF-8 are read as Windows-1252.
"""

import codecs
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from workbench.intake.sources._record import Stretch, state_of

MENDED = "is not UTF-8; read as Windows-1252"
"""What is said of text in which bytes stand that are no UTF-8."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = ("utf-16", "utf-32")


_RETURN = re.compile(rb"[^\r\n]+\r(?![\r\n])")

_UNMARKED = (
    (re.compile(rb"[\t\n\r -~]\x00[\t\n\r -~]\x00"), "utf-16-le"),
    (re.compile(rb"\x00[\t\n\r -~]\x00[\t\n\r -~]"), "utf-16-be"),
)


def encoding_of(head: bytes) -> str:
    """The encoding that the first four bytes announce."""
    marked = (name for mark, name in _MARKS if head.startswith(mark))
    unmarked = (name for zeros, name in _UNMARKED if zeros.match(head))
    return [*marked, *unmarked, "utf-8"][0]


def decoded(raw: bytes) -> str:
    """Text of a whole document."""
    return raw.decode(encoding_of(raw), "replace")


def escaped(raw: bytes) -> str:
    """Text in which bytes that are no UTF-8 wait to be mended."""
    return raw.decode("utf-8", "surrogateescape")


def mended(text: str) -> str:
    """Escaped text, read as Windows-1252 where it is not UTF-8; lone surrogates otherwise stay as they are."""
    try:
        text.encode()
    except UnicodeEncodeError:
        try:
            return text.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
        except UnicodeEncodeError:
            return text
    return text


def mended_deep(value: object) -> object:
    """The same for every text in a JSON value, names included."""
    if isinstance(value, str):
        return mended(value)
    if isinstance(value, list):
        return [mended_deep(each) for each in value]
    if isinstance(value, dict):
        return {mended(name): mended_deep(each) for name, each in value.items()}
    return value


def text_of(stream: BinaryIO) -> io.TextIOWrapper:
    """Text of a stream that can be looked into, line ends as they are; closing the text leaves the stream open.

    Bytes that are no UTF-8 wait to be mended; what is no UTF-16 or UTF-32 becomes replacement characters.
    """
    encoding = encoding_of(cast("io.BufferedReader", stream).peek(4))
    errors = "replace" if encoding.startswith(_WIDE) else "surrogateescape"
    reader = io.BufferedReader(cast("io.RawIOBase", _Forward(stream)), 2**16)
    return io.TextIOWrapper(reader, encoding=encoding, errors=errors, newline="")


def utf8(stream: BinaryIO) -> BinaryIO:
    """The stream itself, or where its beginning announces UTF-16 or UTF-32 its text in UTF-8, to be looked into too."""
    if not encoding_of(cast("io.BufferedReader", stream).peek(4)).startswith(_WIDE):
        return stream
    return cast("BinaryIO", io.BufferedReader(_Utf8(text_of(stream)), 2**20))


def with_newlines(stream: BinaryIO) -> BinaryIO:
    """The stream itself, or where its first line ends in a bare carriage return the bytes with newlines for all."""
    if not _RETURN.match(cast("io.BufferedReader", stream).peek(2**16)):
        return stream
    return cast("BinaryIO", io.BufferedReader(_WithNewlines(stream), 2**20))


@dataclass(frozen=True)
class Plain:
    """A file of the file system, open."""

    path: Path
    state: tuple[int, int]

    def before(self, end: int, length: int) -> Stretch:
        """The bytes before a place."""
        return Stretch(self.path, end - length, length, self.state)


def plain(stream: BinaryIO) -> Plain | None:
    """The file that a stream reads as it is; None where there is something between."""
    raw = getattr(stream, "raw", None)
    if not isinstance(raw, io.FileIO) or not isinstance(raw.name, (str, Path)):
        return None
    return Plain(Path(raw.name).absolute(), state_of(raw))


def joined(beginning: bytes, stream: BinaryIO) -> BinaryIO:
    """A stream that begins with bytes which were read from it before."""
    return cast("BinaryIO", io.BufferedReader(_Joined(beginning, stream), 2**16))


class _Utf8(io.RawIOBase):
    """Text as the bytes of its UTF-8."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text, self._left = text, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = cast("bytearray", buffer)
        if not self._left:
            self._left = self._text.read(2**16).encode("utf-8", "replace")
        piece, self._left = self._left[: len(view)], self._left[len(view) :]
        view[: len(piece)] = piece
        return len(piece)


class _Forward(io.RawIOBase):
    """A stream that is only read on; members of archives cannot even say whether they could do more."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = cast("bytearray", buffer)
        piece = self._inner.read(len(view))
        view[: len(piece)] = piece
        return len(piece)


class _WithNewlines(_Forward):
    """Bytes of lines that end in a carriage return, with a newline there."""

    def readinto(self, buffer: object) -> int:
        view = cast("bytearray", buffer)
        piece = self._inner.read(len(view)).replace(b"\r", b"\n")
        view[: len(piece)] = piece
        return len(piece)


class _Joined(_Forward):
    """Bytes, then a stream."""

    def __init__(self, beginning: bytes, inner: BinaryIO) -> None:
        super().__init__(inner)
        self._left = memoryview(beginning)

    def readinto(self, buffer: object) -> int:
        if not self._left:
            return super().readinto(buffer)
        view = cast("bytearray", buffer)
        piece, self._left = self._left[: len(view)], self._left[len(view) :]
        view[: len(piece)] = piece
        return len(piece)
