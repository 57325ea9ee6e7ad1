"""Blocks read in bulk: the same rows, refusals and faults as record by record, whatever stands in them."""

import csv
import io
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.laws import often
from workbench.events.store.write import complete
from workbench.events.tables import table
from workbench.intake.activity import Context
from workbench.intake.importing.taking import FUTURE, Taken, Task, given_up, in_parts, take
from workbench.intake.sources import Block, kinds

NOW = datetime(2026, 9, 18, tzinfo=UTC)
NAMES = st.sampled_from(
    [
        "Timestamp", "TimeGenerated", "TimeGenerated [UTC]", "NetworkMessageId", "RecipientEmailAddress", "Subject",
        "UrlCount", "EmailClusterId", "AuthenticationDetails", "AuthenticationDetails.SPF", "Own", "Own.a", "Type",
        "subject", "UrlCount_d", "IsFirstContact", "records", "category", "properties", "Url", "ActionType",
    ]
)  # fmt: skip
TIMES = st.sampled_from(
    [
        "2026-09-14T10:00:00Z", "2026-09-14 10:00:00.1234567", "2026-09-14T10:00:00+02:00", "9/14/2026, 1:05:09.123 PM",
        "2026-02-30T10:00:00Z", "0001-01-01T00:00:00Z", "2016-12-31T23:59:60Z", "never", "", "2030-01-01T00:00:00Z",
        "0000-01-01T00:00:00", "2026-09-14T24:00:00", "/Date(1789736709123)/", "18.09.2026 13:05:09",
    ]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | TIMES
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES | st.text(max_size=2), inner, max_size=3),
    max_leaves=5,
)
ROW = st.fixed_dictionaries(
    {"Timestamp": TIMES, "NetworkMessageId": st.sampled_from("abc")}, optional={"Subject": VALUES, "UrlCount": SCALARS}
) | st.fixed_dictionaries(
    {
        "CreationTime": TIMES,
        "Id": st.sampled_from("abc"),
        "Operation": st.just("UserLoggedIn"),
        "RecordType": st.integers(0, 90),
    },
    optional={"UserId": VALUES, "Workload": SCALARS},
)
ROWS = st.lists(ROW | st.dictionaries(NAMES, VALUES, max_size=5), max_size=8)


def together(kind: str, content: bytes, hint: str) -> list[Taken]:
    pieces = list(kinds()[kind].split(io.BufferedReader(io.BytesIO(content))))
    return take(
        [Task(kind, hint, (each,)) if isinstance(each, Block) else Task(kind, hint, (), (each,)) for each in pieces],
        NOW,
        Context(),
    )


def one_by_one(kind: str, content: bytes, hint: str) -> list[Taken]:
    records = kinds()[kind].records(io.BufferedReader(io.BytesIO(content)))
    return take([Task(kind, hint, (), (record,)) for record in records], NOW, Context())


def summed(taken: list[Taken]) -> dict[str, object]:
    rows = Counter(
        (name, tuple(sorted(row.items(), key=str)))
        for each in taken
        for name, _, raw in (*each.frames, *each.beside)
        for row in complete(table(name), pl.read_ipc_stream(raw)).iter_rows(named=True)
    )
    faults = sum((each.faults for each in taken), Counter())
    refusals = Counter(refusal for each in taken for refusal in each.refusals)
    return {"records": sum(each.records for each in taken), "rows": rows, "refusals": refusals, "faults": faults}


AUDIT = {"CreationTime": "2026-09-14T10:00:00Z", "Id": "a", "Operation": "UserLoggedIn", "RecordType": 0}


@pytest.mark.quirk("any export", "read in bulk and record by record give the same")
@settings(max_examples=often(80), deadline=None)
@example([AUDIT, dict(reversed(AUDIT.items()))], "")
@given(ROWS, st.sampled_from(["", "EmailEvents"]))
def test_json_lines_in_bulk_are_what_they_are_one_by_one(rows: list[object], hint: str) -> None:
    content = "\n".join(json.dumps(row) for row in rows).encode()
    assert summed(together("json_rows", content, hint)) == summed(one_by_one("json_rows", content, hint))


@pytest.mark.quirk("audit log", "half characters, numbers of any size, nesting, huge texts")
@pytest.mark.parametrize(
    "own", ["12345678901234567890123", "1e300", "[" * 260 + "]" * 260, '{"a":' * 60 + "[]" + "}" * 60]
)
def test_audit_records_with_long_numbers_or_many_brackets_are_read_with_care(own: str) -> None:
    common = (
        '"CreationTime":"2026-09-14T10:00:00","Id":"a","Operation":"Set-Mailbox","RecordType":1,"Workload":"Exchange"'
    )
    content = f'{{{common},"Parameters":{own}}}\n{{{common},"Parameters":[]}}'.encode()
    assert summed(together("json_rows", content, "")) == summed(one_by_one("json_rows", content, ""))


@pytest.mark.quirk("any export", "read in bulk and record by record give the same")
@settings(max_examples=often(40), deadline=None)
@given(ROWS, st.sampled_from(["", "EmailEvents"]), st.sampled_from([None, 1]))
def test_a_json_array_in_bulk_is_what_it_is_one_by_one(rows: list[object], hint: str, indent: int | None) -> None:
    content = json.dumps(rows, indent=indent, allow_nan=False, default=str) if _finite(rows) else json.dumps(rows)
    left, right = (summed(read("json_rows", content.encode(), hint)) for read in (together, one_by_one))
    assert left == right


def _finite(rows: object) -> bool:
    try:
        json.dumps(rows, allow_nan=False)
    except ValueError:
        return False
    return True


@pytest.mark.quirk("any export", "read in bulk and record by record give the same")
@settings(max_examples=often(80), deadline=None)
@given(
    st.lists(st.tuples(TIMES, st.sampled_from("abc"), st.text(max_size=6), SCALARS), max_size=6),
    st.sampled_from(",;\t|"),
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from([b'"', b"\n", b"\xff", b",", b"\r", b"\x00"])), max_size=3),
)
def test_csv_in_bulk_is_what_it_is_one_by_one(
    rows: list[tuple[object, ...]], delimiter: str, spoilt: list[tuple[int, bytes]]
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([("Timestamp", "NetworkMessageId", "Subject", "UrlCount"), *rows])
    content = bytearray(text.getvalue().encode("utf-8", "surrogatepass"))
    for at, raw in spoilt:
        content[at:at] = raw
    left, right = (summed(read("csv_rows", bytes(content), "EmailEvents")) for read in (together, one_by_one))
    assert left == right


@settings(max_examples=often(40), deadline=None)
@example(b"\x00", "json_rows")
@given(st.binary(max_size=200), st.sampled_from(["json_rows", "csv_rows"]))
def test_any_bytes_in_bulk_are_what_they_are_one_by_one(content: bytes, kind: str) -> None:
    assert summed(together(kind, content, "")) == summed(one_by_one(kind, content, ""))


def test_bytes_that_lie_in_a_file_are_read_there_unless_it_was_changed(tmp_path: Path) -> None:
    path = tmp_path / "EmailEvents.ndjson"
    path.write_bytes(b'{"Timestamp":"2026-09-14T10:00:00Z","NetworkMessageId":"m"}\n' * 3)
    with path.open("rb") as stream:
        (block,) = kinds()["json_rows"].split(stream)
    assert isinstance(block, Block)
    task = Task("json_rows", "EmailEvents", (block,))
    assert task.bare().blocks[0].raw == b""
    assert summed(take([task.bare()], NOW, Context())) == summed(take([task], NOW, Context()))
    path.write_bytes(block.raw.replace(b'"m"', b'"n"'))
    with pytest.raises(OSError, match="changed"):
        take([task.bare()], NOW, Context())
    assert sum(each.records for each in take([task], NOW, Context())) == 3


def test_rows_far_ahead_of_the_clock_are_counted() -> None:
    row = {"Timestamp": "2030-01-01T00:00:00Z", "NetworkMessageId": "a"}
    (taken,) = together("json_rows", json.dumps(row).encode() + b"\n" + json.dumps(row).encode(), "EmailEvents")
    assert taken.faults == {("column Timestamp", FUTURE): 2}


def test_a_task_is_cut_down_to_single_records() -> None:
    content = b"\n".join(b'{"a":%d}' % number for number in range(100))
    task = Task("json_rows", "", (Block(content),))
    parts = in_parts(task, 16)
    assert len(parts) == 15
    single = [each for part in parts for each in in_parts(part, 16)]
    assert len(single) == 100
    assert in_parts(single[0], 16) == [single[0]]


@pytest.mark.parametrize("kind", ["json_rows", "csv_rows"])
def test_what_is_given_up_is_one_record_with_its_bytes(kind: str) -> None:
    taken = given_up(Task(kind, "EmailEvents", (Block(b"x", 7, context=b"A,B\n"),)), "reading it ended the parser")
    assert (taken.records, taken.refusals[0].raw, taken.refusals[0].context) == (1, b"x", b"A,B\n")
