"""A campaign, as the receiving service told it: its messages, and what they carried."""

from collections.abc import Mapping

from workbench.analysis.entities.kind import Breakdown, Count, Kind, Pivot

_IT = "CampaignId =~ campaign or CampaignName =~ campaign"
_MAIL = f"NetworkMessageId in ((CampaignInfo | where {_IT} | distinct NetworkMessageId))"


def _values(value: str, _given: str) -> Mapping[str, object]:
    return {"campaign": value}


CAMPAIGN = Kind(
    name="campaign",
    face="Campaign",
    title="Campaign",
    noun="the id or name of a campaign",
    example="the id or the name of a campaign",
    sample="Storage full",
    read=str,
    values=_values,
    pivots=(
        Pivot("copies", "CampaignInfo", "Its messages, as the service counts them", _IT),
        Pivot("messages", "EmailEvents", "Its mail", _MAIL, via="CampaignInfo"),
        Pivot("urls", "EmailUrlInfo", "URLs in its mail", _MAIL, via="CampaignInfo"),
        Pivot("attachments", "EmailAttachmentInfo", "Attachments of its mail", _MAIL, via="CampaignInfo"),
        Pivot("clicks", "UrlClickEvents", "Clicks from its mail", _MAIL, via="CampaignInfo"),
        Pivot(
            "after", "EmailPostDeliveryEvents", "What was done to its mail after delivery", _MAIL, via="CampaignInfo"
        ),
    ),
    counts=(
        Count("Messages", "copies", "count_distinct(NetworkMessageId)"),
        Count("Recipients", "copies", "count_distinct(RecipientEmailAddress)"),
        Count("Senders", "messages", "count_distinct(SenderFromAddress)"),
        Count("URLs", "urls", "count_distinct(Url)"),
        Count("Attachments", "attachments", "count_distinct(SHA256)"),
        Count("Clicks", "clicks", "count()"),
        Count("People who clicked", "clicks", "count_distinct(AccountUpn)"),
    ),
    volume=("copies", "clicks"),
    breakdowns=(
        Breakdown("Mail by threat and delivery", "messages", ("ThreatTypes", "DeliveryAction")),
        Breakdown("Clicks by verdict", "clicks", ("ActionType", "ThreatTypes")),
    ),
    cell="text",
)
