from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.intake.importing.test_run import event, lines, run
from workbench.base.config import Workspace
from workbench.intake.importing.holdings import holdings

NOW = datetime(2026, 9, 15, 10, 0, tzinfo=UTC)


def test_a_table_is_shown_with_its_age_its_source_and_its_faults(workspace: Workspace, tmp_path: Path) -> None:
    path = lines(
        tmp_path / "EmailEvents.ndjson",
        [event(1), event(2), event(3, Timestamp="2126-01-01T00:00:00Z"), event(4, Timestamp="never")],
    )
    run(workspace, path)
    (held,) = holdings(workspace, NOW)
    assert (held.table, held.rows, held.faults, held.future) == ("EmailEvents", 3, 1, 1)
    assert held.age == timedelta(days=1)
    assert held.newest == datetime(2126, 1, 1, tzinfo=UTC)
    assert held.last_file == "EmailEvents.ndjson"
    assert held.last_import is not None
    assert held.bytes_per_row == round(held.bytes / 3, 1)


def test_the_last_import_is_the_last_that_wrote_rows(workspace: Workspace, tmp_path: Path) -> None:
    run(workspace, lines(tmp_path / "EmailEvents_1.ndjson", [event(1)]))
    first = holdings(workspace, NOW)[0]
    run(workspace, lines(tmp_path / "EmailEvents_2.ndjson", [event(1)]))
    assert holdings(workspace, NOW)[0] == first
    run(workspace, lines(tmp_path / "EmailEvents_3.ndjson", [event(2)]))
    third = holdings(workspace, NOW)[0]
    assert (third.rows, third.last_file) == (2, "EmailEvents_3.ndjson")


def test_a_table_of_which_all_was_set_aside_is_shown_too(workspace: Workspace, tmp_path: Path) -> None:
    run(workspace, lines(tmp_path / "EmailEvents.ndjson", [event(1, Timestamp="never")]))
    (held,) = holdings(workspace, NOW)
    assert (held.table, held.rows, held.faults, held.age) == ("EmailEvents", 0, 1, None)
