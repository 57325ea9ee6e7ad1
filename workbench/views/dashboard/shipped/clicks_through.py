"""Clicks that got through to a threat, known at that moment or later."""

from workbench.views.dashboard.card import LATER, WINDOW, Card

CARD = Card(
    name="clicks_through",
    title="Clicked through",
    definition=(
        "Clicks that got through and went past a warning, to a link called phish or malware, or from a message that "
        "was called so, then or later"
    ),
    unit="clicks",
    good="less",
    needs=("UrlClickEvents",),
    rows=f"""UrlClickEvents
{WINDOW}
| where IsClickedThrough == true
| where ActionType startswith "ClickBlocked" or ThreatTypes has_any ("Phish", "Malware")
    or NetworkMessageId in ((EmailEvents | where ThreatTypes has_any ("Phish", "Malware") | project NetworkMessageId))
    or NetworkMessageId in ({LATER})""",
    order=6,
)
