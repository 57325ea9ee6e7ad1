"""Clicks that got through to a link later or already known as a threat."""

from workbench.views.dashboard.card import WINDOW, Card

CARD = Card(
    name="clicks_through",
    title="Clicked through",
    definition="Clicks that reached a link of a message called phish or malware, then or later, or went past a warning",
    unit="clicks",
    good="less",
    needs=("UrlClickEvents",),
    rows=f"""UrlClickEvents
{WINDOW}
| where IsClickedThrough == true
| where ActionType startswith "ClickBlocked" or isnotempty(ThreatTypes) or NetworkMessageId in ((
    EmailPostDeliveryEvents | where ActionType has_any ("Phish", "Malware") | project NetworkMessageId))""",
    order=5,
)
