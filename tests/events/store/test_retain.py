"""Rows that a table does not keep any more go, and no others."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.events.store.conftest import START, mails
from tests.events.store.test_compact import files_in, is_tidy, rows_in
from tests.laws import often
from workbench.base.errors import BadSetting
from workbench.events.store import Batch, Store, adopt, limits, maintain, outlook
from workbench.events.tables import table, tables
from workbench.events.tables._declare import Partition

HOUR = timedelta(hours=1)


def times(store: Store) -> list[datetime]:
    return store.scan("EmailEvents").collect()["Timestamp"].sort().to_list()


def test_whole_files_go_and_the_one_at_the_border_is_rewritten(store: Store, months: None) -> None:
    store.write("EmailEvents", mails(2000), Batch("t", 1))
    border = START + timedelta(days=10)
    done = maintain(store, "EmailEvents", keep_from=border)
    assert (done.expired.rows, done.expired.files, done.expired.rewritten) == (240, 1, 1)
    assert times(store) == [START + number * HOUR for number in range(240, 2000)]
    assert is_tidy(store.snapshot("EmailEvents"))


def test_what_would_go_is_said_and_nothing_is_done(store: Store, months: None) -> None:
    store.write("EmailEvents", mails(2000), Batch("t", 1))
    version = store.snapshot("EmailEvents").version
    said = outlook(store, "EmailEvents", keep_from=START + timedelta(days=10))
    assert (said.expired.rows, said.expired.files, said.expired.rewritten) == (240, 1, 1)
    assert store.snapshot("EmailEvents").version == version


def test_nothing_is_old_and_nothing_happens(store: Store) -> None:
    store.write("EmailEvents", mails(20), Batch("t", 1))
    version = store.snapshot("EmailEvents").version
    assert maintain(store, "EmailEvents", keep_from=START).expired.rows == 0
    assert store.snapshot("EmailEvents").version == version


def test_all_may_go(store: Store) -> None:
    store.write("EmailEvents", mails(20), Batch("t", 1))
    maintain(store, "EmailEvents", keep_from=START + timedelta(days=900))
    assert files_in(store) == ()
    assert store.scan("EmailEvents").collect().height == 0
    assert "EmailEvents" not in store.held()
    assert store.write("EmailEvents", mails(20), Batch("t", 2)).kept == 20


@pytest.mark.parametrize("partition", ["month", "none"])
def test_rows_without_a_time_stay(store: Store, monkeypatch: pytest.MonkeyPatch, partition: Partition) -> None:
    every = {**tables(), "EmailEvents": replace(table("EmailEvents"), partition=partition)}
    monkeypatch.setattr("workbench.events.tables.tables", lambda: every)
    rows = mails(20).with_columns(Timestamp=pl.when(pl.int_range(20) > 9).then("Timestamp"))
    store.write("EmailEvents", rows, Batch("t", 1))
    maintain(store, "EmailEvents", keep_from=START + timedelta(days=900))
    assert times(store) == [None] * 10


def test_rows_without_a_time_in_an_adopted_file_stay(store: Store, tmp_path: Path) -> None:
    rows = mails(20).with_columns(Timestamp=pl.when(pl.int_range(20) > 9).then("Timestamp"))
    rows.write_parquet(tmp_path / "foreign.parquet")
    adopt(store, "EmailEvents", [tmp_path / "foreign.parquet"])
    maintain(store, "EmailEvents", keep_from=START + timedelta(days=900))
    assert times(store) == [None] * 10


def test_days_are_by_table_and_by_default() -> None:
    found = limits({"default": 90, "EmailEvents": 365, "AlertInfo": 0})
    assert found["EmailEvents"] == timedelta(days=365)
    assert found["UrlClickEvents"] == timedelta(days=90)
    assert "AlertInfo" not in found
    assert limits({}) == {}


def test_a_table_that_is_none_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadSetting, match=r"no table 'EmailEvent'.*Did you mean EmailEvents"):
        limits({"EmailEvent": 9})


@settings(max_examples=often(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(st.lists(st.integers(0, 90), min_size=1, max_size=10), min_size=1, max_size=4),
    day=st.integers(0, 95),
)
def test_exactly_the_older_rows_go(batches, day, tmp_path_factory) -> None:
    store, border = Store(tmp_path_factory.mktemp("store")), START + timedelta(days=day)
    for number, days in enumerate(batches):
        frames = [
            mails(1, first=1000 * number + at).with_columns(Timestamp=START + timedelta(days=d))
            for at, d in enumerate(days)
        ]
        store.write("EmailEvents", pl.concat(frames), Batch("t", number))
    kept = [row for row in rows_in(store) if row[0] >= border]
    maintain(store, "EmailEvents", keep_from=border, grace=0)
    assert rows_in(store) == kept
