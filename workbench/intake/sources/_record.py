"""What every kind of input falls into: records, each with the place it stood at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

LONGEST_RECORD = 100 * 2**20
"""Bytes of one message or row; a longer one is set aside."""


@dataclass(frozen=True)
class Message:
    """One raw mail."""

    where: str
    raw: bytes


@dataclass(frozen=True)
class Row:
    """One row of an export, as names and JSON values (text only, where it comes from CSV).

    ``table`` is the table that an envelope names for it; empty where there is no envelope.
    """

    where: str
    values: dict[str, object]
    raw: bytes
    table: str = ""


@dataclass(frozen=True)
class Broken:
    """Something that stands where a record should and cannot be read as one; of what is too long, the beginning."""

    where: str
    raw: bytes
    reason: str


Record = Message | Row | Broken


@dataclass(frozen=True)
class Kind:
    """One kind of file: how to recognise it by name or by its first 4,096 bytes, and how to take it apart.

    ``order`` says when its look is tried: the most particular kinds come first. A ``sure`` look goes before the name.
    ``names`` reads the column names at the beginning of an export; a kind that has no columns gives none.
    """

    name: str
    title: str
    order: int
    suffixes: tuple[str, ...]
    looks: Callable[[bytes], bool]
    records: Callable[[BinaryIO], Iterator[Record]]
    names: Callable[[bytes], frozenset[str]] = field(default=lambda _: frozenset())
    sure: bool = False
