"""What people reported."""

from workbench.views.dashboard.card import WINDOW, Card

CARD = Card(
    name="reported",
    title="Reported by people",
    definition="Messages that people reported as phish, malware or junk; reports of our own drills are not counted",
    unit="reports",
    needs=("CloudAppEvents",),
    rows=f"""CloudAppEvents
{WINDOW}
| where ActionType == "UserSubmission\"""",
    order=6,
)
