"""Mailboxes in one file: messages parted by lines that start with ``From ``."""

from collections.abc import Iterator
from typing import BinaryIO

from workbench.intake.sources._record import LONGEST_RECORD, Broken, Kind, Message, Record

_SEPARATOR = b"From "


def _looks(head: bytes) -> bool:
    return head.startswith(_SEPARATOR) and b":" in head.partition(b"\n")[2].partition(b"\n")[0]


def _records(stream: BinaryIO) -> Iterator[Record]:
    """Messages byte for byte, without the separator line; quoted ``>From`` lines stay as they are."""
    for number, raw in enumerate(_split(stream), start=1):
        where = f"message {number}"
        if len(raw) > LONGEST_RECORD:
            yield Broken(where, raw, f"the message is longer than {LONGEST_RECORD:,} bytes")
        else:
            yield Message(where, raw)


def _split(stream: BinaryIO) -> Iterator[bytes]:
    lines: list[bytes] = []
    begun, blank = False, True
    for line in stream:
        if blank and line.startswith(_SEPARATOR):
            if begun:
                yield _joined(lines)
            lines, begun = [], True
        else:
            lines.append(line)
            begun = True
        blank = not line.strip(b"\r\n")
    if begun:
        yield b"".join(lines)


def _joined(lines: list[bytes]) -> bytes:
    """A message of several: the blank line before the next separator belongs to the mailbox, not to the message."""
    return b"".join(lines[:-1] if lines and not lines[-1].strip(b"\r\n") else lines)


MBOX = Kind("mbox", "a mailbox file (mbox)", 2, (".mbox", ".mbx"), _looks, _records)
