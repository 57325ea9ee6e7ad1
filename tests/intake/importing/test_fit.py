import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.base.config import Workspace
from workbench.events.store import Store
from workbench.events.tables import tables
from workbench.intake.importing import import_paths
from workbench.intake.importing.fit import columns_fit, mapping, place, table_named

MAIL = ("Timestamp", "NetworkMessageId", "RecipientEmailAddress", "Subject")


@pytest.mark.quirk("any export", "the table is told by file name, category, own Type or columns")
def test_the_table_is_known_by_the_file_name() -> None:
    assert table_named("AdvancedHunting-EmailUrlInfo_2026-09.ndjson.gz") == "EmailUrlInfo"
    assert table_named("export.zip!x/urlclickevents.csv") == "UrlClickEvents"
    assert table_named("rows.json") == ""


def test_a_row_of_the_named_table_fits() -> None:
    assert place("EmailEvents", "", MAIL, frozenset(MAIL)).table.name == "EmailEvents"


@pytest.mark.quirk("any export", "the table is told by file name, category, own Type or columns")
def test_a_row_says_its_own_type() -> None:
    names = ("TimeGenerated", "OperationName", "LoggedByService")
    assert place("", "AuditLogs", names, frozenset(names)).table.name == "AuditLogs"


@pytest.mark.quirk("any export", "the table is told by file name, category, own Type or columns")
def test_without_a_name_the_columns_decide() -> None:
    names = ("Timestamp", "NetworkMessageId", "Url", "UrlDomain", "UrlLocation")
    assert place("", "", names, frozenset(names)).table.name == "EmailUrlInfo"


def test_a_mislabelled_row_is_refused_with_the_table_it_looks_like() -> None:
    names = ("Timestamp", "DeviceId", "ActionType", "FileName")
    found = place("EmailEvents", "", names, frozenset(names))
    assert found.table is None
    assert (
        found.reason
        == "is a DeviceEvents or DeviceFileEvents or DeviceImageLoadEvents row by its columns, not EmailEvents"
    )


def test_a_row_that_lacks_required_columns_is_refused_with_their_names() -> None:
    assert "NetworkMessageId" in place("EmailEvents", "", ("Timestamp", "Subject"), frozenset({"Timestamp"})).reason


def test_a_row_that_fits_nothing_is_refused() -> None:
    assert place("", "", ("a", "b"), frozenset({"a"})).reason == "fits no declared table: its columns are a, b"
    many = tuple("abcdefgh")
    assert place("", "", many, frozenset(many)).reason.endswith("its columns are a, b, c, d, e, f and 2 more")


@pytest.mark.quirk("any export", "a row that may be of several tables goes to none")
def test_a_row_that_may_be_of_several_tables_is_refused_with_their_names() -> None:
    names = ("Timestamp", "DeviceId", "ActionType", "FileName")
    found = place("", "", names, frozenset(names))
    assert found.table is None
    assert "DeviceEvents or DeviceFileEvents or DeviceImageLoadEvents by its columns" in found.reason
    assert place("DeviceFileEvents", "", names, frozenset(names)).table.name == "DeviceFileEvents"


@pytest.mark.parametrize("name", tables())
def test_a_row_with_all_columns_is_known_by_them(name: str) -> None:
    names = tuple(tables()[name].types)
    found = place("", "", names, frozenset(names))
    assert found.table is not None, found.reason
    assert found.table.name == name


@pytest.mark.parametrize("name", tables())
def test_a_row_with_the_columns_of_a_table_and_few_of_them_filled_is_known_or_refused(name: str) -> None:
    names, needs = tuple(tables()[name].types), tables()[name].needs
    found = place("", "", names, frozenset(needs))
    assert found.table is not None, found.reason
    assert found.table.name == name


@given(st.sampled_from(sorted(tables())), st.data())
def test_no_row_of_a_named_column_set_is_taken_by_another_table(name: str, data: st.DataObject) -> None:
    declared = tables()[name]
    more = data.draw(st.sets(st.sampled_from(sorted(declared.types))))
    names = tuple(column for column in declared.types if column in declared.needs | more)
    found = place("", "", names, frozenset(names)).table
    assert found is None or found.name == name or set(found.types) >= set(names)


@pytest.mark.quirk("any export", "names of retired tables")
def test_a_retired_name_stands_for_its_successor_and_its_columns_are_renamed() -> None:
    names = ("Timestamp", "AccountUpn", "ErrorCode", "AadDeviceId", "LogonType")
    assert table_named("AdvancedHunting-AADSignInEventsBeta_7.csv") == "AADSignInEventsBeta"
    for hint, kind in (("AADSignInEventsBeta", ""), ("", "AADSignInEventsBeta"), ("", "")):
        assert place(hint, kind, names, frozenset(names)).table.name == "EntraIdSignInEvents"
    assert mapping("EntraIdSignInEvents", names).renamed == {"EntraIdDeviceId": ("AadDeviceId",)}


def test_a_table_without_a_time_takes_its_rows_and_keeps_a_time_beside_them() -> None:
    names = ("TimeGenerated", "NodeId", "NodeLabel", "NodeName")
    assert place("", "", names, frozenset(names)).table.name == "ExposureGraphNodes"
    assert mapping("ExposureGraphNodes", names).extra == ("TimeGenerated",)


def test_common_words_in_file_names_name_no_table() -> None:
    assert [table_named(name) for name in ("events.ndjson", "usage.csv", "Heartbeat.json", "mail_operation.json")] == [
        "",
        "",
        "",
        "",
    ]
    assert table_named("deviceprocessevents.ndjson") == "DeviceProcessEvents"


def test_whether_a_row_fits_may_depend_on_which_columns_are_filled() -> None:
    names = ("Timestamp", "NetworkMessageId", "Url", "ActionType")
    assert place("", "", names, frozenset(names) - {"ActionType"}).table.name == "EmailUrlInfo"
    assert place("", "", names, frozenset(names) - {"Url"}).table.name == "EmailPostDeliveryEvents"


def test_the_time_column_has_two_names() -> None:
    names = ("TimeGenerated", *MAIL[1:])
    assert place("EmailEvents", "", names, frozenset(names)).table.name == "EmailEvents"
    assert mapping("EmailEvents", names).renamed == {"Timestamp": ("TimeGenerated",)}


def test_names_that_a_kusto_union_made_are_folded_back() -> None:
    found = mapping("CloudAppEvents", ("ReportId_long", "ReportId_string", "Own_string"))
    assert set(found.renamed["ReportId"]) == {"ReportId_long", "ReportId_string"}
    assert found.extra == ("Own_string",)


def test_columns_of_any_table_are_recognised() -> None:
    assert columns_fit(frozenset(MAIL))
    assert not columns_fit(frozenset({"Email", "Name", "Phone"}))


def test_rows_of_every_kind_of_table_reach_it(workspace: Workspace, tmp_path: Path) -> None:
    sign_in = {"Timestamp": "2026-09-14T10:00:00Z", "AccountUpn": "kim@corp.example", "ErrorCode": 0, "RequestId": "r"}
    (tmp_path / "AADSignInEventsBeta.ndjson").write_text(json.dumps({**sign_in, "AadDeviceId": "d"}))
    (tmp_path / "nodes.ndjson").write_text(json.dumps({"NodeId": "n", "NodeLabel": "user", "TimeGenerated": "x"}))
    (tmp_path / "b.ndjson").write_text(
        json.dumps({"Timestamp": "2026-09-14T10:00:00Z", "DeviceId": "d", "ActionType": "a"})
    )
    report = import_paths(workspace, [tmp_path])
    assert report.by_table == {"EntraIdSignInEvents": 1, "ExposureGraphNodes": 1, "DeviceEvents": 1}
    signs = Store(workspace.store).scan("EntraIdSignInEvents").select("EntraIdDeviceId").collect()
    assert signs.item() == "d"
