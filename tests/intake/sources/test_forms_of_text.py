"""Line ends, marks and sequences that exporters use: what is cheap is read, what is not is refused in plain words."""

import codecs
import io
import json

import pytest

from workbench.intake.sources import Broken, Record, Row, kind_of

ROWS = [{"Timestamp": f"2026-05-0{at}T10:00:00Z", "NetworkMessageId": f"m{at}", "Subject": "a\nb"} for at in (1, 2, 3)]
LINES = [json.dumps(row).encode() for row in ROWS]
HEADER = "Timestamp,NetworkMessageId,Subject"


def records(name: str, raw: bytes) -> list[Record]:
    kind = kind_of(name, raw[:4096])
    assert kind is not None
    return list(kind.records(io.BufferedReader(io.BytesIO(raw))))


def cells(end: str) -> str:
    return end.join([HEADER, *(f'{row["Timestamp"]},{row["NetworkMessageId"]},"a\nb"' for row in ROWS), ""])


@pytest.mark.parametrize(
    "raw",
    [
        b"".join(LINES),
        b", ".join(LINES),
        b"".join(LINES) + b"\n",
        LINES[0] + LINES[1] + b"\n" + LINES[2] + b"\n",
        LINES[0] + b"\n" + LINES[1] + LINES[2],
        b"".join(b"\x1e" + line + b"\n" for line in LINES),
        b"".join(b"\x1e" + json.dumps(row, indent=1).encode() + b"\n" for row in ROWS),
        codecs.BOM_UTF8 + LINES[0] + b"\n" + codecs.BOM_UTF8 + LINES[1] + b"\n" + LINES[2],
        LINES[0] + codecs.BOM_UTF8 + LINES[1] + codecs.BOM_UTF8 + LINES[2],
        b"\n".join(LINES).decode().encode("utf-32"),
        codecs.BOM_UTF32_BE + b"\n".join(LINES).decode().encode("utf-32-be"),
    ],
)
def test_json_objects_are_read_however_they_follow_each_other(raw: bytes) -> None:
    found = [row.values for row in records("EmailEvents.json", raw) if isinstance(row, Row)]
    assert found == ROWS


def test_of_objects_in_one_line_only_the_broken_one_is_set_aside() -> None:
    first, second, third = records("EmailEvents.json", LINES[0] + b"\n" + LINES[1] + b'{"a": }')
    assert isinstance(first, Row)
    assert (isinstance(second, Row), second.where) == (True, "line 2, item 1")
    assert (isinstance(third, Broken), third.where, third.raw) == (True, "line 2, item 2", b'{"a": }')


@pytest.mark.parametrize(
    "raw",
    [
        cells("\r\n").encode(),
        cells("\r").encode(),
        cells("\r").encode("utf-16"),
        cells("\n").encode("utf-32"),
        ("\r\n\r\n" + cells("\r\n")).encode(),
        ("sep=,\n\n" + cells("\r\n")).encode(),
    ],
)
def test_csv_is_read_whatever_ends_its_lines_and_with_blank_lines_above(raw: bytes) -> None:
    assert [row.values for row in records("EmailEvents.csv", raw) if isinstance(row, Row)] == ROWS


def test_a_title_above_the_header_is_told_and_the_rows_are_read() -> None:
    title, *rows = records("EmailEvents.csv", b"Report of today\r\n\r\n" + cells("\r\n").encode())
    assert isinstance(title, Broken)
    assert (title.where, title.raw, title.reason) == (
        "line 1",
        b"Report of today",
        "stands above the header and is no row",
    )
    assert [row.values for row in rows if isinstance(row, Row)] == ROWS
    assert rows[0].where == "row 2 (line 4)"


def test_a_sheet_of_one_column_has_its_first_line_as_header() -> None:
    found = records("x.csv", b"Name\n" + b"value\n" * 30)
    assert [row.values for row in found if isinstance(row, Row)] == [{"Name": "value"}] * 30


def test_a_carriage_return_within_a_line_is_refused_in_plain_words() -> None:
    (found,) = records("EmailEvents.csv", f"{HEADER}\na,b\rc,d\n".encode())
    assert isinstance(found, Broken)
    assert "put quotes around that cell" in found.reason
    assert "universal" not in found.reason
