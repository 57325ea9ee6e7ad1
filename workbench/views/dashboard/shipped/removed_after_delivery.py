"""What was taken back out of mailboxes."""

from workbench.views.dashboard.card import WINDOW, Card

CARD = Card(
    name="removed_after_delivery",
    title="Removed later",
    definition=(
        "Messages per recipient that zero-hour purge or remediation moved after delivery, to junk too; failed moves, "
        "releases and moves by their owners are not counted"
    ),
    unit="messages",
    needs=("EmailPostDeliveryEvents",),
    rows=f"""EmailPostDeliveryEvents
{WINDOW}
| where ActionResult =~ "Success" and (ActionType contains "ZAP" or ActionType contains "remediation")
| where DeliveryLocation !in~ ("Inbox", "Inbox/folder")
| summarize arg_max(Timestamp, *) by NetworkMessageId, RecipientEmailAddress""",
    order=5,
)
