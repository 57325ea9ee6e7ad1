"""What was taken back out of mailboxes."""

from workbench.views.dashboard.card import WINDOW, Card

CARD = Card(
    name="removed_after_delivery",
    title="Removed after delivery",
    definition="Successful removals of delivered messages by the system or by people (zero-hour purge, remediation)",
    unit="removals",
    needs=("EmailPostDeliveryEvents",),
    rows=f"""EmailPostDeliveryEvents
{WINDOW}
| where ActionResult =~ "Success\"""",
    order=4,
)
