"""A full disk, and one that may not be written: a clear error, an intact store, and all goes on when there is room."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from tests.events.store.conftest import START, mails
from workbench.base.errors import StoreError
from workbench.events.store import Batch, Form, Store, check, export, maintain

LIMITED = """
import resource, sys
from pathlib import Path
from tests.events.store.conftest import START, mails
from workbench.base.errors import StoreError
from workbench.events.store import Batch, Store, maintain
store, limit = Store(Path(sys.argv[1])), int(sys.argv[2])
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
try:
    if sys.argv[3] == "write":
        store.write("EmailEvents", mails(3000, first=100), Batch("t", 2))
    elif sys.argv[3] == "update":
        store.write("EmailEvents", mails(100, subject="newer"), Batch("t", 2))
    else:
        maintain(store, "EmailEvents", grace=0)
except StoreError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
again = store.write("EmailEvents", mails(3000, first=100), Batch("t", 3))
print(again.kept, store.snapshot("EmailEvents").rows)
"""


@pytest.mark.parametrize(
    ("what", "limit"),
    [
        ("write", 0),
        ("update", 300),
        ("maintain", 9_000),
        pytest.param("write", 9_000, marks=pytest.mark.slow),
        pytest.param("maintain", 300, marks=pytest.mark.slow),
    ],
)
def test_a_file_that_may_not_grow_ends_in_a_clear_error_and_the_next_write_succeeds(
    store: Store, what: str, limit: int
) -> None:
    for number in range(3):
        store.write("EmailEvents", mails(100, first=number), Batch("t", number))
    rows = store.snapshot("EmailEvents").rows
    command = [sys.executable, "-c", LIMITED, str(store.root), str(limit), what]
    done = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    error, result = done.stdout.splitlines()
    assert "Is there room on the disk" in error
    assert result == f"{3100 - rows} 3100"
    assert check(Store(store.root), "EmailEvents").faults == ()


WITHOUT_SIDECAR = """
import resource, sys
from pathlib import Path
from tests.events.store.test_full_disk import alike
from workbench.events.store import Batch, Store, rebuild_index
store = Store(Path(sys.argv[1]))
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), hard))
print(store.write("EmailEvents", alike(), Batch("t", 1)).kept)
try:
    rebuild_index(store, "EmailEvents")
except Exception as error:
    print(type(error).__name__, error)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
print(rebuild_index(store, "EmailEvents"))
"""


def alike() -> pl.DataFrame:
    """Rows that take less room than what is made of them to find them."""
    return mails(20_000).with_columns(
        Timestamp=pl.lit(START), InternetMessageId=pl.lit("<a@b>"), SenderFromAddress=pl.lit("a@b")
    )


def test_a_write_succeeds_without_its_sidecar_where_there_is_no_room_for_one(store: Store, tmp_path: Path) -> None:
    whole = Store(tmp_path / "whole")
    whole.write("EmailEvents", alike(), Batch("t", 1))
    sizes = [next(whole.root.rglob(form)).stat().st_size for form in ("*.parquet", "*.side")]
    assert sizes[0] < sizes[1]
    command = [sys.executable, "-c", WITHOUT_SIDECAR, str(store.root), str(sum(sizes) // 2)]
    done = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    kept, error, made = done.stdout.splitlines()
    assert (kept, made) == ("20000", "Counts(made=1, kept=0, small=0)")
    assert error.startswith("StoreError An index of EmailEvents cannot be made")
    assert not list(store.root.rglob("*.tmp"))
    assert check(store, "EmailEvents").faults == ()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one MiB, where we may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(options, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk takes the right to, which this user has not")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_fills_up_keeps_what_was_committed(small_disk: Path) -> None:
    store, kept = Store(small_disk / "store"), 0
    ids = pl.Series([os.urandom(60).hex() for _ in range(2000)])
    with pytest.raises(StoreError, match="room on the disk"):
        for number in range(30):
            store.write("EmailEvents", mails(2000, first=number * 2000).with_columns(Subject=ids), Batch("t", number))
            kept += 2000
    assert 2000 <= kept < 30_000
    assert Store(store.root).scan("EmailEvents").collect().height == kept
    (small_disk / "filler").write_bytes(b"")
    for path in store.root.rglob("*.parquet"):
        if str(path.relative_to(store.root / "EmailEvents")) not in {
            f.path for f in store.snapshot("EmailEvents").files
        }:
            path.unlink()
    with pytest.raises(StoreError):
        export(store, ["EmailEvents"], small_disk / "out", Form.ndjson)
    subprocess.run(["mount", "-o", "remount,size=9m", str(small_disk)], check=True)
    store.write("EmailEvents", mails(2000, first=kept).with_columns(Subject=ids), Batch("t", 99))
    maintain(store, "EmailEvents", grace=0)
    assert check(Store(store.root), "EmailEvents").faults == ()
    assert store.snapshot("EmailEvents").rows == kept + 2000


@pytest.fixture
def read_only(store: Store) -> Iterator[Store]:
    """A store on a disk that may only be read, where we may mount one."""
    store.write("EmailEvents", mails(50), Batch("t", 1))
    store.write("EmailEvents", mails(50, first=50), Batch("t", 2))
    bind = ["mount", "--bind", str(store.root), str(store.root)]
    if os.geteuid() != 0 or subprocess.run(bind, capture_output=True, check=False).returncode:
        pytest.skip("mounting a read-only disk takes the right to, which this user has not")
    subprocess.run(["mount", "-o", "remount,ro,bind", str(store.root)], check=True)
    yield store
    subprocess.run(["umount", str(store.root)], check=True)


def test_a_disk_that_may_only_be_read_is_read_and_says_so_to_writers(read_only: Store) -> None:
    reader = Store(read_only.root)
    assert reader.scan("EmailEvents").collect().height == 100
    assert check(reader, "EmailEvents").faults == ()
    for name in ("EmailEvents", "AlertInfo"):
        with pytest.raises(StoreError, match=r"cannot be written.*Reading works as before"):
            reader.write(name, mails(1, first=900).select("Timestamp"), Batch("t", 3))
    with pytest.raises(StoreError, match="cannot be written"):
        maintain(reader, "EmailEvents")
