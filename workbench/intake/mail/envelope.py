"""Who sent the message, to whom, when, and by which id: what the rows of all tables share."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from workbench.intake.mail.addresses import NOBODY, Mailbox, first_address, read_mailboxes
from workbench.intake.mail.clues import NO_TIME, time_told
from workbench.intake.mail.dates import Read, read_date
from workbench.intake.mail.faults import Faults, guarded
from workbench.intake.mail.headers import Headers
from workbench.intake.mail.hops import Hop, newest_time
from workbench.intake.mail.limits import LONGEST_VALUE, MOST_RECIPIENTS
from workbench.intake.mail.receiver import Receiver
from workbench.intake.mail.stamps import DELIVERED_TO, Stamps

DRIFT = timedelta(days=1)
"""How far a time may lie after the import, or a stamp from the newest hop, before it is a fault."""

_NAMED = ("To", "Cc")
_RESENT = ("Bcc", "X-Forwarded-To", "Resent-To", *DELIVERED_TO)
_REFERENCE = re.compile(r"<[^<>\s]{1,500}>")


@dataclass(frozen=True)
class Envelope:
    """Sender, recipients and times, each with the header it was read from."""

    sender: Mailbox
    mail_from: Mailbox
    reply_to: Mailbox
    recipients: tuple[str, ...]
    recipients_from: str
    received: datetime
    received_from: str
    header_date: datetime | None
    message_id: str
    internet_message_id: str
    in_reply_to: str
    sender_ip: str


def read_sender(headers: Headers, faults: Faults) -> Mailbox:
    """The mailbox of the topmost From; several Froms or mailboxes are a fault."""
    values = [entry.value for entry in headers.all("From")]
    if len(values) != 1:
        faults.add("header From", f"stands {len(values)} times, the topmost counts" if values else "is missing")
    found = _mailboxes(values[:1], "From", 1, faults)
    if len(found) > 1:
        faults.add("header From", "more than one mailbox, the first counts")
    return found[0] if found else NOBODY


def read_mail_from(headers: Headers, receiver: Receiver) -> Mailbox:
    """The envelope sender: the Return-Path that the receiver wrote, on top or, by Exchange, at the end."""
    lines = list(headers.all("Return-Path"))
    above = [entry for entry in lines if receiver.wrote(entry)]
    appended = [entry for entry in lines if receiver.exchange and entry.place not in receiver.taken]
    chosen = above[:1] or appended[-1:] or lines[:1]
    return Mailbox("", first_address(chosen[0].value)) if chosen else NOBODY


def read_recipients(headers: Headers, stamps: Stamps, faults: Faults) -> tuple[tuple[str, ...], str]:
    """Addresses, each once, and where they stood: the receiver's stamp, To and Cc, or what forwarders left."""
    if stamps.recipients:
        return _capped(stamps.recipients, faults), stamps.recipients_name
    for names in (_NAMED, _RESENT):
        found = {name: _addresses(headers, name, faults) for name in names}
        addresses = tuple(dict.fromkeys(address for each in found.values() for address in each))
        if addresses:
            return _capped(addresses, faults), ", ".join(name for name, each in found.items() if each)
    faults.add("header To", "no recipient could be read")
    return ("",), "none"


def read_times(
    headers: Headers, hops: Sequence[Hop], stamps: Stamps, seen_at: datetime, faults: Faults
) -> tuple[datetime, str, datetime | None]:
    """When it was received, what says so, and what Date claims: stamp, newest hop, Date, other headers, in this order.

    Never the time of the import: the same message has the same time at every import.
    """
    date, reason = guarded(faults, "header Date", partial(read_date, headers.first("Date")), Read(None, ""))
    if reason:
        faults.add("header Date", reason)
    newest = newest_time(hops)
    choices = ((stamps.arrival, stamps.arrival_name), (newest, "Received"), (date, "Date"))
    received, source = next(((moment, name) for moment, name in choices if moment), (NO_TIME, ""))
    if not source:
        received, source = guarded(faults, "header Date", partial(time_told, headers), (NO_TIME, "none"))
        faults.add("message", _guessed(source))
    if stamps.arrival and newest and abs(stamps.arrival - newest) > DRIFT:
        faults.add(f"header {stamps.arrival_name}", "more than a day from the newest hop")
    if received > seen_at + DRIFT:
        faults.add(f"header {source}", "the time received lies more than a day after the import")
    return received, source, date


def _guessed(source: str) -> str:
    if source == "none":
        return f"tells no time at all: {NO_TIME:%Y-%m-%d} stands for it"
    return f"neither hops nor Date tell a time: that of {source} is taken"


def read_envelope(
    headers: Headers, receiver: Receiver, stamps: Stamps, *, hops: Sequence[Hop], seen_at: datetime, faults: Faults
) -> Envelope:
    """Collect the envelope; ``message_id`` is empty where the receiver stamped none."""
    received, received_from, date = read_times(headers, hops, stamps, seen_at, faults)
    recipients, recipients_from = read_recipients(headers, stamps, faults)
    reply_to = _mailboxes([headers.first("Reply-To")], "Reply-To", 1, faults)
    return Envelope(
        sender=read_sender(headers, faults),
        mail_from=read_mail_from(headers, receiver),
        reply_to=reply_to[0] if reply_to else NOBODY,
        recipients=recipients,
        recipients_from=recipients_from,
        received=received,
        received_from=received_from,
        header_date=date,
        message_id=stamps.message_id,
        internet_message_id=_message_id(headers, faults),
        in_reply_to=_thread(headers),
        sender_ip=stamps.sender_address,
    )


def _message_id(headers: Headers, faults: Faults) -> str:
    """The id as it is written, without the blanks around it; nothing is made up where there is none."""
    values = [entry.value for entry in headers.all("Message-ID")]
    if len(values) != 1 or not values[0].strip():
        faults.add(
            "header Message-ID", f"stands {len(values)} times, the topmost counts" if len(values) > 1 else "is missing"
        )
    value = values[0].strip() if values else ""
    if len(value) > LONGEST_VALUE:
        faults.add("header Message-ID", f"longer than {LONGEST_VALUE} characters, cut")
    return value[:LONGEST_VALUE]


def _thread(headers: Headers) -> str:
    ids = [found for name in ("In-Reply-To", "References") for found in _REFERENCE.findall(headers.first(name))]
    return " ".join(dict.fromkeys(ids))[:LONGEST_VALUE]


def _addresses(headers: Headers, name: str, faults: Faults) -> list[str]:
    values = [entry.value for entry in headers.all(name)]
    return [mailbox.address for mailbox in _mailboxes(values, name, MOST_RECIPIENTS, faults) if mailbox.address]


def _mailboxes(values: Sequence[str], name: str, most: int, faults: Faults) -> list[Mailbox]:
    where = f"header {name}"
    found: list[Mailbox] = []
    for value in values:
        if value.strip():
            found += guarded(faults, where, partial(read_mailboxes, value, faults, where, most), [])
        if len(found) > most:
            break
    return found


def _capped(addresses: Sequence[str], faults: Faults) -> tuple[str, ...]:
    if len(addresses) > MOST_RECIPIENTS:
        faults.add("message", f"more than {MOST_RECIPIENTS} recipients, the rest has no rows")
    return tuple(addresses[:MOST_RECIPIENTS])
