"""Kinds of input, one per file: what they look like, and how they fall into records."""

from collections.abc import Callable, Mapping

from workbench.base.discover import discover
from workbench.intake.sources._damage import cut_short
from workbench.intake.sources._items import Item, Passed, Unreadable, files_below, is_document, items_in, passed_over
from workbench.intake.sources._packing import packed_ending
from workbench.intake.sources._record import Block, Broken, Kind, Lot, Message, Record, Row, Sheet
from workbench.intake.sources._unpack import Refused, unpacked_name

__all__ = [
    "Block",
    "Broken",
    "Item",
    "Kind",
    "Lot",
    "Message",
    "Passed",
    "Record",
    "Refused",
    "Row",
    "Sheet",
    "Unreadable",
    "cut_short",
    "files_below",
    "is_document",
    "items_in",
    "kind_of",
    "kinds",
    "packed_ending",
    "passed_over",
    "unpacked_name",
]

HEAD_BYTES = 4096


def kinds() -> Mapping[str, Kind]:
    """Every kind of input, by name."""
    return discover(__name__, Kind)


def kind_of(name: str, head: bytes) -> Kind | None:
    """Which kind a file is; None if no kind fits.

    What is unmistakable by its beginning is that, whatever its name says (a real collection of mail has a message
    named ``.csv``); then the end of the name decides, compression aside; then how it begins.
    """
    plain = unpacked_name(name).lower()
    ordered = sorted(kinds().values(), key=lambda kind: kind.order)
    tests: tuple[Callable[[Kind], bool], ...] = (
        lambda kind: kind.sure and kind.looks(head),
        lambda kind: plain.endswith(kind.suffixes),
        lambda kind: kind.looks(head),
    )
    return next((kind for test in tests for kind in ordered if test(kind)), None)
