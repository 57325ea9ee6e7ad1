"""The import log and the quarantine: which files were read, and every record that was set aside, with its bytes.

Both live in one SQLite database of the workspace. A quarantined record is known by its file's SHA-256 and its place in
it, so that reading a file again sets nothing aside twice.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

KEPT_BYTES = 2**20
"""Bytes of a quarantined record that are kept; its length and SHA-256 are those of the whole."""

_BUSY_SECONDS = 60.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL, records INTEGER NOT NULL,
    quarantined INTEGER NOT NULL, finished_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS quarantine (
    id INTEGER PRIMARY KEY, file_sha256 TEXT NOT NULL, file TEXT NOT NULL, place TEXT NOT NULL, reason TEXT NOT NULL,
    size INTEGER NOT NULL, sha256 TEXT NOT NULL, bytes BLOB NOT NULL, set_aside_at TEXT NOT NULL,
    UNIQUE (file_sha256, file, place)
) STRICT;
"""
_COLUMNS = "file_sha256, file, place, reason, size, sha256, bytes, set_aside_at"


@dataclass(frozen=True)
class Aside:
    """One record set aside. ``file`` may name a member of an archive, ``place`` says where in it the record stood.

    ``kind`` names the kind of input that reads the bytes again, ``hint`` the table they were meant for, and ``context``
    is what they need before them (the header of a CSV file).
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
    """One record of the quarantine, without its bytes."""

    id: int
    file: str
    place: str
    reason: str
    size: int
    sha256: str
    set_aside_at: str


@dataclass(frozen=True)
class KnownFile:
    """A file that was read to its end before."""

    name: str
    records: int
    quarantined: int
    finished_at: str


@dataclass(frozen=True)
class ReadFile:
    """A file that was just read to its end: SHA-256, name, bytes, records, and how many of these were set aside."""

    sha256: str
    name: str
    size: int
    records: int
    quarantined: int


class IntakeLog:
    """The database of imports of one workspace."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._held: sqlite3.Connection | None = None
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(_SCHEMA)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the database open for a block: an import asks about each of its files."""
        with closing(sqlite3.connect(self.path, timeout=_BUSY_SECONDS)) as self._held:
            try:
                yield
            finally:
                self._held = None

    def known(self, file_sha256: str) -> KnownFile | None:
        """The file with these bytes, if it was read to its end."""
        query = "SELECT name, records, quarantined, finished_at FROM files WHERE sha256 = ?"
        with self._open() as database:
            row = database.execute(query, (file_sha256,)).fetchone()
        return KnownFile(*row) if row else None

    def finish(self, files: Iterable[ReadFile]) -> None:
        """Note that files were read to their ends and everything in them is committed."""
        values = [(each.sha256, each.name, each.size, each.records, each.quarantined, _now()) for each in files]
        with self._open() as database:
            database.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", values)

    def set_aside(self, records: Iterable[Aside]) -> None:
        """Keep records with their bytes and reasons; those that are here already stay as they are."""
        with self._open() as database:
            database.executemany(
                f"INSERT OR IGNORE INTO quarantine ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  constant
                (_values(record) for record in records),
            )

    def quarantine(self, limit: int = 1000) -> list[Quarantined]:
        """Records set aside, newest first."""
        query = "SELECT id, file, place, reason, size, sha256, set_aside_at FROM quarantine ORDER BY id DESC LIMIT ?"
        with self._open() as database:
            return [Quarantined(*row) for row in database.execute(query, (limit,))]

    def quarantined(self) -> int:
        """How many records are set aside."""
        with self._open() as database:
            return int(database.execute("SELECT count(*) FROM quarantine").fetchone()[0])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        if self._held is not None:
            with self._held:
                yield self._held
            return
        with closing(sqlite3.connect(self.path, timeout=_BUSY_SECONDS)) as database, database:
            yield database


def _values(record: Aside) -> tuple[str | int | bytes, ...]:
    packed = zlib.compress(record.raw[:KEPT_BYTES])
    whole = sha256(record.raw).hexdigest()
    return (record.file_sha256, record.file, record.place, record.reason, len(record.raw), whole, packed, _now())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
