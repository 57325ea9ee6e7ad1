"""A sender: what was known of the address and its domain before a moment."""

from dataclasses import dataclass
from datetime import datetime

from workbench.analysis.entities._window import Window

LEAST_HISTORY = 50
"""Earlier messages that must be held before the absence of a sender means anything."""

_BEFORE = "EmailEvents | where Timestamp < moment"
_KNOWN = """
| summarize Messages = dcountif(NetworkMessageId, SenderFromAddress =~ address),
    OfDomain = dcountif(NetworkMessageId, SenderFromDomain =~ domain),
    FirstSeen = minif(Timestamp, SenderFromAddress =~ address),
    Threats = dcountif(NetworkMessageId, SenderFromAddress =~ address and isnotempty(ThreatTypes)),
    RepliedTo = dcountif(NetworkMessageId, RecipientEmailAddress =~ address and EmailDirection =~ "Outbound"),
    All = dcount(NetworkMessageId)
"""


@dataclass(frozen=True)
class History:
    """Messages of an address and of its domain before a moment; ``replied_to`` counts our own messages to it."""

    address: str
    messages: int
    of_domain: int
    first_seen: datetime | None
    threats: int
    replied_to: int


def sender_history(window: Window, address: str, before: datetime) -> History | None:
    """What was known of a sender before a moment; None where too little earlier mail is held to tell."""
    domain = address.rpartition("@")[2]
    row = window.rows(_BEFORE + _KNOWN, moment=before, address=address, domain=domain).row(0, named=True)
    if row["All"] < LEAST_HISTORY:
        return None
    return History(address, row["Messages"], row["OfDomain"], row["FirstSeen"], row["Threats"], row["RepliedTo"])
