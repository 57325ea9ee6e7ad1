from pathlib import Path

import pytest

from workbench.base.errors import NotFound, StoreError
from workbench.intake.importing.log import INLINE_BYTES, Aside, IntakeLog, ReadFile
from workbench.intake.importing.quarantine import drop, held, settle

LONG = b"x" * (INLINE_BYTES + 1)


@pytest.fixture
def log(tmp_path: Path) -> IntakeLog:
    made = IntakeLog(tmp_path / "intake.db")
    made.set_aside([Aside("f", "a.csv", f"row {n}", "no", LONG, "csv_rows", "", b"A,B") for n in (1, 2)])
    made.finish([ReadFile("f", "a.csv", 10, 5, 2)])
    return made


def files(log: IntakeLog) -> int:
    return sum(path.is_file() for path in log.folder.rglob("*"))


def test_bytes_go_with_the_last_record_that_needs_them(log: IntakeLog) -> None:
    assert files(log) == 1
    assert drop(log, [1], "1") == 1
    assert held(log, 2).raw == LONG
    assert (drop(log, [1, 2], "1, 2"), files(log)) == (1, 0)
    with log.database.reading() as database:
        assert database.execute("SELECT count(*) FROM contexts").fetchone() == (0,)


def test_what_a_crash_left_behind_is_cleaned_up(log: IntakeLog) -> None:
    left = log.folder / "aa" / "bb" / f"{'ab' * 32}.z"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"left")
    drop(log, [1], "1")
    assert (left.exists(), held(log, 2).whole) == (False, True)


def test_a_recovered_record_counts_as_read_for_its_file(log: IntakeLog) -> None:
    assert settle(log, [1], {2: "still no"}) == 1
    (left,) = log.quarantine()
    assert (left.id, left.reason, bool(left.tried_at)) == (2, "still no", True)
    known = log.known("f")
    assert known is not None
    assert (known.records, known.quarantined) == (5, 1)
    assert settle(log, [1], {}) == 0
    assert log.known("f") == known


def test_settling_happens_whole_or_not_at_all(log: IntakeLog, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OverflowError):
        settle(log, [1], {2**70: "a number the database refuses"})
    assert log.quarantined() == 2


def test_lost_or_damaged_bytes_are_said_to_be(log: IntakeLog) -> None:
    next(log.folder.rglob("*.z")).write_bytes(b"damaged")
    with pytest.raises(StoreError, match="damaged"):
        held(log, 1)
    with pytest.raises(NotFound):
        held(log, 99)
