"""Audit records from file to store: every form, one place in the account, and the real export with its answer key."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.intake.activity.records import EVERY, MESSAGE, Record, record, threat_mail
from tests.intake.importing.test_run import counts, held, run
from workbench.apps.session.workbench import Workbench
from workbench.base.config import Workspace
from workbench.events.lookups import Lookups
from workbench.intake.importing import IntakeLog
from workbench.intake.importing.audit import audit_context

CSV = "datasets/o365_ual_dev/auditrecords_2021-03_2021-05_asexported.csv.xz"
NDJSON = "datasets/o365_ual_dev/auditdata_2021-03_2021-05_unique.ndjson.xz"
TENANT = "dutchmasterz.onmicrosoft.com"
FINDINGS = [f"D{number:02}" for number in range(1, 15)]


def numbered(count: int, start: int = 0) -> list[Record]:
    return [record(Id=f"00000000-0000-0000-0000-{number:012}") for number in range(start, start + count)]


def exported(path: Path, documents: list[Record]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["RecordType", "CreationDate", "UserIds", "Operations", "AuditData", "ResultIndex"])
        for number, document in enumerate(documents, 1):
            row = ["AzureActiveDirectory", "9/14/2026 10:00:00 AM", document["UserId"], document["Operation"]]
            writer.writerow([*row, json.dumps(document, indent=1), number])
    return path


def written(path: Path, value: object, encoding: str = "utf-8") -> Path:
    path.write_text(json.dumps(value, indent=2), encoding)
    return path


@pytest.mark.quirk(
    "audit log", "CSV with AuditData, lines, array, value, UTF-16 of PowerShell: the same event from two forms is one"
)
def test_every_form_of_the_same_records_is_recognised_and_folded(workspace: Workspace, tmp_path: Path) -> None:
    documents = numbered(3)
    lines = tmp_path / "a.ndjson"
    lines.write_text("\n".join(json.dumps(each) for each in documents))
    assert counts(run(workspace, lines)) == (3, 0, 0)
    rows = [
        {"CreationDate": "/Date(1789380000000)/", "AuditData": json.dumps(each), "Identity": each["Id"]}
        for each in documents
    ]
    forms = [
        exported(tmp_path / "b.csv", documents),
        written(tmp_path / "blob.json", documents),
        written(tmp_path / "value.json", {"value": documents, "Count": 3}),
        written(tmp_path / "powershell.json", rows, "utf-16"),
        written(tmp_path / "graph.json", {"value": [{"id": each["Id"], "auditData": each} for each in documents]}),
    ]
    for form in forms:
        assert counts(run(workspace, form)) == (0, 3, 0), form.name
    assert held(workspace)["CloudAppEvents"] == 3


def test_a_record_with_rows_in_several_tables_has_one_place_in_the_account(
    workspace: Workspace, tmp_path: Path
) -> None:
    report = run(workspace, exported(tmp_path / "a.csv", [threat_mail(), threat_mail()]))
    assert counts(report) == (1, 1, 0)
    assert report.by_table == {"CloudAppEvents": 1, "EmailEvents": 2, "EmailAttachmentInfo": 4}


def test_records_of_every_kind_go_in_together(workspace: Workspace, tmp_path: Path) -> None:
    documents = [each | {"Id": f"{number:08}-0000-0000-0000-000000000000"} for number, each in enumerate(EVERY)]
    report = run(workspace, written(tmp_path / "blob.json", documents))
    assert counts(report) == (len(EVERY), 0, 0)
    answer = Workbench(workspace).kql(
        "WorkbenchAirInvestigations | mv-expand Entity = Entities | project Id = tostring(Entity.NetworkMessageId)"
    )
    assert answer.frame["Id"].to_list() == [MESSAGE]


@pytest.mark.quirk("audit log", "AuditData empty because the carrier cut _raw at 10,000 characters")
def test_a_cut_record_is_quarantined_and_still_answers(workspace: Workspace, tmp_path: Path) -> None:
    whole, cut = numbered(2)
    path = exported(tmp_path / "a.csv", [whole])
    with path.open("a", newline="") as file:
        half = json.dumps(cut)[:-20]
        csv.writer(file).writerow(["AzureActiveDirectory", "9/14/2026 10:00:00 AM", "x", "Update user.", half, 2])
    report = run(workspace, path)
    assert counts(report) == (1, 0, 1)
    (aside,) = IntakeLog(workspace.intake).quarantine()
    assert aside.reason.startswith("AuditData is cut after")
    assert held(workspace)["CloudAppEvents"] == 2
    assert counts(run(workspace, path, again=True)) == (0, 1, 1)
    assert held(workspace)["CloudAppEvents"] == 2
    assert counts(run(workspace, exported(tmp_path / "whole.csv", [cut]))) == (1, 0, 0)
    assert held(workspace)["CloudAppEvents"] == 2
    sources = Workbench(workspace).kql("CloudAppEvents | summarize count() by AuditSource").frame
    assert sources.rows() == [("Office 365 audit log", 2)]


def test_an_export_that_lies_among_messages_is_no_message(
    workspace: Workspace, tmp_path: Path, mails: Callable[..., Path]
) -> None:
    folder = mails(range(2))
    exported(folder / "zz.csv", numbered(2))
    assert run(workspace, folder).by_table["CloudAppEvents"] == 2


@pytest.mark.quirk("audit log", "values that are no records among the lines")
def test_records_that_are_none_are_set_aside(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text(
        "\n".join([json.dumps(record()), "5", "[]", "null", json.dumps(record(CreationTime="soon"))])
    )
    assert counts(run(workspace, tmp_path / "a.ndjson")) == (1, 0, 4)


def test_the_organisation_and_the_front_ends_are_told(workspace: Workspace) -> None:
    context = audit_context(workspace.organisation, Lookups(workspace.lookups))
    assert context.own_domains == ("northgate.example",)
    assert "20.190.128.0/18" in context.front_ends


def test_front_ends_are_those_of_the_list_that_the_workspace_carries(workspace: Workspace) -> None:
    workspace.lookups.mkdir()
    (workspace.lookups / "microsoft_365_addresses.txt").write_text("# match: cidr\n192.0.2.0/24\n", "utf-8")
    assert audit_context(workspace.organisation, Lookups(workspace.lookups)).front_ends == ("192.0.2.0/24",)


@pytest.fixture(scope="module")
def tenant(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The real export, imported once; nobody may change it."""
    home = tmp_path_factory.mktemp("tenant")
    (home / "workbench.toml").touch()
    (home / "organisation.yml").write_text(f"domains: [{TENANT}]")
    workspace = Workspace(home)
    report = run(workspace, shared / CSV)
    assert counts(report) == (3114, 1652, 3)
    return workspace


@pytest.mark.quirk("audit log", "two overlapping exports in one file; repeated Ids fold")
def test_the_same_events_from_the_other_file_are_duplicates(tenant: Workspace, shared: Path) -> None:
    before = held(tenant)
    assert counts(run(tenant, shared / NDJSON, again=True)) == (0, 3114, 0)
    assert held(tenant) == before


@pytest.mark.quirk("audit log", "two overlapping exports in one file; repeated Ids fold")
def test_either_file_alone_gives_the_same_rows(tenant: Workspace, workspace: Workspace, shared: Path) -> None:
    (workspace.home / "organisation.yml").write_text(f"domains: [{TENANT}]")
    assert counts(run(workspace, shared / NDJSON)) == (3114, 0, 0)
    question = "{} | summarize Rows = count(), Ids = dcount({})"
    for table, key in (
        ("OfficeActivity", "OfficeId"),
        ("EntraIdSignInEvents", "ReportId"),
        ("EmailEvents", "ReportId"),
    ):
        one, other = (Workbench(each).kql(question.format(table, key)).frame for each in (tenant, workspace))
        assert one.equals(other)
    assert held(tenant)["CloudAppEvents"] == held(workspace)["CloudAppEvents"] + 3


@pytest.mark.quirk("audit log", "AuditData empty because the carrier cut _raw at 10,000 characters")
def test_the_three_rows_that_the_search_index_cut_are_quarantined_with_their_bytes(tenant: Workspace) -> None:
    asides = IntakeLog(tenant.intake).quarantine()
    assert {aside.reason for aside in asides} == {
        "AuditData is missing: the carrier cut the record at 10,000 characters"
    }
    assert [aside.size > 10_000 for aside in asides] == [True] * 3


@pytest.fixture(scope="module")
def findings(shared: Path) -> dict[str, dict[str, Any]]:
    """The answer key, by finding."""
    key = json.loads((shared / "datasets/o365_ual_dev/ground_truth.json").read_text())
    return {finding["id"]: finding for finding in key["findings"]}


@pytest.mark.quirk("audit log", "all 14 findings of the answer key can be asked for in KQL")
@pytest.mark.parametrize("name", FINDINGS)
def test_every_event_of_a_finding_can_be_asked_for_with_its_time(
    tenant: Workspace, findings: dict[str, dict[str, Any]], name: str
) -> None:
    finding = findings[name]
    ids = ", ".join(f"'{each}'" for each in finding["event_ids"])
    events = Workbench(tenant).kql(f"CloudAppEvents | where ReportId in ({ids}) | sort by Timestamp asc").frame
    assert events.height == finding["event_count"]
    assert f"{events['Timestamp'].min():%Y-%m-%dT%H:%M:%SZ}" == finding["first"]
    assert f"{events['Timestamp'].max():%Y-%m-%dT%H:%M:%SZ}" == finding["last"]
    if "source_ip" in finding:
        assert set(events["IPAddress"]) == {finding["source_ip"]}
    if "user" in finding:
        assert set(events["AccountId"]) == {f"{finding['user']}@{TENANT}"}


@pytest.mark.quirk("audit log", "UserLoginFailed says Success: judged by ErrorNumber")
@pytest.mark.parametrize("name", ["D01", "D02"])
def test_a_spray_is_found_by_error_numbers(tenant: Workspace, findings: dict[str, dict[str, Any]], name: str) -> None:
    finding = findings[name]
    answer = (
        Workbench(tenant)
        .kql(f"""
        EntraIdSignInEvents
        | where IPAddress == "{finding["source_ip"]}"
        | where Timestamp between (datetime({finding["first"]}) .. datetime({finding["last"]}))
        | extend User = tostring(split(AccountUpn, "@")[0])
        | summarize Failed = countif(ErrorCode in (50126, 50053)), Succeeded = countif(ErrorCode == 0),
            Users = make_set_if(User, ErrorCode in (50126, 50053))
    """)
        .frame
    )
    assert answer["Failed"].to_list() == [finding["failed"]]
    assert set(json.loads(answer["Users"][0])) == set(finding["targeted_users"])
    assert answer["Succeeded"][0] >= 1


@pytest.mark.quirk("audit log", "all 14 findings of the answer key can be asked for in KQL")
@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("D03", 'where ActionType has "application" and tostring(RawEventData) has "rnicrosoft"'),
        ("D04", 'where ActionType in ("Consent to application.", "Add delegated permission grant.")'),
        ("D05", 'where ActionType == "Add member to role."'),
        ("D06", 'where ActionType == "AnonymousLinkCreated"'),
        (
            "D07",
            'where ActionType in ("Add application.", "Consent to application.") and AccountId startswith "gradya"',
        ),
        ("D08", 'where ActionType == "New-InboxRule" and tostring(RawEventData.Parameters) has "DeleteMessage"'),
        ("D09", 'where ActionType == "New-TransportRule" and tostring(RawEventData.Parameters) has "BlindCopyTo"'),
        ("D10", 'where ActionType in ("Add-MailboxPermission", "Add-RecipientPermission", "Set-Mailbox")'),
        ("D11", 'where ActionType == "Add user." and ObjectName startswith "ITCornpany"'),
        ("D12", 'where OAuthAppId == "ea0056b2-87ac-4765-ba13-e2768da6fba7"'),
        ("D13", 'where ActionType == "HardDelete" and ObjectType == "Email"'),
        ("D14", 'where ObjectType == "Email" and ActionType in ("TIMailData", "Send")'),
    ],
)
def test_a_finding_is_reached_by_what_happened(
    tenant: Workspace, findings: dict[str, dict[str, Any]], name: str, question: str
) -> None:
    found = set(Workbench(tenant).kql(f"CloudAppEvents | {question} | project ReportId").frame["ReportId"])
    assert set(findings[name]["event_ids"]) <= found


@pytest.mark.quirk("audit log", "a cut record is one of the findings (D11)")
def test_the_cut_record_of_a_finding_names_who_made_which_account(tenant: Workspace) -> None:
    row = (
        Workbench(tenant).kql('CloudAppEvents | where ActionType == "Add user." and ObjectName has "ITCornpany"').frame
    )
    assert row["ReportId"].to_list() == ["20579400-0b86-44ad-b7dc-9c2c8c54e662"]
    assert row["AccountId"].to_list() == [f"a.thulile@{TENANT}"]
    assert "the carrier cut the record" in row["AdditionalFields"][0]


def test_the_quarantined_phish_and_the_reply_to_it_share_the_message(tenant: Workspace) -> None:
    mail = (
        Workbench(tenant)
        .kql("EmailEvents | project NetworkMessageId, RecipientEmailAddress, EmailAction, EmailDirection")
        .frame
    )
    assert mail.rows() == [
        ("3b777f33-250b-43de-2634-08d8f0366327", f"a.thulile@{TENANT}", "Send to quarantine", "Inbound")
    ]


@pytest.mark.quirk("audit log", "UserLoginFailed says Success: judged by ErrorNumber")
def test_failures_that_say_success_are_judged_by_their_number(tenant: Workspace) -> None:
    counted = (
        Workbench(tenant)
        .kql("""
        EntraIdSignInEvents
        | join kind=inner (CloudAppEvents | where ActionType == "UserLoginFailed") on ReportId
        | summarize All = count(), Zero = countif(ErrorCode == 0),
            SaySuccess = countif(tostring(RawEventData.ResultStatus) == "Success"),
            Guesses = countif(ErrorCode in (50126, 50053))
    """)
        .frame
    )
    assert counted.rows() == [(98, 0, 31, 60)]


@pytest.mark.quirk("audit log", "Microsoft front ends flagged")
def test_front_ends_of_the_service_are_flagged_and_the_attackers_address_is_not(tenant: Workspace) -> None:
    flagged = (
        Workbench(tenant)
        .kql("""
        CloudAppEvents | where isnotempty(IPAddress)
        | where IPAddress matches regex @"^(20\\.190\\.|40\\.126\\.|52\\.|2603:10a6:)"
        | summarize Missed = countif(IPCategory != "Cloud provider"), All = count()
    """)
        .frame
    )
    assert flagged["Missed"][0] == 0
    assert flagged["All"][0] > 100
    attacker = Workbench(tenant).kql('CloudAppEvents | where IPAddress == "178.85.138.132" | distinct IPCategory').frame
    assert attacker["IPCategory"].to_list() == [""]


@pytest.mark.quirk("audit log", "ClientIP bare, with port, in brackets with port, ::1, empty")
def test_no_address_of_the_real_export_is_lost(tenant: Workspace) -> None:
    missed = (
        Workbench(tenant)
        .kql("""
        CloudAppEvents
        | extend Written = coalesce(tostring(RawEventData.ClientIP), tostring(RawEventData.ClientIPAddress))
        | where isnotempty(Written) and isempty(IPAddress) | count
    """)
        .frame
    )
    assert missed["Count"][0] == 0
