import sqlite3
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from workbench.base.errors import StoreError
from workbench.intake.importing.log import INLINE_BYTES, Aside, Filled, Import, IntakeLog, ReadFile, Selection
from workbench.intake.importing.quarantine import held
from workbench.intake.importing.report import MOST_FAULTS

OLD_FORM = """
CREATE TABLE files (
    sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL, records INTEGER NOT NULL,
    quarantined INTEGER NOT NULL, finished_at TEXT NOT NULL
) STRICT;
CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY, file_sha256 TEXT NOT NULL, file TEXT NOT NULL, place TEXT NOT NULL, reason TEXT NOT NULL,
    size INTEGER NOT NULL, sha256 TEXT NOT NULL, bytes BLOB NOT NULL, set_aside_at TEXT NOT NULL,
    UNIQUE (file_sha256, file, place)
) STRICT;
"""


@pytest.fixture
def log(tmp_path: Path) -> IntakeLog:
    return IntakeLog(tmp_path / "intake.db")


def old_log(path: Path, *records: tuple[str, bytes, int]) -> IntakeLog:
    """A database as the first version of the product left it, with records of file name, bytes kept, and whole size."""
    database = sqlite3.connect(path)
    database.executescript(f"PRAGMA journal_mode = WAL; {OLD_FORM}")
    for number, (name, raw, size) in enumerate(records):
        values = ("f00", name, f"line {number}", "is not JSON", size, sha256(raw).hexdigest(), zlib.compress(raw))
        database.execute(
            "INSERT INTO quarantine (file_sha256, file, place, reason, size, sha256, bytes, set_aside_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, '2026-09-01T00:00:00.000Z')",
            values,
        )
    database.execute("INSERT INTO files VALUES ('f00', 'a.ndjson', 10, 3, 2, '2026-09-01T00:00:00.000Z')")
    database.commit()
    database.close()
    return IntakeLog(path)


def test_a_record_is_set_aside_once(log: IntakeLog) -> None:
    record = Aside("f00", "a.ndjson", "line 2", "is not JSON", b"{")
    log.set_aside([record])
    log.set_aside([record, Aside("f00", "a.ndjson", "line 3", "is not JSON", b"[")])
    assert [(each.place, each.size) for each in log.quarantine()] == [("line 3", 1), ("line 2", 1)]
    assert log.quarantined() == 2


@pytest.mark.parametrize("size", [0, 1, INLINE_BYTES, INLINE_BYTES + 1, 5 * INLINE_BYTES])
def test_all_bytes_of_a_record_are_kept_with_what_it_takes_to_read_them(log: IntakeLog, size: int) -> None:
    raw = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    log.set_aside([Aside("f00", "a.csv", "row 2", "no", raw, "csv_rows", "EmailEvents", b"A,B\r\n")])
    (found,) = log.quarantine()
    assert (found.size, found.sha256, found.kind, found.hint) == (
        size,
        sha256(raw).hexdigest(),
        "csv_rows",
        "EmailEvents",
    )
    kept = held(log, found.id)
    assert (kept.raw == raw, kept.context, kept.whole) == (True, b"A,B\r\n", size > 0)
    assert log.path.stat().st_size < 2 * INLINE_BYTES


def test_a_database_of_the_first_version_goes_on(tmp_path: Path) -> None:
    log = old_log(tmp_path / "intake.db", ("a.ndjson", b"{", 1), ("a.ndjson", b"x" * 10, 99))
    assert [each.place for each in log.quarantine()] == ["line 1", "line 0"]
    assert [held(log, each.id).whole for each in log.quarantine()] == [False, True]
    log.set_aside([Aside("f00", "a.ndjson", "line 0", "other", b"{"), Aside("f01", "b", "", "no", b"1", "json_rows")])
    assert [(each.file, each.kind, each.reason) for each in log.quarantine()] == [
        ("b", "json_rows", "no"), ("a.ndjson", "", "is not JSON"), ("a.ndjson", "", "is not JSON"),
    ]  # fmt: skip
    known = IntakeLog(log.path).known("f00")
    assert known is not None
    assert known.records == 3


def test_a_database_of_a_newer_version_is_left_alone(log: IntakeLog) -> None:
    log.set_aside([Aside("f00", "a", "", "no", b"1")])
    with log.database.writing() as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer version"):
        log.quarantine()


def test_processes_that_meet_an_old_database_bring_it_up_once(tmp_path: Path) -> None:
    logs = [old_log(tmp_path / "intake.db", ("a.ndjson", b"{", 1)), *(IntakeLog(tmp_path / "intake.db") for _ in "123")]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(IntakeLog.quarantined, logs)) == [1] * 4


def test_looking_into_a_workspace_without_a_log_leaves_none(log: IntakeLog) -> None:
    assert (log.known("x"), log.quarantine(), log.quarantined(), log.imports(), log.filled()) == (None, [], 0, [], {})
    assert not log.path.exists()


def test_a_finished_file_is_known_by_its_bytes(log: IntakeLog) -> None:
    assert log.known("abc") is None
    log.finish([ReadFile("abc", "a.eml", 10, 3, 1)])
    known = IntakeLog(log.path).known("abc")
    assert known is not None
    assert (known.name, known.records, known.quarantined) == ("a.eml", 3, 1)


def test_held_open_it_answers_alike_and_others_see_what_was_written(log: IntakeLog) -> None:
    with log.held():
        log.finish(ReadFile(name, f"{name}.eml", 10, 1, 0) for name in ("a", "b"))
        assert log.known("a") == IntakeLog(log.path).known("a") is not None
    assert log.known("b") is not None


def test_a_block_that_fails_changes_nothing(log: IntakeLog) -> None:
    def records():
        yield Aside("f00", "a", "1", "no", b"1")
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        log.set_aside(records())
    assert log.quarantined() == 0


def test_records_are_found_by_parts_of_their_file_and_reason_and_by_time(log: IntakeLog) -> None:
    log.set_aside(
        [Aside("f", "Mail/A%.ndjson", "1", "is not JSON: x", b""), Aside("f", "b.csv", "2", "lacks Timestamp", b"")]
    )
    first = log.quarantine()[-1]
    moment = datetime.fromisoformat(first.set_aside_at)

    def places(**given: object) -> list[str]:
        chosen = Selection(**given)  # type: ignore[arg-type]  # as the test gives them
        assert log.quarantined(chosen) == len(log.quarantine(chosen=chosen))
        return [each.place for each in log.quarantine(chosen=chosen)]

    assert places(file="a%.nd") == ["1"]
    assert places(file="_") == []
    assert places(reason="TIMESTAMP") == ["2"]
    assert places(ids=(first.id, 99)) == ["1"]
    assert places(ids=()) == []
    assert places(since=moment) == ["2", "1"]
    assert places(before=moment) == []


def test_what_imports_came_to_is_noted_as_they_go_on(log: IntakeLog) -> None:
    log.note(Import("r1", "import", "a", "me", "2026-09-01T00:00:00.000Z"))
    log.note(Import("r2", "import", "b", "me", "2026-09-02T00:00:00.000Z", "", 1, 5, 5), {"AlertInfo": (5, "b.csv")})
    log.note(Import("r1", "import", "a", "me", "2026-09-01T00:00:00.000Z", "2026-09-03T00:00:00.000Z", 2, 7, 7))
    assert [(each.id, each.rows_in, each.ended_at != "") for each in log.imports()] == [
        ("r2", 5, False),
        ("r1", 7, True),
    ]
    assert log.filled() == {"AlertInfo": Filled(log.filled()["AlertInfo"].at, "b.csv")}


def test_reasons_of_a_long_file_are_counted_together_behind_the_first(tmp_path: Path) -> None:
    log = IntakeLog(tmp_path / "intake.db")
    log.set_aside(Aside("f", "a.csv", f"row {at}", f"bad {at % 2}", b"x") for at in range(MOST_FAULTS // 2 + 4))
    log.set_aside([Aside("g", "b.csv", "row 1", "other", b"x")])
    found = log.reasons("f")
    assert sum(count for *_, count in found) == MOST_FAULTS // 2 + 4
    assert [each for each in found if not each[1]] == [("a.csv", "", "bad 0", 2), ("a.csv", "", "bad 1", 2)]
    assert log.reasons("nothing") == []
