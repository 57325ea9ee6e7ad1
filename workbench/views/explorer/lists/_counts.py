"""Numbers that several lists count alike: as KQL, and as the columns that show them."""

from workbench.views.explorer.tab import Heading

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

DELIVERY_HEADINGS = (
    Heading("Blocked", "Blocked", "number"),
    Heading("Junked", "Junked", "number"),
    Heading("Delivered", "Delivered", "number", 100),
    Heading("Replaced", "Replaced", "number"),
)
CLICK_HEADINGS = (
    Heading("Clicks", "Clicks", "number"),
    Heading("People", "People", "number"),
    Heading("Allowed", "Allowed", "number"),
    Heading("Blocked", "Blocked", "number"),
    Heading("Overridden", "Block overridden", "number", 120),
    Heading("Pending", "Pending verdict", "number", 110),
    Heading("PendingBypassed", "Pending bypassed", "number", 120),
    Heading("ErrorPage", "Error page", "number", 90),
)
