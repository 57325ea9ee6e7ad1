import json

import pytest

from tests.intake.activity.records import ANNA, alert, only, read


@pytest.mark.quirk("audit log", "alert names end in a zero-width character")
def test_an_alert_has_its_name_without_invisible_characters() -> None:
    row = only(alert(), "AlertInfo")
    assert row["Title"] == "Phish delivered due to an ETR override"
    assert (row["Severity"], row["Category"]) == ("Informational", "ThreatManagement")
    assert row["ServiceSource"] == "Microsoft Defender for Office 365"
    assert str(row["Timestamp"]) == "2026-09-14 09:50:00+00:00"


def test_an_update_is_the_same_alert() -> None:
    assert only(alert("AlertUpdated", Id="x", Status="Resolved"), "AlertInfo") == only(alert(), "AlertInfo")


def test_the_first_users_of_an_alert_are_its_evidence() -> None:
    row = only(alert(), "AlertEvidence")
    assert (row["EntityType"], row["AccountUpn"], row["EvidenceRole"]) == ("User", ANNA, "Impacted")


@pytest.mark.quirk("audit log", "kind 40: short keys in Data")
def test_an_entity_record_is_evidence_only() -> None:
    reading = read(alert("AlertEntityGenerated", EntityType="User", AlertEntityId="Bob@northgate.example"))
    assert set(reading.rows) == {"CloudAppEvents", "AlertEvidence"}
    (row,) = reading.rows["AlertEvidence"]
    assert (row["AlertId"], row["AccountUpn"]) == ("11111111-2222-3333-4444-555555555555", "bob@northgate.example")
    assert only(alert("AlertEntityGenerated"), "AlertEvidence")["AccountUpn"] == "bob@northgate.example"


def test_senders_and_malware_are_evidence_but_no_accounts_of_ours() -> None:
    sender = only(alert("AlertEntityGenerated", EntityType="Sender", AlertEntityId="x@evil.example"), "AlertEvidence")
    assert (sender["AccountUpn"], json.loads(str(sender["AdditionalFields"]))) == ("", {"Entity": "x@evil.example"})
    malware = only(alert("AlertEntityGenerated", EntityType="MalwareFamily", AlertEntityId="Emotet"), "AlertEvidence")
    assert (malware["ThreatFamily"], malware["EvidenceRole"]) == ("Emotet", "Related")


def test_data_that_is_no_json_is_a_fault_and_the_alert_is_kept() -> None:
    reading = read(alert(Data="{broken"))
    assert [fault.where for fault in reading.faults] == ["Data"]
    assert str(reading.rows["AlertInfo"][0]["Timestamp"]) == "2026-09-14 10:00:00+00:00"
