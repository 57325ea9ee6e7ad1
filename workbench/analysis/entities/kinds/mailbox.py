"""A mailbox of ours: what it received, what its owner clicked, its rules, sign-ins and alerts."""

from collections.abc import Mapping

from workbench.analysis.entities.kind import Breakdown, Count, Kind, Pivot
from workbench.analysis.entities.kinds._text import address

_OWNER = (
    "(AccountId =~ address or tostring(RawEventData.UserId) =~ address "
    "or tostring(RawEventData.MailboxOwnerUPN) =~ address)"
)
_RULES = (
    "New-InboxRule",
    "Set-InboxRule",
    "Enable-InboxRule",
    "Disable-InboxRule",
    "Remove-InboxRule",
    "UpdateInboxRules",
)
_REPORTS = ("UserSubmission", "UserReport", "AdminSubmission")


def _values(value: str, _given: str) -> Mapping[str, object]:
    return {"address": value, "account": value.partition("@")[0], "rules": list(_RULES), "reports": list(_REPORTS)}


MAILBOX = Kind(
    name="mailbox",
    face="Mailbox",
    title="Mailbox",
    noun="an address of mail",
    example="an address, such as ingrid@northgate[.]example",
    sample="Ingrid <Ingrid@northgate.example>",
    read=address,
    values=_values,
    pivots=(
        Pivot("messages", "EmailEvents", "Mail to it", "RecipientEmailAddress =~ address"),
        Pivot("sent", "EmailEvents", "Mail from it", "SenderFromAddress =~ address"),
        Pivot("clicks", "UrlClickEvents", "Clicks of its owner", "AccountUpn =~ address"),
        Pivot(
            "after",
            "EmailPostDeliveryEvents",
            "What was done to its mail after delivery",
            "RecipientEmailAddress =~ address",
        ),
        Pivot("rules", "CloudAppEvents", "Changes of its inbox rules", f"ActionType in~ (rules) and {_OWNER}"),
        Pivot("reports", "CloudAppEvents", "Mail that its owner reported", f"ActionType in~ (reports) and {_OWNER}"),
        Pivot("activity", "CloudAppEvents", "Audited activity of its owner", _OWNER),
        Pivot("signins", "EntraIdSignInEvents", "Sign-ins of its owner", "AccountUpn =~ address"),
        Pivot("logons", "IdentityLogonEvents", "Logons of its owner", "AccountUpn =~ address"),
        Pivot("devices", "DeviceLogonEvents", "Logons to devices under its name", "AccountName in~ (address, account)"),
        Pivot("alerts", "AlertEvidence", "Alerts that name its owner", "AccountUpn =~ address"),
        Pivot("person", "IdentityInfo", "Whose it is", "AccountUpn =~ address or EmailAddress =~ address", sees=False),
    ),
    counts=(
        Count("Messages received", "messages", "count_distinct(NetworkMessageId)"),
        Count("Senders", "messages", "count_distinct(SenderFromAddress)"),
        Count("Messages sent", "sent", "count_distinct(NetworkMessageId)"),
        Count("Clicks", "clicks", "count()"),
        Count("Clicks that got through", "clicks", 'countif(ActionType =~ "ClickAllowed" or IsClickedThrough == true)'),
        Count("Mail taken back", "after", 'countif(ActionResult =~ "Success")'),
        Count("Changes of inbox rules", "rules", "count()"),
        Count("Mail reported", "reports", "count()"),
        Count("Sign-ins", "signins", "count()"),
        Count("Addresses signed in from", "signins", "count_distinct(IPAddress)"),
        Count("Devices logged on to", "devices", "count_distinct(DeviceId)"),
        Count("Alerts", "alerts", "count_distinct(AlertId)"),
    ),
    volume=("messages", "clicks", "signins"),
    breakdowns=(
        Breakdown("Mail to it by threat and delivery", "messages", ("ThreatTypes", "DeliveryAction")),
        Breakdown("Clicks by verdict", "clicks", ("ActionType", "ThreatTypes")),
        Breakdown("Sign-ins by result", "signins", ("ErrorCode", "RiskState")),
    ),
    host=lambda value: value.rpartition("@")[2].strip("[]"),
    note="mailbox",
    cell="mailbox",
)
