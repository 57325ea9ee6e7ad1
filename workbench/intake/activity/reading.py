"""What is given with an audit record, and what comes back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

Row = dict[str, object]
Read = TypeVar("Read")

MOST_FAULTS = 20
"""Faults of one record that are kept."""

LONGEST_SAMPLE = 80
"""Characters of a name or value that a fault repeats."""


@dataclass(frozen=True)
class Context:
    """What the organisation knows and the record cannot say.

    ``own_domains`` in any case; without them nobody can be told to be external. ``front_ends`` are address ranges of
    Microsoft's own servers, ``egress`` those our own people come from, both as CIDR text. Answers are remembered by
    context, so its hash is that of the short fields.
    """

    own_domains: tuple[str, ...] = ()
    front_ends: tuple[str, ...] = field(default=(), hash=False)
    egress: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """One thing that could not be read: ``where`` is a field of the record, ``reason`` what is wrong there."""

    where: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """One audit record read: rows by table name, and what could not be read.

    Values are what the tables take: text (never None), aware UTC datetimes, whole numbers within their column's range,
    truth values, dynamics as JSON text. ``aside`` says why the record belongs in the quarantine, empty where it does
    not: a record that a carrier cut is set aside with its bytes, and what is left of it stands as a row all the same.
    ``document`` is the record itself, if reading its text in ``RawEventData`` again would give nothing else.
    """

    rows: dict[str, list[Row]]
    faults: tuple[Fault, ...] = ()
    aside: str = ""
    document: Row | None = None


class Faults:
    """The faults of one record in the order they were met, each once and at most ``MOST_FAULTS`` of them."""

    def __init__(self) -> None:
        self._kept: dict[Fault, None] = {}

    def add(self, where: str, reason: str) -> None:
        """Note a fault."""
        if len(self._kept) < MOST_FAULTS:
            self._kept[Fault(where[:LONGEST_SAMPLE], reason)] = None

    def kept(self) -> tuple[Fault, ...]:
        """The faults."""
        return tuple(self._kept)


def guarded(faults: Faults, where: str, read: Callable[[], Read], otherwise: Read) -> Read:
    """What ``read`` returns; where it raises anything at all, a fault is noted and ``otherwise`` comes back.

    A field may hold anything an attacker could make a service log; one that breaks its mapping leaves the others.
    """
    try:
        return read()
    except Exception as error:  # noqa: BLE001 - the guard: any exception over a hostile record is a fault of it
        faults.add(where, f"could not be read ({type(error).__name__})")
        return otherwise
