import io
from datetime import UTC, datetime

import polars as pl
import pytest

from tests.apps.ui.reader import sent, tell
from workbench.apps.ui import download
from workbench.apps.ui.download import Download, File, csv, parquet, send
from workbench.base.errors import LimitReached

FRAME = pl.DataFrame(
    {
        "=name": ["=1+1", "plain", None],
        "at": [datetime(2026, 9, 18, 12, 0, 0, 250_000, tzinfo=UTC)] * 3,
        "tags": [["=x", "y"], [], None],
        "n": [-1, 2, 3],
        "both": [{"a": 1}, None, {"a": 2}],
    }
)


def test_no_cell_and_no_heading_is_a_formula() -> None:
    text = csv(FRAME, "rows").data.decode("utf-8-sig")
    cells = [cell for line in text.splitlines() for cell in line.strip('"').split('","')]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    assert "'=1+1" in cells
    assert "'=name" in cells


def test_times_are_iso_and_numbers_stay_numbers() -> None:
    read = pl.read_csv(csv(FRAME, "rows").data)
    assert read["at"].to_list() == ["2026-09-18T12:00:00.250Z"] * 3
    assert read["n"].to_list() == [-1, 2, 3]


def test_parquet_is_without_loss() -> None:
    file = parquet(FRAME, "rows")
    assert file.name == "rows.parquet"
    assert pl.read_parquet(io.BytesIO(file.data)).equals(FRAME)


def test_pressing_the_button_sends_the_file_that_is_made_then() -> None:
    made: list[int] = []

    def make() -> File:
        made.append(1)
        return File(f"{len(made)}.txt", b"data", "text/plain")

    button = Download("Save", make)
    assert made == []
    with sent(button) as messages:
        tell(button, "download")
    names = [message["content"]["name"] for message, _ in messages if message["method"] == "custom"]
    assert names == ["1.txt"]


def test_a_file_too_large_for_a_page_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "LARGEST", 3)
    button = Download("Save", lambda: File("x", b"data"))
    tell(button, "download")
    assert "4 bytes; a page saves at most 3" in button.fault
    with pytest.raises(LimitReached):
        send(button, File("x", b"data"))
