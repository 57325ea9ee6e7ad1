import json

import pytest

from tests.intake.activity.records import ANNA, MESSAGE, Record, read, threat_mail
from workbench.intake.activity import Context
from workbench.intake.activity.threat_mail import MOST_RECIPIENTS, MOST_ROWS, recipient_keys


def rows(table: str = "EmailEvents", **more: object) -> list[Record]:
    return read(threat_mail(**more)).rows.get(table, [])


@pytest.mark.quirk("audit log", "kind 28: the key of a recipient stands in the link")
def test_each_recipient_has_a_row_with_a_key_of_its_own_from_the_link() -> None:
    found = rows()
    assert [row["RecipientEmailAddress"] for row in found] == [ANNA, "bob@northgate.example"]
    assert [row["ReportId"] for row in found] == [
        f"{MESSAGE}-6665530517742309707-1",
        f"{MESSAGE}-6665530517742309707-2",
    ]
    assert {row["NetworkMessageId"] for row in found} == {MESSAGE}


def test_a_link_of_another_message_or_none_gives_no_key() -> None:
    assert recipient_keys({"NetworkMessageId": "m", "EventDeepLink": threat_mail()["EventDeepLink"]}, 1) == ["m-1"]
    assert recipient_keys({"NetworkMessageId": "m"}, 2) == ["m-1", "m-2"]


@pytest.mark.quirk("audit log", "enumerations as numbers and as text")
@pytest.mark.parametrize(
    ("policy", "action"),
    [("HighConfidencePhish", "Quarantine"), (15, 5), ("15", "5"), ("High Confidence Phish", "quarantine")],
)
def test_policy_and_action_are_read_as_numbers_and_as_text(policy: object, action: object) -> None:
    row = rows(Policy=policy, PolicyAction=action)[0]
    assert (row["EmailActionPolicy"], row["EmailAction"]) == ("Antispam phishing", "Send to quarantine")
    assert row["ConfidenceLevel"] == '{"Phish":"High"}'


def test_an_unknown_policy_keeps_its_own_name() -> None:
    row = rows(Policy="Tomorrow", PolicyAction=77)[0]
    assert (row["EmailActionPolicy"], row["EmailAction"]) == ("Tomorrow", "77")


@pytest.mark.quirk("audit log", "kind 28: delivery fields absent (2021), spelt with blanks (schema)")
def test_the_form_of_2021_lacks_all_delivery_fields() -> None:
    row = rows()[0]
    assert [row[name] for name in ("DeliveryAction", "DeliveryLocation", "LatestDeliveryLocation")] == ["", "", ""]
    assert row["AuthenticationDetails"] == ""
    assert row["DetectionMethods"] == '{"Phish":["Advanced filter"]}'
    assert (row["SenderFromAddress"], row["SenderMailFromDomain"], row["SenderIPv4"]) == (
        "boss@evil.example",
        "evil.example",
        "203.0.113.9",
    )


@pytest.mark.quirk("audit log", "kind 28: delivery fields absent (2021), spelt with blanks (schema)")
@pytest.mark.parametrize("blank", ["", " "])
def test_the_later_form_tells_delivery_authentication_and_overrides(blank: str) -> None:
    more = {
        f"Delivery{blank}Action": "Delivered",
        f"Original{blank}Delivery{blank}Location": "Inbox/folder",
        f"Latest{blank}Delivery{blank}Location": "Quarantine",
        "Directionality": "Inbound",
        "ThreatsAndDetectionTech": ["Phish: [Spoof DMARC, URL detonation]", "Spam: [Fingerprint matching]"],
        "AuthDetails": [{"Name": "SPF", "Value": "Pass"}, {"Name": "dmarc", "Value": "Fail"}],
        "SystemOverrides": [
            {"Details": "Allowed by ETR", "Result": "Allowed", "Source": "Tenant", "FinalOverride": "Yes"}
        ],
        "PhishConfidenceLevel": "Normal",
    }
    row = rows(**more)[0]
    assert (row["DeliveryAction"], row["DeliveryLocation"], row["LatestDeliveryLocation"]) == (
        "Delivered",
        "Inbox/folder",
        "Quarantine",
    )
    assert json.loads(str(row["DetectionMethods"])) == {
        "Phish": ["Spoof DMARC", "URL detonation"],
        "Spam": ["Fingerprint matching"],
    }
    assert json.loads(str(row["AuthenticationDetails"])) == {"SPF": "Pass", "DMARC": "Fail"}
    assert (row["OrgLevelAction"], row["OrgLevelPolicy"]) == ("Allow", "Allowed by ETR")
    assert (row["EmailDirection"], row["ConfidenceLevel"]) == ("Inbound", '{"Phish":"Normal"}')


@pytest.mark.parametrize(
    ("sender", "recipient", "direction"),
    [
        ("x@evil.example", ANNA, "Inbound"),
        (ANNA, "x@evil.example", "Outbound"),
        (ANNA, ANNA, "Unknown"),
        ("x@evil.example", "y@evil.example", "Unknown"),
    ],
)
def test_a_direction_that_is_not_told_comes_from_our_domains(sender: str, recipient: str, direction: str) -> None:
    assert rows(P2Sender=sender, Recipients=[recipient])[0]["EmailDirection"] == direction
    assert read(threat_mail(), Context()).rows["EmailEvents"][0]["EmailDirection"] == ""


def test_a_file_has_its_own_verdict() -> None:
    found = rows("EmailAttachmentInfo")
    assert [
        (row["RecipientEmailAddress"], row["FileName"], row["ThreatTypes"], row["ThreatNames"]) for row in found
    ] == [
        (ANNA, "a.png", "", ""),
        (ANNA, "b.exe", "Malware", "Emotet"),
        ("bob@northgate.example", "a.png", "", ""),
        ("bob@northgate.example", "b.exe", "Malware", "Emotet"),
    ]
    assert found[0]["SHA256"] == "2ae7"


def test_a_mail_removed_after_delivery_is_an_event_after_delivery() -> None:
    (first, _) = rows("EmailPostDeliveryEvents", DetectionType="ZAP")
    assert (first["ActionType"], first["Action"], first["ActionTrigger"]) == (
        "Phish ZAP",
        "Moved to quarantine",
        "SpecialAction",
    )
    assert rows("EmailPostDeliveryEvents") == []


def test_further_actions_have_a_row_each_with_their_result() -> None:
    found = rows(
        "EmailPostDeliveryEvents",
        AdditionalActionsAndResults=["OriginalDelivery: [N/A]", "ZAP: [Success]", "zap: Failure", "Manual Remediation"],
        Recipients=[ANNA],
    )
    assert [(row["ActionType"], row["ActionResult"]) for row in found] == [
        ("Phish ZAP", "Success"),
        ("Phish ZAP", "Failure"),
        ("Manual Remediation", ""),
    ]


def test_a_long_text_without_brackets_takes_no_time() -> None:
    rows(ThreatsAndDetectionTech=["Phish" + " " * 300_000], AdditionalActionsAndResults=["x: " * 100_000])


def test_a_mail_without_a_recipient_has_one_row() -> None:
    assert [row["RecipientEmailAddress"] for row in rows(Recipients=None)] == [""]


def test_rows_of_many_recipients_and_files_are_bounded_and_say_so() -> None:
    reading = read(threat_mail(Recipients=[f"u{number}@x.example" for number in range(6_000)]))
    assert len(reading.rows["EmailEvents"]) == MOST_RECIPIENTS
    files = [{"FileName": str(number), "SHA256": ""} for number in range(50)]
    crowded = read(threat_mail(Recipients=[f"u{number}@x.example" for number in range(900)], AttachmentData=files))
    assert len(crowded.rows["EmailAttachmentInfo"]) == MOST_ROWS
    assert [fault.where for fault in (*reading.faults, *crowded.faults)] == ["Recipients", "AttachmentData"]
