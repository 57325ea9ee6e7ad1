"""Messages that Outlook saved (.msg), rewritten as the mail they were, so that all else reads them like any other.

Headers are those the message came with, where the file kept them; what is missing among them is made from the
properties. Text is the HTML, else what the RTF wraps, else the plain text; files and messages inside are parts.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from hashlib import sha256

from workbench.intake.mail.compound import Storage, open_compound
from workbench.intake.mail.faults import Faults, guarded
from workbench.intake.mail.limits import (
    DEEPEST_MESSAGE,
    LONGEST_HEADER_BLOCK,
    LONGEST_VALUE,
    MOST_ATTACHMENTS,
    MOST_RECIPIENTS,
)
from workbench.intake.mail.properties import TOP_HEADER, Properties
from workbench.intake.mail.rtf import decompress, unwrap_rtf

_CLASS = "001A"
_OTHER_KINDS = {
    "ipm.contact": "a contact",
    "ipm.distlist": "a list of contacts",
    "ipm.task": "a task",
    "ipm.stickynote": "a note",
    "ipm.activity": "an entry of a journal",
}
"""Classes of Outlook's items that were never mail (MS-OXCMSG 2.2.1.3, MS-OXODOC); appointments are read as mail,
because what invites to them is."""
_HEADERS, _SUBJECT, _MESSAGE_ID, _IN_REPLY_TO, _REFERENCES = "007D", "0037", "1035", "1042", "1039"
_SENT, _DELIVERED = "0039", "0E06"
_SENDER_NAMES, _SENDER_ADDRESSES = ("0042", "0C1A"), ("5D02", "5D01", "0065", "0C1F")
_TEXT, _HTML, _RTF = "1000", "1013", "1009"
_RECIPIENT_KIND, _RECIPIENT_NAME, _RECIPIENT_ADDRESSES = "0C15", "3001", ("39FE", "3003")
_FILE_NAMES, _FILE_DATA, _FILE_KIND, _CONTENT_ID = ("3707", "3704", "3001"), "3701", "370E", "3712"
_KINDS = {1: "To", 2: "Cc", 3: "Bcc"}

_LINE_END = re.compile(r"\r\n?")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_FIELD = re.compile(r"^([!-9;-~]+):.*(?:\n[ \t].*)*", re.MULTILINE)
_OF_BODY = ("content-", "mime-version")
_ODD = re.compile(r"[\x00-\x1f\x7f]+")
_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+\-]{1,100}/[A-Za-z0-9!#$&^_.+\-]{1,100}")
_LINE = 45
"""Bytes of one encoded word before it is coded: with what stands around it, no more than 75 characters."""


def as_mail(data: bytes, faults: Faults) -> bytes:
    """The message of a .msg file as mail.

    Raises:
        Unreadable: the file is no compound file, or its directory cannot be read.
    """
    return _mail(Properties(open_compound(data, faults), TOP_HEADER), faults, sha256(data).hexdigest(), 0)


def other_kind(data: bytes) -> str:
    """What a .msg file holds where that is no message, such as ``a contact``; empty for messages and damaged files."""
    quiet = Faults()
    storage = guarded(quiet, "", partial(open_compound, data, quiet), Storage())
    held = guarded(quiet, "", partial(Properties(storage, TOP_HEADER).text, _CLASS), "").lower()
    return next((name for kind, name in _OTHER_KINDS.items() if held == kind or held.startswith(f"{kind}.")), "")


def _mail(message: Properties, faults: Faults, mark: str, depth: int) -> bytes:
    """``mark`` makes the boundary: made from the whole file, so that nothing in the file can hold it."""
    boundary = f"=_{mark[:40]}_{depth}"
    parts = [*_texts(message), *_files(message, faults, mark, depth)]
    head = [*_headers(message), "MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{boundary}"']
    pieces = [b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts]
    start = "\r\n".join(head).encode("utf-8", "surrogateescape")
    return start + b"\r\n\r\n" + b"".join(pieces) + b"--" + boundary.encode() + b"--\r\n"


def _headers(message: Properties) -> Iterator[str]:
    """The headers that came with the message, then those that are missing among them."""
    names = set[str]()
    block = _LINE_END.sub("\n", message.text(_HEADERS)[:LONGEST_HEADER_BLOCK].lstrip())
    for field in _FIELD.finditer(_BLANK_LINE.split(block)[0]):
        if not field[1].lower().startswith(_OF_BODY):
            names.add(field[1].lower())
            yield field[0].rstrip().replace("\n", "\r\n")
    yield from (f"{name}: {value}" for name, value in _made(message) if value and name.lower() not in names)


def _made(message: Properties) -> Iterator[tuple[str, str]]:
    yield "From", _mailbox(message.text(*_SENDER_NAMES), _address(message, _SENDER_ADDRESSES))
    for kind, name in _KINDS.items():
        yield name, ", ".join(_recipients(message, kind))
    yield "Subject", _words(message.text(_SUBJECT))
    yield "Date", _date(message.time(_SENT) or message.time(_DELIVERED))
    yield from (
        (name, _ODD.sub(" ", message.text(tag))[:LONGEST_VALUE])
        for name, tag in (("Message-ID", _MESSAGE_ID), ("In-Reply-To", _IN_REPLY_TO), ("References", _REFERENCES))
    )


def _date(moment: datetime | None) -> str:
    return format_datetime(moment) if moment else ""


def _recipients(message: Properties, kind: int) -> Iterator[str]:
    for number, recipient in enumerate(message.listed("__recip_version1.0_#")):
        if number < MOST_RECIPIENTS and (recipient.number(_RECIPIENT_KIND) or 1) % 16 == kind:
            yield _mailbox(recipient.text(_RECIPIENT_NAME), _address(recipient, _RECIPIENT_ADDRESSES))


def _address(of: Properties, tags: Iterable[str]) -> str:
    """The first that is an internet address: Exchange keeps a name of its own directory in some of them."""
    found = (_ODD.sub("", of.text(tag)).strip(" <>") for tag in tags)
    return next((address for address in found if "@" in address), "")


def _mailbox(name: str, address: str) -> str:
    shown = _words(name) if name and name != address else ""
    return f"{shown} <{address}>".strip() if address else shown


def _words(text: str) -> str:
    """Text as encoded words, so that nothing in it can end the header or be read as something else."""
    clean = _ODD.sub(" ", text[:LONGEST_VALUE])
    if clean.isascii() and re.fullmatch(r"[A-Za-z0-9 _.\-]*", clean):
        return clean
    coded = clean.encode("utf-8", "replace")
    pieces = (coded[at : at + _LINE] for at in range(0, len(coded), _LINE))
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(piece).decode()}?=" for piece in pieces)


def _texts(message: Properties) -> Iterator[bytes]:
    plain, html, charset = message.text(_TEXT), message.data(_HTML), message.codepage
    written = message.text(_HTML)
    if not html and written:
        html, charset = written.encode("utf-8", "replace"), "utf-8"
    if not html and (packed := message.data(_RTF)):
        unwrapped = unwrap_rtf(decompress(packed))
        html, charset = (unwrapped.text.encode("utf-8", "replace") if unwrapped.is_html else b""), "utf-8"
        plain = plain or ("" if unwrapped.is_html else unwrapped.text)
    elif html:
        charset = message.html_codepage if not written else charset
    texts = [_part(plain.encode("utf-8", "replace"), "text/plain; charset=utf-8")] if plain else []
    texts += [_part(html, f"text/html; charset={charset}")] if html else []
    if len(texts) > 1:
        yield _alternative(texts)
    else:
        yield from texts


def _alternative(texts: list[bytes]) -> bytes:
    boundary = f"=_{sha256(b''.join(texts)).hexdigest()[:40]}"
    pieces = b"".join(b"--" + boundary.encode() + b"\r\n" + text + b"\r\n" for text in texts)
    head = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'.encode()
    return head + pieces + b"--" + boundary.encode() + b"--"


def _files(message: Properties, faults: Faults, mark: str, depth: int) -> Iterator[bytes]:
    for number, file in enumerate(message.listed("__attach_version1.0_#")):
        if number >= MOST_ATTACHMENTS:
            faults.add("message", f"more than {MOST_ATTACHMENTS} attachments, the rest is not listed")
            return
        inner = file.inner(_FILE_DATA)
        if inner and depth >= DEEPEST_MESSAGE:
            faults.add("message", f"not evaluated: messages nested more than {DEEPEST_MESSAGE} deep")
        elif inner:
            name = _parameter(file.text(*_FILE_NAMES) or inner.text(_SUBJECT))
            head = f'Content-Type: message/rfc822; name="{name}"\r\nContent-Disposition: attachment\r\n\r\n'.encode()
            yield head + _mail(inner, faults, mark, depth + 1)
        else:
            yield _file(file)


def _file(file: Properties) -> bytes:
    declared = file.text(_FILE_KIND)
    kind = declared if _TYPE.fullmatch(declared) else "application/octet-stream"
    name, content_id = _parameter(file.text(*_FILE_NAMES)), _ODD.sub("", file.text(_CONTENT_ID))[:LONGEST_VALUE]
    place = "inline" if content_id else "attachment"
    extra = [f'Content-Disposition: {place}; filename="{name}"']
    extra += [f"Content-ID: <{content_id}>"] if content_id else []
    return _part(file.data(_FILE_DATA), f'{kind}; name="{name}"', *extra)


def _parameter(name: str) -> str:
    """A file name as one encoded word, which all programs read in parameters though the standard has another way."""
    clean = name[:LONGEST_VALUE].encode("utf-8", "replace")
    return f"=?utf-8?b?{base64.b64encode(clean).decode()}?=" if name else ""


def _part(data: bytes, kind: str, *extra: str) -> bytes:
    head = "\r\n".join((f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *extra))
    return head.encode("utf-8", "replace") + b"\r\n\r\n" + base64.encodebytes(data)
