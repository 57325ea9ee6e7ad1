"""Threats that reached a mailbox: known at delivery, or found out later."""

from workbench.views.dashboard.card import LATER, PLACED, WINDOW, Card

LISTED = """| project Timestamp, Subject, SenderFromAddress, RecipientEmailAddress, DeliveryAction, LatestLocation,
    InInbox, ThreatTypes, AdditionalAction, NetworkMessageId
| sort by Timestamp desc, NetworkMessageId asc, RecipientEmailAddress asc"""

CARD = Card(
    name="threats_delivered",
    title="Threats delivered",
    definition="Messages per recipient put into inbox or junk that were called phish or malware, then or later",
    unit="messages",
    good="less",
    rows=f"""EmailEvents
{WINDOW}
| where DeliveryAction in~ ("Delivered", "Junked")
| where ThreatTypes has_any ("Phish", "Malware") or NetworkMessageId in ({LATER})""",
    columns=f"{PLACED}\n{LISTED}",
    order=3,
    first=True,
)
