"""Tables that are kept in unusual ways: two names that differ by letter case, and no time at all."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from workbench.base.span import Span
from workbench.events.store import Batch, Form, Store, Written, check, disk, export, maintain
from workbench.events.store.schema import delta_schema
from workbench.events.tables import tables

START = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", tables())
def test_every_table_has_a_schema_that_delta_takes(name: str) -> None:
    names = [field.name.lower() for field in delta_schema(tables()[name]).fields]
    assert len(names) == len(set(names))


def test_columns_that_differ_by_letter_case_are_both_kept(store: Store) -> None:
    rows = pl.DataFrame({"Timestamp": [START], "DeviceId": ["d"], "LogonId": [7], "LogonID": [8]})
    store.write("DeviceProcessEvents", rows, Batch("test", 1))
    assert store.scan("DeviceProcessEvents").select("LogonId", "LogonID").collect().row(0) == (7, 8)


def test_a_table_without_a_time_is_whole_in_every_window_and_keeps_one_row_of_a_key(store: Store) -> None:
    nodes = pl.DataFrame({"NodeId": ["a", "b"], "NodeName": ["one", "two"]})
    assert store.write("ExposureGraphNodes", nodes, Batch("test", 1)) == Written(kept=2)
    changed = pl.DataFrame({"NodeId": ["b"], "NodeName": ["zwei"]})
    assert store.write("ExposureGraphNodes", changed, Batch("test", 2)) == Written(kept=1, updated=1)
    more = pl.DataFrame({"NodeId": ["c"], "NodeName": ["four"]})
    store.write("ExposureGraphNodes", more, Batch("test", 3))
    assert maintain(store, "ExposureGraphNodes", keep_from=START).compacted.after == 1
    assert check(store, "ExposureGraphNodes").faults == ()
    window = Span(START, START + timedelta(days=1))
    held = store.scan("ExposureGraphNodes", window).select("NodeId", "NodeName").collect()
    assert sorted(held.rows()) == [("a", "one"), ("b", "zwei"), ("c", "four")]
    snapshot = store.snapshot("ExposureGraphNodes")
    assert snapshot is not None
    assert (snapshot.first, snapshot.newest) == (None, None)
    assert store.newest(START) is None


def test_a_table_without_a_time_is_weighed_and_written_out(store: Store, tmp_path: Path) -> None:
    store.write("ExposureGraphNodes", pl.DataFrame({"NodeId": ["a", "b"], "NodeName": ["1", "2"]}), Batch("test", 1))
    assert disk(store, "ExposureGraphNodes", START, keep=timedelta(days=1)).rows_per_day == 0
    for form in Form:
        assert export(store, ["ExposureGraphNodes"], tmp_path / form, form)[0].rows == 2
