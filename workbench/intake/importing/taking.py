"""What a child makes of a block of an export: typed frames by table, records to set aside, faults, counts.

Plain rows are cast together. A piece of the block with anything in doubt is read again record by record, and that
reading holds; so the result is that of reading every record by itself.
"""

import io
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import TypeVar

import polars as pl

from workbench.events.store.paths import with_members
from workbench.events.store.write import ready, without_nothing
from workbench.events.tables import Table, table
from workbench.intake.activity import Context, Reading, is_activity_record, read_record
from workbench.intake.importing.audit import DOCUMENT, PRIMARY, audited, may_be_rounded, sheet_read
from workbench.intake.importing.fit import Place, place, settled
from workbench.intake.importing.foreign import row_at_home, sheet_at_home
from workbench.intake.importing.frames import Cast, Note, frame_of, rows_cast, sheet_cast, spelled
from workbench.intake.sources import Block, Broken, Lot, Record, Row, Sheet, kinds

AHEAD = timedelta(days=1)
"""An event later than the clock by more than this carries a fault."""

Piece = TypeVar("Piece")

FUTURE = "lies more than a day after the time of import"


Packed = tuple[str, int, bytes]
"""A table, rows of it, and these as an Arrow stream."""


@dataclass(frozen=True)
class Task:
    """Records of one file to read: blocks of them, or records that were cut out one by one."""

    kind: str
    hint: str
    blocks: tuple[Block, ...] = ()
    records: tuple[Record, ...] = ()

    def bare(self) -> "Task":
        """The task without the bytes that whoever reads it finds where they lie."""
        return replace(self, blocks=tuple(block.bare() for block in self.blocks))


@dataclass(frozen=True)
class Refusal:
    """A record to set aside: its place, the reason, its bytes and what reading these again takes."""

    where: str
    reason: str
    raw: bytes
    hint: str = ""
    context: bytes = b""


@dataclass(frozen=True)
class Taken:
    """What a task came to. ``frames`` are Arrow streams of rows by table, with how many rows each holds; ``beside``
    are further rows that come with records which stand there or were refused.

    ``records`` = rows of all frames + refusals. ``more`` is what is left to read of a file that is read by its path.
    """

    records: int
    frames: tuple[Packed, ...]
    beside: tuple[Packed, ...]
    refusals: tuple[Refusal, ...]
    faults: Counter[Note]
    more: Block | None = None


def in_parts(task: Task, count: int) -> list[Task]:
    """The task as at most so many smaller ones; as itself where it is a single record or cannot be cut."""
    blocks = task.blocks if len(task.blocks) != 1 else tuple(kinds()[task.kind].parts(task.blocks[0]))
    if len(blocks) + len(task.records) <= 1:
        return [task]
    parts = [Task(task.kind, task.hint, blocks=part) for part in _cut(blocks, count)]
    return [*parts, *(Task(task.kind, task.hint, records=part) for part in _cut(task.records, count))]


def _cut(pieces: tuple[Piece, ...], count: int) -> list[tuple[Piece, ...]]:
    size = -(-len(pieces) // count) or 1
    return [pieces[at : at + size] for at in range(0, len(pieces), size)]


def given_up(task: Task, reason: str) -> Taken:
    """A task that does not come back, as one record to set aside."""
    found = _Found(datetime.now(UTC), Context())
    for block in task.blocks:
        where = f"from row {block.first} on" if block.path else f"record {block.first}"
        found.refusals.append(Refusal(where, reason, block.raw, task.hint, block.context))
    for record in task.records:
        found.refusals.append(Refusal(record.where, reason, record.raw, task.hint))
    return found.taken()


@dataclass
class _Found:
    """A task under way."""

    seen_at: datetime
    audit: Context
    frames: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    beside: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    faults: Counter[Note] = field(default_factory=Counter)

    def add(self, into: Table, cast: Cast, gone: Collection[int]) -> None:
        """Take in the rows that fit."""
        frame, notes = cast.without(gone)
        self.faults.update(notes)
        self.keep(into, frame)

    def keep(self, into: Table, frame: pl.DataFrame) -> None:
        """Take in rows, one for each record."""
        if frame.is_empty():
            return
        self.frames.setdefault(into.name, []).append(frame)
        if into.time and (late := int((frame[into.time] > self.seen_at + AHEAD).sum())):
            self.faults[f"column {into.time}", FUTURE] += late

    def taken(self, more: Block | None = None) -> Taken:
        """What the task came to."""
        frames, beside = _packed(self.frames), _packed(self.beside)
        records = sum(rows for _, rows, _ in frames) + len(self.refusals)
        return Taken(records, frames, beside, tuple(self.refusals), self.faults, more)


def take(tasks: list[Task], seen_at: datetime, audit: Context) -> list[Taken]:
    """Read tasks, one after another."""
    return [_taken(task, seen_at, audit) for task in tasks]


def _taken(task: Task, seen_at: datetime, audit: Context) -> Taken:
    found, kind, more = _Found(seen_at, audit), kinds()[task.kind], None
    _records(found, task.hint, task.records)
    for given in task.blocks:
        block = given.whole()
        if kind.lot is None:
            _records(found, task.hint, kind.read(block))
            continue
        lot = kind.lot(block)
        _lot(found, task.hint, lot, block.raw)
        more = lot.more
    return found.taken(more)


def _packed(frames: Mapping[str, list[pl.DataFrame]]) -> tuple[Packed, ...]:
    packed = []
    for name, parts in sorted(frames.items()):
        whole, stream = pl.concat([ready(table(name), part) for part in parts], how="diagonal"), io.BytesIO()
        without_nothing(table(name), whole).write_ipc_stream(stream, compression="lz4")
        packed.append((name, whole.height, stream.getvalue()))
    return tuple(packed)


def _lot(found: _Found, hint: str, lot: Lot, raw: bytes) -> None:
    odd, casts = set(lot.odd), list[tuple[Table, Sheet, Cast]]()
    readings = _sheets_read(found, [sheet for sheet in lot.sheets if is_activity_record(sheet.names)], raw)
    odd.update(unit for unit, reading in readings if reading is None)
    for sheet in lot.sheets:
        if is_activity_record(sheet.names):
            continue
        for placed, part in _placed(hint, sheet_at_home(sheet)):
            if placed.table is None:
                odd.update(part.units)
                continue
            cast = sheet_cast(placed.table, part.names, part.rows)
            odd.update(part.units[at] for at in {*cast.bad, *cast.doubtful})
            casts.append((placed.table, part, cast))
    for into, part, cast in casts:
        found.add(into, cast, [at for at, unit in enumerate(part.units) if unit in odd] if odd else ())
    _audited(found, [reading for unit, reading in readings if reading is not None and unit not in odd])
    _records(found, hint, [record for unit in sorted(odd) for record in lot.again(unit)])


def _sheets_read(found: _Found, sheets: list[Sheet], raw: bytes) -> list[tuple[int, Reading | None]]:
    """Audit records in the order in which they stand."""
    rounded = bool(sheets) and may_be_rounded(raw)
    read = [each for sheet in sheets for each in sheet_read(sheet, found.audit, rounded=rounded)]
    return sorted(read, key=itemgetter(0))


def _placed(hint: str, sheet: Sheet) -> list[tuple[Place, Sheet]]:
    """Rows with the same names by the table they belong to, which may depend on what is filled."""
    hint = sheet.table or hint
    if not sheet.rows:
        return []
    if "Type" not in sheet.names and (place_ := settled(hint, "", sheet.names)):
        return [(place_, sheet)]
    found: dict[str, tuple[Place, Sheet]] = {}
    for row, unit in zip(sheet.rows, sheet.units, strict=True):
        place_ = _place(hint, sheet.names, row)
        name = place_.table.name if place_.table else ""
        part = found.setdefault(name, (place_, Sheet(sheet.names, [], [], sheet.table)))[1]
        part.rows.append(row)
        part.units.append(unit)
    return list(found.values())


def _place(hint: str, names: tuple[str, ...], values: Collection[object]) -> Place:
    kind = next((value for name, value in zip(names, values, strict=True) if name == "Type"), "")
    known = kind if isinstance(kind, str) else ""
    if found := settled(hint, known, names):
        return found
    filled = frozenset(name for name, value in zip(names, values, strict=True) if value not in (None, ""))
    return place(hint, known, names, filled)


def _records(found: _Found, hint: str, records: Iterable[Record]) -> None:
    """Read records one by one: the way that decides."""
    rows: dict[str, list[Row]] = {}
    tables: dict[str, Table] = {}
    audits: list[Row] = []
    for each in records:
        if not isinstance(each, Row):
            found.refusals.append(_refusal(each, hint))
            continue
        if is_activity_record(each.values):
            audits.append(each)
            continue
        record = row_at_home(each)
        placed = _place(record.table or hint, tuple(record.values), record.values.values())
        if placed.table is None:
            found.refusals.append(_refused(record, hint, placed.reason))
            continue
        tables[placed.table.name] = placed.table
        rows.setdefault(placed.table.name, []).append(record)
    for name, listed in rows.items():
        _cast(found, hint, tables[name], listed)
    _audits(found, hint, audits)


def _audits(found: _Found, hint: str, rows: list[Row]) -> None:
    readings = [read_record(row.values, found.audit) for row in rows]
    _audited(found, readings)
    found.refusals += [
        _refused(row, hint, reading.aside) for row, reading in zip(rows, readings, strict=True) if reading.aside
    ]
    found.faults.update((row.where, fault) for row in rows for fault in row.faults)


def _audited(found: _Found, readings: list[Reading]) -> None:
    """Take in the rows of audit records."""
    read = audited(readings)
    primary = _spelled(table(PRIMARY), read.primary)
    found.keep(table(PRIMARY), with_members(table(PRIMARY), primary, DOCUMENT, read.documents))
    for name, listed in read.beside.items():
        found.beside.setdefault(name, []).append(_spelled(table(name), listed))
    found.faults.update(read.faults)


def _spelled(into: Table, rows: list[dict[str, object]]) -> pl.DataFrame:
    return spelled(into, frame_of(into, rows), {})


def _cast(found: _Found, hint: str, into: Table, rows: list[Row]) -> None:
    cast = rows_cast(into, [row.values for row in rows])
    found.add(into, cast, cast.bad)
    for at, reason in cast.bad.items():
        found.refusals.append(_refused(rows[at], hint, reason))
    found.faults.update((row.where, fault) for at, row in enumerate(rows) if at not in cast.bad for fault in row.faults)


def _refused(row: Row, hint: str, reason: str) -> Refusal:
    return Refusal(row.where, reason, row.raw, row.table or hint, row.context)


def _refusal(record: Record, hint: str) -> Refusal:
    broken = record if isinstance(record, Broken) else Broken(record.where, record.raw, "is no row")
    return Refusal(broken.where, broken.reason, broken.raw, hint, broken.context)
