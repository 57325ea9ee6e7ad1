import json

import pytest

from tests.intake.activity.records import ANNA, cmdlet, mailbox_read, only, read, record, sign_in
from workbench.events.tables import table
from workbench.intake.activity.office import COLUMNS


def test_every_column_that_is_written_is_declared() -> None:
    assert {column for column, _ in COLUMNS.values()} <= set(table("OfficeActivity").types)


def test_a_mailbox_read_is_mirrored_under_the_names_of_the_workspace() -> None:
    row = only(mailbox_read(), "OfficeActivity")
    assert (row["Operation"], row["RecordType"], row["UserType"]) == (
        "MailItemsAccessed",
        "ExchangeItemAggregated",
        "Regular",
    )
    assert (row["UserId"], row["MailboxOwnerUPN"], row["Logon_Type"]) == (ANNA, ANNA, "Owner")
    assert (row["Client_IPAddress"], row["ExternalAccess"]) == ("[2603:10a6:10:3b::1]:51293", "False")
    assert json.loads(str(row["Folders"]))[0]["FolderItems"][0]["Subject"] == "Plans"
    assert json.loads(str(row["OperationProperties"])) == [{"Name": "MailAccessType", "Value": "Bind"}]


@pytest.mark.quirk("audit log", "Parameters: a list of pairs for Exchange, one command line for compliance")
def test_parameters_are_json_for_exchange_and_a_command_line_for_compliance() -> None:
    listed = [{"Name": "DeleteMessage", "Value": "True"}]
    assert json.loads(str(only(cmdlet(Parameters=listed), "OfficeActivity")["Parameters"])) == listed
    line = '-Name "Default policy" -Mode Enable'
    compliance = record(18, "New-DlpCompliancePolicy", "SecurityComplianceCenter", Parameters=line)
    assert only(compliance, "OfficeActivity")["Parameters"] == line


@pytest.mark.quirk("audit log", "ModifiedProperties: objects, strings or empty")
@pytest.mark.parametrize("changed", [[{"Name": "a", "NewValue": "b"}], ["a", "b"], []])
def test_modified_properties_come_as_objects_as_texts_and_empty(changed: list[object]) -> None:
    row = only(record(6, "FileModified", "OneDrive", ModifiedProperties=changed), "OfficeActivity")
    assert json.loads(str(row["ModifiedProperties"])) == changed


def test_a_sharing_record_is_mirrored_with_its_target_and_event_data() -> None:
    shared = record(
        14, "AnonymousLinkCreated", "OneDrive", Site="s", SiteUrl="u", EventData="<a/>", TargetUserOrGroupName="x"
    )
    row = only(shared, "OfficeActivity")
    assert (row["Site_"], row["Site_Url"], row["Event_Data"], row["TargetUserOrGroupName"]) == ("s", "u", "<a/>", "x")


def test_a_dynamic_column_holds_json_whatever_the_field_holds() -> None:
    for written, held in (
        ('[{"UPN":"a"}]', '[{"UPN":"a"}]'),
        ([{"UPN": "a"}], '[{"UPN":"a"}]'),
        ("00", '"00"'),
        ("", None),
    ):
        row = only(record(25, "MemberAdded", "MicrosoftTeams", Members=written), "OfficeActivity")
        assert row["Members"] == held


def test_the_directory_is_not_mirrored() -> None:
    assert "OfficeActivity" not in read(record()).rows
    assert "OfficeActivity" not in read(sign_in()).rows
