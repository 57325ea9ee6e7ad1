"""Mails as bytes, as a mailbox in the cloud would have received them (RFC 5322, MIME), from what their rows say."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.header import Header
from hashlib import sha256

from workbench.apps.demo.draws import guid
from workbench.apps.demo.people import DOMAIN, TENANT

_LINE = 76
LONGEST = 200_000
_HEAD = 1_700
"""Bytes of a header, near enough."""

_GATE = f"gate1.{DOMAIN}"
"""The last host of ours that a mail from outside passes."""


@dataclass(frozen=True)
class File:
    """A file in a mail."""

    name: str
    data: bytes
    type: str = "application/octet-stream"

    @property
    def sha256(self) -> str:
        """The SHA-256 of its bytes."""
        return sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Mail:
    """What a mail says, and what was found out when it came."""

    at: datetime
    network_message_id: str
    internet_message_id: str
    sender: str
    sender_name: str
    to: Sequence[str]
    subject: str
    text: str
    links: Sequence[str] = ()
    files: Sequence[File] = ()
    address: str = ""
    authentication: Mapping[str, str] = field(default_factory=dict)
    bounce: str = ""
    reply_to: str = ""
    language: str = "en"
    place: str = "I"
    """Where it was put: I is the inbox, J junk."""
    grade: int = 1
    size: int = 0
    """Bytes it is filled up to."""

    @property
    def internal(self) -> bool:
        """Whether one of our own people sent it."""
        return self.sender.endswith(f"@{DOMAIN}") and not self.authentication


def composed(mail: Mail) -> bytes:
    """The bytes of a mail; the same for the same mail."""
    body = _multipart(mail) if mail.files else _html(mail)
    return b"\r\n".join(line.encode() for line in (*_hops(mail), *_heads(mail), *_stamps(mail))) + b"\r\n" + body


def _stamp(moment: datetime) -> str:
    return moment.strftime("%a, %d %b %Y %H:%M:%S +0000")


def _hops(mail: Mail) -> list[str]:
    later = mail.at + timedelta(seconds=1)
    inner = (
        f"Received: from {_GATE} (2001:db8:4e47::25) by mbx7.{DOMAIN} (2001:db8:4e47::7)\r\n"
        f" with Microsoft SMTP Server id 15.21.132.7; {_stamp(later)}"
    )
    if mail.internal:
        return [inner]
    host = mail.internet_message_id.strip("<>").partition("@")[2]
    said, bounce, home = mail.authentication, _domain(mail.bounce or mail.sender), _domain(mail.sender)
    spf, dkim, dmarc = (said.get(name, "none") for name in ("SPF", "DKIM", "DMARC"))
    return [
        inner,
        f"Authentication-Results: spf={spf} (sender IP is {mail.address})\r\n smtp.mailfrom={bounce};"
        f" dkim={dkim}\r\n header.d={home};dmarc={dmarc} action=none\r\n"
        f" header.from={home};compauth={said.get('CompAuth', 'none')} reason=100",
        f"Received-SPF: {spf.title()} (protection: domain of {bounce})\r\n"
        f" receiver={_GATE}; client-ip={mail.address}; helo=mail.{host};",
        f"Received: from mail.{host} ({mail.address}) by\r\n {_GATE} (192.0.2.50) with Microsoft SMTP Server\r\n"
        f" (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.21.132.16; {_stamp(mail.at)}",
    ]  # fmt: skip


def _heads(mail: Mail) -> list[str]:
    name = Header(mail.sender_name, "utf-8").encode() if not mail.sender_name.isascii() else f'"{mail.sender_name}"'
    subject = (
        Header(mail.subject, "utf-8", header_name="Subject").encode() if not mail.subject.isascii() else mail.subject
    )
    reply = [f"Reply-To: <{mail.reply_to}>"] if mail.reply_to else []
    return [
        f"From: {name} <{mail.sender}>",
        "To: " + ",\r\n ".join(f"<{each}>" for each in mail.to),
        f"Subject: {subject}",
        f"Date: {_stamp(mail.at - timedelta(seconds=2))}",
        f"Message-ID: {mail.internet_message_id}",
        *reply,
        "MIME-Version: 1.0",
        f"Return-Path: {mail.bounce or mail.sender}",
    ]


def _stamps(mail: Mail) -> list[str]:
    way = "Originating" if mail.internal else "Incoming"
    moment = mail.at.strftime("%d %b %Y %H:%M:%S.") + f"{mail.at.microsecond // 100:04d} (UTC)"
    heads = [
        f"X-MS-Exchange-Organization-Network-Message-Id:\r\n {mail.network_message_id}",
        f"X-MS-Exchange-Organization-MessageDirectionality: {way}",
        f"X-MS-Exchange-Organization-AuthAs: {'Internal' if mail.internal else 'Anonymous'}",
        f"X-MS-Exchange-Organization-SCL: {mail.grade}",
        f"X-MS-Exchange-CrossTenant-OriginalArrivalTime: {moment}",
        f"X-MS-Exchange-CrossTenant-Id: {TENANT}",
    ]
    if not mail.internal:
        heads.append(
            f"X-Forefront-Antispam-Report:\r\n CIP:{mail.address};CTRY:;LANG:{mail.language};SCL:{mail.grade};"
            "SFV:NSPM;CAT:NONE;DIR:INB;"
        )
    heads.append(f"X-Microsoft-Antispam-Mailbox-Delivery:\r\n ucf:0;jmr:0;auth:0;dest:{mail.place};")
    return [*heads, "X-Sample-Data: made for the Northgate demo; no person or company in it is real"]


def _html(mail: Mail) -> bytes:
    links = "".join(f'<p><a href="{link}">{_said(number)}</a></p>\n' for number, link in enumerate(mail.links))
    paragraphs = "".join(f"<p>{line}</p>\n" for line in mail.text.split("\n"))
    page = f"<html><body>\n{paragraphs}{links}</body></html>\n"
    room = (min(mail.size, LONGEST) - _HEAD) * 72 // 100 - len(page)
    if room > 0:
        page += f"<!-- {_filler(mail.network_message_id, room)} -->\n"
    head = 'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head.encode() + _encoded(page.encode())


def _multipart(mail: Mail) -> bytes:
    edge = f"=_{guid('edge', mail.network_message_id)}"
    parts = [_html(mail)]
    for file in mail.files:
        head = (
            f'Content-Type: {file.type}; name="{file.name}"\r\nContent-Transfer-Encoding: base64\r\n'
            f'Content-Disposition: attachment; filename="{file.name}"\r\n\r\n'
        )
        parts.append(head.encode() + _encoded(file.data))
    body = b"".join(f"--{edge}\r\n".encode() + part + b"\r\n" for part in parts)
    return f'Content-Type: multipart/mixed; boundary="{edge}"\r\n\r\n'.encode() + body + f"--{edge}--\r\n".encode()


def _encoded(data: bytes) -> bytes:
    text = base64.b64encode(data)
    return b"\r\n".join(text[at : at + _LINE] for at in range(0, len(text), _LINE)) + b"\r\n"


def _filler(seed: str, room: int) -> str:
    """Styles such as pages carry: bytes that say nothing."""
    rule = f"p.a{seed[:8]} {{ margin: 0; font-family: sans-serif; color: #222; }} "
    return (rule * (room // len(rule) + 1))[:room]


def _said(number: int) -> str:
    return ("Open the document", "Show more", "Read on", "Details")[number % 4]


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
