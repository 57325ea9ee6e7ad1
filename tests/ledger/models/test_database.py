"""The ledger's databases: what is set on a connection, who waits for whom, and what is never told."""

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from workbench.base.config import Workspace
from workbench.base.errors import BadSetting, LedgerError
from workbench.ledger.changes import PASSWORD_VARIABLE, ledger_database
from workbench.ledger.models import Database, as_it_stands, open_database
from workbench.ledger.models.database import PATIENCE, place

HIDDEN = "correct-horse-battery"


def test_sqlite_keeps_what_was_acknowledged_and_holds_references(tmp_path: Path) -> None:
    database = open_database(tmp_path / "ledger.db")
    with database.engine.connect() as connection:
        told = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_the_file_is_its_owners_only(tmp_path: Path) -> None:
    database = open_database(tmp_path / "ledger.db")
    with database.writing() as connection:
        connection.execute(sa.text("INSERT INTO chain (id, seq, mac, key) VALUES (1, 0, 'm', 'k')"))
        assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("ledger.db*")} == {0o600}
        assert len(list(tmp_path.glob("ledger.db*"))) > 1
    database.close()


def test_a_reader_does_not_wait_for_the_writer(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(sa.text("INSERT INTO chain (id, seq, mac, key) VALUES (1, 0, 'm', 'k')"))
        with database.reading() as session:
            assert session.execute(sa.text("SELECT count(*) FROM chain")).scalar() == 0
    with database.reading() as session:
        assert session.execute(sa.text("SELECT count(*) FROM chain")).scalar() == 1


def test_writers_wait_for_one_another(database: Database) -> None:
    order = []

    def second() -> None:
        with database.writing():
            order.append("second")

    with database.writing():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(KeyError), database.writing() as connection:
        connection.execute(sa.text("INSERT INTO chain (id, seq, mac, key) VALUES (1, 0, 'm', 'k')"))
        raise KeyError
    with database.reading() as session:
        assert session.execute(sa.text("SELECT count(*) FROM chain")).scalar() == 0


@pytest.mark.parametrize("url", ["nonsense", "mysql://a@b/c", "postgresql+asyncpg:x"])
def test_what_is_no_database_of_ours_is_refused(url: str) -> None:
    with pytest.raises(BadSetting, match="ledger:"):
        open_database(url)


def test_a_server_that_is_not_there_is_told_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="database failed") as caught:
        open_database(f"postgresql://ledger:{HIDDEN}@/ledger?host={tmp_path}")
    assert HIDDEN not in f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"
    assert "reachable" in caught.value.next_step


def test_the_driver_is_told_not_to_wait_for_a_silent_server_for_ever(tmp_path: Path) -> None:
    told: dict[str, object] = {}
    with (
        pytest.raises(LedgerError),
        as_it_stands(f"postgresql://ledger@/ledger?host={tmp_path}") as database,
    ):
        sa.event.listen(database.engine, "do_connect", lambda _a, _b, _c, given: told.update(given))
        database.engine.connect()
    assert told.items() >= PATIENCE.items()
    assert {"connect_timeout", "keepalives_idle", "tcp_user_timeout"} <= told.keys()


def test_the_library_of_the_server_takes_what_it_is_told(server: str) -> None:
    database = open_database(server % "postgres")
    with database.engine.connect() as connection:
        held = connection.connection.driver_connection.info.get_parameters()
    database.close()
    assert held.items() >= {name: str(value) for name, value in PATIENCE.items() if value != 1}.items()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"no database" * 1000)
    with pytest.raises(LedgerError, match="not a database"):
        open_database(tmp_path / "ledger.db")


def settings(tmp_path: Path, text: str) -> Workspace:
    (tmp_path / "workbench.toml").write_text(text)
    return Workspace(tmp_path)


def test_the_ledger_lies_in_the_workspace_unless_a_server_keeps_it(tmp_path: Path) -> None:
    database = ledger_database(settings(tmp_path, ""))
    assert place(database.engine) == str(tmp_path / "ledger.db")
    database.close()


def test_a_password_comes_from_the_environment_or_a_file(tmp_path: Path, server: str, monkeypatch) -> None:
    (tmp_path / "secret").write_text(f"{HIDDEN}\n")
    url = server % "postgres"
    workspace = settings(tmp_path, f'ledger = "{url}"\nledger_password_file = "secret"\n')
    database = ledger_database(workspace)
    assert database.engine.url.password == HIDDEN
    assert HIDDEN not in f"{database!r} {place(database.engine)} {workspace.settings!r}"
    database.close()
    monkeypatch.setenv(PASSWORD_VARIABLE, "other")
    database = ledger_database(workspace)
    assert database.engine.url.password == "other"
    database.close()


def test_a_password_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    workspace = settings(tmp_path, 'ledger = "postgresql://a@/b"\nledger_password_file = "secret"\n')
    with pytest.raises(BadSetting, match="ledger_password_file"):
        ledger_database(workspace)


def test_a_setting_that_is_no_server_is_refused_and_not_repeated(tmp_path: Path) -> None:
    workspace = settings(tmp_path, f'ledger = "mysql://root:{HIDDEN}@host/db"\n')
    with pytest.raises(BadSetting, match="ledger") as caught:
        ledger_database(workspace)
    assert HIDDEN not in str(caught.value)
