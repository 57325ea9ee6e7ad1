"""Messages that Outlook saved, one a file (``.msg``)."""

from collections.abc import Iterator
from typing import BinaryIO

from workbench.intake.mail.compound import MAGIC
from workbench.intake.mail.outlook import other_kind
from workbench.intake.mail.properties import is_outlook
from workbench.intake.sources._record import LONGEST_RECORD, Broken, Kind, Message, Record


def _looks(head: bytes) -> bool:
    return head.startswith(MAGIC)


def _records(stream: BinaryIO) -> Iterator[Record]:
    raw = stream.read(LONGEST_RECORD + 1)
    if len(raw) > LONGEST_RECORD:
        yield Broken("", raw, f"the message is longer than {LONGEST_RECORD:,} bytes")
    elif not is_outlook(raw):
        yield Broken("", raw, "is no message of Outlook: a document of Office, or damaged")
    elif kind := other_kind(raw):
        yield Broken("", raw, f"is {kind} that Outlook saved, no message")
    else:
        yield Message("", raw)


OUTLOOK_MSG = Kind("outlook_msg", "a message saved by Outlook (.msg)", 4, (".msg",), _looks, _records, sure=True)
