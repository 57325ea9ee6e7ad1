"""An IP address: mail, sign-ins, clicks and connections from it or to it."""

import re
from collections.abc import Mapping

from workbench.analysis.entities.kind import Breakdown, Count, Kind, Pivot
from workbench.analysis.entities.kinds._text import parsed_ip

_NETWORK = re.compile(r"[0-9a-f.:]+/\d{1,3}", re.IGNORECASE)


def _read(text: str) -> str:
    found = parsed_ip(text)
    if found is None:
        raise ValueError("it is a network, not one address" if _NETWORK.fullmatch(text) else "no such address exists")
    return found.compressed


def _values(value: str, _given: str) -> Mapping[str, object]:
    found = parsed_ip(value)
    return {"forms": list(dict.fromkeys([value, found.exploded if found else value]))}


IP_ADDRESS = Kind(
    name="ip_address",
    face="IpAddress",
    title="IP address",
    noun="an IP address",
    example="an IP address, such as 192[.]0[.]2[.]7 or 2001:db8::7",
    sample="192[.]0[.]2[.]7:443",
    read=_read,
    values=_values,
    pivots=(
        Pivot("messages", "EmailEvents", "Mail handed in from it", "SenderIPv4 in (forms) or SenderIPv6 in~ (forms)"),
        Pivot("signins", "EntraIdSignInEvents", "Sign-ins from it", "IPAddress in~ (forms)"),
        Pivot(
            "accounts",
            "EntraIdSignInEvents",
            "Accounts that signed in from it",
            "IPAddress in~ (forms)",
            "| summarize SignIns = count(), Succeeded = countif(ErrorCode == 0), FirstSeen = min(Timestamp), "
            "LastSeen = max(Timestamp) by AccountUpn\n| sort by SignIns desc, AccountUpn asc",
        ),
        Pivot("logons", "IdentityLogonEvents", "Logons from it", "IPAddress in~ (forms)"),
        Pivot("activity", "CloudAppEvents", "Audited activity from it", "IPAddress in~ (forms)"),
        Pivot("clicks", "UrlClickEvents", "Clicks from it", "IPAddress in~ (forms)"),
        Pivot("urls", "EmailUrlInfo", "URLs of mail with it as host", "UrlDomain in~ (forms)"),
        Pivot("network", "DeviceNetworkEvents", "Connections of devices to it", "RemoteIP in~ (forms)"),
        Pivot("devices", "DeviceInfo", "Devices that are seen at it", "PublicIP in~ (forms)"),
        Pivot("alerts", "AlertEvidence", "Alerts that name it", "RemoteIP in~ (forms) or LocalIP in~ (forms)"),
    ),
    counts=(
        Count("Messages", "messages", "count_distinct(NetworkMessageId)"),
        Count("Sender domains", "messages", "count_distinct(SenderFromDomain)"),
        Count("Sign-ins", "signins", "count()"),
        Count("Sign-ins that succeeded", "signins", "countif(ErrorCode == 0)"),
        Count("Accounts", "signins", "count_distinct(AccountUpn)"),
        Count("Logons", "logons", "count()"),
        Count("Audited actions", "activity", "count()"),
        Count("Clicks", "clicks", "count()"),
        Count("URLs with it as host", "urls", "count_distinct(Url)"),
        Count("Devices that connected to it", "network", "count_distinct(DeviceId)"),
        Count("Devices behind it", "devices", "count_distinct(DeviceId)"),
        Count("Alerts", "alerts", "count_distinct(AlertId)"),
    ),
    volume=("messages", "signins", "clicks"),
    breakdowns=(
        Breakdown("Mail by threat and delivery", "messages", ("ThreatTypes", "DeliveryAction")),
        Breakdown("Sign-ins by result", "signins", ("ErrorCode", "RiskState")),
    ),
    likely=lambda text: parsed_ip(text) is not None,
    rank=0,
    host=str,
    note="ip",
    cell="ip",
)
