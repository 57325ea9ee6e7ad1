"""Threats that reached a mailbox: known at delivery, or found out later."""

from workbench.views.dashboard.card import LATER, WINDOW, Card

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
    order=3,
)
