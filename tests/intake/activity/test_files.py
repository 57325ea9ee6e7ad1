import json

from tests.intake.activity.records import file_event, only


def test_a_malicious_file_names_place_hash_and_last_editor() -> None:
    row = only(file_event(), "FileMaliciousContentInfo")
    assert (row["Workload"], row["FileName"], row["SHA256"], row["FileSize"]) == (
        "OneDrive",
        "a.exe",
        "abcd",
        3_000_000_000,
    )
    assert (row["LastModifyingAccountUpn"], row["ThreatNames"], row["ThreatTypes"]) == (
        "anna@northgate.example",
        "Emotet",
        '["Malware"]',
    )
    assert str(row["LastModifiedTime"]) == "2026-09-13 10:00:00.123456+00:00"


def test_file_data_may_be_text_and_a_good_file_has_no_threat() -> None:
    row = only(
        file_event(FileData=json.dumps({"FileName": "b", "FileVerdict": 0}), SourceWorkload="Teams"),
        "FileMaliciousContentInfo",
    )
    assert (row["FileName"], row["ThreatTypes"], row["Workload"]) == ("b", None, "Teams")
