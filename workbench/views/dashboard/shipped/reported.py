"""What people reported."""

from workbench.views.dashboard.card import WINDOW, Card

CARD = Card(
    name="reported",
    title="Reported",
    definition=(
        "Reports by people that a message is phish, malware or junk; what the service itself marks as reports of a "
        "drill, and reports that a message is harmless, are not counted"
    ),
    unit="reports",
    needs=("CloudAppEvents",),
    rows=f"""CloudAppEvents
{WINDOW}
| where ActionType =~ "UserSubmission"
| where tostring(parse_json(RawEventData).SubmissionType) !in~ ("NotJunk", "Not junk")""",
    order=7,
)
