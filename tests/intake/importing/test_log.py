from pathlib import Path

import pytest

from workbench.intake.importing.log import KEPT_BYTES, Aside, IntakeLog, ReadFile


@pytest.fixture
def log(tmp_path: Path) -> IntakeLog:
    return IntakeLog(tmp_path / "intake.db")


def test_a_record_is_set_aside_once(log: IntakeLog) -> None:
    record = Aside("f00", "a.ndjson", "line 2", "is not JSON", b"{")
    log.set_aside([record])
    log.set_aside([record, Aside("f00", "a.ndjson", "line 3", "is not JSON", b"[")])
    assert [(each.place, each.size) for each in log.quarantine()] == [("line 3", 1), ("line 2", 1)]
    assert log.quarantined() == 2


def test_size_and_hash_are_of_the_whole_record(log: IntakeLog) -> None:
    log.set_aside([Aside("f00", "a", "", "too long", b"x" * (KEPT_BYTES + 5))])
    (found,) = log.quarantine()
    assert found.size == KEPT_BYTES + 5
    assert len(found.sha256) == 64


def test_a_finished_file_is_known_by_its_bytes(log: IntakeLog) -> None:
    assert log.known("abc") is None
    log.finish([ReadFile("abc", "a.eml", 10, 3, 1)])
    known = IntakeLog(log.path).known("abc")
    assert (known.name, known.records, known.quarantined) == ("a.eml", 3, 1)


def test_held_open_it_answers_alike_and_others_see_what_was_written(log: IntakeLog) -> None:
    with log.held():
        log.finish(ReadFile(name, f"{name}.eml", 10, 1, 0) for name in ("a", "b"))
        assert log.known("a") == IntakeLog(log.path).known("a") is not None
    assert log.known("b") is not None
