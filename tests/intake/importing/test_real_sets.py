"""The developer data sets, each with its account: what is read, and what is refused with its reason."""

from collections import Counter
from pathlib import Path

import pytest

from tests.intake.importing.test_run import run
from workbench.base.config import Workspace
from workbench.intake.importing import IntakeLog, Report

SETS = {
    "golden_saml_m365": (52, 52, 0),
    "ms_sample_tables/signinlogs.ndjson": (86, 86, 0),
    "ms_sample_tables/securityalert.ndjson": (25, 25, 0),
    "ms_sample_tables/deviceprocessevents.ndjson": (200, 200, 0),
    "ms_sample_tables/mde_proc_cs1.csv.xz": (1564, 0, 1564),
    "ms_sample_tables/demo_exchange_data.csv.xz": (1334, 1308, 0),
    "ms_sample_tables/alertlist.csv.xz": (189, 189, 0),
    "ms_sample_tables/TimeSeriesDemo.csv": (840, 0, 840),
    "o365_ual_dev/auditrecords_2021-03_2021-05_asexported.csv.xz": (4769, 3114, 3),
    "o365_ual_dev/auditdata_2021-03_2021-05_unique.ndjson.xz": (3114, 3114, 0),
    "threat_intel_dev/misp_events": (23, 0, 23),
    "ham_and_spam_dev/ham_and_spam_dev.tar.xz": (345, 345, 0),
}


@pytest.mark.parametrize("name", SETS)
def test_a_developer_set_is_accounted_for(workspace: Workspace, shared: Path, name: str) -> None:
    report = run(workspace, shared / "datasets" / name)
    assert (report.rows_in, report.kept, report.quarantined) == SETS[name]
    assert report.quarantined == IntakeLog(workspace.intake).quarantined()


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


def test_records_of_no_table_are_refused_with_their_columns(workspace: Workspace, shared: Path) -> None:
    report = run(workspace, shared / "datasets/ms_sample_tables/TimeSeriesDemo.csv")
    assert sum(count for reason, count in _reasons(report).items() if "fits no declared table" in reason) == 840


def _reasons(report: Report) -> Counter[str]:
    reasons: Counter[str] = Counter()
    for (_, _, reason), count in report.faults.items():
        reasons[reason] += count
    return reasons
