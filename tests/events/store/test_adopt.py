from pathlib import Path

import polars as pl
import pytest

from tests.events.store.conftest import mails
from workbench.base.errors import StoreError
from workbench.events.store import Batch, Store, adopt


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    frames = [mails(10), mails(10, first=10)]
    for number, frame in enumerate(frames):
        extra = frame.with_columns(Own=pl.lit(1), UrlCount=pl.lit(3, dtype=pl.Int16))
        extra.write_parquet(tmp_path / f"{number}.parquet")
    return sorted(tmp_path.glob("*.parquet"))


def test_foreign_files_become_rows_without_a_copy(store: Store, files: list[Path]) -> None:
    assert adopt(store, "EmailEvents", files) == 20
    links = list((store.root / "EmailEvents").rglob("*.parquet"))
    assert len(links) == 2
    assert all(link.is_symlink() for link in links)


def test_undeclared_columns_are_invisible_and_missing_text_is_empty(store: Store, files: list[Path]) -> None:
    adopt(store, "EmailEvents", files)
    frame = store.scan("EmailEvents").collect()
    assert "Own" not in frame.columns
    assert frame["SenderFromAddress"].unique().to_list() == [""]
    assert (frame["UrlCount"].dtype, frame["UrlCount"].sum()) == (pl.Int32, 60)


def test_a_table_with_rows_adopts_nothing(store: Store, files: list[Path]) -> None:
    store.write("EmailEvents", mails(1), Batch("t", 1))
    with pytest.raises(StoreError, match="has rows already"):
        adopt(store, "EmailEvents", files)


def test_a_file_without_the_time_column_is_refused(store: Store, tmp_path: Path) -> None:
    pl.DataFrame({"Subject": ["x"]}).write_parquet(tmp_path / "x.parquet")
    with pytest.raises(StoreError, match="no column Timestamp"):
        adopt(store, "EmailEvents", [tmp_path / "x.parquet"])
