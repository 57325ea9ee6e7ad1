"""A message by one of its ids: its copies, links, files, clicks, and what was done to it."""

import re
from collections.abc import Mapping

from workbench.analysis.entities.kind import Breakdown, Count, Kind, Pivot

_NETWORK_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ITSELF = (
    "NetworkMessageId =~ id or InternetMessageId == id or NetworkMessageId in (("
    "WorkbenchMailFacts | where RawSHA256 =~ id | distinct NetworkMessageId))"
)
_OF_IT = f"NetworkMessageId in ((EmailEvents | where {_ITSELF} | distinct NetworkMessageId))"


def _read(text: str) -> str:
    return text.lower() if _NETWORK_ID.fullmatch(text) else text


def _values(value: str, _given: str) -> Mapping[str, object]:
    return {"id": value}


MESSAGE = Kind(
    name="message",
    face="Message",
    title="Message",
    noun="the id of a message",
    example="a network message id, an Internet message id in angle brackets, or the SHA-256 of an original",
    sample="E50D1C32-61D5-490D-38EF-08DF13C5E0BF",
    read=_read,
    values=_values,
    pivots=(
        Pivot("copies", "EmailEvents", "Its copies, one a recipient", _ITSELF),
        Pivot("urls", "EmailUrlInfo", "Its URLs", _OF_IT, via="EmailEvents"),
        Pivot("attachments", "EmailAttachmentInfo", "Its attachments", _OF_IT, via="EmailEvents"),
        Pivot("clicks", "UrlClickEvents", "Clicks on its links", _OF_IT, via="EmailEvents"),
        Pivot("after", "EmailPostDeliveryEvents", "What was done to it after delivery", _OF_IT, via="EmailEvents"),
        Pivot("alerts", "AlertEvidence", "Alerts that name it", _OF_IT, via="EmailEvents"),
        Pivot("campaign", "CampaignInfo", "The campaign it belongs to", _OF_IT, via="EmailEvents"),
        Pivot("facts", "WorkbenchMailFacts", "What its original says", f"RawSHA256 =~ id or {_ITSELF}"),
    ),
    counts=(
        Count("Recipients", "copies", "count_distinct(RecipientEmailAddress)"),
        Count("URLs", "urls", "count_distinct(Url)"),
        Count("Attachments", "attachments", "count_distinct(SHA256)"),
        Count("Clicks", "clicks", "count()"),
        Count("People who clicked", "clicks", "count_distinct(AccountUpn)"),
        Count("Taken back after delivery", "after", 'countif(ActionResult =~ "Success")'),
        Count("Alerts", "alerts", "count_distinct(AlertId)"),
    ),
    volume=("copies", "clicks"),
    breakdowns=(
        Breakdown("Copies by threat and delivery", "copies", ("ThreatTypes", "DeliveryAction")),
        Breakdown("Clicks by verdict", "clicks", ("ActionType", "ThreatTypes")),
    ),
    likely=lambda text: (
        bool(_NETWORK_ID.fullmatch(text)) or (text.startswith("<") and text.endswith(">") and "@" in text)
    ),
    rank=1,
    note="mail_message",
    cell="id",
)
