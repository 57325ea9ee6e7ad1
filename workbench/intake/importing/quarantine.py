"""What is done with records that were set aside: find, group, drop, and settle what became of them when read again."""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

from workbench.base.errors import NotFound, StoreError
from workbench.intake.importing import originals
from workbench.intake.importing.log import (
    INLINE_BYTES,
    QUARANTINED,
    Import,
    IntakeLog,
    Quarantined,
    Selection,
    now,
    whoami,
)

_CUT = ("is longer than", "not read")
"""What the reasons say where a reader handed over only the beginning of what it could not read."""

_NEEDED = "SELECT 1 FROM quarantine WHERE sha256 = ? AND size > ?"


class By(StrEnum):
    """What records set aside are counted by."""

    reason = "reason"
    file = "file"


_NAMED = MappingProxyType(
    {
        By.reason: "CASE instr(reason, ': ') WHEN 0 THEN reason ELSE substr(reason, 1, instr(reason, ': ') - 1) END",
        By.file: "file",
    }
)


@dataclass(frozen=True)
class Held:
    """A quarantined record with its bytes, and the bytes that must stand before them to read them alone.

    ``whole`` says whether these are all bytes of the record: of whole files, of what is too long, and of long records
    that an earlier version set aside, only the beginning was kept.
    """

    record: Quarantined
    raw: bytes
    context: bytes
    whole: bool


@dataclass(frozen=True)
class Group:
    """Records set aside for the same reason, or out of the same file."""

    name: str
    records: int
    bytes: int
    first: str
    newest: str


def groups(log: IntakeLog, by: By, chosen: Selection) -> list[Group]:
    """Counts of what is set aside, most first; of reasons, what follows the colon differs by record and is left out."""
    condition, values = chosen.condition()
    query = (
        f"SELECT {_NAMED[by]} AS name, count(*), sum(size), min(set_aside_at), max(set_aside_at) "  # noqa: S608
        f"FROM quarantine WHERE {condition} GROUP BY name ORDER BY count(*) DESC, name"
    )
    with log.database.reading() as database:
        return [Group(*row) for row in database.execute(query, values)]


def held(log: IntakeLog, id_: int) -> Held:
    """One record with its bytes.

    Raises:
        NotFound: there is none with that number.
        StoreError: its bytes are not what was set aside.
    """
    query = f"SELECT {QUARANTINED}, bytes, context FROM quarantine WHERE id = ?"  # noqa: S608  constants
    with log.database.reading() as database:
        row = database.execute(query, (id_,)).fetchone()
        if row is None:
            raise NotFound(
                f"No quarantined record has the number {id_}", next_step="List them: workbench quarantine list"
            )
        record, packed, context = Quarantined(*row[:-2]), row[-2], row[-1]
        raw = _bytes(log, record, packed)
        return Held(record, raw, _context(database, context), _is_whole(record, raw))


def numbers(log: IntakeLog, chosen: Selection) -> list[int]:
    """The numbers of the records that are meant, oldest first.

    Raises:
        NotFound: a number that was asked for is not there.
    """
    condition, values = chosen.condition()
    query = f"SELECT id FROM quarantine WHERE {condition} ORDER BY id"  # noqa: S608  constants
    with log.database.reading() as database:
        found = [id_ for (id_,) in database.execute(query, values)]
    if missing := sorted(set(chosen.ids or ()) - set(found)):
        raise NotFound(
            f"No quarantined record has the number {missing[0]}", next_step="List: workbench quarantine list"
        )
    return found


def drop(log: IntakeLog, ids: Iterable[int], why: str) -> int:
    """Remove records for good and note how many, when, and by whom; gives back how many were still there."""
    gone = sorted(set(ids))
    with log.database.writing() as database:
        count = sum(_remove(database, id_) for id_ in gone)
        moment = now()
        _note(database, Import(f"drop-{uuid4().hex}", "drop", why, whoami(), moment, moment, rows_in=count))
    _clean(log)
    return count


def drop_superseded(log: IntakeLog, file_sha256: str, name: str) -> int:
    """Remove what was set aside of a file that is now the beginning of a longer one, which was read to its end.

    Whatever was wrong in it was said of the longer file again. Gives back how many records that were.
    """
    with log.database.reading() as database:
        query = "SELECT id FROM quarantine WHERE file_sha256 = ?"
        ids = [id_ for (id_,) in database.execute(query, (file_sha256,))] if file_sha256 else []
    return drop(log, ids, f"{name}, superseded by the same file, longer") if ids else 0


def settle(log: IntakeLog, recovered: Iterable[int], still: Mapping[int, str]) -> int:
    """Take out records that are in the store now, and note of the others why they are still not.

    The file they came from counts them as read from now on. All of it happens at once or not at all. Gives back how
    many were taken out.
    """
    gone = list(recovered)
    with log.database.writing() as database:
        for id_ in gone:
            database.execute(
                "UPDATE files SET quarantined = quarantined - 1 WHERE quarantined > 0 AND sha256 = "
                "(SELECT file_sha256 FROM quarantine WHERE id = ?)",
                (id_,),
            )
        count = sum(_remove(database, id_) for id_ in gone)
        reasons = [(reason, now(), id_) for id_, reason in still.items()]
        database.executemany("UPDATE quarantine SET reason = ?, tried_at = ? WHERE id = ?", reasons)
    _clean(log)
    return count


def _bytes(log: IntakeLog, record: Quarantined, packed: bytes) -> bytes:
    if not packed:
        return originals.original(log.folder, record.sha256)
    try:
        return zlib.decompress(packed)
    except zlib.error as error:
        raise StoreError(f"The bytes of the quarantined record {record.id} are damaged: {error}") from error


def _context(database: sqlite3.Connection, digest: str) -> bytes:
    row = database.execute("SELECT bytes FROM contexts WHERE sha256 = ?", (digest,)).fetchone()
    return zlib.decompress(row[0]) if row else b""


def _is_whole(record: Quarantined, raw: bytes) -> bool:
    return bool(raw) and len(raw) == record.size and not any(word in record.reason for word in _CUT)


def _remove(database: sqlite3.Connection, id_: int) -> int:
    return database.execute("DELETE FROM quarantine WHERE id = ?", (id_,)).rowcount


def _note(database: sqlite3.Connection, done: Import) -> None:
    values = vars(done)
    marks = ", ".join("?" * len(values))
    database.execute(f"INSERT INTO imports VALUES ({marks})", list(values.values()))  # noqa: S608  marks


def _clean(log: IntakeLog) -> None:
    """Remove bytes and contexts that no record needs any more, also those that a crash left behind.

    A transaction of its own: what it takes away must be unneeded for good, and nobody may set aside the same meanwhile.
    """
    with log.database.writing() as database:
        database.execute("DELETE FROM contexts WHERE sha256 NOT IN (SELECT context FROM quarantine)")
        for path in _files(log.folder):
            if not database.execute(_NEEDED, (path.stem, INLINE_BYTES)).fetchone():
                path.unlink(missing_ok=True)


def _files(folder: Path) -> Iterator[Path]:
    yield from folder.glob("*/*/*.z") if folder.is_dir() else ()
