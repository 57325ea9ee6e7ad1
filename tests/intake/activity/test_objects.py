import json

import pytest

from tests.intake.activity.records import (
    ANNA,
    MESSAGE,
    alert,
    click,
    cmdlet,
    file_event,
    investigation,
    mailbox_read,
    only,
    record,
    sign_in,
    threat_mail,
)
from workbench.intake.activity.objects import MOST_OBJECTS

Row = dict[str, object]


def told(document: Row) -> tuple[object, ...]:
    row = only(document)
    return row["ObjectName"], row["ObjectType"], row["ObjectId"]


def listed(document: Row) -> list[dict[str, object]]:
    return json.loads(str(only(document)["ActivityObjects"]))  # type: ignore[no-any-return]


@pytest.mark.quirk("audit log", "mailbox reads come under kinds 2 and 50; only ClientIPAddress")
def test_the_thing_acted_on_is_told_for_each_kind() -> None:
    target = [{"ID": "User_40123ae1-dfb1-4224-95c6-edd2500c27f7", "Type": 2}, {"ID": "40123ae1-dfb1-4224-95c6-edd2500c27f7", "Type": 2},
              {"ID": "User", "Type": 2}, {"ID": "New@northgate.example", "Type": 5}]  # fmt: skip
    assert told(record(Target=target)) == ("New@northgate.example", "User", "40123ae1-dfb1-4224-95c6-edd2500c27f7")
    assert told(record(Target="x", ObjectId="app")) == ("app", "", "app")
    assert told(cmdlet("Set-InboxRule", ObjectId="Anna\\.")) == ("Anna\\.", "InboxRule", "Anna\\.")
    assert told(mailbox_read()) == ("Anna@Northgate.Example", "Mailbox", "d0c5f8ae-9ed7-4e46-bfdf-ea1460f5a31b")
    assert told(threat_mail()) == ("Invoice", "Email", MESSAGE)
    assert told(click())[:2] == ("https://evil.example/a", "Url")
    assert told(alert())[0] == "Phish delivered due to an ETR override"
    assert told(investigation())[1:] == ("Investigation", "urn:ZappedUrlInvestigation:abc")
    assert told(sign_in())[1:] == ("Application", "00000002-0000-0ff1-ce00-000000000000")
    assert told(file_event())[1] == "File"


def test_a_file_is_named_by_its_name_or_the_end_of_its_path() -> None:
    path = "https://a.example/sites/x/c.docx"
    assert told(record(6, "FileAccessed", "OneDrive", ObjectId=path, ItemType="File")) == ("c.docx", "File", path)


def test_an_item_of_a_mailbox_is_named_by_subject_and_message_id() -> None:
    item = {"Subject": "passwords", "InternetMessageId": "<a@b>"}
    assert told(record(2, "Send", "Exchange", Item=item)) == ("passwords", "Email", "<a@b>")
    assert told(record(2, "Send", "Exchange", Item=json.dumps(item))) == ("passwords", "Email", "<a@b>")
    assert told(record(3, "HardDelete", "Exchange", AffectedItems=[item]))[0] == "passwords"
    folder = record(2, "MailItemsAccessed", "Exchange", Item={"Id": "x"}, MailboxOwnerUPN=ANNA)
    assert told(folder)[:2] == (ANNA, "Mailbox")


def test_parameters_of_a_cmdlet_are_listed_as_structured_objects() -> None:
    rule = cmdlet(Parameters=[{"Name": "DeleteMessage", "Value": "True"}, {"Name": "Name", "Value": "."}])
    assert {each["Name"]: each["Value"] for each in listed(rule) if each["Type"] == "Structured object"} == {
        "DeleteMessage": "True",
        "Name": ".",
    }


def test_mails_read_are_listed_and_no_more_than_some() -> None:
    assert [each["Type"] for each in listed(mailbox_read())] == ["Mailbox", "Folder", "Email"]
    many = [{"Subject": str(number)} for number in range(5_000)]
    assert len(listed(record(3, "HardDelete", "Exchange", AffectedItems=many))) == MOST_OBJECTS
