"""Compaction: few files in time order, the same rows, in bounded memory, while others read and write."""

import subprocess
import sys
from datetime import datetime, timedelta
from itertools import pairwise
from math import log2
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.events.store.conftest import START, mails
from tests.laws import often
from workbench.base.errors import StoreError
from workbench.events.store import Batch, Snapshot, Store, compact, maintain, rewrite, settle_if_crowded, write
from workbench.events.store.compact import Step, plan
from workbench.events.store.snapshot import DataFile
from workbench.events.tables import table

LATEST = datetime.max.replace(tzinfo=START.tzinfo)


def rows_in(store: Store, name: str = "EmailEvents") -> list[tuple[object, ...]]:
    return sorted(store.scan(name, inner=True).collect().rows(), key=repr)


def files_in(store: Store, name: str = "EmailEvents") -> tuple:
    snapshot = store.snapshot(name)
    return snapshot.files if snapshot else ()


def staged(store: Store, rows: pl.DataFrame) -> list:
    declaration = table("EmailEvents")
    return write.stage(declaration, store.root / "EmailEvents", write.complete(declaration, rows))


def spread(count: int, days: int, first: int = 0) -> pl.DataFrame:
    """Mails or alerts, one every so often."""
    numbers = range(first, first + count)
    times = [START + number * timedelta(days=days) / 440 for number in numbers]
    return pl.DataFrame({"Timestamp": times, "ReportId": [f"r{number}" for number in numbers]})


def is_tidy(snapshot: Snapshot) -> bool:
    """In time order within files and from file to file, each in the month of its first row."""
    files = sorted((file for file in snapshot.files if file.first), key=lambda file: (file.first, file.newest))
    if any(a.newest > b.first for a, b in pairwise(files)):
        return False
    if any(file.part not in ("", f"{file.first:%Y-%m}") for file in files):
        return False
    frames = [pl.read_parquet(snapshot.folder / file.path) for file in snapshot.files]
    return all(frame["Timestamp"].drop_nulls().is_sorted() for frame in frames)


def test_many_small_appends_become_one_file_whatever_months_they_are_of(store: Store, months: None) -> None:
    for number in range(40):
        store.write("EmailEvents", mails(20, first=number * 20), Batch("t", number))
    before = rows_in(store)
    done = maintain(store, "EmailEvents")
    assert (done.compacted.before, done.compacted.after) == (41, 1)
    assert rows_in(store) == before
    assert is_tidy(store.snapshot("EmailEvents"))


def test_doing_it_again_changes_nothing(store: Store) -> None:
    for number in range(5):
        store.write("EmailEvents", mails(20, first=number * 10), Batch("t", number))
    maintain(store, "EmailEvents")
    version = store.snapshot("EmailEvents").version
    again = maintain(store, "EmailEvents", grace=0)
    assert again.compacted.steps == 0
    assert maintain(store, "EmailEvents", grace=0).removed.files == 0
    assert store.snapshot("EmailEvents").version == version


def test_files_that_overlap_are_parted_in_bounded_pieces(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.events.store.stream.PIECE_BYTES", 30_000)
    for number in range(6):
        mixed = mails(300, first=1000).sample(fraction=0.5, seed=number)
        named = mixed.with_columns(pl.col("NetworkMessageId") + f"-{number}")
        store.write("EmailEvents", named, Batch("t", number))
    before = rows_in(store)
    monkeypatch.setattr("workbench.events.store.write.FILE_ROWS", 200)
    maintain(store, "EmailEvents")
    assert rows_in(store) == before
    assert is_tidy(store.snapshot("EmailEvents"))
    assert len(files_in(store)) == -(-len(before) // 200)
    assert max(file.rows for file in files_in(store)) == 200


@pytest.mark.parametrize("moment", [START, LATEST])
def test_a_moment_with_more_rows_than_fit_into_a_file(
    store: Store, monkeypatch: pytest.MonkeyPatch, moment: datetime
) -> None:
    monkeypatch.setattr("workbench.events.store.stream.PIECE_BYTES", 20_000)
    for number in range(4):
        rows = mails(150, first=number * 150).with_columns(Timestamp=pl.lit(moment))
        store.write("EmailEvents", pl.concat([mails(1, start=START, first=-number * 9), rows]), Batch("t", number))
    before = rows_in(store)
    maintain(store, "EmailEvents")
    assert rows_in(store) == before
    assert is_tidy(store.snapshot("EmailEvents"))
    assert plan(store, "EmailEvents") == []


def test_rows_without_a_time_stay(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.events.store.stream.PIECE_BYTES", 10_000)
    for number in range(4):
        rows = mails(60, first=number * 30).with_columns(pl.col("NetworkMessageId") + f"-{number}")
        rows = rows.with_columns(Timestamp=pl.when(pl.int_range(60) % 7 > 0).then("Timestamp"))
        store.write("EmailEvents", rows, Batch("t", number))
    before = rows_in(store)
    maintain(store, "EmailEvents")
    assert rows_in(store) == before


def test_a_writer_that_is_faster_is_not_undone(store: Store) -> None:
    for number in range(3):
        store.write("EmailEvents", mails(5, first=number), Batch("t", number))
    step = plan(store, "EmailEvents")[0]

    def slow(snapshot: Snapshot) -> list:
        added = staged(store, rewrite.rows_of(store, "EmailEvents", step.files).collect())
        store.write("EmailEvents", mails(1, subject="newer"), Batch("other", 1))
        return added

    assert not rewrite.replace(store, "EmailEvents", step.files, slow, step.rows)
    assert "newer" in store.scan("EmailEvents").collect()["Subject"].to_list()
    on_disk = {str(path.relative_to(store.root / "EmailEvents")) for path in store.root.rglob("*.parquet")}
    assert {file.path for file in files_in(store)} <= on_disk


def test_a_rewrite_that_would_lose_rows_is_refused(store: Store) -> None:
    store.write("EmailEvents", mails(5), Batch("t", 1))
    step = Step(files_in(store))
    with pytest.raises(StoreError, match="would have kept 3 of 5 rows"):
        rewrite.replace(store, "EmailEvents", step.files, lambda _: staged(store, mails(3)), step.rows)
    assert len(rows_in(store)) == 5
    assert len(list(store.root.rglob("*.parquet"))) == len(files_in(store))


def test_a_writer_gathers_small_files_only_when_they_are_many(store: Store) -> None:
    store.write("EmailEvents", mails(3), Batch("t", 0))
    assert settle_if_crowded(store, "EmailEvents").steps == 0
    assert settle_if_crowded(store, "AlertInfo").steps == 0
    for number in range(compact.FEW + 1):
        store.write("EmailEvents", mails(1, first=number), Batch("t", number))
    assert settle_if_crowded(store, "EmailEvents").after <= 2


def test_few_rows_over_years_make_few_files_however_they_come(store: Store) -> None:
    store.write("EmailEvents", spread(439, days=3 * 365), Batch("t", 0))
    assert [file.rows for file in files_in(store)] == [439]
    for number in range(40):
        rows = spread(11, days=3 * 365, first=number * 11).with_columns(AlertId="ReportId").drop("ReportId")
        store.write("AlertInfo", rows, Batch("t", number))
        settle_if_crowded(store, "AlertInfo")
    assert len(files_in(store, "AlertInfo")) <= compact.FEW
    assert len(rows_in(store, "AlertInfo")) == 440


def test_a_month_with_many_rows_keeps_a_file_of_its_own(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.events.store.write.LEAST_ROWS", 500)
    store.write("EmailEvents", mails(1300), Batch("t", 0))
    assert [(file.part, file.rows) for file in files_in(store)] == [("2026-01", 720), ("2026-03", 580)]
    assert is_tidy(store.snapshot("EmailEvents"))


@settings(max_examples=often(60), deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([1, 7, 200, 3_000, 40_000]), st.integers(0, 1_000)), min_size=1, max_size=300)
)
def test_a_row_is_written_anew_a_few_times_and_small_files_stay_few(appends: list[tuple[int, int]]) -> None:
    """By the sizes of files alone: appends at any time, gathered after each."""
    files: tuple[DataFile, ...] = ()
    anew = 0
    for number, (rows, day) in enumerate(appends):
        moment = START + timedelta(days=day)
        files = (*files, DataFile(f"{number}", "2026-01", rows, rows * 100, moment, moment))
        for step in compact.crowds(Snapshot(Path(), 0, files)):
            anew += sum(file.rows for file in step.files if file.rows >= compact.TINY)
            first, newest = min(file.first for file in step.files), max(file.newest for file in step.files)
            whole = DataFile(f"g{number}", "2026-01", step.rows, step.rows * 100, first, newest)
            files = (*(file for file in files if file not in step.files), whole)
    assert anew <= sum(rows for rows, _ in appends) * log2(write.FILE_ROWS / compact.TINY)
    small = [file for file in files if file.rows < write.FILE_ROWS // compact.SMALL]
    assert len(small) <= compact.MANY + 2 * (len(files) - len(small))


def test_who_is_at_it_already_is_not_waited_for_by_a_writer(store: Store) -> None:
    for number in range(compact.FEW + 2):
        store.write("EmailEvents", mails(1, first=number), Batch("t", number))
    with rewrite.upkeep(store, "EmailEvents", 0):
        assert settle_if_crowded(store, "EmailEvents").steps == 0


@settings(max_examples=often(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(
        st.lists(st.tuples(st.integers(0, 30), st.integers(0, 70)), min_size=1, max_size=12), min_size=1, max_size=6
    ),
    memory=st.sampled_from([1, 3_000, 100_000]),
    most=st.sampled_from([1, 7, 500_000]),
)
def test_any_batches_end_as_the_same_rows_in_order(batches, memory, most, tmp_path_factory) -> None:
    store = Store(tmp_path_factory.mktemp("store"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workbench.events.store.stream.PIECE_BYTES", memory)
        patch.setattr("workbench.events.store.write.FILE_ROWS", most)
        for number, batch in enumerate(batches):
            frames = [mails(1, first=key).with_columns(Timestamp=START + timedelta(days=day)) for key, day in batch]
            store.write("EmailEvents", pl.concat(frames), Batch("t", number))
        before = rows_in(store)
        maintain(store, "EmailEvents", grace=0)
        assert rows_in(store) == before
        assert is_tidy(store.snapshot("EmailEvents"))
        assert plan(store, "EmailEvents") == []


MEMORY = """
# The peak as the system keeps it for this program alone: that of getrusage begins with the one that started it.
import re, sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
import polars as pl
from workbench.events.store import Batch, Store, maintain
store, start = Store(Path(sys.argv[1])), datetime(2026, 1, 1, tzinfo=timezone.utc)
for number in range(int(sys.argv[2])):
    ids = pl.Series([f"b{number}-{row}" for row in range(50_000)])
    times = [start + timedelta(seconds=row * 40) for row in range(50_000)]
    text = ids + " " + "x" * 300
    store.write("EmailEvents", pl.DataFrame({"NetworkMessageId": ids, "Timestamp": times, "Subject": text}), Batch("m", number))
def most(): return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
written = most()
print(maintain(store, "EmailEvents").compacted.steps, written, most())
"""


@pytest.mark.slow
def test_memory_stays_within_bounds_however_large_the_table(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MEMORY, str(tmp_path), "24"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert int(said[0]) > 0
    assert int(said[2]) < 600 * 1024, f"{int(said[2]) // 1024} MiB, of which writing took {int(said[1]) // 1024}"
