"""Dates with slashes in exports: the beginning of a file decides for each column whether day or month stands first.

What was decided goes with every block and record, also into the quarantine, as a line above the header: so all of a
file is read one way, however it is cut, and what is read again later is read as it was the first time.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from io import BufferedReader
from itertools import chain
from typing import BinaryIO, cast

import orjson

from workbench.base.text.slashed import MARKS, Order, order_of_all
from workbench.intake.sources._record import BLOCK_BYTES, Block, Broken, Kind, Lot, Record, Row, Sheet

PREFACE = b"#DATES "
"""How the line begins that says what was decided."""

_SLASHED = re.compile(rb"\d/\d{1,2}/(?:19|20)\d\d")
_LONGEST_PREFACE = 2**20

Orders = Mapping[str, Order]


def dated(kind: Kind) -> Kind:
    """The same kind of file, whose cells tell how dates with slashes are written in their column."""
    return replace(
        kind,
        split=lambda stream: _split(kind, stream),
        read=lambda block: _read(kind, block),
        lot=(lambda block: _lot(kind, block)) if kind.lot else None,
        parts=lambda block: _parts(kind, block),
        lines_up=lambda raw, context: _lines_up(kind, raw, context),
    )


def _lines_up(kind: Kind, raw: bytes, context: bytes) -> bool:
    """Whether a line reads the same among others: not where dates of these would decide how its own are read."""
    preface, plain = _parted(context)
    return (bool(preface) or not _SLASHED.search(raw)) and kind.lines_up(raw, plain)


def _split(kind: Kind, stream: BinaryIO) -> Iterator[Block | Record]:
    """The pieces of a file; what is read before the stream turns out to be damaged is given all the same."""
    told = _line_above(stream)
    pieces, window = kind.split(stream), list[Block | Record]()
    try:
        size = 0
        while size < BLOCK_BYTES and (piece := next(pieces, None)):
            window.append(piece)
            size += len(piece.raw)
    finally:
        preface = told or _decided(kind, window)
        yield from (_told(preface, piece) for piece in window)
    yield from (_told(preface, piece) for piece in pieces)


def _line_above(stream: BinaryIO) -> bytes:
    head = cast("BufferedReader", stream).peek(len(PREFACE))
    return stream.readline(_LONGEST_PREFACE) if head.startswith(PREFACE) else b""


def _decided(kind: Kind, window: list[Block | Record]) -> bytes:
    """The line that says how the dates of each column are written; empty where there are none with slashes."""
    if not any(_SLASHED.search(piece.raw) for piece in window):
        return b""
    values = defaultdict[str, list[object]](list)
    for names, cells in chain.from_iterable(_rows(kind, piece) for piece in window):
        for name, cell in zip(names, cells, strict=True):
            values[name].append(cell)
    orders = {name: order for name, cells in values.items() if (order := order_of_all(cells))}
    return PREFACE + orjson.dumps(orders) + b"\n" if orders else b""


def _rows(kind: Kind, piece: Block | Record) -> Iterator[tuple[Iterable[str], Iterable[object]]]:
    if isinstance(piece, Row):
        yield piece.values.keys(), piece.values.values()
    if not isinstance(piece, Block):
        return
    lot = kind.lot(piece) if kind.lot else None
    for sheet in lot.sheets if lot else ():
        yield from ((sheet.names, row) for row in sheet.rows)
    with_care = chain.from_iterable(map(lot.again, lot.odd)) if lot else kind.read(piece)
    yield from ((row.values.keys(), row.values.values()) for row in with_care if isinstance(row, Row))


def _told(preface: bytes, piece: Block | Record) -> Block | Record:
    """A piece with what was decided; the cells of a row are marked at once."""
    if not preface:
        return piece
    if isinstance(piece, Row):
        return _marked_row(_orders(preface), preface, piece)
    return replace(piece, context=preface + piece.context) if isinstance(piece, (Block, Broken)) else piece


def _parts(kind: Kind, block: Block) -> list[Block]:
    preface = _preface(block.context)
    return [replace(part, context=preface + part.context) for part in kind.parts(_plain(block))]


def _parted(context: bytes) -> tuple[bytes, bytes]:
    """What was decided, and what the kind itself has to know."""
    if not context.startswith(PREFACE):
        return b"", context
    end = context.index(b"\n") + 1
    return context[:end], context[end:]


def _preface(context: bytes) -> bytes:
    return _parted(context)[0]


def _plain(block: Block) -> Block:
    return replace(block, context=_parted(block.context)[1])


def _orders(preface: bytes) -> Orders:
    """Columns of which the cells are to be marked; of no column, should somebody else's line begin as ours does."""
    try:
        found = orjson.loads(preface.removeprefix(PREFACE))
    except orjson.JSONDecodeError:
        return {}
    known = found if isinstance(found, dict) else {}
    return {name: Order(order) for name, order in known.items() if order in MARKS}


def _read(kind: Kind, block: Block) -> Iterable[Record]:
    preface = _preface(block.context)
    return _all_marked(preface, kind.read(_plain(block))) if preface else kind.read(block)


def _all_marked(preface: bytes, records: Iterable[Record]) -> Iterator[Record]:
    orders = _orders(preface)
    for each in records:
        if isinstance(each, Row):
            yield _marked_row(orders, preface, each)
        else:
            yield replace(each, context=preface + each.context) if isinstance(each, Broken) else each


def _marked_row(orders: Orders, preface: bytes, row: Row) -> Row:
    return replace(row, values=_marked_values(orders, row.values), context=preface + row.context)


def _marked(order: Order, value: object) -> object:
    return MARKS[order](value) if isinstance(value, str) else value


def _lot(kind: Kind, block: Block) -> Lot:
    preface = _preface(block.context)
    lot = cast("Callable[[Block], Lot]", kind.lot)(_plain(block))
    if not preface:
        return lot
    orders = _orders(preface)
    sheets = [_marked_sheet(orders, sheet) for sheet in lot.sheets]
    return replace(lot, sheets=sheets, again=lambda at: _all_marked(preface, lot.again(at)))


def _marked_sheet(orders: Orders, sheet: Sheet) -> Sheet:
    if orders.keys().isdisjoint(sheet.names) or not sheet.rows:
        return sheet
    columns = [
        [_marked(orders[name], value) for value in values] if name in orders else values
        for name, values in zip(sheet.names, zip(*sheet.rows, strict=True), strict=True)
    ]
    objects = [_marked_values(orders, each) for each in sheet.objects]
    return replace(sheet, rows=list(zip(*columns, strict=True)), objects=objects)


def _marked_values(orders: Orders, values: Mapping[str, object]) -> dict[str, object]:
    return {name: _marked(orders[name], value) if name in orders else value for name, value in values.items()}
