"""What the receiving filter decided, in the words of the hunting schema. Stamps are repeated, never judged."""

from collections.abc import Collection

import orjson

from workbench.intake.mail.filters import MALWARE, PHISH, SPAM
from workbench.intake.mail.stamps import Stamps

HIGH, LOW = "High", "Low"
LOWEST_SPAM = 5
"""Spam confidence level from which Exchange treats a message as spam."""

CATEGORIES: dict[str, tuple[str, str, str]] = {
    "PHSH": (PHISH, LOW, "Antispam phishing"),
    "HPHSH": (PHISH, HIGH, "Antispam phishing"),
    "HPHISH": (PHISH, HIGH, "Antispam phishing"),
    "SPOOF": (PHISH, LOW, "Anti-phishing spoof"),
    "UIMP": (PHISH, LOW, "Anti-phishing user impersonation"),
    "DIMP": (PHISH, LOW, "Anti-phishing domain impersonation"),
    "GIMP": (PHISH, LOW, "Anti-phishing graph impersonation"),
    "INTOS": (PHISH, LOW, "Antispam phishing"),
    "MALW": (MALWARE, "", "Antimalware"),
    "AMP": (MALWARE, "", "Antimalware"),
    "FTBP": (MALWARE, "", "Antimalware"),
    "SAP": (MALWARE, "", "Safe Attachments"),
    "SPM": (SPAM, "", "Antispam"),
    "HSPM": (SPAM, "", "Antispam high-confidence"),
    "OSPM": (SPAM, "", "Antispam"),
    "BULK": (SPAM, "", "Antispam bulk mail"),
}
"""Category stamp (CAT) to threat, confidence and policy family."""

PLACES: dict[str, tuple[str, str]] = {
    "I": ("Delivered", "Inbox/folder"),
    "C": ("Delivered", "Inbox/folder"),
    "J": ("Junked", "Junk folder"),
    "D": ("Delivered", "Deleted items"),
}
"""Mailbox delivery stamp (dest) to delivery action and location."""

_ORGANISATION = {"SKN": ("Allow", "Transport rule"), "SKA": ("Allow", "Allow list"), "SKB": ("Block", "Block list")}
_USER = {"SFE": ("Allow", "Safe sender"), "BLK": ("Block", "Blocked sender")}

Columns = dict[str, object]


def delivery_columns(stamps: Stamps) -> Columns:
    """Threat, confidence, place, action and override columns of EmailEvents; empty where nothing is stamped."""
    threat, confidence, policy = _threat(stamps)
    action, location = PLACES.get(stamps.mailbox.get("DEST", "").upper(), ("", ""))
    junked = action == "Junked"
    organisation = _ORGANISATION.get(stamps.report.get("SFV", "").upper(), ("", ""))
    return {
        "ThreatTypes": threat,
        "ThreatNames": "",
        "DetectionMethods": "",
        "ConfidenceLevel": orjson.dumps({threat or SPAM: confidence}).decode() if confidence else "",
        "BulkComplaintLevel": stamps.bcl,
        "DeliveryAction": action,
        "DeliveryLocation": location,
        "LatestDeliveryAction": action,
        "LatestDeliveryLocation": location,
        "EmailAction": "Move to junk mail folder" if junked else "",
        "EmailActionPolicy": policy if junked else "",
        "EmailActionPolicyGuid": "",
        "OrgLevelAction": organisation[0],
        "OrgLevelPolicy": organisation[1],
        **_user_level(stamps),
    }


def direction(stamps: Stamps, *, own: Collection[str], sender: str, recipient: str, authenticated: bool) -> str:
    """Inbound, Outbound, Intra-org or Unknown, from the stamp, then from our own domains.

    A sender of our own domain counts as ours only where it is authenticated: a forged one is Inbound.
    """
    if stamps.directionality == "incoming":
        return "Inbound"
    if stamps.directionality == "originating":
        return "Intra-org" if is_own(recipient, own) or (sender == recipient and not own) else "Outbound"
    ours = is_own(sender, own) and authenticated
    if is_own(recipient, own):
        return "Intra-org" if ours else "Inbound"
    return "Outbound" if ours else "Unknown"


def is_own(domain: str, own: Collection[str]) -> bool:
    """Whether the domain is one of ours or below one."""
    return any(domain == each or domain.endswith(f".{each}") for each in own if domain)


def _threat(stamps: Stamps) -> tuple[str, str, str]:
    threat, confidence, policy = CATEGORIES.get(stamps.report.get("CAT", "").upper(), ("", "", ""))
    level = "" if stamps.scl is None else str(stamps.scl)
    if not threat and stamps.scl is not None and stamps.scl >= LOWEST_SPAM:
        threat = SPAM
    if not threat and stamps.filter_threat:
        return stamps.filter_threat, "", ""
    return threat, confidence if threat in {PHISH, MALWARE} else level, policy


def _user_level(stamps: Stamps) -> Columns:
    if stamps.mailbox.get("OFR", "") == "TrustedSenderList":
        return {"UserLevelAction": "Allow", "UserLevelPolicy": "Safe sender"}
    action, policy = _USER.get(stamps.report.get("SFV", "").upper(), ("", ""))
    return {"UserLevelAction": action, "UserLevelPolicy": policy}
