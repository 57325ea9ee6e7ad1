"""The import log: which files were read to their ends, every record set aside, and what each import came to.

All of it lives in one SQLite database of the workspace. A quarantined record is known by its file's SHA-256 and its
place in it, so that reading a file again sets nothing aside twice.
"""

import json
import os
import pwd
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from workbench.intake.importing import originals
from workbench.intake.importing.database import Database
from workbench.intake.importing.report import MOST_FAULTS, Report

INLINE_BYTES = 2**20
"""Bytes of a quarantined record up to which they lie in the database; those of a longer one lie in a file beside it."""

_ASIDE = "file_sha256, file, place, reason, size, sha256, bytes, set_aside_at, kind, hint, context"


@dataclass(frozen=True)
class Aside:
    """One record set aside. ``file`` may name a member of an archive, ``place`` says where in it the record stood.

    ``kind`` names the kind of source it was read as (empty where the file as a whole was refused), ``hint`` the table
    it was meant for, as far as that is known; ``context`` are bytes that must stand before ``raw`` to read it alone,
    such as the header line of a CSV.
    """

    file_sha256: str
    file: str
    place: str
    reason: str
    raw: bytes
    kind: str = ""
    hint: str = ""
    context: bytes = b""


@dataclass(frozen=True)
class Quarantined:
    """One record of the quarantine, without its bytes; ``tried_at`` is when it was last read again, empty if never."""

    id: int
    file: str
    place: str
    reason: str
    size: int
    sha256: str
    set_aside_at: str
    kind: str = ""
    hint: str = ""
    tried_at: str = ""


QUARANTINED = ", ".join(field.name for field in fields(Quarantined))


@dataclass(frozen=True)
class KnownFile:
    """A file that was read to its end before."""

    name: str
    records: int
    quarantined: int


@dataclass(frozen=True)
class ReadFile:
    """A file that was just read to its end: SHA-256, name, bytes, records, and how many of these were set aside."""

    sha256: str
    name: str
    size: int
    records: int
    quarantined: int


@dataclass(frozen=True)
class Selection:
    """Which records of the quarantine are meant: those that fit everything that is given; nothing given means all.

    ``file`` and ``reason`` are parts of these texts, whatever their letter case; ``since`` (in it) and ``before`` (not
    in it) are times of setting aside.
    """

    ids: tuple[int, ...] | None = None
    file: str = ""
    reason: str = ""
    since: datetime | None = None
    before: datetime | None = None

    def condition(self) -> tuple[str, list[str]]:
        """The condition in SQL and its values."""
        parts = {
            "id IN (SELECT value FROM json_each(?))": None if self.ids is None else json.dumps(self.ids),
            "instr(lower(file), lower(?)) > 0": self.file or None,
            "instr(lower(reason), lower(?)) > 0": self.reason or None,
            "set_aside_at >= ?": stamp(self.since) if self.since else None,
            "set_aside_at < ?": stamp(self.before) if self.before else None,
        }
        given = {sql: value for sql, value in parts.items() if value is not None}
        return " AND ".join(given) or "true", list(given.values())


EVERYTHING = Selection()


@dataclass(frozen=True)
class Import:
    """What one import came to, or a retry or drop of quarantined records (``what`` says which).

    ``given`` says of what; ``ended_at`` is empty while it runs, and for good if it was killed. The counts are input
    records that are committed; of a drop, ``rows_in`` are the records dropped.
    """

    id: str
    what: str
    given: str
    by: str
    started_at: str
    ended_at: str = ""
    files: int = 0
    rows_in: int = 0
    kept: int = 0
    duplicates: int = 0
    quarantined: int = 0

    def so_far(self, report: Report, ended_at: str = "") -> "Import":
        """The same import with the counts of its report: of records that were read, those whose end is settled."""
        settled = report.kept + report.duplicates + report.quarantined
        counts = (report.files, settled, report.kept, report.duplicates, report.quarantined)
        return Import(self.id, self.what, self.given, self.by, self.started_at, ended_at, *counts)


@dataclass(frozen=True)
class Filled:
    """The last import that wrote rows of a table: when, and from which file."""

    at: str
    file: str


class IntakeLog:
    """The database of imports of one workspace."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = path.with_name("quarantine")
        self.database = Database(path)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the database open for a block: an import asks about each of its files."""
        with self.database.held():
            yield

    def known(self, file_sha256: str) -> KnownFile | None:
        """The file with these bytes, if it was read to its end."""
        query = "SELECT name, records, quarantined FROM files WHERE sha256 = ?"
        with self.database.reading() as database:
            row = database.execute(query, (file_sha256,)).fetchone()
        return KnownFile(*row) if row else None

    def finish(self, files: Iterable[ReadFile]) -> None:
        """Note that files were read to their ends and everything in them is committed."""
        values = [(each.sha256, each.name, each.size, each.records, each.quarantined, now()) for each in files]
        with self.database.writing() as database:
            database.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", values)

    def set_aside(self, records: Iterable[Aside]) -> None:
        """Keep records with all their bytes and reasons; those that are here already stay as they are."""
        with self.database.writing() as database:
            for record in records:
                self._keep(database, record)

    def quarantine(self, limit: int = 1000, chosen: Selection = EVERYTHING) -> list[Quarantined]:
        """Records set aside, newest first."""
        condition, values = chosen.condition()
        query = f"SELECT {QUARANTINED} FROM quarantine WHERE {condition} ORDER BY id DESC LIMIT ?"  # noqa: S608  constants
        with self.database.reading() as database:
            return [Quarantined(*row) for row in database.execute(query, (*values, limit))]

    def quarantined(self, chosen: Selection = EVERYTHING) -> int:
        """How many records are set aside."""
        condition, values = chosen.condition()
        query = f"SELECT count(*) FROM quarantine WHERE {condition}"  # noqa: S608  constants
        with self.database.reading() as database:
            return int(database.execute(query, values).fetchone()[0])

    def reasons(self, file_sha256: str) -> list[tuple[str, str, str, int]]:
        """Member, place and reason of the first records of a file that are set aside, each with 1; then the others.

        Of the others, as of a file that holds more than an account lists, there is one line a reason, with their count.
        """
        query = (
            "WITH ours AS (SELECT file, place, reason, row_number() OVER (ORDER BY id) > ? AS many "
            "FROM quarantine WHERE file_sha256 = ?) "
            "SELECT file, CASE many WHEN 1 THEN '' ELSE place END AS place, reason, count(*) FROM ours "
            "GROUP BY 1, 2, 3"
        )
        with self.database.reading() as database:
            return list(database.execute(query, (MOST_FAULTS // 2, file_sha256)))

    def quarantined_of(self) -> Mapping[str, int]:
        """How many records are set aside of each table that they were meant for, as far as that is known."""
        query = "SELECT hint, count(*) FROM quarantine WHERE hint <> '' GROUP BY hint"
        with self.database.reading() as database:
            return dict(database.execute(query))

    def note(self, done: Import, tables: Mapping[str, tuple[int, str]] | None = None) -> None:
        """Note how far an import is; ``tables`` gives the rows written so far and the last file of each."""
        marks = ", ".join("?" * len(fields(Import)))
        rows = [(done.id, name, count, file, now()) for name, (count, file) in (tables or {}).items()]
        with self.database.writing() as database:
            database.execute(f"INSERT OR REPLACE INTO imports VALUES ({marks})", astuple(done))  # noqa: S608  marks
            database.executemany(
                "INSERT INTO filled VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET rows = excluded.rows, "
                "file = excluded.file, at = excluded.at WHERE rows <> excluded.rows",
                rows,
            )

    def imports(self, limit: int = 50) -> list[Import]:
        """Imports, retries and drops, newest first."""
        query = "SELECT * FROM imports ORDER BY started_at DESC, rowid DESC LIMIT ?"
        with self.database.reading() as database:
            return [Import(*row) for row in database.execute(query, (limit,))]

    def mine(self, since: str) -> Import | None:
        """The newest import that this process began since an instant."""
        query = "SELECT * FROM imports WHERE by = ? AND started_at >= ? ORDER BY started_at DESC LIMIT 1"
        with self.database.reading() as database:
            row = database.execute(query, (whoami(), since)).fetchone()
        return Import(*row) if row else None

    def filled(self) -> Mapping[str, Filled]:
        """By table the last import that wrote rows of it."""
        query = "SELECT name, max(at), file FROM filled GROUP BY name"
        with self.database.reading() as database:
            return {name: Filled(at, file) for name, at, file in database.execute(query)}

    def _keep(self, database: sqlite3.Connection, record: Aside) -> None:
        """Bytes go to disk before the row that names them; writers wait for each other: no cleaning comes between."""
        size, context = len(record.raw), sha256(record.context).hexdigest() if record.context else ""
        if size > INLINE_BYTES:
            originals.keep(self.folder, [record.raw])
        packed = b"" if size > INLINE_BYTES else zlib.compress(record.raw)
        if context:
            pair = (context, zlib.compress(record.context))
            database.execute("INSERT OR IGNORE INTO contexts VALUES (?, ?)", pair)
        place = (record.file_sha256, record.file, record.place, record.reason)
        bytes_ = (size, sha256(record.raw).hexdigest(), packed, now())
        marks = ", ".join("?" * 11)
        database.execute(
            f"INSERT OR IGNORE INTO quarantine ({_ASIDE}) VALUES ({marks})",  # noqa: S608  constants
            (*place, *bytes_, record.kind, record.hint, context),
        )


def stamp(moment: datetime) -> str:
    """An instant as the database holds it; these texts sort as the instants do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def now() -> str:
    """The clock, as the database holds it."""
    return stamp(datetime.now(UTC))


def whoami() -> str:
    """The user of the operating system that this runs as, and the process."""
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = f"user {os.getuid()}"
    return f"{user}, process {os.getpid()}"
