"""Numbers that several lists count alike, as KQL."""

DELIVERIES = (
    'Blocked = countif(DeliveryAction =~ "Blocked"), Junked = countif(DeliveryAction =~ "Junked"), '
    'Delivered = countif(DeliveryAction =~ "Delivered"), Replaced = countif(DeliveryAction =~ "Replaced")'
)
CLICKS = (
    'Allowed = countif(ActionType =~ "ClickAllowed"), '
    'Blocked = countif(ActionType startswith "ClickBlocked" and not(IsClickedThrough == true)), '
    'Overridden = countif(ActionType startswith "ClickBlocked" and IsClickedThrough == true), '
    'Pending = countif(ActionType =~ "UrlScanInProgress" and not(IsClickedThrough == true)), '
    'PendingBypassed = countif(ActionType =~ "UrlScanInProgress" and IsClickedThrough == true), '
    'ErrorPage = countif(ActionType =~ "UrlErrorPage"), '
    "People = dcount(AccountUpn), Clicks = count()"
)
"""Clicks by what became of them: allowed, blocked, blocked and gone on anyway, and so on (capabilities of 2024)."""
