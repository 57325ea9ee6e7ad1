"""Rows as the tables take them, from what was read of one message."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from itertools import product

import orjson

from workbench.intake.mail.attachments import Attachment
from workbench.intake.mail.authentication import Authentication
from workbench.intake.mail.charset import sound
from workbench.intake.mail.delivery import delivery_columns, direction
from workbench.intake.mail.envelope import Envelope
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.fingerprint import Fingerprint
from workbench.intake.mail.limits import MOST_ATTACHMENT_ROWS
from workbench.intake.mail.reading import Context, Row
from workbench.intake.mail.stamps import Stamps
from workbench.intake.mail.urls import BODY, SUBJECT, Url

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*(?![A-Za-z0-9])")
_LISTED = frozenset({BODY, SUBJECT})
_CLUSTER_DIGITS = 15


@dataclass(frozen=True)
class Facts:
    """Everything that was read of one message and goes into more than one table."""

    digest: str
    envelope: Envelope
    stamps: Stamps
    authentication: Authentication
    fingerprint: Fingerprint
    subject: str
    context: Context
    hop_count: int = 0
    detected: str = ""
    """The language that the text itself tells; empty where undecided."""

    @property
    def message_id(self) -> str:
        """The receiver's id, else one made from the content, the same at every import."""
        return self.envelope.message_id or f"wb-{self.digest[:32]}"

    @property
    def shared(self) -> Row:
        """The columns of every row."""
        return {"Timestamp": self.envelope.received, "NetworkMessageId": self.message_id, "_Raw": self.digest}

    @property
    def sender(self) -> Row:
        """The sender's columns that messages and attachments share."""
        sender = self.envelope.sender
        return {"SenderFromAddress": sender.address, "SenderDisplayName": sender.name, "SenderObjectId": ""}


def event_rows(facts: Facts, urls: Sequence[Url], files: Sequence[Attachment]) -> list[Row]:
    """One row of EmailEvents for each recipient."""
    message = facts.shared | facts.sender | _sending_columns(facts) | delivery_columns(facts.stamps)
    message |= _counted_columns(facts, urls, files)
    return [
        message
        | {
            "RecipientEmailAddress": recipient,
            "EmailDirection": direction_of(facts, recipient),
            "ReportId": f"{facts.message_id}-{number}",
        }
        for number, recipient in enumerate(facts.envelope.recipients, 1)
    ]


def url_rows(facts: Facts, urls: Iterable[Url]) -> list[Row]:
    """One row of EmailUrlInfo for each URL and place."""
    return [
        facts.shared
        | {
            "Url": sound(url.url),
            "UrlDomain": sound(url.host),
            "UrlLocation": url.location,
            "ReportId": f"{facts.message_id}-u{number}",
        }
        for number, url in enumerate(urls, 1)
    ]


def attachment_rows(facts: Facts, files: Sequence[Attachment], faults: Faults) -> list[Row]:
    """One row of EmailAttachmentInfo for each file and recipient, at most ``MOST_ATTACHMENT_ROWS``."""
    pairs = list(product(facts.envelope.recipients, files))
    if len(pairs) > MOST_ATTACHMENT_ROWS:
        faults.add("message", f"{len(pairs)} rows of attachments, only {MOST_ATTACHMENT_ROWS} are written")
    shared = facts.shared | facts.sender | {"RecipientObjectId": ""}
    shared |= {"ThreatTypes": "", "ThreatNames": "", "DetectionMethods": ""}
    return [
        shared
        | {
            "RecipientEmailAddress": recipient,
            "FileName": sound(file.name),
            "FileType": file.kind,
            "SHA256": file.digest,
            "FileSize": file.size,
            "ReportId": f"{facts.message_id}-a{number}",
        }
        for number, (recipient, file) in enumerate(pairs[:MOST_ATTACHMENT_ROWS], 1)
    ]


def json_text(value: object) -> str:
    """Compact JSON of a bag of facts; lone surrogates, which JSON cannot hold, are replaced."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    except orjson.JSONEncodeError:
        return orjson.dumps(_sound(value), option=orjson.OPT_NON_STR_KEYS).decode()


def language(*declared: str) -> str:
    """The first of the declared languages that is one, in the form ``pt-br``."""
    for text in declared:
        found = _LANGUAGE.match(text.strip())
        if found:
            return found[0].replace("_", "-").lower()
    return ""


def _sound(value: object) -> object:
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, dict):
        return {sound(str(name)): _sound(each) for name, each in value.items()}
    return [_sound(each) for each in value] if isinstance(value, list | tuple) else value


def _sending_columns(facts: Facts) -> Row:
    envelope = facts.envelope
    four, six = _addresses(envelope.sender_ip)
    return {
        "InternetMessageId": envelope.internet_message_id,
        "SenderMailFromAddress": envelope.mail_from.address,
        "SenderMailFromDomain": envelope.mail_from.domain or _judged_domain(facts.authentication),
        "SenderFromDomain": envelope.sender.domain,
        "SenderIPv4": four,
        "SenderIPv6": six,
        "RecipientObjectId": "",
        "Subject": facts.subject,
        "AuthenticationDetails": json_text(facts.authentication.details) if facts.authentication.details else "",
    }


def _counted_columns(facts: Facts, urls: Sequence[Url], files: Sequence[Attachment]) -> Row:
    stamps = facts.stamps
    others = stamps.others | ({"Inside": "another message"} if facts.context.inside else {})
    return {
        "EmailClusterId": int(facts.fingerprint.digest[:_CLUSTER_DIGITS], 16) if facts.fingerprint.bands else None,
        "AttachmentCount": len(files),
        "UrlCount": len({url.url for url in urls if url.location in _LISTED}),
        "EmailLanguage": language(stamps.report.get("LANG", "")) or facts.detected,
        "Connectors": "",
        "AdditionalFields": json_text(others) if others else "",
        "DistributionList": "",
    }


def direction_of(facts: Facts, recipient: str) -> str:
    """Inbound, Outbound, Intra-org or Unknown, for one recipient."""
    details = facts.authentication.details
    authenticated = (
        details.get("DMARC") == "pass" or details.get("CompAuth") == "pass" or facts.stamps.auth_as == "internal"
    )
    return direction(
        facts.stamps,
        own=facts.context.own,
        sender=facts.envelope.sender.domain,
        recipient=recipient.rpartition("@")[2],
        authenticated=authenticated,
    )


def _judged_domain(authentication: Authentication) -> str:
    spf = authentication.facts.get("spf")
    domain = str(spf.get("domain", "")) if isinstance(spf, dict) else ""
    return domain.rpartition("@")[2].lower()


def _addresses(text: str) -> tuple[str, str]:
    """The address in the column of its family; an IPv4 address written as IPv6 is IPv4."""
    if not text:
        return "", ""
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        return (str(address.ipv4_mapped), "") if address.ipv4_mapped else ("", str(address))
    return str(address), ""
