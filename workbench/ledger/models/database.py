"""Open the ledger's database: SQLite in the workspace, or PostgreSQL. Both are migrated when they are opened."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from workbench.base.errors import BadSetting, LedgerError
from workbench.ledger.models.upgrade import standing, upgrade

BUSY_SECONDS = 30
"""How long a writer waits for another process before it gives up."""
LOCK = 0x6C656467
"""The advisory lock of PostgreSQL that writers of a ledger hold ("ledg")."""
PATIENCE: Mapping[str, int] = MappingProxyType(
    {
        "connect_timeout": 10,
        "keepalives": 1,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 25_000,
    }
)
"""What the driver is told of servers that went silent: after 10 s none was reached; after 25 s, in which not even its
machine answered, a connection is lost. The last is in milliseconds; a server that works long is waited for."""

_WRITES = "workbench_writes"
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}")


@dataclass(frozen=True)
class Database:
    """An open and migrated database. Readers never wait for the writer."""

    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of this machine."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction of the only writer: whoever else wants to write, in any process, waits until it ends."""
        with told(self.engine), self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                if not self.is_sqlite:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent look; rows that were read stay usable afterwards."""
        with told(self.engine), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def look(self) -> Iterator[str]:
        """What a server holds now, as long as this lasts: the name by which programs of the server see the same."""
        with told(self.engine), self.engine.connect() as plain:
            connection = plain.execution_options(isolation_level="REPEATABLE READ")
            yield str(connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar())

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def open_database(url: str | Path, *, password: str = "") -> Database:
    """Open a database and bring its tables up to this version.

    Args:
        url: a path of an SQLite file, or ``postgresql://user@host/database``.
        password: for PostgreSQL, in place of one in the URL; it appears in no message.

    Raises:
        BadSetting: the URL cannot be read.
        LedgerError: the database cannot be reached, or a newer version of the product wrote it.
    """
    engine = _sqlite(url) if isinstance(url, Path) else _postgres(_address(url, password))
    database = Database(engine)
    try:
        with told(engine):
            upgrade(engine, database.writing)
    except BaseException:
        engine.dispose()
        raise
    return database


def standing_of(url: str | Path, *, password: str = "") -> str:
    """The migration at which a database stands, without changing it; empty for a new one.

    Raises as ``open_database``.
    """
    if isinstance(url, Path) and not (url.exists() and url.stat().st_size):
        return ""
    with as_it_stands(url, password=password) as database, database.engine.connect() as connection:
        return standing(connection)


@contextmanager
def as_it_stands(url: str | Path, *, password: str = "") -> Iterator[Database]:
    """A database that is not migrated, for who copies or judges it. Raises as ``open_database``.

    A file that is not there is an empty database, and is not made.
    """
    engine = (
        (_sqlite(url) if url.exists() else _sqlite_at(":memory:"))
        if isinstance(url, Path)
        else _postgres(_address(url, password))
    )
    try:
        with told(engine):
            yield Database(engine)
    finally:
        engine.dispose()


@contextmanager
def told(engine: Engine) -> Iterator[None]:
    """What a database says of its own failures becomes a ``LedgerError`` without statements and values."""
    try:
        yield
    except DBAPIError as error:
        why = " ".join(str(error.orig).split())[:400]
        raise LedgerError(
            f"The ledger's database failed: {why}",
            where=place(engine),
            next_step="Is it reachable and writable, and is there room on its disk? What was acknowledged is kept.",
        ) from None


def place(engine: Engine) -> str:
    """Where a database is, without a password."""
    return str(engine.url.database) if engine.dialect.name == "sqlite" else str(engine.url.set(password=None))


def _address(url: str, password: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadSetting("ledger: this is no database URL", next_step="Such as postgresql://user@host/ledger") from None
    if parsed.get_backend_name() != "postgresql":
        raise BadSetting(
            f"ledger: {parsed.get_backend_name()[:40]!r} is no database the ledger can be kept in",
            next_step="Such as postgresql://user@host/ledger; or leave it out.",
        )
    parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.set(password=password) if password else parsed


def _postgres(url: URL) -> Engine:
    return create_engine(url, pool_pre_ping=True, pool_size=8, connect_args=dict(PATIENCE))


def _sqlite(path: Path) -> Engine:
    """A file that is its owner's only, as SQLite's own files beside it are then."""
    path.touch(mode=0o600)
    return _sqlite_at(str(path))


def _sqlite_at(database: str) -> Engine:
    engine = create_engine(URL.create("sqlite", database=database), connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    """Transactions begin where we say so; a change is on the disk before it is acknowledged."""
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    options: Any = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")
