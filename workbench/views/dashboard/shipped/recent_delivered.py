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
    shape="""| lookup kind=leftouter (
    EmailPostDeliveryEvents
    | where ActionResult =~ "Success"
    | summarize arg_max(Timestamp, DeliveryLocation, ActionType) by NetworkMessageId, RecipientEmailAddress
    | project NetworkMessageId, RecipientEmailAddress, MovedTo = DeliveryLocation, AdditionalAction = ActionType)
    on NetworkMessageId, RecipientEmailAddress
| project Timestamp, Subject, SenderFromAddress, RecipientEmailAddress, DeliveryAction, ThreatTypes,
    LatestLocation = case(isnotempty(MovedTo), MovedTo,
        isnotempty(LatestDeliveryLocation), LatestDeliveryLocation, DeliveryLocation),
    AdditionalAction, NetworkMessageId
| sort by Timestamp desc, NetworkMessageId asc, RecipientEmailAddress asc""",
    order=20,
)
