"""Where a message lies now: where it was delivered, or where the last successful move after that put it."""

LATEST = """| lookup kind=leftouter (
    EmailPostDeliveryEvents
    | where ActionResult =~ "Success"
    | summarize arg_max(Timestamp, DeliveryLocation, ActionType) by NetworkMessageId, RecipientEmailAddress
    | project NetworkMessageId, RecipientEmailAddress, MovedTo = DeliveryLocation, AdditionalAction = ActionType)
    on NetworkMessageId, RecipientEmailAddress
| extend LatestLocation = case(isnotempty(MovedTo), MovedTo,
    isnotempty(LatestDeliveryLocation), LatestDeliveryLocation, DeliveryLocation)"""
"""KQL after rows of EmailEvents: adds where the last successful move after delivery put them, and what moved them."""
