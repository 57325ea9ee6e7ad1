"""Every test of the ledger runs on both databases: an SQLite file, and a real PostgreSQL server of the test session."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import pytest

from workbench.ledger.models import Database, open_database
from workbench.ledger.models.every import METADATA
from workbench.ledger.models.upgrade import HEAD

_PLACES = (Path("/usr/lib/postgresql"), Path("/usr/local/pgsql"))
_NUMBERS = count(1)
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "shared_buffers=16MB")


def _program(name: str) -> str:
    """A program of the server, in the path or where packages put it; the newest."""
    there = [path for place in _PLACES for path in sorted(place.glob(f"**/bin/{name}"))]
    found = str(there[-1]) if there else shutil.which(name)
    if not found:
        pytest.skip(f"needs the programs of a PostgreSQL server ({name} is not here)")
    return found


def _nobody() -> dict[str, int]:
    """The server refuses to run as root: another user then, who owns nothing else of the test."""
    if os.geteuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid}
    pytest.skip("needs a user other than root for the PostgreSQL server")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a server on a socket file of its own, without the database's name."""
    initdb, postgres = _program("initdb"), _program("postgres")
    user = _nobody()
    folder = Path(mkdtemp(prefix="wbpg"))
    if user:
        os.chown(folder, user["user"], user["group"])
    data = folder / "data"
    quiet = {"capture_output": True, "cwd": folder, "timeout": 120, **user}
    command = [initdb, "-D", data, "-U", "ledger", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run([str(part) for part in command], check=True, **quiet)
    options = [part for option in (*_FAST, f"unix_socket_directories={folder}") for part in ("-c", option)]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen([postgres, "-D", str(data), *options], cwd=folder, stdout=log, stderr=log, **user)
    try:
        url = f"postgresql://ledger@/%s?host={folder}"
        _wait(url % "postgres", running, folder / "log")
        yield url
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url: str, running: subprocess.Popen, log: Path) -> None:
    import time

    import psycopg

    for _ in range(600):
        assert running.poll() is None, log.read_text()
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the PostgreSQL server does not answer: {log.read_text()}")


def run_sql(url: str, sql: str) -> None:
    """One statement outside of transactions."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on."""
    return request.param


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: quicker than to migrate each."""
    path = tmp_path_factory.mktemp("migrated") / "ledger.db"
    open_database(path).close()
    return path


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """The name of a migrated database on the server, to copy: quicker than to migrate each."""
    run_sql(server % "postgres", "CREATE DATABASE migrated")
    open_database(server % "migrated").close()
    return "migrated"


@pytest.fixture(scope="session")
def reused(server: str, template: str) -> str:
    """The URL of a database that is emptied for each test: quicker than to copy each."""
    return copied(server, template, "reused")


@pytest.fixture
def address(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Where an empty, migrated database is."""
    if kind == "sqlite":
        return Path(shutil.copy(request.getfixturevalue("migrated"), tmp_path / "ledger.db"))
    reused = request.getfixturevalue("reused")
    if not _emptied(reused):
        copied(request.getfixturevalue("server"), request.getfixturevalue("template"), "reused")
    return reused


def copied(server: str, template: str, name: str) -> str:
    """A copy of a database that nobody has open; its URL."""
    run_sql(server % "postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    run_sql(server % "postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
    return server % name


def _emptied(url: str) -> bool:
    """Empty all tables; False where a test before took the database apart."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal").fetchone()
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        if found != (3,) or {name for (name,) in names} != {*METADATA.tables, "alembic_version"}:
            return False
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"TRUNCATE {', '.join(METADATA.tables)} RESTART IDENTITY")
        return connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]


@pytest.fixture
def empty(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | Path]:
    """Where a database without any table is."""
    if kind == "sqlite":
        yield tmp_path / "empty.db"
        return
    server = request.getfixturevalue("server")
    name = f"t{next(_NUMBERS)}"
    run_sql(server % "postgres", f"CREATE DATABASE {name}")
    yield server % name
    run_sql(server % "postgres", f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(address: str | Path) -> Iterator[Database]:
    """An open database."""
    opened = open_database(address)
    yield opened
    opened.close()
