"""The newest threats that reached a mailbox."""

from workbench.views.dashboard.card import Card
from workbench.views.dashboard.shipped import threats_delivered

CARD = Card(
    name="recent_delivered",
    title="Recent delivered threats",
    definition=f"{threats_delivered.CARD.definition}; newest first",
    drawn="list",
    unit="messages",
    rows=threats_delivered.CARD.rows,
    shape="""| project Timestamp, Subject, SenderFromAddress, RecipientEmailAddress, DeliveryAction, DeliveryLocation,
    ThreatTypes, NetworkMessageId
| sort by Timestamp desc, NetworkMessageId asc, RecipientEmailAddress asc""",
    order=20,
)
