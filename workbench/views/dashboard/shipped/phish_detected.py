"""Phish the filter found."""

from workbench.views.dashboard.card import WINDOW, Card

CARD = Card(
    name="phish_detected",
    title="Phish detected",
    definition="Messages per recipient that the filter called phish, wherever it put them",
    unit="messages",
    rows=f"""EmailEvents
{WINDOW}
| where ThreatTypes has "Phish\"""",
    order=1,
)
