"""Mail with a verdict (kind 28): EmailEvents and EmailAttachmentInfo by recipient, EmailPostDeliveryEvents after it."""

import re
from collections.abc import Mapping
from itertools import product
from types import MappingProxyType

from workbench.intake.activity.addresses import address
from workbench.intake.activity.event import Event, is_own
from workbench.intake.activity.reading import Row
from workbench.intake.activity.values import account, first, items, json_text, moment, pairs, text, whole

MOST_RECIPIENTS = 1_000
"""Recipients of one record, each a row."""

MOST_ROWS = 10_000
"""Rows of attachments times recipients of one record."""

POLICIES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        1: ("HighConfidenceSpam", "Antispam high-confidence"),
        2: ("Spam", "Antispam"),
        3: ("Bulk", "Antispam bulk mail"),
        4: ("Phish", "Antispam phishing"),
        5: ("DomainImpersonation", "Anti-phishing domain impersonation"),
        6: ("UserImpersonation", "Anti-phishing user impersonation"),
        7: ("Spoof", "Anti-phishing spoof"),
        8: ("MailboxIntelligence", "Anti-phishing graph impersonation"),
        9: ("Malware", "Antimalware"),
        10: ("SafeAttachments", "Safe Attachments"),
        11: ("TransportRule", "Enterprise Transport Rules (ETR)"),
        12: ("ZapMalware", "Antimalware"),
        13: ("ZapPhish", "Antispam phishing"),
        14: ("ZapSpam", "Antispam"),
        15: ("HighConfidencePhish", "Antispam phishing"),
        17: ("OutboundSpam", "Outbound spam"),
    }
)
"""Policy number to its name in records and to the family in EmailActionPolicy."""

ACTIONS: Mapping[int, tuple[str, str, str]] = MappingProxyType(
    {
        0: ("MoveToJMF", "Move to junk mail folder", "Moved to junk folder"),
        1: ("AddXHeader", "Add X-header", "Added X-header"),
        2: ("ModifySubject", "Modify subject", "Modified subject"),
        3: ("Redirect", "Redirect message", "Redirected"),
        4: ("Delete", "Delete message", "Deleted"),
        5: ("Quarantine", "Send to quarantine", "Moved to quarantine"),
        6: ("NoAction", "No action taken", "No action taken"),
        7: ("BccMessage", "Bcc message", "Copied"),
        8: ("ReplaceAttachment", "Replace attachment", "Replaced attachment"),
    }
)
"""Action number to its name in records, to EmailAction, and to Action after delivery."""

_ZAP, _PHISH, _HIGH, _HIGH_CONFIDENCE = "zap", "Phish", "High", "highconfidencephish"
_AT_DELIVERY = frozenset({"originaldelivery", "originaldeliverylocation"})
"""Entries of the list of actions that only say where the message was delivered first."""

_BAD = 1
_METHODS = ("SPF", "DKIM", "DMARC", "CompAuth")
_NUMBER_OF = {name.lower(): number for number, (name, _) in POLICIES.items()}
_ACTION_OF = {each[0].lower(): number for number, each in ACTIONS.items()}
_PLAIN = re.compile(r"[^a-z0-9]")
_PER_RECIPIENT = re.compile(r"([0-9a-fA-F-]{36}-\d{1,40})-\d{1,6}(?=[,&]|$)")


def threat_mail_rows(event: Event) -> dict[str, list[Row]]:
    """The rows of one record by table; one message may have several records, whose states the store folds."""
    written = items(event.document.get("Recipients"))
    if len(written) > MOST_RECIPIENTS:
        event.faults.add("Recipients", f"{len(written)} recipients, only {MOST_RECIPIENTS} get rows")
    recipients = [account(text(each)) for each in written[:MOST_RECIPIENTS]] or [""]
    shared = _shared(event.document) | {"Timestamp": moment(event.document.get("MessageTime")) or event.time}
    return {
        "EmailEvents": _messages(event, shared, recipients),
        "EmailAttachmentInfo": _attachments(event, shared, recipients),
        "EmailPostDeliveryEvents": _afterwards(event, recipients) if _is_afterwards(event.document) else [],
    }


def recipient_keys(document: Row, count: int) -> list[str]:
    """The key of each recipient's copy, as the remediation interface wants it: id, a number, the recipient's place.

    The number stands in the link to the message only.
    """
    message = first(document, "NetworkMessageId")
    hit = _PER_RECIPIENT.search(first(document, "EventDeepLink"))
    base = hit[1] if hit and hit[1].lower().startswith(message.lower()) else message
    return [f"{base}-{place}" for place in range(1, count + 1)]


def policy(value: object) -> str:
    """The policy family, from its number or its name; an unknown one as it is written."""
    known = POLICIES.get(_number(value, _NUMBER_OF))
    return known[1] if known else text(value)


def detection(document: Row) -> dict[str, list[str]]:
    """Detection technologies by threat: from a list such as ``Phish: [Spoof DMARC]``, else the one older technology."""
    listed = [_with_list(text(each)) for each in items(document.get("ThreatsAndDetectionTech"))]
    found = {name: [part.strip() for part in inside.split(",")] for name, inside in listed if name and inside}
    verdict, method = first(document, "Verdict"), first(document, "DetectionMethod")
    return found or ({verdict: [method]} if verdict and method else {})


def _shared(document: Row) -> Row:
    return {
        "NetworkMessageId": first(document, "NetworkMessageId"),
        "SenderFromAddress": account(first(document, "P2Sender")),
        "ThreatTypes": threats(document),
        "DetectionMethods": _json(detection(document)),
    }


def threats(document: Row) -> str:
    """The verdict, then what else the list of threats names."""
    named = (_with_list(text(each))[0] for each in items(document.get("ThreatsAndDetectionTech")))
    return ", ".join(dict.fromkeys(name for name in (first(document, "Verdict"), *named) if name))


def _messages(event: Event, shared: Row, recipients: list[str]) -> list[Row]:
    document = event.document
    message = shared | _sending(document) | _delivery(document) | _overrides(document)
    message |= {"ConfidenceLevel": _confidence(document), "AdditionalFields": _beside(document)}
    keys = recipient_keys(document, len(recipients))
    return [
        message
        | {
            "RecipientEmailAddress": recipient,
            "EmailDirection": _direction(event, recipient),
            "ReportId": key,
        }
        for recipient, key in zip(recipients, keys, strict=True)
    ]


def _sending(document: Row) -> Row:
    envelope, header = account(first(document, "P1Sender")), account(first(document, "P2Sender"))
    relay = address(first(document, "SenderIp", "SenderIP"))
    return {
        "InternetMessageId": first(document, "InternetMessageId"),
        "SenderMailFromAddress": envelope,
        "SenderMailFromDomain": envelope.rpartition("@")[2],
        "SenderFromDomain": header.rpartition("@")[2],
        "SenderIPv4": "" if ":" in relay else relay,
        "SenderIPv6": relay if ":" in relay else "",
        "Subject": first(document, "Subject"),
        "Connectors": first(document, "Connectors"),
        "AttachmentCount": len(items(document.get("AttachmentData"))),
        "AuthenticationDetails": _authentication(document),
    }


def _delivery(document: Row) -> Row:
    """Places as they are told; the names stand with blanks in the published schema, without in records."""
    action = first(document, "DeliveryAction", "Delivery Action")
    at_first = first(document, "OriginalDeliveryLocation", "Original Delivery Location")
    known = ACTIONS.get(_number(document.get("PolicyAction"), _ACTION_OF))
    return {
        "DeliveryAction": action,
        "DeliveryLocation": at_first,
        "LatestDeliveryAction": action,
        "LatestDeliveryLocation": first(document, "LatestDeliveryLocation", "Latest Delivery Location") or at_first,
        "EmailAction": known[1] if known else first(document, "PolicyAction"),
        "EmailActionPolicy": policy(document.get("Policy")),
    }


def _overrides(document: Row) -> Row:
    found: Row = {}
    for each in items(document.get("SystemOverrides")):
        if isinstance(each, dict):
            level = "UserLevel" if first(each, "Source").lower().startswith("user") else "OrgLevel"
            allowed = first(each, "Result").lower().startswith("allow")
            found[f"{level}Action"] = "Allow" if allowed else "Block"
            found[f"{level}Policy"] = first(each, "Details", "FinalOverride")
    return found


def _confidence(document: Row) -> str:
    level = first(document, "PhishConfidenceLevel")
    number = _number(document.get("Policy"), _NUMBER_OF)
    if not level and POLICIES.get(number, ("", ""))[0].lower() == _HIGH_CONFIDENCE:
        level = _HIGH
    return json_text({_PHISH: level}) if level else ""


def _authentication(document: Row) -> str:
    said = {name.lower().replace(" ", ""): text(value) for name, value in pairs(document.get("AuthDetails")).items()}
    return _json({name: said[name.lower()] for name in _METHODS if said.get(name.lower())})


def _beside(document: Row) -> str:
    names = ("DetectionType", "EventDeepLink", "AdditionalActionsAndResults")
    return _json({name: document[name] for name in names if document.get(name)})


def _direction(event: Event, recipient: str) -> str:
    told = first(event.document, "Directionality")
    own = event.context.own_domains
    sender = account(first(event.document, "P2Sender")).rpartition("@")[2]
    if told or not own:
        return told
    ours = is_own(recipient.rpartition("@")[2], own)
    if is_own(sender, own):
        return "Unknown" if ours else "Outbound"
    return "Inbound" if ours else "Unknown"


def _attachments(event: Event, shared: Row, recipients: list[str]) -> list[Row]:
    files = [each for each in items(event.document.get("AttachmentData")) if isinstance(each, dict)]
    pairs_of = list(product(recipients, files))
    if len(pairs_of) > MOST_ROWS:
        event.faults.add("AttachmentData", f"{len(pairs_of)} rows of attachments, only {MOST_ROWS} are written")
    return [
        shared
        | _file(file)
        | {"RecipientEmailAddress": recipient, "ReportId": f"{shared['NetworkMessageId']}-a{place}"}
        for place, (recipient, file) in enumerate(pairs_of[:MOST_ROWS], 1)
    ]


def _file(file: Row) -> Row:
    """A file's own verdict: that of the message is not every file's."""
    bad = whole(file.get("FileVerdict")) == _BAD
    return {
        "FileName": first(file, "FileName"),
        "FileType": first(file, "FileType"),
        "SHA256": first(file, "SHA256").lower(),
        "FileSize": whole(file.get("FileSize"), 63),
        "ThreatTypes": "Malware" if bad else "",
        "ThreatNames": first(file, "MalwareFamily"),
        "DetectionMethods": "",
    }


def _is_afterwards(document: Row) -> bool:
    return first(document, "DetectionType").lower() == _ZAP or bool(_listed(document))


def _afterwards(event: Event, recipients: list[str]) -> list[Row]:
    """What was done to the message after delivery, one row for each action and recipient."""
    keys = recipient_keys(event.document, len(recipients))
    shared = _later(event)
    return [
        shared | {"RecipientEmailAddress": recipient, "ReportId": key, "ActionType": kind, "ActionResult": result}
        for kind, result in _actions(event.document)
        for recipient, key in zip(recipients, keys, strict=True)
    ]


def _later(event: Event) -> Row:
    document = event.document
    known = ACTIONS.get(_number(document.get("PolicyAction"), _ACTION_OF))
    zapped = first(document, "DetectionType").lower() == _ZAP
    return {
        "Timestamp": event.time,
        "NetworkMessageId": first(document, "NetworkMessageId"),
        "InternetMessageId": first(document, "InternetMessageId"),
        "Action": known[2] if known else first(document, "PolicyAction"),
        "ActionTrigger": "SpecialAction" if zapped else "",
        "DeliveryLocation": first(document, "LatestDeliveryLocation", "Latest Delivery Location"),
        "SourceLocation": first(document, "OriginalDeliveryLocation", "Original Delivery Location"),
        "ThreatTypes": threats(document),
        "DetectionMethods": _json(detection(document)),
    }


def _actions(document: Row) -> list[tuple[str, str]]:
    """Kinds of actions with their results: what the list says, else the one that the detection type means."""
    found = _listed(document)
    named_zap = f"{first(document, 'Verdict')} ZAP".strip()
    return [(named_zap if kind.lower() == _ZAP else kind, result) for kind, result in found] or [(named_zap, "")]


def _listed(document: Row) -> list[tuple[str, str]]:
    """What the list of actions says was done after delivery, each with its result."""
    listed = [_with_list(text(each)) for each in items(document.get("AdditionalActionsAndResults"))]
    return [(name, inside) for name, inside in listed if name and _PLAIN.sub("", name.lower()) not in _AT_DELIVERY]


def _with_list(written: str) -> tuple[str, str]:
    """A name and what stands behind it, in brackets or after a colon: ``Phish: [Spoof DMARC]``, ``ZAP: Success``."""
    name, bracket, rest = written.strip().partition("[")
    if not bracket:
        name, _, rest = written.strip().partition(":")
    return name.strip(" :"), rest.strip(" ]")


def _number(value: object, names: Mapping[str, int]) -> int:
    """A number given as one or by name; -1 where it is neither."""
    number = whole(value)
    return number if number is not None else names.get(_PLAIN.sub("", text(value).lower()), -1)


def _json(value: object) -> str:
    return json_text(value) if value else ""
