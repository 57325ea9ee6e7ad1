"""A table written under an older declaration opens under a newer one, is written on, and loses nothing."""

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from tests.events.store.conftest import START, mails
from workbench.base.errors import StoreError
from workbench.events.store import Batch, Store, Written, check, maintain
from workbench.events.tables import KqlType, Table, table, tables

TODAY = table("EmailEvents")


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch):
    """Make a declaration of the table the one that counts."""

    def instead(declaration: Table) -> Table:
        every = {**tables(), declaration.name: declaration}
        monkeypatch.setattr("workbench.events.tables.tables", lambda: every)
        return declaration

    return instead


def lacking(*names: str) -> Table:
    columns = tuple(column for column in TODAY.columns if column.name not in names)
    return replace(TODAY, columns=columns, grades=())


def typed(name: str, kind: KqlType) -> Table:
    columns = tuple(replace(column, type=kind) if column.name == name else column for column in TODAY.columns)
    return replace(TODAY, columns=columns)


def full(count: int, first: int = 0) -> pl.DataFrame:
    return mails(count, first=first).with_columns(
        ThreatTypes=pl.lit("Phish"), UrlCount=pl.lit(7), BulkComplaintLevel=pl.lit(3)
    )


def commits(store: Store) -> int:
    return store.snapshot("EmailEvents").version


def test_a_gained_column_is_empty_in_old_rows_and_held_in_new_ones(store: Store, declare) -> None:
    declare(lacking("ThreatTypes", "UrlCount"))
    store.write("EmailEvents", mails(3), Batch("old", 1))
    before = commits(store)
    declare(TODAY)
    assert Store(store.root).scan("EmailEvents").collect()["ThreatTypes"].to_list() == ["", "", ""]
    store.write("EmailEvents", full(2, first=3), Batch("new", 1))
    frame = store.scan("EmailEvents").sort("Timestamp").collect()
    assert frame["ThreatTypes"].to_list() == ["", "", "", "Phish", "Phish"]
    assert frame["UrlCount"].to_list() == [None, None, None, 7, 7]
    assert commits(store) == before + 2
    assert check(store, "EmailEvents").faults == ()


def test_it_takes_one_commit_that_changes_nothing_but_the_schema(store: Store, declare) -> None:
    declare(lacking("ThreatTypes"))
    store.write("EmailEvents", mails(3), Batch("old", 1))
    declare(TODAY)
    store.write("EmailEvents", full(1, first=3), Batch("new", 1))
    log = store.root / "EmailEvents" / "_delta_log" / f"{2:020}.json"
    actions = [next(iter(json.loads(line))) for line in log.read_text("utf-8").splitlines()]
    assert sorted(actions) == ["commitInfo", "metaData"]
    from deltalake import DeltaTable

    fields = [field.name for field in DeltaTable(store.root / "EmailEvents").schema().fields]
    assert "ThreatTypes" in fields
    assert fields[-1] == "_Part"


def test_an_equal_row_of_before_is_a_duplicate(store: Store, declare) -> None:
    declare(lacking("ThreatTypes"))
    store.write("EmailEvents", mails(3), Batch("old", 1))
    declare(TODAY)
    assert store.write("EmailEvents", mails(3), Batch("new", 1)) == Written(duplicates=3)
    assert store.write("EmailEvents", full(1), Batch("new", 2)) == Written(kept=1, updated=1)


def test_an_integer_that_became_a_long_reads_both(store: Store, declare) -> None:
    declare(typed("BulkComplaintLevel", "int"))
    store.write("EmailEvents", full(2), Batch("old", 1))
    declare(typed("BulkComplaintLevel", "long"))
    big = full(1, first=2).with_columns(BulkComplaintLevel=pl.lit(2**40))
    store.write("EmailEvents", big, Batch("new", 1))
    maintain(store, "EmailEvents", grace=0)
    assert store.scan("EmailEvents").sort("Timestamp").collect()["BulkComplaintLevel"].to_list() == [3, 3, 2**40]


def test_a_type_that_cannot_be_read_any_more_is_refused_with_a_way_out(store: Store, declare) -> None:
    store.write("EmailEvents", full(2), Batch("old", 1))
    declare(typed("UrlCount", "string"))
    with pytest.raises(StoreError, match="UrlCount of EmailEvents is kept as integer and is declared as string"):
        store.write("EmailEvents", mails(1), Batch("new", 1))


def test_a_column_that_left_stays_in_the_files_through_update_and_compaction(store: Store, declare) -> None:
    store.write("EmailEvents", full(4), Batch("old", 1))
    declare(lacking("ThreatTypes"))
    assert "ThreatTypes" not in store.scan("EmailEvents").collect_schema()
    store.write(
        "EmailEvents", mails(1, subject="newer").with_columns(UrlCount=7, BulkComplaintLevel=3), Batch("new", 1)
    )
    store.write("EmailEvents", mails(2, first=4), Batch("new", 2))
    maintain(store, "EmailEvents", grace=0)
    held = pl.read_parquet(
        [store.root / "EmailEvents" / file.path for file in store.snapshot("EmailEvents").files],
        missing_columns="insert",
    )
    assert held.sort("Timestamp")["ThreatTypes"].to_list() == [None, "Phish", "Phish", "Phish", None, None]
    declare(TODAY)
    assert store.scan("EmailEvents").filter(pl.col("ThreatTypes") == "Phish").collect().height == 3


def test_a_new_table_of_the_log_is_read_by_any_reader_of_the_format(store: Store, declare, tmp_path: Path) -> None:
    declare(lacking("ThreatTypes"))
    store.write("EmailEvents", mails(3), Batch("old", 1))
    declare(TODAY)
    store.write("EmailEvents", full(2, first=3), Batch("new", 1))
    rows = pl.scan_delta(str(store.root / "EmailEvents")).select("ThreatTypes").collect()
    assert sorted(rows["ThreatTypes"].to_list(), key=str) == [None, None, None, "Phish", "Phish"]
    assert pl.scan_delta(str(store.root / "EmailEvents")).filter(pl.col("Timestamp") >= START).collect().height == 5
