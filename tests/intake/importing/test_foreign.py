import json
from pathlib import Path

import pytest

from tests.intake.importing.test_run import counts, lines, run
from workbench.base.config import Workspace
from workbench.events.store import EXTRA, Store
from workbench.intake.importing.foreign import foreign, row_at_home, sheet_at_home
from workbench.intake.sources import Row, Sheet

PROCESS = {
    "CreatedProcessId": "7",
    "MachineId": "m",
    "ReportTime": "2021-06-23 03:08:14.3370283+00:00",
    "ReportIndex": "1",
}
INCIDENT = {
    "id": "/subscriptions/1", "name": "guid", "etag": "x", "type": "Microsoft.SecurityInsights/Incidents",
    "properties": {
        "title": "t", "severity": "High", "owner": {"email": "a@b.example"}, "incidentNumber": 7,
        "firstActivityTimeUtc": "2021-10-05T15:01:33.13Z", "lastModifiedTimeUtc": "2021-10-05T15:11:27.9108388Z",
        "additionalData": {"alertsCount": 1},
    },
}  # fmt: skip


def test_names_of_a_table_are_nobody_elses() -> None:
    assert foreign(("Timestamp", "DeviceId", "ActionType", "ProcessId")) is None


@pytest.mark.quirk("Sentinel and Log Analytics", "104 columns of the endpoint sensor")
def test_process_creations_of_the_sensor_get_the_names_of_the_table() -> None:
    sheet = sheet_at_home(Sheet(tuple(PROCESS), [tuple(PROCESS.values())], [0]))
    assert (sheet.table, sheet.names) == (
        "DeviceProcessEvents",
        ("ProcessId", "DeviceId", "Timestamp", "ReportId", "ActionType"),
    )
    assert sheet.rows == [(*PROCESS.values(), "ProcessCreated")]


def test_a_row_and_a_sheet_come_home_alike() -> None:
    row = row_at_home(Row("line 1", dict(PROCESS), b"raw"))
    assert (row.table, row.values["ActionType"], row.raw) == ("DeviceProcessEvents", "ProcessCreated", b"raw")
    own = Row("line 1", {"Timestamp": 1}, b"")
    assert row_at_home(own) is own


@pytest.mark.quirk("Sentinel and Log Analytics", "dotted names of the management interface")
def test_incidents_of_the_management_interface_are_rows_of_incidents(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "answer.json").write_text(json.dumps({"value": [INCIDENT]}))
    flat = {name: value for name, value in INCIDENT.items() if name != "properties"}
    flat |= {f"properties.{name}": value for name, value in INCIDENT["properties"].items()}
    assert counts(run(workspace, tmp_path / "answer.json")) == (1, 0, 0)
    assert counts(run(workspace, lines(tmp_path / "flat.ndjson", [flat]))) == (0, 1, 0)
    (row,) = Store(workspace.store).scan("SecurityIncident", inner=True).collect().to_dicts()
    assert (row["IncidentName"], row["Title"], row["IncidentNumber"]) == ("guid", "t", 7)
    assert (json.loads(row["Owner"]), json.loads(row["AdditionalData"])) == (
        {"email": "a@b.example"},
        {"alertsCount": 1},
    )
    assert str(row["FirstActivityTime"]) == "2021-10-05 15:01:33.130000+00:00"
    assert row["TimeGenerated"] == row["LastModifiedTime"]
    assert json.loads(row[EXTRA])["etag"] == "x"
