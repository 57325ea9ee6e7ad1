import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.apps.session.encoded import WRITERS, Form, encoded, number_text, value_of
from workbench.base.render import csv_cell

FRAME = pl.DataFrame(
    {
        "=name": ["=1+1", "plain", None],
        "at": [datetime(2026, 9, 18, 12, 0, 0, 250_000, tzinfo=UTC)] * 3,
        "tags": [["=x", "y"], [], None],
        "n": [-1, 2, 3],
        "long": [timedelta(days=1, seconds=3), -timedelta(seconds=1), None],
        "both": [{"a": 1}, None, {"a": 2}],
    }
)


def test_no_cell_and_no_heading_is_a_formula() -> None:
    text = encoded(FRAME, (), Form.csv).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    assert {"'=1+1", "'=name", "-1", "1.00:00:03", "-00:00:01"} <= set(cells)


@given(st.text(max_size=8))
def test_a_cell_is_made_harmless_as_everywhere(text: str) -> None:
    written = encoded(pl.DataFrame({"a": [text]}), (), Form.csv).decode("utf-8-sig")
    quoted = csv_cell(text).replace('"', '""')
    assert written == f'"a"\n"{quoted}"\n'


def test_times_are_iso_and_numbers_stay_numbers() -> None:
    read = pl.read_csv(encoded(FRAME, (), Form.csv))
    assert read["at"].to_list() == ["2026-09-18T12:00:00.250000Z"] * 3
    assert read["n"].to_list() == [-1, 2, 3]


def test_parquet_is_without_loss() -> None:
    assert pl.read_parquet(io.BytesIO(encoded(FRAME, (), Form.parquet))).equals(FRAME)


def test_lines_of_json_hold_values_and_not_their_text() -> None:
    frame = pl.DataFrame(
        {
            "at": [datetime(2026, 1, 1, tzinfo=UTC)] * 3,
            "bag": ['{"a": [1]}', "no json", None],
            "real": [1.5, float("nan"), None],
            "text": ["\u202e\x1b[1m\n", "", None],
        }
    )
    columns = (("at", "datetime"), ("bag", "dynamic"), ("real", "real"), ("text", "string"))
    rows: list[dict[str, Any]] = [json.loads(line) for line in encoded(frame, columns, Form.ndjson).splitlines()]
    assert [row["bag"] for row in rows] == [{"a": [1]}, "no json", None]
    assert [row["real"] for row in rows] == [1.5, "NaN", None]
    assert (rows[0]["at"], rows[0]["text"]) == ("2026-01-01T00:00:00.000000Z", "\u202e\x1b[1m\n")


@pytest.mark.parametrize("form", Form)
def test_pieces_make_the_file_that_the_whole_makes(form: Form) -> None:
    flat = FRAME.select("=name", "at", "n")
    held = io.BytesIO()
    WRITERS[form](held, (flat[at : at + 1] for at in range(3)), ())
    if form is Form.parquet:
        assert pl.read_parquet(io.BytesIO(held.getvalue())).equals(flat)
    else:
        assert held.getvalue() == encoded(flat, (), form)


@pytest.mark.parametrize("form", Form)
def test_rows_that_end_in_an_error_raise_that_very_error(form: Form) -> None:
    def pieces() -> Any:
        yield FRAME.select("n")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        WRITERS[form](io.BytesIO(), pieces(), ())


def test_values_that_json_has_no_name_for_have_one() -> None:
    shown = [number_text(each) for each in (0.5, float("inf"), float("-inf"), float("nan"))]
    assert shown == [0.5, "Infinity", "-Infinity", "NaN"]
    assert [value_of(each) for each in ("[1]", "x", "")] == [[1], "x", ""]
