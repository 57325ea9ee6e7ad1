"""What a list says of itself: title, how it matches, source, date, licence, rows; and how old that makes it.

A list is a text file, plain or compressed (``.gz``, ``.xz``): comment lines ``# name: value``, then one entry a line.
"""

import datetime as dt
import gzip
import lzma
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, cast

from workbench.base.errors import BadInput

LARGEST = 512 * 1024**2
"""Bytes of a list, decompressed, that are read; a larger file is refused."""

SUFFIXES = (".txt.gz", ".txt.xz", ".txt")
"""How the file of a list may end. Where two stand side by side, the first of these counts."""

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
"""The name of a list, and of its file without the ending."""

_LONGEST_HEAD = 16_384
_MOST_LINES = 64


class Match(StrEnum):
    """How an entry of a list is meant."""

    string = "string"
    """The value itself, in any case."""
    hostname = "hostname"
    """The host itself and every host below it; with a leading dot, only hosts below."""
    domain = "domain"
    """The host itself and every host below it; a leading dot says nothing."""
    substring = "substring"
    """Any value that holds the entry, in any case."""
    cidr = "cidr"
    """An address inside the range; a single address is a range of one."""
    regex = "regex"
    """Any value in which the pattern (RE2, so in linear time) is found, in any case."""
    range = "range"
    """``first,last,value``: an address between the two, both included, has the value."""
    pairs = "pairs"
    """``name: value``: the name has the value."""
    suffix = "suffix"
    """A rule of the public-suffix list."""


STALE = MappingProxyType(
    dict.fromkeys(Match, 365) | {Match.cidr: 180, Match.range: 180, Match.suffix: 180, Match.pairs: 730}
)
"""Days after which a list of each kind is called old: addresses change hands sooner than companies their names."""


@dataclass(frozen=True)
class About:
    """The head of a list. ``date`` is the day its content is of (empty: not known), ``note`` what one should know."""

    title: str
    match: Match
    source: str = ""
    version: str = ""
    date: str = ""
    licence: str = ""
    rows: int | None = None
    note: str = ""

    def age(self, today: dt.date) -> int | None:
        """Days since the list's own date; None where it states none."""
        return (today - dt.date.fromisoformat(self.date)).days if self.date else None

    def is_stale(self, today: dt.date) -> bool:
        """Whether the list is older than ``STALE`` allows for its kind. One without a date is."""
        age = self.age(today)
        return age is None or age > STALE[self.match]

    def head(self) -> str:
        """The comment lines that begin the file of the list."""
        said = ((each.name, getattr(self, each.name)) for each in fields(self))
        return "".join(f"# {name}: {_one_line(str(value))}\n" for name, value in said if value not in ("", None))


def about(path: Path) -> About:
    """What the head of a list's file says.

    Raises:
        BadInput: the file cannot be read, or its head says something that cannot be.
    """
    with opened(path) as stream:
        return about_lines(_head(stream), path)


def about_lines(lines: list[str], path: Path) -> About:
    """What comment lines say; a key that is missing is empty, the title is then the file's name.

    Raises:
        BadInput: a match, date or number of rows that cannot be.
    """
    said = dict(line.lstrip("# ").split(": ", 1) for line in lines if ": " in line)
    try:
        return About(
            said.get("title", path.name.partition(".")[0]),
            Match(said.get("match", Match.hostname).partition(" ")[0]),
            date=dt.date.fromisoformat(said["date"]).isoformat() if "date" in said else "",
            rows=int(said["rows"]) if "rows" in said else None,
            **{key: said.get(key, "") for key in ("source", "version", "licence", "note")},
        )
    except ValueError as error:
        step = f"A head has these lines: # title, match (one of {', '.join(Match)}), source, version, date, licence."
        raise BadInput(f"The head of the list says what cannot be: {error}", where=str(path), next_step=step) from None


def read(path: Path) -> bytes:
    """The whole of a list's file, decompressed.

    Raises:
        BadInput: it cannot be read, or is larger than ``LARGEST``.
    """
    with opened(path) as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise BadInput(f"The file holds more than {LARGEST // 1024**2} MiB", where=str(path))
    return content.removeprefix(b"\xef\xbb\xbf")


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file that may be compressed, open for reading.

    Raises:
        BadInput: it cannot be opened or decompressed.
    """
    try:
        with _stream(path) as stream:
            yield stream
    except OSError as error:
        raise BadInput(f"The file cannot be read: {error.strerror or error}", where=str(path)) from None
    except (zlib.error, EOFError, lzma.LZMAError) as error:
        raise BadInput(f"The file cannot be decompressed: {error}", where=str(path)) from None


def _stream(path: Path) -> BinaryIO:
    if path.suffix == ".gz":
        return cast("BinaryIO", gzip.open(path, "rb"))
    if path.suffix == ".xz":
        return cast("BinaryIO", lzma.open(path, "rb"))
    return path.open("rb")


def _head(stream: BinaryIO) -> list[str]:
    return comment_lines(stream.read(_LONGEST_HEAD))


def comment_lines(content: bytes) -> list[str]:
    """The comment lines a file begins with."""
    head: list[str] = []
    for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n", _MOST_LINES)[:_MOST_LINES]:
        if not line.startswith(b"#"):
            break
        head.append(line.decode("utf-8", "replace").rstrip("\r"))
    return head


def _one_line(text: str) -> str:
    return " ".join(text.split())
