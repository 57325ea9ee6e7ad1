"""Recipients of our own by how many of the messages that match were sent to them."""

from workbench.views.explorer.lists._counts import DELIVERIES, DELIVERY_HEADINGS
from workbench.views.explorer.tab import Heading, Tab

TARGETED_PEOPLE = Tab(
    name="targeted_people",
    title="Top targeted people",
    noun="people",
    kql=f"""| where EmailDirection !~ "Outbound"
| summarize Attempts = count(), {DELIVERIES}, Senders = dcount(SenderFromAddress), Last = max(Timestamp)
    by RecipientEmailAddress""",
    columns=(
        Heading("RecipientEmailAddress", "Recipient", "mailbox", 280),
        Heading("Attempts", "Messages", "number", 100),
        *DELIVERY_HEADINGS,
        Heading("Senders", "Senders", "number"),
        Heading("Last", "Last message", "time"),
    ),
    order="Attempts",
    ties=("RecipientEmailAddress",),
    empty="None of these messages came to a mailbox of ours.",
    picks=("RecipientEmailAddress", "RecipientEmailAddress"),
)
