"""What a file falls into, to where it can be read."""

import tarfile
import zipfile
import zlib
from collections.abc import Iterator

from workbench.intake.sources import Block, Item, Kind, Record, Refused, cut_short

DAMAGED = (Refused, OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error)
"""What reading on in a damaged file or member raises."""


def pieces(kind: Kind, item: Item) -> Iterator[Block | Record]:
    """What a stream falls into; of one that cannot be read to its end, the last piece as ``cut_short`` leaves it."""
    last: Block | Record | None = None
    try:
        for piece in kind.split(item.stream):
            if last is not None:
                yield last
            last = piece
            if isinstance(piece, Block) and piece.path:
                yield from cut_short(piece, item.damage.taken().cut) if item.damage.cut else [piece]
                last = None
    except DAMAGED as error:
        item.damage.cut = item.damage.cut or f"cannot be read on: {error}"
    if item.damage.cut:
        yield from cut_short(last, item.damage.cut)
    elif last is not None:
        yield last
