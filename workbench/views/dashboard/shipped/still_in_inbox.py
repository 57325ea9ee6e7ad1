"""Delivered threats that nobody has taken away yet."""

from workbench.views.dashboard.card import PLACED, Card
from workbench.views.dashboard.shipped import threats_delivered

_BAD = ("Phish", "Malware")

CARD = Card(
    name="still_in_inbox",
    title="Still in an inbox",
    definition=(
        "Threats delivered whose latest known place is an inbox: nothing took them away, or they were released; moves "
        "by their owners are not known"
    ),
    unit="messages",
    good="less",
    rows=f"{threats_delivered.CARD.rows}\n{PLACED}\n| where InInbox",
    columns=threats_delivered.LISTED,
    order=4,
    sought={
        "op": "all",
        "items": [
            {"property": "DeliveryAction", "operator": "any_of", "values": ["Delivered", "Junked"]},
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
