"""Every form an export comes in gives the row it holds: one import of all of them, one test for each."""

import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import often
from workbench.base.config import Workspace
from workbench.events.store import EXTRA, Store
from workbench.events.tables import table
from workbench.intake.importing import Report, import_paths
from workbench.intake.importing.frames import rows_cast

MOMENT = datetime(2026, 9, 14, 10, 0, tzinfo=UTC)
ISO = "2026-09-14T10:00:00Z"
SIGN_IN = {"createdDateTime": ISO, "id": "diag", "userPrincipalName": "anna@northgate.example", "appDisplayName": "Mail",
           "location": {"city": "Graz"}, "status": {"errorCode": 50126}, "ipAddress": "192.0.2.7", "isInteractive": True}  # fmt: skip


def mail(name: str, **values: object) -> dict[str, object]:
    return {"Timestamp": ISO, "NetworkMessageId": name, "RecipientEmailAddress": "a@northgate.example", **values}


def as_json(value: object, **options: object) -> bytes:
    return json.dumps(value, **options).encode()


def as_csv(*lines: str, delimiter: str = ",") -> str:
    return "\r\n".join((f"Timestamp{delimiter}NetworkMessageId{delimiter}Subject", *lines))


def hub(name: str) -> dict[str, object]:
    return {"time": ISO, "tenantId": "tenant", "operationName": "Publish", "category": "AdvancedHunting-EmailEvents",
            "properties": mail(name)}  # fmt: skip


def parquet(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


FILES: dict[str, bytes] = {
    "lines/EmailEvents.ndjson": as_json(mail("lines")),
    "array/EmailEvents.json": as_json([mail("array-1"), mail("array-2")], indent=2),
    "array/EmailEvents_cut.json": as_json([mail("cut-1"), 7, mail("cut-2")]).replace(b"7,", b'{"a": , },'),
    "array/rows.json": as_json([mail("by-columns", Subject="s", InternetMessageId="i", EmailDirection="Inbound")]),
    "api/EmailEvents.json": as_json({"Schema": [{"Name": "Timestamp"}], "Results": [mail("api")]}, indent=1),
    "api/EmailEvents_graph.json": as_json({"schema": [{"name": "Timestamp"}], "results": [mail("graph")]}),
    "api/EmailEvents_log.json": as_json(
        {
            "tables": [
                {
                    "name": "PrimaryResult",
                    "columns": [{"name": each, "type": "string"} for each in mail("")],
                    "rows": [list(mail("analytics").values())],
                }
            ]
        }
    ),
    "hub/one.json": as_json(hub("hub-one")),
    "hub/many.json.gz": gzip.compress(as_json({"records": [hub("hub-1"), hub("hub-2")]}) + b"\n" + as_json(hub("hub-3"))),
    "hub/sign_ins.json": as_json(
        {"time": ISO, "category": "SignInLogs", "operationName": "Sign-in activity", "resultType": "50126", "location": "AT", "properties": SIGN_IN}
    ),
    "hub/wrong.json": as_json({**hub("x"), "properties": {"Timestamp": ISO, "DeviceId": "d", "ActionType": "x", "ProcessId": 1}}),
    "csv/EmailEvents.csv": as_csv(f"{ISO},csv,s").encode(),
    "csv/EmailEvents_mark.csv": as_csv(f"{ISO},mark,s").encode("utf-8-sig"),
    "csv/EmailEvents_wide.csv": as_csv(f"{ISO},wide,sü").encode("utf-16"),
    "csv/EmailEvents_unmarked.csv": as_csv(f"{ISO},unmarked,sü").encode("utf-16-le"),
    "csv/EmailEvents_semicolon.csv": b"sep=;\r\n" + as_csv(f'{ISO};semicolon;"a;b"', delimiter=";").encode(),
    "csv/EmailEvents_tab.tsv": as_csv(f"{ISO}\ttab\ts", delimiter="\t").encode(),
    "csv/EmailEvents_bar.csv": as_csv(f"{ISO}|bar|s", delimiter="|").encode(),
    "csv/EmailEvents_shell.csv": b"#TYPE System.Object\r\n" + as_csv(f"{ISO},shell,s").encode(),
    "csv/EmailEvents_lines.csv": as_csv(f'{ISO},quoted,"two\r\nlines, ""quoted"""').encode(),
    "csv/EmailEvents_mixed.csv": as_csv(f"{ISO},utf8,Grüße", f"{ISO},ansi,Gr?~e").encode().replace(b"?", b"\xfc").replace(b"~", b"\xdf"),
    "csv/EmailEvents_us.csv": b'"Timestamp [UTC]",NetworkMessageId,UrlCount_d\r\n"9/14/2026, 10:00:00.000 AM",us,3',
    "csv/query.csv": b'TimeGenerated [UTC],IncidentName,IncidentNumber,AdditionalData.alertsCount,TenantId,Type\r\n"9/14/2026, 10:00:00.000 AM",inc,5,2,t,SecurityIncident',
    "parquet/EmailEvents.parquet": parquet(
        pl.DataFrame(
            {
                "Timestamp": [MOMENT.replace(tzinfo=None)],
                "NetworkMessageId": ["parquet"],
                "UrlCount": pl.Series([2], dtype=pl.UInt64),
                "AuthenticationDetails": [{"SPF": "pass"}],
                "Own": [["a", "b"]],
                "RecipientEmailAddress": [b"a@northgate.example"],
            }
        )
    ),
    "parquet/EmailEvents_local.parquet.gz": gzip.compress(
        parquet(
            pl.DataFrame({"NetworkMessageId": ["zone"], "Timestamp": [MOMENT]}).with_columns(
                pl.col("Timestamp").dt.convert_time_zone("Europe/Vienna").dt.cast_time_unit("ns")
            )
        )
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Report]:
    folder = tmp_path_factory.mktemp("forms")
    for name, content in FILES.items():
        (folder / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "in" / name).write_bytes(content)
    (folder / "home").mkdir()
    workspace = Workspace(folder / "home")
    return workspace, import_paths(workspace, [folder / "in"])


Find = Callable[[str], dict[str, object]]


@pytest.fixture(scope="module")
def found(imported: tuple[Workspace, Report]) -> Find:
    rows = Store(imported[0].store).scan("EmailEvents", inner=True).collect().to_dicts()
    by_name = {row["NetworkMessageId"]: row for row in rows}
    return by_name.__getitem__


@pytest.mark.quirk("hunting export: JSON", "one object a line, an array, one object")
@pytest.mark.quirk("hunting export: API answer", "Schema/Results, schema/results, tables with columns and rows")
@pytest.mark.quirk("hunting export: event hub", "records[], one event a line, compressed")
@pytest.mark.quirk("hunting export: CSV", "parted by , ; | or tabs; sep= and #TYPE lines")
@pytest.mark.parametrize(
    "name",
    [
        *("lines", "array-1", "array-2", "by-columns", "api", "graph", "analytics", "hub-one", "hub-1", "hub-2", "hub-3"),
        *("csv", "mark", "wide", "semicolon", "tab", "bar", "shell", "quoted", "utf8", "ansi", "us", "parquet", "zone"),
    ],
)  # fmt: skip
def test_a_form_gives_its_row_with_its_time(found: Find, name: str) -> None:
    assert found(name)["Timestamp"] == MOMENT


def test_the_account_of_all_forms_adds_up(imported: tuple[Workspace, Report]) -> None:
    report = imported[1]
    assert report.rows_in == report.kept + report.duplicates + report.quarantined
    assert (report.duplicates, report.quarantined) == (0, 2)


@pytest.mark.quirk("hunting export: JSON", "a fault between the elements of an array")
def test_behind_a_fault_inside_an_array_reading_goes_on(found: Find, imported: tuple[Workspace, Report]) -> None:
    assert found("cut-1")["Timestamp"] == found("cut-2")["Timestamp"]
    assert any(file == "EmailEvents_cut.json" and where == "item 2" for file, where, _ in imported[1].faults)


@pytest.mark.quirk("hunting export: event hub", "the tenant stands outside the event")
def test_the_tenant_around_an_event_makes_no_other_row_of_it(found: Find) -> None:
    assert found("hub-one")[EXTRA] == ""


def test_rows_that_differ_by_the_port_are_two(workspace: Workspace, tmp_path: Path) -> None:
    rows = [
        {"TimeGenerated": ISO, "Operation": "Send", "OfficeWorkload": "Exchange", "ClientIP": f"192.0.2.1:{port}"}
        for port in (1, 2)
    ]
    (tmp_path / "OfficeActivity.ndjson").write_bytes(b"\n".join(map(as_json, rows)))
    assert import_paths(workspace, [tmp_path / "OfficeActivity.ndjson"]).kept == 2
    held = Store(workspace.store).scan("OfficeActivity", inner=True).collect()
    assert held["ClientIP"].to_list() == ["192.0.2.1"] * 2
    assert set(held[EXTRA]) == {f'{{"ClientIP (as given)":"192.0.2.1:{port}"}}' for port in (1, 2)}


@pytest.mark.quirk("any export", "the same row from two forms is one row")
def test_a_row_without_key_is_one_row_in_whatever_form_it_comes(workspace: Workspace, tmp_path: Path) -> None:
    values = {"Timestamp": ISO, "Workload": "Exchange", "ActivityId": "a"}
    bag = {"key": "ü<", "value": [1, 2.5, None]}
    named = {**values, "CcPolicyMatchInfo": json.dumps(bag, indent=2)}
    forms = {
        "a.ndjson": {**values, "CcPolicyMatchInfo": bag, "Type": "DataSecurityEvents"},
        "b.ndjson": {**values, "CcPolicyMatchInfo": json.dumps(bag), "TenantId": "t"},
        "c.json": {"category": "AdvancedHunting-DataSecurityEvents", "tenantId": "t", "properties": named},
    }
    paths = [tmp_path / f"DataSecurityEvents_{name}" for name in forms]
    for path, content in zip(paths, forms.values(), strict=True):
        path.write_bytes(as_json(content))
    report = import_paths(workspace, paths)
    assert (report.kept, report.duplicates, report.quarantined) == (1, 2, 0)


LEAVES = (
    st.integers(-(2**63), 2**64 - 1) | st.booleans() | st.floats(-1e9, 1e9).filter(lambda each: "e" not in repr(each))
)
WORDS = st.sampled_from(["Oslo", "007", "+5", "1e3", "True", "1.50", "x,y"])
BAGS = st.dictionaries(
    st.sampled_from(["errorCode", "failureReason", "a b"]),
    LEAVES | WORDS | st.dictionaries(st.sampled_from(["latitude", "n"]), LEAVES | WORDS, min_size=1),
    min_size=1,
)


def flattened(name: str, value: object) -> dict[str, str]:
    """A value as a portal lays it into the columns of a CSV."""
    if isinstance(value, dict):
        return {way: text for key, inner in value.items() for way, text in flattened(f"{name}.{key}", inner).items()}
    return {name: value if isinstance(value, str) else json.dumps(value)}


@settings(max_examples=often(200), deadline=None)
@given(st.lists(st.tuples(BAGS, BAGS), min_size=1, max_size=4))
def test_a_row_as_dotted_csv_is_the_row_as_json_lines(bags: list[tuple[object, object]]) -> None:
    for status, place in bags:
        given_as_json = {"TimeGenerated": ISO, "Id": "i", "Status": status, "LocationDetails": place}
        given_as_csv = {
            "TimeGenerated": ISO,
            "Id": "i",
            **flattened("Status", status),
            **flattened("LocationDetails", place),
        }
        casts = [rows_cast(table("SigninLogs"), [row]) for row in (given_as_json, given_as_csv)]
        assert casts[0].frame.equals(casts[1].frame)


def test_a_sign_in_as_dotted_csv_and_as_json_lines_is_kept_once(workspace: Workspace, tmp_path: Path) -> None:
    row = {"TimeGenerated": ISO, "Id": "i", "UserPrincipalName": "anna@northgate.example", "ResultType": "50126"}
    status, where = (
        {"errorCode": 50126, "ok": False, "code": "007"},
        {"city": "Oslo", "geoCoordinates": {"latitude": 59.9}},
    )
    cells = {**row, **flattened("Status", status), **flattened("LocationDetails", where)}
    paths = [tmp_path / "SigninLogs.ndjson", tmp_path / "SigninLogs.csv"]
    paths[0].write_bytes(as_json({**row, "Status": status, "LocationDetails": where}))
    paths[1].write_text(f"{','.join(cells)}\n{','.join(cells.values())}\n")
    report = import_paths(workspace, paths)
    assert (report.kept, report.duplicates, report.quarantined) == (1, 1, 0)


@pytest.mark.quirk("hunting export: event hub", "category and columns disagree")
def test_a_row_whose_columns_do_not_fit_its_category_is_set_aside(imported: tuple[Workspace, Report]) -> None:
    reasons = [reason for file, _, reason in imported[1].faults if file == "wrong.json"]
    assert reasons == ["is a DeviceEvents or DeviceProcessEvents row by its columns, not EmailEvents"]


@pytest.mark.quirk("Sentinel and Log Analytics", "diagnostic settings: camel case, two levels, location twice")
def test_sign_ins_of_diagnostic_settings_are_rows_of_the_workspace_table(imported: tuple[Workspace, Report]) -> None:
    (row,) = Store(imported[0].store).scan("SigninLogs").collect().to_dicts()
    assert (row["TimeGenerated"], row["UserPrincipalName"], row["Location"]) == (MOMENT, "anna@northgate.example", "AT")
    assert json.loads(row["LocationDetails"]) == {"city": "Graz"}
    assert json.loads(row["Status"]) == {"errorCode": 50126}


@pytest.mark.quirk("hunting export: CSV", "delimiters, quotes and line ends in cells")
def test_cells_keep_delimiters_quotes_and_line_ends(found: Find) -> None:
    assert found("semicolon")["Subject"] == "a;b"
    assert found("quoted")["Subject"] == 'two\r\nlines, "quoted"'


@pytest.mark.quirk("containers and encodings", "byte-order marks, UTF-16, two encodings in one file")
def test_marked_utf16_and_windows_1252_are_read_as_what_they_are(
    found: Find, imported: tuple[Workspace, Report]
) -> None:
    assert found("unmarked")["Subject"] == "sü"
    assert (found("wide")["Subject"], found("utf8")["Subject"], found("ansi")["Subject"]) == ("sü", "Grüße", "Grüße")
    mended = [where for file, where, reason in imported[1].faults if "Windows-1252" in reason]
    assert mended == ["row 3 (line 3)"]


@pytest.mark.quirk(
    "Sentinel and Log Analytics", "portal CSV: US dates with comma and AM/PM, dotted bags, TenantId, Type"
)
def test_portal_csv_of_the_workspace_gives_zones_suffixes_and_bags_their_columns(
    found: Find, imported: tuple[Workspace, Report]
) -> None:
    assert found("us")["UrlCount"] == 3
    (row,) = Store(imported[0].store).scan("SecurityIncident", inner=True).collect().to_dicts()
    assert (row["IncidentNumber"], row["AdditionalData"]) == (5, '{"alertsCount":2}')
    assert row[EXTRA] == ""


@pytest.mark.quirk("hunting export: Parquet", "unsigned numbers, structs, lists, bytes")
def test_parquet_gives_numbers_bags_lists_and_bytes_their_form(found: Find) -> None:
    row = found("parquet")
    assert (row["UrlCount"], row["AuthenticationDetails"]) == (2, '{"SPF":"pass"}')
    assert (row["RecipientEmailAddress"], row[EXTRA]) == ("a@northgate.example", '{"Own":["a","b"]}')
