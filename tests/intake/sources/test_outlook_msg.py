"""Files of Outlook: recognised by their first bytes, and told from documents of Office."""

from io import BytesIO

import pytest

from tests.intake.mail.outlook_files import compound, outlook
from workbench.intake.sources import Broken, Message, kind_of, kinds

MSG = compound(outlook(p0037="Hello", p1000="Hello"))


@pytest.mark.quirk("Outlook .msg", "known by its first bytes; Office documents in the same container are none")
def test_a_file_is_known_by_its_beginning_whatever_its_name() -> None:
    for name in ("a.msg", "a.eml", "a.csv", "a"):
        found = kind_of(name, MSG[:4096])
        assert found is not None
        assert found.name == "outlook_msg"


def test_a_message_comes_byte_for_byte() -> None:
    assert list(kinds()["outlook_msg"].records(BytesIO(MSG))) == [Message("", MSG)]


@pytest.mark.quirk("Outlook .msg", "known by its first bytes; Office documents in the same container are none")
def test_a_document_of_office_is_set_aside_whole() -> None:
    document = compound({"WordDocument": b"text"})
    (record,) = kinds()["outlook_msg"].records(BytesIO(document))
    assert isinstance(record, Broken)
    assert record.raw == document


@pytest.mark.quirk("Outlook .msg", "contacts, tasks and notes are no messages")
@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("IPM.Contact", "is a contact that Outlook saved, no message"),
        ("IPM.Contact.Ours", "is a contact that Outlook saved, no message"),
        ("ipm.task", "is a task that Outlook saved, no message"),
        ("IPM.StickyNote", "is a note that Outlook saved, no message"),
        ("IPM.DistList", "is a list of contacts that Outlook saved, no message"),
        ("IPM.Activity", "is an entry of a journal that Outlook saved, no message"),
    ],
)
def test_what_is_no_message_is_set_aside_with_what_it_is(kind: str, reason: str) -> None:
    raw = compound(outlook(p001A=kind, p0037="Hello"))
    assert list(kinds()["outlook_msg"].records(BytesIO(raw))) == [Broken("", raw, reason)]


@pytest.mark.parametrize(
    "kind", ["IPM.Note", "IPM.TaskRequest", "IPM.Schedule.Meeting.Request", "REPORT.IPM.Note.NDR", "IPM.Ours", ""]
)
def test_messages_of_every_class_are_read(kind: str) -> None:
    raw = compound(outlook(p001A=kind, p0037="Hello"))
    assert list(kinds()["outlook_msg"].records(BytesIO(raw))) == [Message("", raw)]
