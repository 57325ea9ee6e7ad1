"""Sidecars come with the data files, can be made later, and tell when they are not true."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from workbench.base.errors import StoreError
from workbench.events.store import Batch, Store, adopt, check, maintain, rebuild_index
from workbench.events.store.accelerators import FOLDER, Counts, building, container, faults, rebuild
from workbench.events.store.accelerators.container import opened, place
from workbench.events.store.snapshot import DataFile, Snapshot

ROWS = 40
Rows = Callable[..., pl.DataFrame]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "LEAST_ROWS", 10)


def _file(store: Store) -> tuple[Snapshot, DataFile]:
    snapshot = store.snapshot("EmailEvents")
    assert snapshot is not None
    return snapshot, snapshot.files[-1]


def _sidecar(store: Store) -> Path:
    snapshot, file = _file(store)
    return place(snapshot.folder, file.path)


def test_a_data_file_is_written_with_its_sidecar(store: Store, rows: Rows) -> None:
    store.write("EmailEvents", rows(ROWS, start=datetime(2026, 1, 1, tzinfo=UTC)), Batch("test", 0))
    snapshot, file = _file(store)
    assert place(snapshot.folder, file.path).parent.name == FOLDER
    assert opened(snapshot.folder, file) is not None
    assert faults(store, "EmailEvents") == []
    assert rebuild(store, "EmailEvents") == Counts(kept=1)


def test_a_small_file_goes_without(store: Store, rows: Rows) -> None:
    store.write("EmailEvents", rows(9), Batch("test", 0))
    assert not _sidecar(store).exists()
    assert rebuild(store, "EmailEvents") == Counts(small=1)


def test_a_table_without_rows_has_nothing_to_make(store: Store) -> None:
    assert rebuild(store, "EmailEvents") == Counts()
    assert faults(store, "EmailEvents") == []


@pytest.mark.parametrize("harm", ["gone", "cut", "head", "inside", "other"])
def test_rebuild_makes_what_is_missing_or_damaged(store: Store, rows: Rows, harm: str) -> None:
    store.write("EmailEvents", rows(ROWS, start=datetime(2026, 1, 1, tzinfo=UTC)), Batch("test", 0))
    path = _sidecar(store)
    whole = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        flipped = {"head": 40, "inside": len(whole) - 30}.get(harm, 0)
        changed = whole[:flipped] + bytes([whole[flipped] ^ 1]) + whole[flipped + 1 :]
        path.write_bytes({"cut": whole[:-7], "other": b""}.get(harm, changed))
        assert len(faults(store, "EmailEvents")) == 1
    assert rebuild(store, "EmailEvents") == Counts(made=1)
    assert path.read_bytes() == whole
    assert faults(store, "EmailEvents") == []


def test_check_names_a_damaged_index_and_upkeep_makes_what_is_missing(store: Store, rows: Rows) -> None:
    store.write("EmailEvents", rows(ROWS), Batch("test", 0))
    whole = _sidecar(store).read_bytes()
    _sidecar(store).write_bytes(whole[:-7])
    (fault,) = check(store, "EmailEvents").faults
    assert (fault.where, "rebuild-index EmailEvents" in fault.advice) == (FOLDER, True)
    _sidecar(store).unlink()
    assert check(store, "EmailEvents").faults == ()
    assert maintain(store, "EmailEvents").indexed == 1
    assert _sidecar(store).read_bytes() == whole
    assert maintain(store, "EmailEvents").indexed == 0


def test_an_index_of_a_file_that_cannot_be_read_is_no_crash(store: Store, rows: Rows) -> None:
    store.write("EmailEvents", rows(ROWS), Batch("test", 0))
    _sidecar(store).unlink()
    snapshot, file = _file(store)
    (snapshot.folder / file.path).write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(StoreError, match="workbench store check EmailEvents"):
        rebuild_index(store, "EmailEvents")
    assert [fault.where for fault in check(store, "EmailEvents").faults if fault.unreadable] == [file.path]


def test_a_sidecar_of_another_file_is_not_trusted(store: Store, rows: Rows) -> None:
    for number in range(2):
        start = datetime(2026, 1 + number, 1, tzinfo=UTC)
        store.write("EmailEvents", rows(ROWS + number, start=start, first=ROWS * number), Batch("test", number))
    snapshot, last = _file(store)
    place(snapshot.folder, last.path).write_bytes(place(snapshot.folder, snapshot.files[0].path).read_bytes())
    assert opened(snapshot.folder, last) is None
    assert "of another version or data file" in faults(store, "EmailEvents")[0]


def test_a_sidecar_of_another_engine_is_not_trusted(store: Store, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write("EmailEvents", rows(ROWS, start=datetime(2026, 1, 1, tzinfo=UTC)), Batch("test", 0))
    monkeypatch.setattr(container, "_hashing", lambda: 7)
    snapshot, file = _file(store)
    assert opened(snapshot.folder, file) is None
    assert rebuild(store, "EmailEvents") == Counts(made=1)
    assert opened(snapshot.folder, file) is not None


def test_a_sidecar_that_does_not_say_what_its_file_says_is_a_fault(store: Store, rows: Rows) -> None:
    store.write("EmailEvents", rows(ROWS, start=datetime(2026, 1, 1, tzinfo=UTC)), Batch("test", 0))
    snapshot, file = _file(store)
    sidecar = opened(snapshot.folder, file)
    assert sidecar is not None
    parts = {name: sidecar.part(name) or b"" for name in sidecar.pieces}
    name = next(name for name in parts if name.startswith("lookup ") and "directory" not in name)
    container.write(sidecar.path, file.rows, file.size, {**parts, name: parts[name][::-1]})
    assert faults(store, "EmailEvents") == [f"{sidecar.path.name} does not say of '{name}' what its data file says"]


def test_where_there_is_no_room_the_rows_are_kept_without(
    store: Store, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(container, "write", full)
    assert store.write("EmailEvents", rows(ROWS, start=datetime(2026, 1, 1, tzinfo=UTC)), Batch("test", 0)).kept == ROWS
    assert not _sidecar(store).exists()


def test_adopted_files_get_theirs_by_rebuild(store: Store, tmp_path: Path) -> None:
    """They may lack columns, which are empty then."""
    frame = pl.DataFrame(
        {
            "Timestamp": [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=at) for at in range(ROWS)],
            "NetworkMessageId": [f"m{at}" for at in range(ROWS)],
        }
    ).with_columns(pl.col("Timestamp").dt.cast_time_unit("us"))
    frame.write_parquet(tmp_path / "old.parquet")
    adopt(store, "EmailEvents", [tmp_path / "old.parquet"])
    assert not _sidecar(store).exists()
    assert rebuild(store, "EmailEvents") == Counts(made=1)
    assert faults(store, "EmailEvents") == []
    assert rebuild(store, "EmailEvents", every=True) == Counts(made=1)


def test_no_draft_is_left_behind(store: Store, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write("EmailEvents", rows(ROWS, start=datetime(2026, 1, 1, tzinfo=UTC)), Batch("test", 0))
    path = _sidecar(store)
    path.unlink()

    def refuse(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(container.os, "fsync", refuse)
    with pytest.raises(StoreError, match="No space"):
        rebuild(store, "EmailEvents")
    assert list(path.parent.iterdir()) == []
