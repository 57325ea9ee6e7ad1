"""Who got a message or mail like it, who clicked, who reported it, and where the copies are now."""

from collections.abc import Sequence

import polars as pl

from workbench.analysis.entities._window import Window

REPORTS = ("UserSubmission", "UserReport", "AdminSubmission")
"""Audited actions by which people report mail; reports of drills have a name of their own and do not count."""

_COPIES = """
EmailEvents
| where NetworkMessageId in (ids)
| join kind=leftouter (EmailPostDeliveryEvents | where NetworkMessageId in (ids) and ActionResult =~ "Success"
    | summarize arg_max(Timestamp, DeliveryLocation, ActionType) by NetworkMessageId, RecipientEmailAddress
    | project NetworkMessageId, RecipientEmailAddress, MovedTo = DeliveryLocation, MovedBy = ActionType,
        MovedAt = Timestamp) on NetworkMessageId, RecipientEmailAddress
| extend Delivered = iff(isempty(LatestDeliveryLocation), DeliveryLocation, LatestDeliveryLocation)
| project Timestamp, NetworkMessageId, RecipientEmailAddress, Subject, SenderFromAddress, DeliveryAction,
    DeliveryLocation, LocationNow = iff(isempty(MovedTo), Delivered, MovedTo), MovedBy, MovedAt
| sort by Timestamp asc, RecipientEmailAddress asc
"""
_CLICKS = """
UrlClickEvents
| where NetworkMessageId in (ids) or Url in~ (urls)
| project Timestamp, AccountUpn, ActionType, IsClickedThrough, Url, IPAddress, NetworkMessageId, ThreatTypes
| sort by Timestamp asc
"""
_REPORTS = """
CloudAppEvents
| where ActionType in (actions)
| extend Reported = tostring(RawEventData.NetworkMessageId)
| extend Reporter = iff(isempty(AccountId), AccountDisplayName, AccountId)
| where Reported in (ids)
| project Timestamp, Reporter, Reported, Kind = tostring(RawEventData.SubmissionType)
| sort by Timestamp asc
"""
_REMOVALS = """
EmailPostDeliveryEvents
| where NetworkMessageId in (ids)
| project Timestamp, NetworkMessageId, RecipientEmailAddress, ActionType, ActionResult, SourceLocation,
    DeliveryLocation, ThreatTypes
| sort by Timestamp asc
"""


def copies(window: Window, ids: Sequence[str]) -> pl.DataFrame:
    """Every copy per recipient: where delivery put it, and where it is as far as the system's own moves tell."""
    return window.rows(_COPIES, ids=list(ids))


def clicks(window: Window, ids: Sequence[str], urls: Sequence[str] = ()) -> pl.DataFrame | None:
    """Clicks from these messages, or on these URLs anywhere; None where the window holds no clicks at all."""
    if not window.holds("UrlClickEvents"):
        return None
    return window.rows(_CLICKS, ids=list(ids), urls=list(urls))


def reports(window: Window, ids: Sequence[str]) -> pl.DataFrame | None:
    """Reports of these messages by people; None where the window holds no audited activity at all."""
    if not window.holds("CloudAppEvents"):
        return None
    return window.rows(_REPORTS, ids=list(ids), actions=list(REPORTS))


def removals(window: Window, ids: Sequence[str]) -> pl.DataFrame | None:
    """What the system or an analyst did to these messages after delivery; None where no such events are held."""
    if not window.holds("EmailPostDeliveryEvents"):
        return None
    return window.rows(_REMOVALS, ids=list(ids))
