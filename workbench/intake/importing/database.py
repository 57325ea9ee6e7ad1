"""The SQLite database of imports: its form, how an older form becomes today's, and how it is opened.

Nothing is written before the first write: looking into a workspace that has no log yet leaves none behind.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from workbench.base.errors import StoreError

_BUSY_SECONDS = 60.0
_STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE IF NOT EXISTS files (
            sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL, records INTEGER NOT NULL,
            quarantined INTEGER NOT NULL, finished_at TEXT NOT NULL) STRICT""",
        """CREATE TABLE IF NOT EXISTS quarantine (
            id INTEGER PRIMARY KEY, file_sha256 TEXT NOT NULL, file TEXT NOT NULL, place TEXT NOT NULL,
            reason TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL, bytes BLOB NOT NULL,
            set_aside_at TEXT NOT NULL, UNIQUE (file_sha256, file, place)) STRICT""",
    ),
    (
        "ALTER TABLE quarantine ADD COLUMN kind TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE quarantine ADD COLUMN hint TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE quarantine ADD COLUMN context TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE quarantine ADD COLUMN tried_at TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX quarantine_sha256 ON quarantine (sha256)",
        "CREATE TABLE contexts (sha256 TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT",
        """CREATE TABLE imports (
            id TEXT PRIMARY KEY, what TEXT NOT NULL, given TEXT NOT NULL, by TEXT NOT NULL, started_at TEXT NOT NULL,
            ended_at TEXT NOT NULL, files INTEGER NOT NULL, rows_in INTEGER NOT NULL, kept INTEGER NOT NULL,
            duplicates INTEGER NOT NULL, quarantined INTEGER NOT NULL) STRICT""",
        "CREATE INDEX imports_started ON imports (started_at)",
        """CREATE TABLE filled (
            import TEXT NOT NULL, name TEXT NOT NULL, rows INTEGER NOT NULL, file TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (name, import)) STRICT""",
        """CREATE TABLE watched (
            path BLOB PRIMARY KEY, size INTEGER NOT NULL, changed INTEGER NOT NULL) STRICT""",
    ),
)
"""What brings the database from one form to the next; ``user_version`` counts the steps that were taken."""


class Database:
    """One database file. Use from one thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._held: sqlite3.Connection | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep it open for a block that asks and writes often."""
        with self._opened() as self._held:
            try:
                yield
            finally:
                self._held = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Look things up; where no database is yet, in an empty one."""
        if self._held is not None:
            yield self._held
        elif self.path.exists():
            with self._opened() as database:
                yield database
        else:
            with closing(sqlite3.connect(":memory:", isolation_level=None)) as nothing:
                _bring_up(nothing)
                yield nothing

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Change things: all of the block or nothing of it, and no other writer meanwhile."""
        with self.held() if self._held is None else _as_it_is():
            assert self._held is not None  # noqa: S101  held in the line before
            with self._held as database:
                database.execute("BEGIN IMMEDIATE")
                yield database

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            _bring_up(database)
            yield database


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


def _bring_up(database: sqlite3.Connection) -> None:
    """Take the steps that are missing, one process at a time.

    Raises:
        StoreError: a newer version of the product brought the database further than this one knows.
    """
    if _form(database) > len(_STEPS):
        raise StoreError("The import log was written by a newer version", next_step="Use that version, or a newer one.")
    if _form(database) == len(_STEPS):
        return
    with database:
        database.execute("BEGIN IMMEDIATE")
        for step in _STEPS[_form(database) :]:
            for statement in step:
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {len(_STEPS)}")


def _form(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])
