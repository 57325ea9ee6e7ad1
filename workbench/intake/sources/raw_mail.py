"""Single messages: ``.eml`` files, the files of a Maildir, and anything that starts like a mail header."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from workbench.intake.sources._record import LONGEST_RECORD, Broken, Kind, Message, Record

_HEADER = re.compile(rb"^(?:[!-9;-~]{1,76}):[ \t\r\n]", re.MULTILINE)
_KNOWN = re.compile(
    rb"^(?:received|return-path|delivered-to|from|to|subject|date|message-id|mime-version|reply-to|dkim-signature|"
    rb"authentication-results|x-[\w-]+|arc-[\w-]+|content-type|list-id|sender|cc):",
    re.MULTILINE | re.IGNORECASE,
)
_LEAST_HEADERS = 3


def _looks(head: bytes) -> bool:
    return bool(_HEADER.match(head)) and len(_KNOWN.findall(head)) >= _LEAST_HEADERS


def _records(stream: BinaryIO) -> Iterator[Record]:
    raw = stream.read(LONGEST_RECORD + 1)
    if len(raw) > LONGEST_RECORD:
        yield Broken("", raw, f"the message is longer than {LONGEST_RECORD:,} bytes")
    else:
        yield Message("", raw)


RAW_MAIL = Kind("raw_mail", "a raw message (.eml, Maildir)", 3, (".eml",), _looks, _records, sure=True)
