"""A trail of 40 records that was closed, and the means to tamper with it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.ledger.conftest import copied
from workbench.ledger.audit import Actor, Verdict, declare_restored, verify
from workbench.ledger.audit.anchor import FILE
from workbench.ledger.changes import Ledger, Unit
from workbench.ledger.models import Database, Note, open_database
from workbench.ledger.models.every import METADATA

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On the server one case of each test is everyday work, the others slow: a file shows the same in less time."""
    seen: set[str] = set()
    for item in items:
        if HERE in item.path.parents and "postgresql" in item.name:
            name = f"{item.path}:{getattr(item, 'originalname', item.name)}"
            if name in seen:
                item.add_marker(pytest.mark.slow)
            seen.add(name)


NOTE = {"entity": "domain", "value": "evil.example", "text": "0"}
RECORDS = 40


@dataclass
class Scene:
    """A ledger on disk, closed."""

    address: str | Path
    folder: Path

    def open(self) -> Ledger:
        return Ledger(open_database(self.address), self.folder / "keys", self.folder / "anchor")

    def work(self, count: int) -> None:
        """So many records more, by a service that was started and stopped."""

        def writes(unit: Unit) -> None:
            for number in range(count):
                unit.create(Note, NOTE | {"text": f"note {number}"})

        with self.open() as ledger:
            ledger.apply(Actor("ingrid"), writes)

    def verify(self, **values: object) -> Verdict:
        database = open_database(self.address)
        try:
            return verify(database, **({"keys": self.folder / "keys", "anchor": self.folder / "anchor"} | values))
        finally:
            database.close()

    def tamper(self, *statements: str) -> None:
        """Change the trail as somebody does who owns the database: triggers and keys of the table are in nobody's way."""
        database = open_database(self.address)
        with database.writing() as connection:
            _unguard(connection, database)
            for statement in statements:
                connection.execute(sa.text(statement))
        database.close()

    def rows(self) -> list[dict]:
        """All records as they are."""
        database = open_database(self.address)
        with database.engine.connect() as connection:
            rows = connection.execute(sa.text("SELECT * FROM audit ORDER BY seq")).mappings().all()
        database.close()
        return [dict(row) for row in rows]

    def put(self, rows: list[dict]) -> None:
        """Write records as they are given."""
        database = open_database(self.address)
        with database.writing() as connection:
            connection.execute(METADATA.tables["audit"].insert(), rows)
        database.close()

    def declare(self, reason: str) -> None:
        """Say in the anchor that an old backup was restored on purpose."""
        database = open_database(self.address)
        declare_restored(database, self.folder / "keys", self.folder / "anchor", reason=reason)
        database.close()

    def drop_last_line(self) -> None:
        """Take the newest line of the anchor away."""
        path = self.folder / "anchor" / FILE
        path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))

    def save(self) -> Callable[[], None]:
        """A backup of the database alone; gives the way to restore it."""
        database = open_database(self.address)
        with database.engine.connect() as connection:
            kept = {t: connection.execute(t.select()).mappings().all() for t in METADATA.sorted_tables}
        database.close()
        if isinstance(self.address, Path):
            copy = Path(shutil.copy(self.address, self.folder / "backup.db"))
            return lambda: shutil.copy(copy, self.address) and None
        return lambda: self._restore(kept)

    def _restore(self, kept: dict) -> None:
        database = open_database(self.address)
        with database.writing() as connection:
            connection.execute(sa.text("SET session_replication_role = replica"))
            connection.execute(sa.text(f"TRUNCATE {', '.join(METADATA.tables)}"))
            for table, rows in kept.items():
                if rows:
                    connection.execute(table.insert(), [dict(row) for row in rows])
            connection.execute(sa.text("SET session_replication_role = DEFAULT"))
        database.close()


def _unguard(connection: sa.Connection, database: Database) -> None:
    if not database.is_sqlite:
        for event in ("update", "delete", "truncate"):
            connection.execute(sa.text(f"DROP TRIGGER IF EXISTS audit_no_{event} ON audit"))
        connection.execute(sa.text("ALTER TABLE audit DROP CONSTRAINT IF EXISTS pk_audit"))
        return
    for event in ("update", "delete", "replace"):
        connection.execute(sa.text(f"DROP TRIGGER IF EXISTS audit_no_{event}"))
    connection.execute(sa.text("CREATE TABLE IF NOT EXISTS unkeyed AS SELECT * FROM audit"))
    connection.execute(sa.text("DROP TABLE audit"))
    connection.execute(sa.text("ALTER TABLE unkeyed RENAME TO audit"))


def worked(address: str | Path, folder: Path) -> Path:
    """A ledger whose trail has 40 records and an anchor at 1, 20 and 40; gives the folder."""
    made = Scene(address, folder)
    made.work(19)
    made.work(20)
    return folder


@pytest.fixture(scope="session")
def scene_of_a_file(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a ledger in a file, to copy."""
    folder = tmp_path_factory.mktemp("scene")
    return worked(Path(shutil.copy(migrated, folder)), folder)


@pytest.fixture(scope="session")
def scene_of_a_server(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keys and anchor of such a ledger on the server, where the database ``scene`` is to be copied."""
    return worked(copied(server, template, "scene"), tmp_path_factory.mktemp("scene"))


@pytest.fixture
def scene(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Scene:
    """Such a ledger, to tamper with."""
    known = request.getfixturevalue("scene_of_a_file" if kind == "sqlite" else "scene_of_a_server")
    shutil.copytree(known, tmp_path, dirs_exist_ok=True)
    if kind == "sqlite":
        return Scene(tmp_path / "ledger.db", tmp_path)
    return Scene(copied(request.getfixturevalue("server"), "scene", "tampered"), tmp_path)
