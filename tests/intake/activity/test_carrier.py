import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.activity.records import ANNA, EVERY, Record, only, read, record
from workbench.events.tables import tables
from workbench.intake.activity import is_activity_record
from workbench.intake.activity.carrier import opened

OUTER = {
    "RecordType": "AzureActiveDirectory",
    "CreationDate": "9/14/2026 10:00:00 AM",
    "UserIds": "Anna@Northgate.Example",
    "Operations": "Add user.",
    "ResultIndex": "1",
    "ResultCount": "75",
    "Identity": "08425465-ff5b-4472-b0ee-aaf6767f8173",
}


def carried(document: Record, **more: object) -> Record:
    return {**OUTER, "AuditData": json.dumps(document), **more}


def indexed(document: Record, length: int = 10_000) -> Record:
    """A row as a search index hands it out that cut the line, and with it the cell."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow([*list(OUTER.values()), json.dumps(document)])
    outer = {name: value for name, value in OUTER.items() if name != "Identity"}
    return {**outer, "AuditData": "", "Identity": "", "_raw": line.getvalue()[:length], "host": "1337"}


@pytest.mark.parametrize("document", EVERY)
def test_a_document_is_the_same_in_a_cell_in_an_object_and_alone(document: Record) -> None:
    alone = read(document).rows
    assert read(carried(document)).rows == alone
    assert read({**OUTER, "AuditData": document}).rows == alone
    assert read({"createdDateTime": "2026-09-14T10:00:00Z", "id": document["Id"], "auditData": document}).rows == alone


@pytest.mark.quirk("audit log", "slashes escaped in one form only")
def test_escaped_slashes_and_blanks_in_the_cell_do_not_make_another_record() -> None:
    document = record(ObjectId="https://a.example/b")
    written = json.dumps(document, indent=1).replace("/", "\\/")
    assert read({**OUTER, "AuditData": written}).rows == read(document).rows


def test_a_line_of_an_index_that_holds_all_of_the_document_is_not_cut() -> None:
    document = record(8, "Add user.", ObjectId="ITCornpany@northgate.example")
    assert read(indexed(document)).rows == read(document).rows
    assert not read(indexed(document)).aside
    line = {"_raw": json.dumps(document), "_time": "2026-09-14T10:00:00.000+00:00", "host": "1337"}
    assert is_activity_record(line)
    assert read(line).rows == read(document).rows
    assert not is_activity_record({**line, "Timestamp": "2026-09-14T10:00:00Z"})


@pytest.mark.quirk("audit log", "AuditData empty because the carrier cut _raw at 10,000 characters")
def test_a_row_cut_by_its_carrier_is_set_aside_and_what_is_left_stands_as_a_row() -> None:
    document = record(8, "Add user.", ObjectId="ITCornpany@northgate.example", ModifiedProperties=["x" * 20_000])
    reading = read(indexed(document))
    assert reading.aside == "AuditData is missing: the carrier cut the record at 10,000 characters"
    (row,) = reading.rows.pop("CloudAppEvents")
    assert reading.rows == {}
    assert (row["ReportId"], row["ActionType"], row["AccountId"]) == (document["Id"], "Add user.", ANNA)
    assert (row["ObjectName"], row["IPAddress"]) == ("ITCornpany@northgate.example", "198.51.100.7")
    assert reading.aside in str(row["AdditionalFields"])
    assert "ModifiedProperties" not in json.loads(str(row["RawEventData"]))


@pytest.mark.parametrize("length", [900, 1_200, 10_000])
def test_what_is_left_of_a_record_fills_fewer_columns_than_the_whole(length: int) -> None:
    document = record(8, "Add user.", ModifiedProperties=["x" * 20_000])
    filled = [
        {name for name, value in each.rows["CloudAppEvents"][0].items() if value not in (None, "")}
        for each in (read(indexed(document, length)), read(document))
    ]
    assert filled[0] < filled[1]


@pytest.mark.quirk("audit log", "a spreadsheet cut the cell at 32,767 characters")
def test_a_document_cut_in_its_cell_keeps_its_whole_fields() -> None:
    cell = json.dumps(record(ModifiedProperties=["x" * 40_000]))[:32_767]
    reading = read({**OUTER, "AuditData": cell})
    assert reading.aside == "AuditData is cut after 32,767 characters"
    assert reading.rows["CloudAppEvents"][0]["ReportId"] == OUTER["Identity"]


def test_a_row_without_any_document_tells_what_its_columns_say() -> None:
    reading = read({**OUTER, "AuditData": ""})
    assert reading.aside == "AuditData is missing"
    row = reading.rows["CloudAppEvents"][0]
    assert (row["ActionType"], row["AccountId"], row["ReportId"]) == ("Add user.", ANNA, OUTER["Identity"])


@given(st.integers(0, 700))
def test_wherever_the_cut_is_no_field_is_half_read(length: int) -> None:
    document = record(ObjectId="a", Number=123456, Text='say "hi"\\', Last=[1, {"a": 2}])
    kept = opened(indexed(document, length)).document
    told_outside = {"CreationTime", "Operation", "UserId", "RecordType", "Id"}
    assert all(kept[name] == document[name] for name in kept.keys() - told_outside)


@pytest.mark.parametrize("cell", ["[1]", "5", "no json", "\ud800", "{" * 100_000])
def test_a_cell_that_is_no_document_is_set_aside(cell: str) -> None:
    assert read({**OUTER, "AuditData": cell}).aside.startswith("AuditData is")


@pytest.mark.quirk("audit log", "CreationDate is US 12-hour text without zone")
def test_a_creation_date_counts_only_where_the_document_has_none() -> None:
    document = record()
    assert only(carried(document, CreationDate="1/1/2020 1:00:00 AM"))["Timestamp"] == only(document)["Timestamp"]
    del document["CreationTime"]
    assert str(only(carried(document))["Timestamp"]) == "2026-09-14 10:00:00+00:00"


def test_audit_records_are_recognised_in_every_form() -> None:
    assert all(is_activity_record(document) for document in EVERY)
    assert is_activity_record(OUTER | {"AuditData": "{}"})
    assert is_activity_record(["RecordId", "CreationDate", "RecordType", "Operation", "UserId", "AuditData"])
    assert is_activity_record(["CreationDate", "UserIds", "Operations", "AuditData"])
    assert is_activity_record(["id", "createdDateTime", "auditLogRecordType", "operation", "auditData"])


def test_rows_of_tables_are_no_audit_records() -> None:
    assert [name for name, table in tables().items() if is_activity_record(table.types)] == []
    assert not is_activity_record(["AuditData", "Price"])
    assert not is_activity_record(["CreationTime", "Id", "Name"])
