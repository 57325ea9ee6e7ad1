"""A domain with all below it: who writes from it, what links to it, who went there."""

import re
from collections.abc import Mapping

from workbench.analysis.entities.kind import Breakdown, Count, Kind, Pivot
from workbench.analysis.entities.kinds._text import domain, is_domain, spellings

_SENDER = "SenderFromDomain in~ (forms) or SenderFromDomain endswith below"
_LINK = "UrlDomain in~ (forms) or UrlDomain endswith below"
_CLICK = "Url has_any (forms) and Url matches regex on_host"


def _values(value: str, _given: str) -> Mapping[str, object]:
    """Its spellings, what lies below it, and a pattern (RE2) of addresses whose host is it or lies below it."""
    forms = spellings(value)
    names = "|".join(map(re.escape, forms))
    on_host = rf"(?i)^([a-z][a-z0-9+.\-]*://)?([^/?#]*[.@])?({names})\.?([:/?#]|$)"
    return {"forms": forms, "below": f".{value}", "mailed": f"@{value}", "on_host": on_host}


DOMAIN = Kind(
    name="domain",
    face="Domain",
    title="Domain",
    noun="a domain",
    example="a domain, such as pay[.]example",
    sample="pay[.]example",
    read=domain,
    values=_values,
    pivots=(
        Pivot("messages", "EmailEvents", "Mail from its addresses", _SENDER),
        Pivot(
            "senders",
            "EmailEvents",
            "Addresses that write from it",
            _SENDER,
            "| summarize Messages = count_distinct(NetworkMessageId), FirstSeen = min(Timestamp), "
            "LastSeen = max(Timestamp) by SenderFromAddress\n| sort by Messages desc, SenderFromAddress asc",
        ),
        Pivot("urls", "EmailUrlInfo", "URLs of mail on its hosts", _LINK),
        Pivot(
            "linking",
            "EmailEvents",
            "Mail that links to it",
            f"NetworkMessageId in ((EmailUrlInfo | where {_LINK} | distinct NetworkMessageId))",
            via="EmailUrlInfo",
        ),
        Pivot("clicks", "UrlClickEvents", "Clicks on its hosts", _CLICK),
        Pivot("teams", "MessageUrlInfo", "URLs of Teams messages on its hosts", _LINK),
        Pivot(
            "network",
            "DeviceNetworkEvents",
            "Connections of devices to its hosts",
            "RemoteUrl has_any (forms) and RemoteUrl matches regex on_host",
        ),
        Pivot(
            "answers",
            "EmailEvents",
            "Mail to its addresses",
            "RecipientEmailAddress endswith mailed or RecipientEmailAddress endswith below",
        ),
    ),
    counts=(
        Count("Messages from it", "messages", "count_distinct(NetworkMessageId)"),
        Count("Senders", "messages", "count_distinct(SenderFromAddress)"),
        Count("Recipients", "messages", "count_distinct(RecipientEmailAddress)"),
        Count("Messages that link to it", "linking", "count_distinct(NetworkMessageId)"),
        Count("URLs", "urls", "count_distinct(Url)"),
        Count("Clicks", "clicks", "count()"),
        Count("People who clicked", "clicks", "count_distinct(AccountUpn)"),
        Count("Devices that went there", "network", "count_distinct(DeviceId)"),
        Count("Messages to it", "answers", "count_distinct(NetworkMessageId)"),
    ),
    volume=("messages", "linking", "clicks"),
    breakdowns=(
        Breakdown("Mail from it by threat and delivery", "messages", ("ThreatTypes", "DeliveryAction")),
        Breakdown("Mail that links to it by threat and delivery", "linking", ("ThreatTypes", "DeliveryAction")),
        Breakdown("Clicks by verdict", "clicks", ("ActionType", "ThreatTypes")),
    ),
    likely=is_domain,
    rank=5,
    host=str,
    note="domain",
    cell="domain",
)
