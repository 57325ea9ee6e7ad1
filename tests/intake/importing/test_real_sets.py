"""The developer data sets, each with its account: what is read, and what is refused with its reason."""

import csv
import json
import lzma
import pickle  # noqa: TID251  to show that none is read
from collections import Counter
from pathlib import Path

import pytest

from tests.intake.activity.records import record
from tests.intake.importing.test_run import run
from workbench.base.config import Workspace
from workbench.events.store import EXTRA, Store
from workbench.intake.importing import IntakeLog, Report

SETS = {
    "golden_saml_m365": (52, 52, 0),
    "ms_sample_tables/signinlogs.ndjson": (86, 86, 0),
    "ms_sample_tables/securityalert.ndjson": (25, 25, 0),
    "ms_sample_tables/deviceprocessevents.ndjson": (200, 200, 0),
    "ms_sample_tables/mde_proc_cs1.csv.xz": (1564, 1564, 0),
    "ms_sample_tables/demo_exchange_data.csv.xz": (1334, 1308, 0),
    "ms_sample_tables/sentinel_incidents.ndjson": (5, 5, 0),
    "ms_sample_tables/ti_lookup_results.ndjson": (31, 0, 31),
    "ms_sample_tables/ip_locs.csv": (87, 0, 87),
    "ms_sample_tables/alertlist.csv.xz": (189, 189, 0),
    "ms_sample_tables/TimeSeriesDemo.csv": (840, 0, 840),
    "o365_ual_dev/auditrecords_2021-03_2021-05_asexported.csv.xz": (4769, 3114, 3),
    "o365_ual_dev/auditdata_2021-03_2021-05_unique.ndjson.xz": (3114, 3114, 0),
    "threat_intel_dev/misp_events": (23, 0, 23),
    "ham_and_spam_dev/ham_and_spam_dev.tar.xz": (345, 345, 0),
    "phishing_eml_dev/phishing_eml_dev.tar.xz": (439, 439, 0),
}


@pytest.mark.quirk("quarantine and account", "the account of every developer set")
@pytest.mark.quirk(
    "quarantine and account", "a folder of threat intelligence is no data of ours: every file is set aside and counted"
)
@pytest.mark.parametrize("name", SETS)
def test_a_developer_set_is_accounted_for(workspace: Workspace, shared: Path, name: str) -> None:
    report = run(workspace, shared / "datasets" / name)
    assert (report.rows_in, report.kept, report.quarantined) == SETS[name]
    assert report.quarantined == IntakeLog(workspace.intake).quarantined()


@pytest.mark.quirk("Sentinel and Log Analytics", "one file holds the rows of several tables")
def test_the_four_tables_of_the_golden_attack_are_told_apart(workspace: Workspace, shared: Path) -> None:
    report = run(workspace, shared / "datasets/golden_saml_m365")
    assert report.by_table == {
        "AuditLogs": 4,
        "CloudAppEvents": 2,
        "DeviceEvents": 5,
        "Event": 2,
        "IdentityDirectoryEvents": 2,
        "OfficeActivity": 1,
        "SecurityEvent": 36,
    }


@pytest.mark.quirk("quarantine and account", "answers of look-ups, places of addresses and series are no events")
def test_records_of_no_table_are_refused_with_their_columns(workspace: Workspace, shared: Path) -> None:
    report = run(workspace, shared / "datasets/ms_sample_tables/ti_lookup_results.ndjson")
    assert sum(count for reason, count in _reasons(report).items() if "fits no declared table" in reason) == 31


def _rows(workspace: Workspace, path: Path, name: str) -> list[dict[str, object]]:
    run(workspace, path)
    return Store(workspace.store).scan(name, inner=True).collect().to_dicts()


@pytest.mark.quirk("Sentinel and Log Analytics", "JSON over many lines in a cell")
def test_exchange_operations_keep_their_parameters_over_lines_and_fold_repeats(
    workspace: Workspace, shared: Path
) -> None:
    rows = _rows(workspace, shared / "datasets/ms_sample_tables/demo_exchange_data.csv.xz", "OfficeActivity")
    assert all(isinstance(json.loads(str(row["Parameters"])), list) for row in rows if row["Parameters"])
    assert {str(row["TimeGenerated"])[:10] for row in rows} >= {"2020-03-24", "2020-05-22"}


@pytest.mark.quirk("Sentinel and Log Analytics", "pretty-printed JSON in a cell; an index column without a name")
def test_alerts_keep_pretty_printed_entities_and_an_index_column(workspace: Workspace, shared: Path) -> None:
    rows = _rows(workspace, shared / "datasets/ms_sample_tables/alertlist.csv.xz", "SecurityAlert")
    assert all(isinstance(json.loads(str(row["Entities"])), list) for row in rows if row["Entities"])
    assert {json.loads(str(row[EXTRA]))[""] for row in rows} == {str(number) for number in range(189)}


@pytest.mark.quirk("Sentinel and Log Analytics", "104 columns of the endpoint sensor")
def test_processes_of_the_sensor_lose_no_column(workspace: Workspace, shared: Path) -> None:
    path = shared / "datasets/ms_sample_tables/mde_proc_cs1.csv.xz"
    rows = _rows(workspace, path, "DeviceProcessEvents")
    with lzma.open(path, "rt", encoding="utf-8") as file:
        first = next(csv.DictReader(file))
    kept = next(row for row in rows if str(row["ReportId"]) == first["ReportIndex"])
    assert (kept["FileName"], kept["ProcessId"]) == (first["CreatedProcessName"], int(first["CreatedProcessId"]))
    values = {str(value) for value in kept.values()} | set(json.loads(str(kept[EXTRA])).values())
    assert {"conhost.exe", "cmd.exe", "ProcessCreated", first["ReportGuid"]} <= values


@pytest.mark.quirk("hunting export: JSON", "nine digits of a second; 72192.0 for a whole number")
def test_nine_digits_of_a_second_and_floats_for_numbers_are_read(workspace: Workspace, shared: Path) -> None:
    path = shared / "datasets/ms_sample_tables/deviceprocessevents.ndjson"
    rows = _rows(workspace, path, "DeviceProcessEvents")
    first = json.loads(path.read_text().splitlines()[0])
    kept = next(row for row in rows if row["ReportId"] == first["ReportId"])
    assert (kept["FileSize"], kept["ProcessCreationTime"].microsecond) == (72192, 449464)


@pytest.mark.quirk("Sentinel and Log Analytics", "nested location, device and status")
def test_sign_ins_keep_nested_places_devices_and_states(workspace: Workspace, shared: Path) -> None:
    rows = _rows(workspace, shared / "datasets/ms_sample_tables/signinlogs.ndjson", "SigninLogs")
    for name in ("LocationDetails", "DeviceDetail", "Status"):
        assert all(isinstance(json.loads(str(row[name])), dict) for row in rows)


@pytest.mark.quirk("Sentinel and Log Analytics", "NaN for a missing score")
def test_missing_scores_spelt_nan_are_no_scores(workspace: Workspace, shared: Path) -> None:
    rows = _rows(workspace, shared / "datasets/ms_sample_tables/securityalert.ndjson", "SecurityAlert")
    assert {row["ConfidenceScore"] for row in rows} == {None}


@pytest.mark.quirk("Sentinel and Log Analytics", "dotted names of the management interface")
def test_incidents_with_dotted_names_get_their_columns(workspace: Workspace, shared: Path) -> None:
    rows = _rows(workspace, shared / "datasets/ms_sample_tables/sentinel_incidents.ndjson", "SecurityIncident")
    assert all(row["IncidentNumber"] and row["TimeGenerated"] == row["LastModifiedTime"] for row in rows)
    assert all(isinstance(json.loads(str(row["AdditionalData"]))["alertsCount"], int) for row in rows)


@pytest.mark.quirk("Sentinel and Log Analytics", "JSON inside strings")
@pytest.mark.quirk("Sentinel and Log Analytics", "renamed columns (Client_IPAddress, Logon_Type)")
@pytest.mark.quirk("Sentinel and Log Analytics", "3 and 7 digits of a second mixed")
def test_json_inside_text_and_renamed_columns_of_the_golden_attack(workspace: Workspace, shared: Path) -> None:
    run(workspace, shared / "datasets/golden_saml_m365")
    store = Store(workspace.store)
    (office,) = store.scan("OfficeActivity").collect().to_dicts()
    assert (office["Client_IPAddress"], office["Logon_Type"]) == ("1.2.3.4", "Owner")
    assert isinstance(json.loads(office["Folders"]), list)
    audits = store.scan("AuditLogs").collect().to_dicts()
    assert all(json.loads(row["InitiatedBy"]) and json.loads(row["TargetResources"]) for row in audits)
    times = store.scan("SecurityEvent").collect()["TimeGenerated"]
    assert str(times.min())[:19] >= "2021-08-02 13:05:32"
    assert str(times.max())[:19] <= "2021-08-02 13:32:54"


@pytest.mark.quirk("quarantine and account", "answers of look-ups, places of addresses and series are no events")
def test_a_series_and_places_of_addresses_are_no_events_and_refused_with_their_columns(
    workspace: Workspace, shared: Path
) -> None:
    folder = shared / "datasets/ms_sample_tables"
    reasons = _reasons(run(workspace, folder / "TimeSeriesDemo.csv", folder / "ip_locs.csv"))
    assert (
        reasons["fits no declared table: its columns are TimeGenerated, TotalBytesSent, baseline, score, anomalies"]
        == 840
    )


def _reasons(report: Report) -> Counter[str]:
    reasons: Counter[str] = Counter()
    for (_, _, reason), count in report.faults.items():
        reasons[reason] += count
    return reasons


@pytest.mark.quirk("Sentinel and Log Analytics", "zeroed ids fold nothing; a wrong activity text stays as given")
def test_zeroed_ids_of_the_golden_attack_fold_nothing_and_a_wrong_text_stays(
    workspace: Workspace, shared: Path
) -> None:
    run(workspace, shared / "datasets/golden_saml_m365")
    store = Store(workspace.store)
    devices = store.scan("DeviceEvents").collect()
    assert (devices.height, set(devices["DeviceId"])) == (5, {"00000000-0000-0000-0000-000000000000"})
    texts = store.scan("SecurityEvent").collect()["Activity"].to_list()
    assert len(texts) == 36
    assert "501 - The Desktop Window Manager is experiencing heavy resource contention." in texts


class Trap:
    """What runs code when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.path,)


@pytest.mark.quirk("quarantine and account", "a pickle is set aside whole and never opened")
@pytest.mark.parametrize("name", ["frame.pkl", "EmailEvents.csv", "EmailEvents.json", "frame.pkl.xz"])
def test_a_pickle_is_set_aside_and_never_opened(workspace: Workspace, tmp_path: Path, name: str) -> None:
    sprung = tmp_path / "sprung"
    content = pickle.dumps(Trap(sprung))
    path = tmp_path / name
    path.write_bytes(lzma.compress(content) if name.endswith(".xz") else content)
    report = run(workspace, path)
    assert report.kept == 0
    assert report.rows_in == report.quarantined > 0
    assert not sprung.exists()


@pytest.mark.quirk("quarantine and account", "hostile text shown: file names, subjects, rule names, URLs")
@pytest.mark.parametrize("name", [".", "", "\\", "<b>x</b>", "\u202e"])
def test_names_of_rules_come_through_as_they_are(workspace: Workspace, tmp_path: Path, name: str) -> None:
    document = record(
        RecordType=1, Workload="Exchange", Operation="New-InboxRule", Parameters=[{"Name": "Name", "Value": name}]
    )
    path = tmp_path / "audit.ndjson"
    path.write_text(json.dumps(document))
    (row,) = _rows(workspace, path, "CloudAppEvents")
    assert json.loads(str(row["RawEventData"]))["Parameters"] == [{"Name": "Name", "Value": name}]
