"""A URL: who was sent it, who clicked it, which devices went there."""

import re
from collections.abc import Mapping

from workbench.analysis.entities.kind import Breakdown, Count, Kind, Pivot
from workbench.analysis.entities.kinds._text import is_domain
from workbench.base.text.url import WEB, canonical, host, parse
from workbench.base.text.wrappers import unwrap

_IT = "Url in (forms) or Url startswith_cs marked"
_MAIL = f"NetworkMessageId in ((EmailUrlInfo | where {_IT} | distinct NetworkMessageId))"
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.IGNORECASE)


def _read(text: str) -> str:
    parsed = parse(text)
    if parsed is None or parsed.protocol not in WEB or not host(text):
        raise ValueError("no browser would fetch it")
    if not _SCHEME.match(text) and "." not in host(text) and ":" not in host(text):
        raise ValueError("it has neither a scheme nor a host with a dot")
    return canonical(text)


def _values(value: str, given: str) -> Mapping[str, object]:
    """The spellings under which rows may hold it, with http and https alike."""
    asked = [given, value, canonical(unwrap(value))]
    asked += [other for each in asked if (other := _other_scheme(each))]
    forms = [form for each in asked for form in (each, each.removesuffix("/"))]
    return {"forms": list(dict.fromkeys(forms)), "marked": f"{value}#", "host": host(value)}


def _other_scheme(url: str) -> str:
    if url.startswith("https://"):
        return f"http://{url.removeprefix('https://')}"
    return f"https://{url.removeprefix('http://')}" if url.startswith("http://") else ""


def _likely(text: str) -> bool:
    before, slash, _ = text.partition("/")
    return "://" in text or (bool(slash) and is_domain(before))


URL = Kind(
    name="url",
    face="Url",
    title="URL",
    noun="a web address",
    example="a web address, such as hxxps://pay[.]example/x",
    sample="hxxps://pay[.]example/x",
    read=_read,
    values=_values,
    pivots=(
        Pivot("messages", "EmailEvents", "Mail that carries it", _MAIL, via="EmailUrlInfo"),
        Pivot("urls", "EmailUrlInfo", "Where it stands in mail", _IT),
        Pivot("clicks", "UrlClickEvents", "Clicks on it", _IT),
        Pivot(
            "led_here",
            "UrlClickEvents",
            "Clicks on other URLs that led to it",
            f"not({_IT}) and tostring(UrlChain) has_any (forms)",
        ),
        Pivot("teams", "MessageUrlInfo", "Teams messages that carry it", _IT),
        Pivot(
            "devices",
            "DeviceNetworkEvents",
            "Connections of devices to its host",
            'RemoteUrl =~ host or RemoteUrl has host and RemoteUrl contains strcat("//", host)',
        ),
        Pivot("alerts", "AlertEvidence", "Alerts that name it", "RemoteUrl in (forms)"),
        Pivot(
            "same_host",
            "EmailUrlInfo",
            "URLs of mail on the same host",
            "UrlDomain =~ host",
            "| summarize Messages = count_distinct(NetworkMessageId), FirstSeen = min(Timestamp), "
            "LastSeen = max(Timestamp) by Url\n| sort by Messages desc, Url asc",
        ),
    ),
    counts=(
        Count("Messages", "messages", "count_distinct(NetworkMessageId)"),
        Count("Recipients", "messages", "count_distinct(RecipientEmailAddress)"),
        Count("Senders", "messages", "count_distinct(SenderFromAddress)"),
        Count("Clicks", "clicks", "count()"),
        Count("People who clicked", "clicks", "count_distinct(AccountUpn)"),
        Count("Got through", "clicks", 'countif(ActionType =~ "ClickAllowed" or IsClickedThrough == true)'),
        Count("Teams messages", "teams", "count_distinct(TeamsMessageId)"),
        Count("Devices that went to its host", "devices", "count_distinct(DeviceId)"),
        Count("Alerts", "alerts", "count_distinct(AlertId)"),
    ),
    volume=("messages", "clicks"),
    breakdowns=(
        Breakdown("Mail by threat and delivery", "messages", ("ThreatTypes", "DeliveryAction")),
        Breakdown("Clicks by verdict", "clicks", ("ActionType", "ThreatTypes")),
    ),
    likely=_likely,
    rank=3,
    host=host,
    note="url",
    cell="url",
)
