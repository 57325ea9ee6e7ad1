import io
from pathlib import Path

import polars as pl
import pytest

from tests.intake.sources.test_kinds import read, values
from workbench.intake.sources import Block, kinds
from workbench.intake.sources.parquet_rows import SLICE


def test_a_file_is_read_in_slices_each_telling_the_next(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"n": range(SLICE * 2 + 5), "b": "x"}).write_parquet(path, row_group_size=7_000)
    kind, block, seen = kinds()["parquet_rows"], Block(b"", path=path), list[int]()
    while block is not None:
        lot = kind.lot(block)
        seen += [row[0] for sheet in lot.sheets for row in sheet.rows]
        assert len(lot.sheets[0].rows) <= SLICE
        block = lot.more
    assert seen == list(range(SLICE * 2 + 5))


def test_rows_are_the_same_one_by_one(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1, None], "b": [[1], []], "c": [{"d": "x"}, {"d": None}]})
    frame.write_parquet(tmp_path / "a.parquet")
    assert values(read(tmp_path / "a.parquet")) == frame.to_dicts()


def test_a_file_inside_another_is_copied_for_the_time_it_is_read() -> None:
    stream = io.BytesIO()
    pl.DataFrame({"a": [1]}).write_parquet(stream)
    stream.seek(0)
    pieces = kinds()["parquet_rows"].split(io.BufferedReader(stream))
    block = next(pieces)
    assert len(kinds()["parquet_rows"].lot(block).sheets[0].rows) == 1
    with pytest.raises(StopIteration):
        next(pieces)
    assert not block.path.exists()


@pytest.mark.quirk("hunting export: Parquet", "naive and local times, nanoseconds")
def test_times_are_text_in_utc_and_bytes_are_text(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"t": ["2026-09-14 10:00:00.1234567"], "raw": [b"\xff\x00"], "day": ["2026-09-14"], "kind": ["a"]}
    ).with_columns(
        pl.col("t").str.to_datetime(time_unit="ns").dt.replace_time_zone("Europe/Vienna"),
        pl.col("day").str.to_date(),
        pl.col("kind").cast(pl.Categorical),
    )
    frame.write_parquet(tmp_path / "a.parquet")
    assert values(read(tmp_path / "a.parquet")) == [
        {"t": "2026-09-14T08:00:00.123456Z", "raw": "/wA=", "day": "2026-09-14", "kind": "a"}
    ]
