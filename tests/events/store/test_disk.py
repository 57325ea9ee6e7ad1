"""What a table takes is what lies on disk; what it will take follows from the rate and from what it keeps."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.events.store.conftest import START, mails
from workbench.events.store import Batch, Store, disk, free

DAY = timedelta(days=1)


@pytest.fixture
def held(store: Store) -> Store:
    store.write("EmailEvents", mails(24 * 40), Batch("t", 1))
    return store


def test_bytes_are_those_on_disk(held: Store) -> None:
    (held.root / "EmailEvents" / f"{'a' * 32}.parquet").write_bytes(b"left over")
    stem = Path(held.snapshot("EmailEvents").files[0].path).stem
    (held.root / "EmailEvents" / "_sidecar").mkdir()
    (held.root / "EmailEvents" / "_sidecar" / f"{stem}.side").write_bytes(b"12345")
    found = disk(held, "EmailEvents", START + 40 * DAY)
    assert found.data == sum(path.stat().st_size for path in held.root.rglob("_Part*/*.parquet"))
    assert (found.sidecars, found.leftovers, found.rows) == (5, 9, 960)
    assert found.bytes_per_row == pytest.approx((found.data + 5) / 960, abs=0.1)


def test_the_rate_is_that_of_the_newest_days_that_have_rows(held: Store) -> None:
    held.write("EmailEvents", mails(48, first=24 * 400), Batch("t", 2))
    assert disk(held, "EmailEvents", START + 500 * DAY).rows_per_day == 24


def test_without_retention_it_grows_by_the_rate(held: Store) -> None:
    found = disk(held, "EmailEvents", START + 40 * DAY)
    each = found.data / 960
    assert found.forecast == pytest.approx((each * (960 + 24 * 30), each * (960 + 24 * 90)), rel=0.01)


def test_with_retention_it_comes_to_a_rest(held: Store) -> None:
    found = disk(held, "EmailEvents", START + 40 * DAY, keep=20 * DAY)
    each = found.data / 960
    assert found.forecast == pytest.approx((each * 24 * 20, each * 24 * 20), rel=0.06)
    partly = disk(held, "EmailEvents", START + 40 * DAY, keep=60 * DAY)
    assert partly.forecast[0] == pytest.approx(each * (24 * 30 + 24 * 30), rel=0.06)


def test_a_table_that_never_had_rows_takes_nothing(store: Store) -> None:
    assert disk(store, "AlertInfo", START) is None
    assert free(store) > 0
