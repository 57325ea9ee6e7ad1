"""A sender: mail from an address, whom it reached, what it carried, what became of it."""

from collections.abc import Mapping

from workbench.analysis.entities.kind import Breakdown, Count, Kind, Pivot
from workbench.analysis.entities.kinds._text import address, is_address

_FROM = "SenderFromAddress =~ address"
_OF_MAIL = f"NetworkMessageId in ((EmailEvents | where {_FROM} | distinct NetworkMessageId))"


def _values(value: str, _given: str) -> Mapping[str, object]:
    return {"address": value}


SENDER = Kind(
    name="sender",
    face="Sender",
    title="Sender",
    noun="an address of mail",
    example="an address, such as billing@pay[.]example",
    sample="billing[at]pay[.]example",
    read=address,
    values=_values,
    pivots=(
        Pivot("messages", "EmailEvents", "Mail from it", _FROM),
        Pivot(
            "recipients",
            "EmailEvents",
            "Whom it wrote to",
            _FROM,
            "| summarize Messages = count_distinct(NetworkMessageId), FirstSeen = min(Timestamp), "
            "LastSeen = max(Timestamp) by RecipientEmailAddress\n| sort by Messages desc, RecipientEmailAddress asc",
        ),
        Pivot("urls", "EmailUrlInfo", "URLs in its mail", _OF_MAIL, via="EmailEvents"),
        Pivot("attachments", "EmailAttachmentInfo", "Attachments of its mail", _OF_MAIL, via="EmailEvents"),
        Pivot("clicks", "UrlClickEvents", "Clicks from its mail", _OF_MAIL, via="EmailEvents"),
        Pivot(
            "after", "EmailPostDeliveryEvents", "What was done to its mail after delivery", _OF_MAIL, via="EmailEvents"
        ),
        Pivot(
            "envelope",
            "EmailEvents",
            "Mail with it in the envelope alone",
            f"SenderMailFromAddress =~ address and not({_FROM})",
        ),
        Pivot("answers", "EmailEvents", "Mail to it", "RecipientEmailAddress =~ address"),
        Pivot("teams", "MessageEvents", "Teams messages from it", "SenderEmailAddress =~ address"),
    ),
    counts=(
        Count("Messages", "messages", "count_distinct(NetworkMessageId)"),
        Count("Recipients", "messages", "count_distinct(RecipientEmailAddress)"),
        Count("URLs", "urls", "count_distinct(Url)"),
        Count("Attachments", "attachments", "count_distinct(SHA256)"),
        Count("Clicks", "clicks", "count()"),
        Count("People who clicked", "clicks", "count_distinct(AccountUpn)"),
        Count("Taken back after delivery", "after", 'countif(ActionResult =~ "Success")'),
        Count("Messages to it", "answers", "count_distinct(NetworkMessageId)"),
        Count("Teams messages", "teams", "count_distinct(TeamsMessageId)"),
    ),
    volume=("messages", "clicks"),
    breakdowns=(
        Breakdown("Mail by threat and delivery", "messages", ("ThreatTypes", "DeliveryAction")),
        Breakdown("Clicks by verdict", "clicks", ("ActionType", "ThreatTypes")),
    ),
    likely=is_address,
    rank=2,
    host=lambda value: value.rpartition("@")[2].strip("[]"),
    note="mailbox",
    cell="address",
)
