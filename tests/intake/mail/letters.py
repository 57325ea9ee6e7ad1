"""Raw messages for the tests, and what is read of them."""

import base64
import json
import struct
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from workbench.intake.mail import Context, Reading, read_message

SEEN = datetime(2026, 9, 18, 12, 0, tzinfo=UTC)
OWN = ("own.example",)
STAMPED_ID = "b9106deb-bd54-4815-e5c9-08dbb93f5fab"

HOP = (
    "Received: from mail.evil.example (mail.evil.example [192.0.2.7]) by mx.own.example (Postfix) with ESMTPS id 4XyZ"
    " for <ann@own.example>; Tue, 19 Sep 2023 18:36:44 +0000"
)
PLAIN_HEADERS = (
    "From: Bob <bob@evil.example>",
    "To: Ann <ann@own.example>",
    "Subject: Hello",
    "Date: Tue, 19 Sep 2023 20:35:49 +0200",
    "Message-ID: <1@evil.example>",
    "MIME-Version: 1.0",
)
EXCHANGE_HOPS = (
    "Received: from SA3PR19MB7370.namprd19.prod.outlook.com (::1) by MN0PR19MB6312.namprd19.prod.outlook.com with"
    " HTTPS; Tue, 19 Sep 2023 18:36:46 +0000",
    "Received: from BN8NAM11FT066.eop-nam11.prod.protection.outlook.com (2603:10b6:408:e6:cafe::23) by"
    " BN0PR03CA0023.outlook.office365.com (2603:10b6:408:e6::28) with Microsoft SMTP Server (version=TLS1_2) id"
    " 15.20.6792.28 via Frontend Transport; Tue, 19 Sep 2023 18:36:45 +0000",
    "Authentication-Results: spf=fail (sender IP is 192.0.2.7) smtp.mailfrom=evil.example; dkim=none (message not"
    " signed) header.d=none;dmarc=fail action=oreject header.from=evil.example;compauth=fail reason=000",
    "Received-SPF: Fail (protection.outlook.com: domain of evil.example does not designate 192.0.2.7 as permitted"
    " sender) receiver=protection.outlook.com; client-ip=192.0.2.7; helo=mail.evil.example;",
    "Received: from mail.evil.example (192.0.2.7) by BN8NAM11FT066.mail.protection.outlook.com (10.13.177.138) with"
    " Microsoft SMTP Server id 15.20.6813.19 via Frontend Transport; Tue, 19 Sep 2023 18:36:44 +0000",
)
EXCHANGE_STAMPS = (
    "Return-Path: bounce@evil.example",
    f"X-MS-Exchange-Organization-Network-Message-Id: {STAMPED_ID}",
    "X-MS-Exchange-Organization-MessageDirectionality: Incoming",
    "X-MS-Exchange-Organization-AuthAs: Anonymous",
    "X-MS-Exchange-Organization-SCL: 5",
    "X-Microsoft-Antispam: BCL:7;",
    "X-Forefront-Antispam-Report: CIP:192.0.2.7;CTRY:NL;LANG:de;SCL:5;SRV:;IPV:NLI;SFV:SPM;H:mail;PTR:;CAT:HPHISH;",
    "X-MS-Exchange-CrossTenant-OriginalArrivalTime: 19 Sep 2023 18:36:44.1298417 (UTC)",
    "X-Microsoft-Antispam-Mailbox-Delivery: ucf:0;jmr:0;auth:0;dest:J;OFR:SpamFilterAuthJ;RF:JunkEmail;",
)


def letter(headers: Iterable[str], body: str | bytes = "Hello\r\n", charset: str = "utf-8") -> bytes:
    """A message of these header lines and this body, lines ending in CR LF."""
    block = "\r\n".join(headers).encode(charset, "surrogateescape")
    return block + b"\r\n\r\n" + (body.encode(charset, "surrogateescape") if isinstance(body, str) else body)


def plain(body: str | bytes = "Hello\r\n", *extra: str) -> bytes:
    """A message that our own Postfix received, of one text part."""
    return letter((HOP, *PLAIN_HEADERS, "Content-Type: text/plain; charset=utf-8", *extra), body)


def page(html: str | bytes, *extra: str) -> bytes:
    """A message of one HTML part."""
    return letter((HOP, *PLAIN_HEADERS, "Content-Type: text/html; charset=utf-8", *extra), html)


def changed(**headers: str) -> bytes:
    """A plain message with headers replaced (``message_id`` names ``Message-ID``) or, where new, added."""
    given = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    kept = [line for line in PLAIN_HEADERS if line.partition(":")[0].lower() not in given]
    return letter((HOP, *kept, *(f"{name.title()}: {value}" for name, value in given.items())))


def exchange(*claimed: str, body: str = "Hello\r\n", stamps: Iterable[str] = EXCHANGE_STAMPS) -> bytes:
    """A message that Exchange Online received; ``claimed`` are headers that the sender wrote."""
    return letter((*EXCHANGE_HOPS, *claimed, *PLAIN_HEADERS, *stamps), body)


def multipart(*parts: bytes, kind: str = "mixed", extra: Iterable[str] = ()) -> bytes:
    """A message of several parts, each given with its own headers."""
    headers = (HOP, *PLAIN_HEADERS, f'Content-Type: multipart/{kind}; boundary="cut"', *extra)
    body = b"".join(b"--cut\r\n" + part + b"\r\n" for part in parts) + b"--cut--\r\n"
    return letter(headers, body)


def attached(data: bytes, name: str, kind: str = "application/octet-stream") -> bytes:
    """One part: a file in base64."""
    head = f'Content-Type: {kind}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
    head += f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
    return head.encode("utf-8", "surrogateescape") + base64.encodebytes(data)


def text_part(text: str, kind: str = "text/plain") -> bytes:
    """One part: text in UTF-8."""
    return f"Content-Type: {kind}; charset=utf-8\r\n\r\n{text}".encode()


def zipped(names: Iterable[str], *, flags: int = 0, size: int = 10, packed: int = 5) -> bytes:
    """The directory of a ZIP file with these entries; there is nothing in it to unpack."""
    head = b"PK\x03\x04" + b"\0" * 26
    entries = [_entry(name.encode(), flags, size, packed) for name in names]
    count, length = len(entries), sum(map(len, entries))
    end = struct.pack("<HHHHLLH", 0, 0, count & 0xFFFF, count & 0xFFFF, length, len(head), 0)
    return b"".join((head, *entries, b"PK\x05\x06", end))


def _entry(name: bytes, flags: int, size: int, packed: int) -> bytes:
    fields = (20, 20, flags | 0x800, 8, 0, 0, 0, packed, size, len(name), 0, 0, 0, 0, 0, 0)
    return b"PK\x01\x02" + struct.pack("<HHHHHHLLLHHHHHLL", *fields) + name


def read(raw: bytes, own: tuple[str, ...] = OWN) -> Reading:
    """What is read of a message by an organisation that holds ``own.example``."""
    return read_message(raw, "test.eml", Context(own_domains=own, seen_at=SEEN))


def event(raw: bytes, own: tuple[str, ...] = OWN) -> dict[str, object]:
    """The first row of EmailEvents."""
    return read(raw, own).rows["EmailEvents"][0]


def facts(raw: bytes) -> dict[str, object]:
    """The row of WorkbenchMailFacts."""
    return read(raw).rows["WorkbenchMailFacts"][0]


def features(raw: bytes) -> dict[str, object]:
    """The bag of body features."""
    return json.loads(str(facts(raw)["BodyFeatures"]))


def reasons(raw: bytes) -> str:
    """All faults as one text."""
    return "; ".join(f"{fault.where}: {fault.reason}" for fault in read(raw).faults)


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes, in CPU time, so that a busy machine does not count."""
    start = time.process_time()
    work()
    return time.process_time() - start
