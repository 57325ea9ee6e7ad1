"""Whom attackers write to most."""

from workbench.views.dashboard.card import LATER, WINDOW, Card

CARD = Card(
    name="targeted_people",
    title="Top targeted people",
    definition=(
        "The eight addresses to which most messages from outside were sent that were called phish or malware, then or "
        "later, wherever these were put"
    ),
    drawn="ranking",
    unit="messages",
    rows=f"""EmailEvents
{WINDOW}
| where EmailDirection =~ "Inbound" and isnotempty(RecipientEmailAddress)
| where ThreatTypes has_any ("Phish", "Malware") or NetworkMessageId in ({LATER})""",
    shape="""| summarize Count = count() by Value = tolower(RecipientEmailAddress)
| sort by Count desc, Value asc
| take 8""",
    order=11,
)
