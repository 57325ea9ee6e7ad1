"""Mailboxes in one file: messages parted by lines that start with ``From ``."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from workbench.intake.sources._record import LONGEST_RECORD, Broken, Kind, Message, Record

_SEPARATOR = b"From "
_DATED = re.compile(rb"From .*\b\d{1,2}:\d\d(?::\d\d)?\b.*\b\d{4}\b")
_LONGEST_LINE = 2**20


def _looks(head: bytes) -> bool:
    return head.startswith(_SEPARATOR) and b":" in head.partition(b"\n")[2].partition(b"\n")[0]


def _records(stream: BinaryIO) -> Iterator[Record]:
    """Messages byte for byte, without the separator line; quoted ``>From`` lines stay as they are."""
    for number, (raw, whole) in enumerate(_split(stream), start=1):
        where = f"message {number}"
        if whole:
            yield Message(where, raw)
        else:
            yield Broken(where, raw, f"the message is longer than {LONGEST_RECORD:,} bytes")


def _split(stream: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Each message with whether it is all of it: what is too long is cut while it is read.

    Where the first separator carries a date, as they all should, a paragraph that begins with ``From `` parts nothing.
    """
    lines = _Lines(stream)
    message = _Growing()
    dated, begun = False, False
    for line, starts in lines:
        if starts and line.startswith(_SEPARATOR) and (not dated or _DATED.match(line)):
            if begun:
                yield message.ended()
            dated = dated or _DATED.match(line) is not None
            message = _Growing()
        else:
            message.add(line)
        begun = True
    if begun:
        yield message.ended()


class _Lines:
    """Lines, each with whether it stands first or behind a blank one; very long ones come in pieces."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[tuple[bytes, bool]]:
        blank, ended = True, True
        while line := self._stream.readline(_LONGEST_LINE):
            yield line, blank and ended
            blank = ended and not line.strip(b"\r\n")
            ended = line.endswith(b"\n")


class _Growing:
    """A message under way, kept up to the longest one that is taken."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._length = 0

    def add(self, line: bytes) -> None:
        """Take in a line, unless the message is too long already."""
        if self._length <= LONGEST_RECORD:
            self._lines.append(line)
            self._length += len(line)

    def ended(self) -> tuple[bytes, bool]:
        """The message; the blank line behind it belongs to the mailbox, not to the message."""
        lines = self._lines
        if lines and not lines[-1].strip(b"\r\n"):
            lines = lines[:-1]
        return b"".join(lines), self._length <= LONGEST_RECORD


MBOX = Kind("mbox", "a mailbox file (mbox)", 2, (".mbox", ".mbx"), _looks, _records)
