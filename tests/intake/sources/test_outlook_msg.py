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
