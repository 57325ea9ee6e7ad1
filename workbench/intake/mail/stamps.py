"""The stamps of Exchange and other filters, as far as the receiving system wrote them."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from workbench.intake.mail.addresses import first_address
from workbench.intake.mail.dates import read_stamp
from workbench.intake.mail.faults import Faults
from workbench.intake.mail.filters import filter_threat, filter_values
from workbench.intake.mail.headers import Headers
from workbench.intake.mail.hops import address_of
from workbench.intake.mail.receiver import Receiver, stamp

MESSAGE_IDS = (
    "X-MS-Exchange-Organization-Network-Message-Id",
    "X-MS-Office365-Filtering-Correlation-Id",
    "X-MS-Exchange-CrossTenant-Network-Message-Id",
)
ARRIVALS = (
    "X-MS-Exchange-Organization-OriginalArrivalTime",
    "X-MS-Exchange-CrossTenant-OriginalArrivalTime",
    "X-OriginalArrivalTime",
    "X-MS-Exchange-Organization-ExpirationStartTime",
)
SENDER_ADDRESSES = (
    "X-Sender-IP",
    "X-MS-Exchange-Organization-OriginalClientIPAddress",
    "X-MS-Exchange-Organization-ConnectingIP",
)
DELIVERED_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMBER = re.compile(r"\s*(-?\d{1,2})\s*")
_FIELD = re.compile(r"(?:^|[;\s])([A-Za-z]{1,20}):([^;]*)")
_EVERYWHERE = "255.255.255.255"
_LONGEST = 4_000
_LONGEST_VALUE = 200


@dataclass(frozen=True)
class Stamps:
    """What the receiver stamped; empty and None where it did not."""

    message_id: str = ""
    arrival: datetime | None = None
    arrival_name: str = ""
    scl: int | None = None
    bcl: int | None = None
    report: dict[str, str] = field(default_factory=dict)
    """Fields of X-Forefront-Antispam-Report, names in upper case."""
    mailbox: dict[str, str] = field(default_factory=dict)
    """Fields of X-Microsoft-Antispam-Mailbox-Delivery, names in upper case."""
    directionality: str = ""
    auth_as: str = ""
    sender_address: str = ""
    recipients: tuple[str, ...] = ()
    recipients_name: str = ""
    filter_threat: str = ""
    """The threat that another filter of the receiver states."""
    others: dict[str, str] = field(default_factory=dict)
    """Stamped values that no column takes: the spare property bag."""


def read_stamps(headers: Headers, receiver: Receiver, faults: Faults) -> Stamps:
    """Collect the receiver's stamps; one that is not in its form is left out with a fault."""

    def get(name: str) -> str:
        return stamp(headers, receiver, name, faults)

    arrival_name, arrival = next(((name, moment) for name in ARRIVALS if (moment := read_stamp(get(name)))), ("", None))
    report = _fields(get("X-Forefront-Antispam-Report"))
    recipients_name, recipients = _recipients(headers, receiver)
    return Stamps(
        message_id=_message_id([get(name) for name in MESSAGE_IDS], faults),
        arrival=arrival,
        arrival_name=arrival_name,
        scl=_number(get("X-MS-Exchange-Organization-SCL") or report.get("SCL", "")),
        bcl=_number(_fields(get("X-Microsoft-Antispam")).get("BCL", "")),
        report=report,
        mailbox=_fields(get("X-Microsoft-Antispam-Mailbox-Delivery")),
        directionality=get("X-MS-Exchange-Organization-MessageDirectionality").lower(),
        auth_as=get("X-MS-Exchange-Organization-AuthAs").lower(),
        sender_address=_sender_address([get(name) for name in SENDER_ADDRESSES], report),
        recipients=recipients,
        recipients_name=recipients_name,
        filter_threat=filter_threat(headers, receiver),
        others=_others(get("X-MS-Exchange-Organization-PCL"), report) | filter_values(headers, receiver),
    )


def _message_id(values: list[str], faults: Faults) -> str:
    for value in values:
        if _GUID.fullmatch(value.lower()):
            return value.lower()
        if value:
            faults.add("header X-MS-Exchange-Organization-Network-Message-Id", "not a GUID, not used")
    return ""


def _fields(value: str) -> dict[str, str]:
    """``CIP:1.2.3.4;CTRY:DE;...`` by name in upper case; of several the first counts."""
    found: dict[str, str] = {}
    for name, text in _FIELD.findall(value[:_LONGEST]):
        found.setdefault(name.upper(), text.strip())
    return found


def _number(text: str) -> int | None:
    found = _NUMBER.fullmatch(text)
    return int(found[1]) if found else None


def _sender_address(values: list[str], report: dict[str, str]) -> str:
    given = (address_of(value) for value in (*values, report.get("CIP", "")))
    return next((address for address in given if address and address != _EVERYWHERE), "")


def _recipients(headers: Headers, receiver: Receiver) -> tuple[str, tuple[str, ...]]:
    """Whom the receiver delivered to: its lines above the border, then the ``for`` of its own hop."""
    for name in DELIVERED_TO:
        lines = [first_address(entry.value) for entry in headers.all(name) if receiver.wrote(entry)]
        if any(lines):
            return name, tuple(dict.fromkeys(filter(None, lines)))
    if receiver.peer and receiver.peer.recipient:
        return "Received", (receiver.peer.recipient,)
    return "", ()


def _others(pcl: str, report: dict[str, str]) -> dict[str, str]:
    """Phishing level, filter verdict, category, country and safety tip of Exchange."""
    stamped = (("PCL", pcl), *((name, report.get(name, "")) for name in ("SFV", "CAT", "CTRY", "SFTY")))
    return {name: value.strip()[:_LONGEST_VALUE] for name, value in stamped if value.strip()}
