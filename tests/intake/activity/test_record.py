import json
from copy import deepcopy
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.intake.activity.records import CONTEXT, EVERY, Record, read, record
from tests.intake.activity.test_values import JSON
from tests.laws import often
from workbench.events.tables import table, tables
from workbench.intake.activity import Context, Reading, read_record
from workbench.intake.importing.frames import frame_of

KINDS = {"string": str, "dynamic": str, "datetime": datetime, "int": int, "long": int, "bool": bool, "real": float}


def check(reading: Reading) -> None:
    """Every value is what its column takes, so that a frame of it holds the same values."""
    for name, rows in reading.rows.items():
        assert rows
        if name not in tables():
            continue
        types = table(name).types
        for row in rows:
            assert row.keys() <= types.keys()
            for column, value in row.items():
                assert value is None or type(value) is KINDS[types[column]], (name, column, value)
                assert types[column] != "string" or value is not None, (name, column)
                assert types[column] != "dynamic" or value is None or json.loads(value) is not None or value == "null"
        frame = frame_of(table(name), rows)
        assert frame.height == len(rows)


@pytest.mark.parametrize("document", EVERY, ids=lambda document: f"{document['RecordType']} {document['Operation']}")
def test_every_kind_gives_rows_that_its_tables_take(document: Record) -> None:
    reading = read(document)
    check(reading)
    assert reading.faults == ()
    assert reading.aside == ""
    assert len(reading.rows["CloudAppEvents"]) == 1


@pytest.mark.parametrize(
    ("kind", "also"),
    [
        (1, {"OfficeActivity"}),
        (15, {"EntraIdSignInEvents"}),
        (28, {"EmailEvents", "EmailAttachmentInfo"}),
        (29, {"WorkbenchSubmissions"}),
        (40, {"AlertInfo", "AlertEvidence"}),
        (41, {"UrlClickEvents"}),
        (47, {"FileMaliciousContentInfo"}),
        (64, {"WorkbenchAirInvestigations"}),
        (50, {"OfficeActivity"}),
        (6, {"OfficeActivity"}),
        (25, {"OfficeActivity"}),
        (8, set()),
        (4711, set()),
    ],
)
def test_a_kind_goes_to_its_tables(kind: int, also: set[str]) -> None:
    document = next(each for each in EVERY if each["RecordType"] == kind)
    assert set(read(document).rows) - {"CloudAppEvents"} == also


@pytest.mark.parametrize("document", EVERY)
def test_the_whole_record_is_kept_as_it_is(document: Record) -> None:
    row = read(document).rows["CloudAppEvents"][0]
    assert json.loads(str(row["RawEventData"])) == document


@pytest.mark.quirk("audit log", "RecordType is text outside and a number inside")
def test_a_kind_given_by_name_is_the_kind_given_by_number() -> None:
    sharing = record(14, "SharingSet", "OneDrive")
    by_name = read(sharing | {"RecordType": "SharePointSharingOperation"}).rows
    assert by_name["OfficeActivity"] == read(sharing).rows["OfficeActivity"]


def test_a_record_without_a_time_is_set_aside() -> None:
    document = record()
    del document["CreationTime"]
    reading = read(document)
    assert (reading.rows, reading.aside) == ({}, "CreationTime is missing or no instant")
    assert read(record(CreationTime="04/03/2021 21:13:33")).faults[0].reason == "is no instant: '04/03/2021 21:13:33'"


def test_what_else_is_missing_is_a_fault_and_the_record_is_kept() -> None:
    reading = read({"CreationTime": "2026-09-14T10:00:00", "Workload": "Exchange"})
    assert {(fault.where, fault.reason) for fault in reading.faults} == {
        ("Id", "is missing"),
        ("Operation", "is missing"),
        ("RecordType", "is missing"),
    }
    check(reading)


def test_a_mapping_that_breaks_leaves_the_row_of_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(event: object) -> dict[str, list[Record]]:
        raise LookupError("boom")

    monkeypatch.setitem(read_record.__globals__["_OF_KIND"], 8, (broken,))
    reading = read(record())
    assert list(reading.rows) == ["CloudAppEvents"]
    assert [fault.reason for fault in reading.faults] == ["could not be read (LookupError)"]


@pytest.mark.quirk("audit log", "half characters, numbers of any size, nesting, huge texts")
def test_a_huge_text_is_not_opened_and_says_so() -> None:
    document = next(each for each in EVERY if each["RecordType"] == 64)
    reading = read(document | {"Data": '{"Entities":[' + '"x",' * 3_000_000 + '"x"]}'})
    assert [fault.where for fault in reading.faults] == ["Data"]
    assert reading.rows["WorkbenchAirInvestigations"][0]["Entities"] is None


@pytest.mark.quirk("audit log", "half characters, numbers of any size, nesting, huge texts")
def test_a_record_nested_beyond_all_bounds_is_set_aside() -> None:
    deep: object = []
    for _ in range(100_000):
        deep = [deep]
    reading = read(record(Parameters=deep))
    assert reading.rows == {}
    assert reading.aside == "the record cannot be read"


@pytest.mark.quirk("audit log", "half characters, numbers of any size, nesting, huge texts")
@pytest.mark.parametrize("document", EVERY)
def test_half_characters_are_replaced_wherever_they_stand(document: Record) -> None:
    spoilt = {
        name: f"{value}\ud800" if isinstance(value, str) and name != "CreationTime" else value
        for name, value in document.items()
    }
    check(read(spoilt | {"Odd\udfff": 2**80}))


FIELDS = sorted({name for document in EVERY for name in document} - {"CreationTime"})


@pytest.mark.quirk("audit log", "half characters, numbers of any size, nesting, huge texts")
@settings(max_examples=often(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(EVERY), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4), st.sets(st.sampled_from(FIELDS))
)
def test_whatever_a_record_holds_its_rows_fit(document: Record, wrong: Record, missing: set[str]) -> None:
    changed = {name: value for name, value in (deepcopy(document) | wrong).items() if name not in missing}
    reading = read_record(changed, CONTEXT)
    check(reading)
    assert reading.rows or reading.aside


@pytest.mark.slow
@settings(max_examples=3_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(EVERY), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6))
def test_whatever_a_record_holds_its_rows_fit_at_length(document: Record, wrong: Record) -> None:
    check(read_record(document | wrong, CONTEXT))


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=12), JSON, max_size=6))
def test_anything_at_all_is_read_without_raising(values: Record) -> None:
    check(read_record(values, Context()))


def test_times_are_utc() -> None:
    assert read(record()).rows["CloudAppEvents"][0]["Timestamp"] == datetime(2026, 9, 14, 10, tzinfo=UTC)
