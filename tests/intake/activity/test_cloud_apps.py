import json

import pytest

from tests.intake.activity.records import ANNA, Record, cmdlet, mailbox_read, only, record, sign_in


@pytest.mark.parametrize(
    ("workload", "application"),
    [
        ("Exchange", ("Microsoft Exchange Online", 20893)),
        ("SharePoint", ("Microsoft SharePoint Online", 20892)),
        ("OneDrive", ("Microsoft OneDrive for Business", 15600)),
        ("MicrosoftTeams", ("Microsoft Teams", 28375)),
        ("AzureActiveDirectory", ("Office 365", 11161)),
        ("ThreatIntelligence", ("Office 365", 11161)),
        ("", ("Office 365", 11161)),
    ],
)
def test_a_workload_has_the_name_and_number_of_the_hunting_schema(workload: str, application: tuple[str, int]) -> None:
    row = only(record(workload=workload))
    assert (row["Application"], row["ApplicationId"]) == application


@pytest.mark.parametrize(
    ("document", "activity"),
    [
        (sign_in("UserLoggedIn", "0"), "Log on"),
        (sign_in(), "Failed log on"),
        (cmdlet(), "Run"),
        (mailbox_read(), "Run"),
        (record(6, "FileDownloaded", "OneDrive"), "Download"),
        (record(6, "FileUploaded", "OneDrive"), "Upload"),
        (record(6, "FileAccessed", "OneDrive"), "View"),
        (record(6, "FileDeleted", "OneDrive"), "Delete"),
        (record(14, "AnonymousLinkCreated", "OneDrive"), "Share"),
        (record(8, "Add user."), "Create"),
        (record(8, "Update user."), "Edit"),
        (record(23, "Get-CsTeamsPolicy", "SkypeForBusiness"), "Run"),
        (record(99, "Odd"), "Basic"),
    ],
)
def test_an_operation_has_a_coarse_class(document: Record, activity: str) -> None:
    assert only(document)["ActivityType"] == activity


def test_the_actor_is_told_under_every_name_it_has() -> None:
    row = only(record(UserType=2))
    assert (row["AccountId"], row["AccountDisplayName"], row["AccountType"]) == (ANNA, ANNA, "Admin")
    assert (row["IsAdminOperation"], row["IsExternalUser"], row["IsImpersonated"]) == (True, False, None)
    assert only(record(UserType="Regular"))["IsAdminOperation"] is False
    assert only(record(UserType=None))["IsAdminOperation"] is None


def test_acting_for_another_is_told_by_logon_and_operation() -> None:
    assert only(mailbox_read(LogonType=0))["IsImpersonated"] is False
    assert only(mailbox_read(LogonType=2))["IsImpersonated"] is True
    assert only(mailbox_read(LogonType="Delegated"))["IsImpersonated"] is True
    assert only(record(2, "SendAs", "Exchange"))["IsImpersonated"] is True


def test_what_the_client_said_is_found_where_each_kind_keeps_it() -> None:
    assert only(record(UserAgent="Firefox"))["UserAgent"] == "Firefox"
    assert only(mailbox_read())["UserAgent"] == "Client=REST;;"
    assert only(sign_in())["UserAgent"] == "Mozilla/5.0"
    details = [{"Name": "additionalDetails", "Value": '{"User-Agent":"PowerShell/5.1"}'}]
    assert only(record(ExtendedProperties=details))["UserAgent"] == "PowerShell/5.1"


def test_a_front_end_is_flagged_for_geography_and_tells_no_port() -> None:
    row = only(mailbox_read())
    assert (row["IPAddress"], row["IPCategory"], row["IPTags"]) == (
        "2603:10a6:10:3b::1",
        "Cloud provider",
        '["Office 365"]',
    )
    assert only(record())["IPTags"] is None


def test_sessions_and_the_application_that_acted_are_kept() -> None:
    access = {"AADSessionId": "s1", "ClientAppId": "app1"}
    row = only(record(AppAccessContext=access, SessionId="s2"))
    assert json.loads(str(row["SessionData"])) == {"AADSessionId": "s1", "SessionId": "s2"}
    assert row["OAuthAppId"] == "app1"
    assert only(mailbox_read())["OAuthAppId"] == "5a95e683-08ad-424e-a441-1d1aec52c02c"
    assert only(record())["SessionData"] is None


def test_an_operation_with_a_long_dash_and_a_trailing_blank_is_one_that_can_be_asked_for() -> None:
    written = "Update application \u2013 Certificates and secrets management "
    row = only(record(operation=written))
    assert row["ActionType"] == "Update application - Certificates and secrets management"
    assert json.loads(str(row["RawEventData"]))["Operation"] == written


def test_simulation_and_quarantine_records_are_found_by_what_they_are_about() -> None:
    simulated = only(
        record(85, "AttackSimLinkClicked", "SecurityComplianceCenter", CampaignId="c1", CampaignName="Spring")
    )
    assert (simulated["ObjectType"], simulated["ObjectName"], simulated["ObjectId"]) == ("Simulation", "Spring", "c1")
    released = only(record(65, "QuarantineRelease", "Quarantine", NetworkMessageId="m1", RequestType=2))
    assert (released["ObjectType"], released["ObjectId"]) == ("Email", "m1")
