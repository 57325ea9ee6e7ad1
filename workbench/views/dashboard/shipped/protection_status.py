"""Threats by day and kind."""

from workbench.views.dashboard.card import WINDOW, Card

CARD = Card(
    name="protection_status",
    title="Threat protection status",
    definition="Messages per recipient that the filter called a threat, by day; one with two threats counts under both",
    drawn="lines",
    unit="messages",
    rows=f"""EmailEvents
{WINDOW}
| where isnotempty(ThreatTypes)""",
    shape="""| mv-expand Series = split(ThreatTypes, ",") to typeof(string)
| summarize Count = count() by Time = bin(Timestamp, 1d), Series = trim(" ", Series)
| sort by Time asc, Series asc""",
    order=10,
)
