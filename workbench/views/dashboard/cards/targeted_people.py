"""Whom attackers write to most."""

from workbench.views.dashboard.card import WINDOW, Card

CARD = Card(
    name="targeted_people",
    title="Top targeted people",
    definition="People to whom most messages called phish or malware were addressed, wherever these were put",
    drawn="ranking",
    unit="messages",
    rows=f"""EmailEvents
{WINDOW}
| where EmailDirection =~ "Inbound" and ThreatTypes has_any ("Phish", "Malware")""",
    shape="""| summarize Count = count() by Value = RecipientEmailAddress
| sort by Count desc, Value asc
| take 8""",
    order=11,
)
