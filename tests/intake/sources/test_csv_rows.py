"""CSV of our own export comes back as it was; somebody else's apostrophes stay."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.sources.test_kinds import read, values, write
from workbench.base.render import csv_cell
from workbench.intake.sources import Block, Broken, Row, kinds

NAMES = ("Subject", "Sender", "_Escaped")
TEXT = st.text(st.sampled_from("'=+-@|a \t\n"), max_size=4)


def both_ways(names: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[dict[str, object]]:
    """The rows of a CSV file, once it is sure that in bulk and one by one they are the same."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([names, *rows])
    kind = kinds()["csv_rows"]
    (block,) = kind.split(io.BufferedReader(io.BytesIO(text.getvalue().encode())))
    assert isinstance(block, Block)
    assert kind.lot
    alone = [row.values for row in kind.read(block) if isinstance(row, Row)]
    lot = kind.lot(block)
    bulk = {unit: dict(zip(sheet.names, row, strict=True)) for sheet in lot.sheets for row, unit in zip(sheet.rows, sheet.units, strict=True)}  # fmt: skip
    for at in lot.odd:
        for row in lot.again(at):
            assert not isinstance(row, Broken)
            bulk[at] = row.values  # type: ignore[union-attr]  # rows are all there is
    assert [bulk[at] for at in sorted(bulk)] == alone
    return alone


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
def test_what_protects_a_spreadsheet_is_taken_back(rows: list[tuple[str, str]]) -> None:
    names = NAMES[:2]
    written = [
        (*map(csv_cell, row), " ".join(name for name, cell in zip(names, row, strict=True) if csv_cell(cell) != cell))
        for row in rows
    ]
    assert both_ways(NAMES, written) == [dict(zip(names, row, strict=True)) for row in rows]


def test_an_apostrophe_of_others_stays() -> None:
    rows = [("'=1+1", "'-"), ("'tis", "+")]
    assert both_ways(NAMES[:2], rows) == [dict(zip(NAMES, row, strict=False)) for row in rows]


def test_a_column_of_others_that_has_our_name_stays_where_it_does_not_say_what_ours_says() -> None:
    theirs = [("'=1+1", "a", "yes"), ("=1+1", "b", "Subject"), ("'tis", "c", "Subject"), ("'=1", "d", "Subject Nobody")]
    ours = ("'=1+1", "'-", "Subject")
    assert both_ways(NAMES, [*theirs, ours]) == [
        *(dict(zip(NAMES, row, strict=True)) for row in theirs),
        {"Subject": "=1+1", "Sender": "'-"},
    ]


@pytest.mark.parametrize("above", ["\n", "\r\n\r\n", "\ufeff\n", " \t\n,,,\n", "sep=,\n\n", "\n#TYPE x\n\n"])
def test_blank_lines_above_the_header_are_passed_over_and_places_stay_true(tmp_path: Path, above: str) -> None:
    lines = above.count("\n")
    found = read(write(tmp_path, "a.csv", f"{above}a,b\n1,2\n\n3\n".encode()))
    assert values(found) == [{"a": "1", "b": "2"}]
    assert isinstance(found[1], Broken)
    assert f"(line {lines + 4})" in found[1].where


def test_a_file_of_blank_lines_holds_nothing(tmp_path: Path) -> None:
    assert read(write(tmp_path, "a.csv", b"\n\r\n,,\n")) == []
