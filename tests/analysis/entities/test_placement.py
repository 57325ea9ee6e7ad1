from tests.events.query.conftest import rows
from workbench.analysis.entities.placement import LATEST

MOVED = """let EmailPostDeliveryEvents = datatable(Timestamp:datetime, NetworkMessageId:string, RecipientEmailAddress:string,
    ActionResult:string, DeliveryLocation:string, ActionType:string) [
    datetime(2026-09-01 01:00), "m1", "kim", "Success", "Quarantine", "Phish ZAP",
    datetime(2026-09-01 02:00), "m1", "kim", "Success", "Inbox/folder", "Released",
    datetime(2026-09-01 03:00), "m1", "kim", "Error", "Deleted", "Manual remediation",
    datetime(2026-09-01 01:00), "m1", "lee", "success", "Junk", "Phish ZAP"];"""
MAIL = """datatable(NetworkMessageId:string, RecipientEmailAddress:string, DeliveryLocation:string,
    LatestDeliveryLocation:string) [
    "m1", "kim", "Inbox", "Inbox", "m1", "lee", "Inbox", "Inbox", "m1", "mo", "Inbox", "Junk", "m2", "kim", "Inbox", ""]"""


def test_the_last_successful_move_says_where_a_message_lies_then_the_export_then_the_delivery() -> None:
    assert rows(f"{MOVED}{MAIL}{LATEST} | project LatestLocation, AdditionalAction") == [
        ("Inbox/folder", "Released"),
        ("Junk", "Phish ZAP"),
        ("Junk", ""),
        ("Inbox", ""),
    ]
