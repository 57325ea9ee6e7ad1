"""What no version names is removed; what a reader may be in, and what others put there, is not."""

import os
import shutil
import time
from pathlib import Path

import pytest

from tests.events.store.conftest import mails
from tests.events.store.test_compact import rows_in
from workbench.events.store import Batch, Store, log, maintain
from workbench.events.store.snapshot import open_table
from workbench.events.store.vacuum import clear_unlogged


@pytest.fixture
def folder(store: Store) -> Path:
    store.write("EmailEvents", mails(50), Batch("t", 1))
    store.write("EmailEvents", mails(10, subject="newer"), Batch("t", 2))
    return store.root / "EmailEvents"


def age(folder: Path, seconds: float) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (time.time() - seconds,) * 2)


def data(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*.parquet") if "_delta_log" not in path.parts}


def test_a_replaced_file_stays_for_its_readers_and_goes_after_the_grace(store: Store, folder: Path) -> None:
    reader = store.scan("EmailEvents")
    store.write("EmailEvents", mails(10, subject="newest"), Batch("t", 3))
    assert maintain(store, "EmailEvents").removed.files == 0
    assert reader.collect()["Subject"].to_list().count("newer") == 10
    age(folder, 3601)
    assert maintain(store, "EmailEvents").removed.files > 0
    assert data(folder) == {Path(file.path).name for file in store.snapshot("EmailEvents").files}
    assert store.scan("EmailEvents").collect().height == 50


def test_what_a_killed_writer_left_goes_at_once(store: Store, folder: Path) -> None:
    left = [
        folder / "_Part=2026-01" / f"{'a' * 32}.parquet",
        folder / "_Part=2026-01" / f"{'b' * 32}.parquet#1",
        folder / "_Part=2031-01" / f"{'c' * 32}.parquet",
        folder / "_delta_log" / "_commit_17.json.tmp",
        folder / "_delta_log" / f"{9:020}.json#1",
        folder / "_sidecar" / f"{'a' * 32}.side",
        folder / "_sidecar" / f"{'a' * 32}.41.tmp",
        folder / "_sidecar" / f"{Path(store.snapshot('EmailEvents').files[0].path).stem}.41.tmp",
    ]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"torn")
    before = rows_in(store)
    assert maintain(store, "EmailEvents").removed.files == len(left)
    assert not any(path.exists() for path in left)
    assert not (folder / "_Part=2031-01").exists()
    assert rows_in(Store(store.root)) == before


def test_sidecars_stay_as_long_as_their_data_file(store: Store, folder: Path) -> None:
    current = Path(store.snapshot("EmailEvents").files[0].path).stem
    sidecar = folder / "_sidecar" / f"{current}.side"
    sidecar.parent.mkdir(exist_ok=True)
    sidecar.write_bytes(b"derived")
    maintain(store, "EmailEvents", grace=0)
    assert sidecar.exists()
    for number in range(10):
        store.write("EmailEvents", mails(10, subject=f"newer{number}"), Batch("t", number))
    maintain(store, "EmailEvents", grace=0)
    assert not sidecar.exists()


def test_what_others_put_into_the_folder_stays(store: Store, folder: Path) -> None:
    for name in ("notes.txt", "mine.parquet", "_delta_log/readme"):
        (folder / name).write_text("keep")
    maintain(store, "EmailEvents", grace=0)
    assert all((folder / name).exists() for name in ("notes.txt", "mine.parquet", "_delta_log/readme"))


def test_the_log_stays_short_and_is_read_on_from_any_version(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "CHECKPOINT_EVERY", 20)
    old = Store(store.root)
    old.snapshot("EmailEvents")
    for number in range(16):
        store.write("EmailEvents", mails(1, first=number, subject=f"s{number:03}"), Batch("t", number))
    age(folder, 3601)
    maintain(store, "EmailEvents")
    commits = [path for path in (folder / "_delta_log").glob("*.json") if path.stem.isdigit()]
    assert len(commits) < 5
    rows = rows_in(store)
    assert rows_in(old) == rows
    assert rows_in(Store(store.root)) == rows
    assert open_table(folder).transaction_version("t") == 15
    store.write("EmailEvents", mails(1, first=999), Batch("t", 100))
    assert rows_in(old) == rows_in(Store(store.root))


def test_writers_make_checkpoints_by_the_way(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "CHECKPOINT_EVERY", 3)
    for number in range(4):
        store.write("EmailEvents", mails(1, first=number, subject=f"s{number}"), Batch("t", number))
    assert list((folder / "_delta_log").glob("*.checkpoint.parquet"))
    assert rows_in(Store(store.root)) == rows_in(store)


def test_files_without_a_log_go_when_their_maker_says_so_and_with_a_log_never(store: Store, folder: Path) -> None:
    assert clear_unlogged(store.root, "EmailEvents").files == 0
    shutil.rmtree(log.folder_of(folder))
    (folder / "notes.txt").write_text("of somebody else")
    found = clear_unlogged(store.root, "EmailEvents")
    assert found.files > 0
    assert found.bytes > 0
    assert data(folder) == set()
    assert (folder / "notes.txt").exists()
    assert Store(store.root).snapshot("EmailEvents") is None
    assert clear_unlogged(store.root, "UrlClickEvents").files == 0
