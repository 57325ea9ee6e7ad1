"""Threats in an inbox that nobody has taken away yet."""

from workbench.views.dashboard.card import LATER, PLACED, WINDOW, Card
from workbench.views.dashboard.shipped import threats_delivered

_BAD = ("Phish", "Malware")

CARD = Card(
    name="still_in_inbox",
    title="Still in an inbox",
    definition=(
        "Messages per recipient that were called phish or malware, then or later, and whose latest known place is an "
        "inbox: nothing took them away, or they were released; moves by their owners are not known"
    ),
    unit="messages",
    good="less",
    rows=f"""EmailEvents
{WINDOW}
| where ThreatTypes has_any ("Phish", "Malware") or NetworkMessageId in ({LATER})
{PLACED}
| where InInbox""",
    columns=threats_delivered.LISTED,
    order=4,
    sought={
        "op": "all",
        "items": [
            {"property": "LatestLocation", "operator": "any_of", "values": ["Inbox/folder", "Inbox"]},
            {
                "op": "any",
                "items": [
                    {"property": "ThreatTypes", "operator": "any_of", "values": list(_BAD)},
                    {"property": "LaterThreat", "operator": "any_of", "values": list(_BAD)},
                ],
            },
        ],
    },
)
